/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "batch.h"
#include "burst.h"

#include <gst/base/gstqueuearray.h>

G_BEGIN_DECLS

/*
 * What is pending, in order of arrival, and when the front of it is due.  Pure: no clock, no lock;
 * used by pending only, under its lock, and therefore neither exported nor installed.
 *
 * Batches of buffers and objects (events, queries) stand in one line.  A buffer goes into the batch at
 * the end of the line, or begins the next one where it does not fit.  Whatever stands before an
 * object is due, and so is the object, and so is a batch behind which the next one has begun.  Else
 * the burst decides.
 *
 * The backlog owns its buffers and events.  A query is only borrowed: it belongs to the caller who
 * waits for the answer.
 */
typedef struct
{
  GstMiniObject *object; /* or */
  GstGioSocketBatch *batch;
  guint n_buffers;
  gsize bytes;
  gsize weight;
  gint64 first_arrival;
  gint64 last_arrival;
} GstGioSocketBacklogItem;

typedef struct
{
  gsize max_bytes;
  GstClockTime max_span;
  gsize copy_threshold;

  GstQueueArray *items;
  GstGioSocketBurst burst;
  guint n_objects;
  guint n_buffers;
  gsize bytes;
  gsize weight;
} GstGioSocketBacklog;

void gst_gio_socket_backlog_init (GstGioSocketBacklog *backlog);

/* Frees everything but events, which are handed out in their order. */
GList *gst_gio_socket_backlog_clear (GstGioSocketBacklog *backlog);

/* Of what is pending and of what comes.  @copy_threshold: see batch.h */
void gst_gio_socket_backlog_set_limits (GstGioSocketBacklog *backlog, gint64 quiet_time,
    gint64 max_latency, gsize max_bytes, GstClockTime max_span, gsize copy_threshold);

/* What a buffer of @size bytes counts for: small ones take up more room than their bytes do. */
gsize gst_gio_socket_backlog_weigh (gsize size);

/* Adds @buffer, which has @size bytes.  Returns: whether it has taken over the reference. */
gboolean gst_gio_socket_backlog_add (GstGioSocketBacklog *backlog, GstBuffer *buffer, gsize size,
    gint64 now);

void gst_gio_socket_backlog_add_object (GstGioSocketBacklog *backlog, GstMiniObject *object);

/* Takes the last object back, if it is still there. */
void gst_gio_socket_backlog_retract (GstGioSocketBacklog *backlog, GstMiniObject *object);

/* %G_MININT64: due; %G_MAXINT64: not before something arrives. */
gint64 gst_gio_socket_backlog_deadline (const GstGioSocketBacklog *backlog);

GstGioSocketBurstEnd gst_gio_socket_backlog_check (const GstGioSocketBacklog *backlog, gint64 now);

/* Takes what is in front.  Returns: FALSE when nothing is there. */
gboolean gst_gio_socket_backlog_take (GstGioSocketBacklog *backlog, GstGioSocketBacklogItem *item);

G_END_DECLS
