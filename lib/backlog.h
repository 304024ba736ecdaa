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
 * Buffers and objects (events, queries) stand in one line.  Whatever stands before an object is due,
 * and so is the object.  Without objects the burst decides, or the time: buffers are due as soon as
 * their timestamps are further apart than max_span, because no list will hold them all.
 *
 * A cut ends what stands before it: that is due, and leaves without what comes behind the last cut
 * and still waits.  Where nothing waits (max_latency 0) a cut divides nothing.
 *
 * The backlog owns its buffers and events.  A query is only borrowed: it belongs to the caller who
 * waits for the answer.
 */
typedef struct
{
  GstMiniObject *object;
  gsize size;
  GstClockTime time;
  gint64 arrived;
  gboolean is_buffer;
} GstGioSocketBacklogItem;

typedef struct
{
  GstQueueArray *items;
  GstGioSocketBurst burst;
  GstClockTime max_span;
  guint n_objects;
  guint n_buffers;
  guint n_cut; /* buffers before the last cut */
  gsize bytes;
  gsize weight;
  gboolean gap; /* what stood before the next buffer was lost */
} GstGioSocketBacklog;

void gst_gio_socket_backlog_init (GstGioSocketBacklog *backlog);

/* Frees everything but events, which are handed out in their order. */
GList *gst_gio_socket_backlog_clear (GstGioSocketBacklog *backlog);

void gst_gio_socket_backlog_set_limits (GstGioSocketBacklog *backlog, gint64 quiet_time,
    gint64 max_latency, gsize max_bytes, GstClockTime max_span);

/* Looks up what is known about a buffer; the only place that reads it. */
GstGioSocketBacklogItem gst_gio_socket_backlog_item (GstBuffer *buffer);

/* What a buffer counts for: small buffers take up more room than their bytes do. */
gsize gst_gio_socket_backlog_weigh (const GstGioSocketBacklogItem *item);

void gst_gio_socket_backlog_add (GstGioSocketBacklog *backlog, const GstGioSocketBacklogItem *item,
    gint64 now);

void gst_gio_socket_backlog_add_object (GstGioSocketBacklog *backlog, GstMiniObject *object);

/* What is there is complete; what will be added is about something else. */
void gst_gio_socket_backlog_cut (GstGioSocketBacklog *backlog);

/* Takes the last object back, if it is still there. */
void gst_gio_socket_backlog_retract (GstGioSocketBacklog *backlog, GstMiniObject *object);

/* %G_MININT64: due; %G_MAXINT64: not before something arrives. */
gint64 gst_gio_socket_backlog_deadline (const GstGioSocketBacklog *backlog);

GstGioSocketBurstEnd gst_gio_socket_backlog_check (const GstGioSocketBacklog *backlog, gint64 now);

/* The object in front, or NULL when that is a buffer. */
GstMiniObject *gst_gio_socket_backlog_take_object (GstGioSocketBacklog *backlog);

/* The buffers in front, as many as fit, up to the last cut. */
void gst_gio_socket_backlog_take_buffers (GstGioSocketBacklog *backlog, GstGioSocketBatch *batch);

/* What has happened to the front other than by taking it. */
void gst_gio_socket_backlog_restart_burst (GstGioSocketBacklog *backlog);

/* Whether a buffer may be lost when there is no room: all may that are no headers of the stream. */
gboolean gst_gio_socket_backlog_may_lose (const GstGioSocketBacklogItem *item);

/* Takes the oldest buffer out that may be lost, and marks the gap behind it.  The caller owns what is
 * lost, and what comes into the trash, and frees neither under a lock. */
gboolean gst_gio_socket_backlog_lose_oldest (GstGioSocketBacklog *backlog,
    GstGioSocketBacklogItem *lost, GPtrArray *trash);

/* Tells downstream, with DISCONT, that something was lost before this buffer. */
void gst_gio_socket_backlog_mark_gap (GstGioSocketBacklogItem *item, GPtrArray *trash);

G_END_DECLS
