/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "backlog.h"
#include "pending.h"

G_BEGIN_DECLS

/* The list is one idea in three files: pending.c for any thread, and one for either side. */
struct _GstGioSocketPending
{
  /* Producer only. */
  GArray *sizes; /* of the buffers in a list, gsize */

  /* Consumer only. */
  guint64 taken_buffers;
  guint64 taken_bytes;
  guint64 made_buffers;
  gsize copied_bytes;

  GMutex lock;
  GCond arrival;
  GCond room;
  GCond answered;

  /* The rest is protected by the lock. */
  GstGioSocketPendingLimits limits;
  GstGioSocketPendingCounters counters;
  GstGioSocketBacklog backlog;
  GstFlowReturn result;

  /* The consumer sleeps until wake_at unless it is woken. */
  gboolean exact_timer;
  gboolean sleeping;
  gint64 wake_at;

  /* The producer waits until no more than low_water is left. */
  gboolean blocked;
  gsize low_water;

  /* What the producer waits for to be answered, and whether the consumer is asking it. */
  GstQuery *query;
  gboolean asking;
  gboolean answer;

  /* Downstream is at EOS, and how many pending events will end that. */
  gboolean dropping;
  guint n_revivals;

  /* EOS was pushed: no buffer will come to tell the producer of an error. */
  gboolean eos;
};

static inline gboolean
gst_gio_socket_pending_is_revival (GstMiniObject *object)
{
  return GST_IS_EVENT (object) &&
      (GST_EVENT_TYPE (object) == GST_EVENT_STREAM_START ||
          GST_EVENT_TYPE (object) == GST_EVENT_SEGMENT);
}

/* Ends every wait of either side, with the lock held. */
void gst_gio_socket_pending_give_up (GstGioSocketPending *pending, GstFlowReturn result);

G_END_DECLS
