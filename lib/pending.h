/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

#include "batch.h"
#include "boundary.h"
#include "burst.h"
#include "leaky.h"

G_BEGIN_DECLS

/**
 * GstGioSocketPending: (skip)
 *
 * The list between a thread that produces buffers and a thread that sends them.
 *
 * The producer (one thread at a time: whoever has the sink pad's stream lock) puts buffers, events
 * and queries at the end and goes on, unless max_size_bytes are pending already: then it waits until
 * half of that is free again.  A buffer that is larger than all of it passes when nothing else is
 * pending.  A query waits for its answer.  Small buffers are copied as they arrive (see batch.h), with
 * the list locked: to map their memory must not wait for anybody who calls into the list.
 *
 * When it is leaky the producer does not wait.  What does not fit is lost, upstream, or what is
 * oldest until it fits, downstream: whole buffers, never one that the consumer has taken, no events
 * and no buffer with GST_BUFFER_FLAG_HEADER; where only those are left it does wait.  Of a list each
 * buffer is looked at by itself.  The next buffer gets DISCONT.  What is pending is due then, because
 * it is no use to wait for more.
 *
 * The consumer (one thread) waits until something is due and takes it: an event or a query that
 * has come to the front, or the buffers in front of it, as many as fit into a batch.  Buffers are
 * due when the burst that they are is over, or something other than a buffer is behind them, or
 * they are further apart in time than a batch may be, or flush_on finds an end in the stream (then
 * the next thing does not leave with them), or the producer waits for room.  Ages count
 * from the arrival: what arrived while the consumer was busy has waited already.  Then it tells
 * with gst_gio_socket_pending_done() what became of it.
 *
 * Any thread may stop, start, clear, set limits, and ask for counters at any time.  Stopped, both
 * sides get %GST_FLOW_FLUSHING at once; only a query that the consumer is asking just then ends
 * first, because it belongs to the producer.
 *
 * A flow return other than OK from the consumer is what the producer gets from then on, until the
 * next start.  EOS is milder: the consumer goes on and drops buffers, events pass, and a
 * STREAM_START or SEGMENT ends it.
 *
 * Since: 0.1
 */
typedef struct _GstGioSocketPending GstGioSocketPending;
typedef struct _GstGioSocketPendingLimits GstGioSocketPendingLimits;
typedef struct _GstGioSocketPendingCounters GstGioSocketPendingCounters;
typedef struct _GstGioSocketPendingLoss GstGioSocketPendingLoss;

/**
 * GstGioSocketPendingLimits: (skip)
 * @max_bytes: bytes in a batch; a larger buffer goes alone
 * @max_size_bytes: bytes that may be pending; a buffer of less than 32 bytes counts as 32, because
 *   the buffer itself takes up room
 * @copy_threshold: smaller buffers are copied into blocks
 * @max_latency: nanoseconds that a buffer waits for others; 0: none
 * @quiet_time: nanoseconds without an arrival that end such a wait; 0: do not watch for quiet
 * @flush_on: what in the stream ends such a wait, from the next buffer on
 * @leaky: what is lost when there is no room
 *
 * What a list may hold, and for how long.
 *
 * Since: 0.1
 */
struct _GstGioSocketPendingLimits
{
  gsize max_bytes;
  gsize max_size_bytes;
  gsize copy_threshold;
  gint64 max_latency;
  gint64 quiet_time;
  GstGioSocketFlushOn flush_on;
  GstGioSocketLeaky leaky;
};

/**
 * GstGioSocketPendingCounters: (skip)
 * @buffers_in: buffers taken from the producer
 * @bytes_in: their bytes
 * @lists_out: lists that were accepted downstream
 * @buffers_out: the buffers in them
 * @bytes_out: their bytes
 * @bytes_copied: bytes copied into the blocks of lists that the consumer has got
 * @buffers_dropped: buffers that got lost: in a flush, a change of state or a refusal downstream,
 *   pending or on their way; or because there was no room
 * @bytes_dropped: their bytes
 * @buffers_leaked: those among them for which there was no room
 * @bytes_leaked: their bytes
 * @ends: lists by what made them due, indexed by #GstGioSocketBurstEnd
 * @level: bytes pending now
 *
 * What happened since the list was made.
 *
 * Since: 0.1
 */
struct _GstGioSocketPendingCounters
{
  guint64 buffers_in;
  guint64 bytes_in;
  guint64 lists_out;
  guint64 buffers_out;
  guint64 bytes_out;
  guint64 bytes_copied;
  guint64 buffers_dropped;
  guint64 bytes_dropped;
  guint64 buffers_leaked;
  guint64 bytes_leaked;
  guint64 ends[GST_GIO_SOCKET_BURST_BOUNDARY + 1];
  guint64 level;
};

/**
 * GstGioSocketPendingLoss: (skip)
 * @buffer: the last buffer that was lost
 * @leaky: at which end
 * @processed: buffers that the consumer has got since the list was last cleared
 * @dropped: buffers for which there was no room, since then
 *
 * What was lost in one push.
 *
 * Since: 0.1
 */
struct _GstGioSocketPendingLoss
{
  GstBuffer *buffer;
  GstGioSocketLeaky leaky;
  guint64 processed;
  guint64 dropped;
};

/**
 * GstGioSocketPendingLossFunc: (skip)
 * @loss: what was lost
 * @user_data: as set
 *
 * Called in the producer's thread, without a lock, at the end of a push in which something was lost.
 *
 * Since: 0.1
 */
typedef void (
    *GstGioSocketPendingLossFunc) (const GstGioSocketPendingLoss *loss, gpointer user_data);

GST_GIO_SOCKET_API
GstGioSocketPending *gst_gio_socket_pending_new (void);

GST_GIO_SOCKET_API
void gst_gio_socket_pending_free (GstGioSocketPending *pending);

GST_GIO_SOCKET_API
void gst_gio_socket_pending_set_loss_func (GstGioSocketPending *pending,
    GstGioSocketPendingLossFunc func, gpointer user_data);

GST_GIO_SOCKET_API
void gst_gio_socket_pending_set_limits (GstGioSocketPending *pending,
    const GstGioSocketPendingLimits *limits);

GST_GIO_SOCKET_API
void gst_gio_socket_pending_get_counters (GstGioSocketPending *pending,
    GstGioSocketPendingCounters *counters);

GST_GIO_SOCKET_API
void gst_gio_socket_pending_start (GstGioSocketPending *pending);

GST_GIO_SOCKET_API
void gst_gio_socket_pending_stop (GstGioSocketPending *pending);

GST_GIO_SOCKET_API
GList *gst_gio_socket_pending_clear (GstGioSocketPending *pending);

GST_GIO_SOCKET_API
GstFlowReturn gst_gio_socket_pending_get_result (GstGioSocketPending *pending, gboolean *eos);

GST_GIO_SOCKET_API
GstFlowReturn gst_gio_socket_pending_push (GstGioSocketPending *pending, GstBuffer *buffer);

GST_GIO_SOCKET_API
GstFlowReturn gst_gio_socket_pending_push_list (GstGioSocketPending *pending, GstBufferList *list);

GST_GIO_SOCKET_API
GstFlowReturn gst_gio_socket_pending_push_event (GstGioSocketPending *pending, GstEvent *event);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_pending_query (GstGioSocketPending *pending, GstQuery *query);

GST_GIO_SOCKET_API
GstFlowReturn gst_gio_socket_pending_take (GstGioSocketPending *pending, GstBufferList **list,
    GstMiniObject **object);

GST_GIO_SOCKET_API
GstFlowReturn gst_gio_socket_pending_done (GstGioSocketPending *pending, GstFlowReturn ret);

GST_GIO_SOCKET_API
void gst_gio_socket_pending_answer (GstGioSocketPending *pending, gboolean answer);

G_END_DECLS
