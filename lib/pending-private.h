/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "backlog.h"
#include "pending.h"

G_BEGIN_DECLS

/* The list is one idea in four files: pending.c for any thread, one for either side, and one for a
 * producer that does not wait for room. */
struct _GstGioSocketPending
{
  /* Immutable once in use. */
  GstGioSocketPendingLossFunc loss_func;
  gpointer loss_data;

  /* Producer only. */
  GArray *sizes;        /* of the buffers in a list, gsize */
  GPtrArray *spent;     /* buffers, to be freed without the lock */
  GPtrArray *lost;      /* batches, the same */
  GstBuffer *last_lost; /* in one of them */

  /* Consumer only. */
  guint64 taken_buffers;
  guint64 taken_bytes;
  guint64 made_buffers;
  gsize copied_bytes;

  /* Atomic: limits.leaky, or a gap that is to be marked. */
  gint lossy;

  GMutex lock;
  GCond arrival;
  GCond room;
  GCond answered;

  /* The rest is protected by the lock. */
  GstGioSocketPendingLimits limits;
  GstGioSocketPendingCounters counters;
  GstGioSocketBacklog backlog;
  GstGioSocketBoundary boundary;
  GstFlowReturn result;

  /* The consumer sleeps until wake_at unless it is woken. */
  gboolean exact_timer;
  gboolean sleeping;
  gint64 wake_at;

  /* The counters when the list was last cleared. */
  guint64 buffers_in_before;
  guint64 buffers_leaked_before;

  /* The producer waits until no more than low_water is left, or has lost something. */
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

/* These need the lock. */

/* Ends every wait of either side. */
void gst_gio_socket_pending_give_up (GstGioSocketPending *pending, GstFlowReturn result);

/* Why nothing is taken in, or OK. */
static inline GstFlowReturn
gst_gio_socket_pending_refusal (const GstGioSocketPending *pending)
{
  if (pending->result != GST_FLOW_OK)
    return pending->result;

  return pending->dropping && pending->n_revivals == 0 ? GST_FLOW_EOS : GST_FLOW_OK;
}

static inline gboolean
gst_gio_socket_pending_has_room (const GstGioSocketPending *pending, gsize weight)
{
  gsize used = pending->backlog.weight;
  gsize max = pending->limits.max_size_bytes;

  return used == 0 || (used <= max && weight <= max - used);
}

/* Where there is none. */
GstFlowReturn gst_gio_socket_pending_wait_for_room (GstGioSocketPending *pending, gsize weight);

/* Waking is a system call: done once, and only for a consumer that would sleep for too long. */
void gst_gio_socket_pending_wake_consumer (GstGioSocketPending *pending);

/* Now, or nothing where nobody asks. */
gint64 gst_gio_socket_pending_get_now (const GstGioSocketPending *pending);

/* Returns: whether the reference was taken over; else the caller frees @buffer, without the lock. */
gboolean gst_gio_socket_pending_take_in (GstGioSocketPending *pending, GstBuffer *buffer,
    gsize size, gint64 now);

void gst_gio_socket_pending_update_lossy (GstGioSocketPending *pending);

/* And this one does not.  Takes over the buffers whatever becomes of them: all are taken in, or lost, or
 * none is. */
GstFlowReturn gst_gio_socket_pending_push_lossy (GstGioSocketPending *pending, GstBuffer **buffers,
    guint n_buffers);

G_END_DECLS
