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
 * object is due, and so is the object.  Else the burst decides.
 *
 * A cut ends what stands before it: that is due, and leaves without what comes behind the last cut
 * and still waits.  Where nothing waits (max_latency 0) a cut divides nothing.  A buffer that does not
 * fit makes a cut before itself.
 *
 * Where the oldest buffer may have to go, keeps_apart makes a batch of each, and nothing is copied.
 * They are joined when they are taken, like batches between which there was a cut.  What was gathered
 * before that goes as a whole.
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
  GstClockTime first_time;
  GstClockTime last_time;
  gboolean is_closed; /* nothing is added any more */
  gboolean may_lose;  /* there is no header of the stream in it */
} GstGioSocketBacklogItem;

/* See burst.h and batch.h. */
typedef struct
{
  gint64 quiet_time;
  gint64 max_latency;
  gsize max_bytes;
  GstClockTime max_span;
  gsize copy_threshold;
  gboolean keeps_apart;
} GstGioSocketBacklogLimits;

typedef struct
{
  GstGioSocketBacklogLimits limits;

  GstQueueArray *items;
  GstGioSocketBurst burst;
  guint n_objects;
  guint n_batches;
  guint n_cut; /* batches before the last cut */
  guint n_buffers;
  gsize bytes;
  gsize weight;
  gboolean gap; /* what stood before the next buffer was lost */
} GstGioSocketBacklog;

void gst_gio_socket_backlog_init (GstGioSocketBacklog *backlog);

/* Frees everything but events, which are handed out in their order. */
GList *gst_gio_socket_backlog_clear (GstGioSocketBacklog *backlog);

/* Of what is pending, as far as that is not done yet, and of what comes. */
void gst_gio_socket_backlog_set_limits (GstGioSocketBacklog *backlog,
    const GstGioSocketBacklogLimits *limits);

/* What a buffer of @size bytes counts for: small ones take up more room than their bytes do. */
gsize gst_gio_socket_backlog_weigh (gsize size);

/* Adds @buffer, which has @size bytes.  Returns: whether it has taken over the reference. */
gboolean gst_gio_socket_backlog_add (GstGioSocketBacklog *backlog, GstBuffer *buffer, gsize size,
    gint64 now);

void gst_gio_socket_backlog_add_object (GstGioSocketBacklog *backlog, GstMiniObject *object);

/* What is there is complete; what will be added is about something else. */
void gst_gio_socket_backlog_cut (GstGioSocketBacklog *backlog);

/* Takes the last object back, if it is still there. */
void gst_gio_socket_backlog_retract (GstGioSocketBacklog *backlog, GstMiniObject *object);

/* %G_MININT64: due; %G_MAXINT64: not before something arrives. */
gint64 gst_gio_socket_backlog_deadline (const GstGioSocketBacklog *backlog);

GstGioSocketBurstEnd gst_gio_socket_backlog_check (const GstGioSocketBacklog *backlog, gint64 now);

/* Takes what is in front: an object, or all that is due and fits into one batch.  Returns: FALSE when
 * nothing is there. */
gboolean gst_gio_socket_backlog_take (GstGioSocketBacklog *backlog, GstGioSocketBacklogItem *item);

/* Whether a buffer may be lost when there is no room: all may that are no headers of the stream. */
gboolean gst_gio_socket_backlog_may_lose (GstBuffer *buffer);

/* Takes the oldest batch out that may be lost, and marks the gap behind it.  The caller owns
 * what is lost, and frees it without a lock. */
gboolean
gst_gio_socket_backlog_lose_oldest (GstGioSocketBacklog *backlog, GstGioSocketBacklogItem *lost);

/* What has happened to the line other than at its ends. */
void gst_gio_socket_backlog_restart_burst (GstGioSocketBacklog *backlog);

G_END_DECLS
