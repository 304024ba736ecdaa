/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "cork-counts.h"
#include "corker.h"

#include "lib/alarm.h"
#include "lib/boundary.h"
#include "lib/burst.h"

#include <stdatomic.h>

G_BEGIN_DECLS

/*
 * The corker is one idea in two files: corker-burst.c for what happens under the sink pad's stream
 * lock, and corker.c for any thread.
 *
 * Who owns a burst: whoever holds that lock.  It is the streaming thread in a push, and the alarm's
 * thread when it believes that the burst is over; it looks again under the lock, and pushes the
 * uncork under it, so no buffer can come between.
 *
 * While a push is in progress the alarm's thread keeps away from the lock: `pushing` is raised
 * before and lowered before the alarm is set anew, so when the thread finds it raised, a new
 * time will come.
 *
 * Settings come from any thread and must not wait for a push.  They are stored, then
 * `settings_changed` is raised, and the next owner of the burst fetches them; the alarm is rung
 * so that there is one soon.
 *
 * Stopping: the pads are deactivated first, so that whoever waits downstream or for the stream
 * lock returns; then the burst is forgotten, so a late call of the alarm finds nothing to do.
 */
struct _GstTcpCorker
{
  /* Immutable after new. */
  GstPad *sinkpad;
  GstPad *srcpad;

  /* Protected by the stream lock. */
  GstTcpCorkSettings settings;
  GstGioSocketBurst burst;
  GstGioSocketBoundary boundary;
  gboolean corked;
  gboolean may_cork;

  /* There while the pads are active.  Read under the stream lock or the mutex. */
  GstGioSocketAlarm *alarm;

  /* Never held while anything is pushed. */
  GMutex mutex;

  atomic_bool pushing;

  /* Protected by the mutex. */
  GstTcpCorkSettings wanted;
  atomic_bool settings_changed;

  /* Written under the stream lock, read anywhere. */
  GstTcpCorkCounts counts;
  _Atomic GstClockTime gap;
};

/* Ends the burst that is under way, if there is one, with or without telling the sink.  Under the
 * stream lock. */
void gst_tcp_corker_end_burst (GstTcpCorker *corker, GstTcpCorkCount cause);

void gst_tcp_corker_forget_burst (GstTcpCorker *corker, GstTcpCorkCount cause);

/* The alarm's function. */
void gst_tcp_corker_alarm_cb (GstGioSocketAlarm *alarm, gpointer user_data);

G_END_DECLS
