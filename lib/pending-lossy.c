/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pending-private.h"

/* With what is pending; what was never taken in goes through here, too. */
static void
drop_buffer (GstGioSocketPending *pending, GstBuffer *buffer, gsize size)
{
  pending->counters.buffers_in++;
  pending->counters.bytes_in += size;
  pending->counters.buffers_dropped++;
  pending->counters.bytes_dropped += size;
  g_ptr_array_add (pending->spent, buffer);
}

static void
lose_batch (GstGioSocketPending *pending, const GstGioSocketBacklogItem *item)
{
  pending->counters.buffers_leaked += item->n_buffers;
  pending->counters.bytes_leaked += item->bytes;
  pending->counters.buffers_dropped += item->n_buffers;
  pending->counters.bytes_dropped += item->bytes;
  pending->last_lost = gst_gio_socket_batch_peek (item->batch);
  g_ptr_array_add (pending->lost, item->batch);
}

static void
lose_buffer (GstGioSocketPending *pending, GstBuffer *buffer, gsize size)
{
  pending->counters.buffers_leaked++;
  pending->counters.bytes_leaked += size;
  drop_buffer (pending, buffer, size);
  pending->last_lost = buffer;
  pending->backlog.gap = TRUE;
}

/* The consumer shall not sleep on what it could take, however little that is. */
static void
end_wait (GstGioSocketPending *pending)
{
  pending->blocked = TRUE;
  pending->low_water = G_MAXSIZE;
  gst_gio_socket_pending_wake_consumer (pending);
}

/* What must not be lost waits. */
static GstFlowReturn
make_room (GstGioSocketPending *pending, gsize weight)
{
  GstGioSocketBacklogItem oldest;

  while (pending->limits.leaky == GST_GIO_SOCKET_LEAKY_DOWNSTREAM &&
      !gst_gio_socket_pending_has_room (pending, weight) &&
      gst_gio_socket_backlog_lose_oldest (&pending->backlog, &oldest))
    lose_batch (pending, &oldest);

  return gst_gio_socket_pending_has_room (pending, weight)
      ? GST_FLOW_OK
      : gst_gio_socket_pending_wait_for_room (pending, weight);
}

static void
add_behind_gap (GstGioSocketPending *pending, GstBuffer *buffer, gsize size)
{
  if (pending->backlog.gap) {
    /* Whoever holds the buffer, too, keeps it as it is. */
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    pending->backlog.gap = FALSE;
  }
  if (!gst_gio_socket_pending_take_in (pending, buffer, size,
          gst_gio_socket_pending_get_now (pending)))
    g_ptr_array_add (pending->spent, buffer);
  gst_gio_socket_pending_wake_consumer (pending);
}

/* Takes @buffer over, unless it returns why it is not taken in. */
static GstFlowReturn
add_or_lose (GstGioSocketPending *pending, GstBuffer *buffer)
{
  gsize size = gst_buffer_get_size (buffer);
  gsize weight = gst_gio_socket_backlog_weigh (size);
  GstFlowReturn ret = gst_gio_socket_pending_refusal (pending);

  if (ret == GST_FLOW_OK && !gst_gio_socket_pending_has_room (pending, weight)) {
    end_wait (pending);
    if (pending->limits.leaky == GST_GIO_SOCKET_LEAKY_UPSTREAM &&
        gst_gio_socket_backlog_may_lose (buffer)) {
      lose_buffer (pending, buffer, size);
      return GST_FLOW_OK;
    }
    ret = make_room (pending, weight);
  }
  if (ret == GST_FLOW_OK)
    add_behind_gap (pending, buffer, size);

  return ret;
}

/* With the lock held. */
static GstGioSocketPendingLoss
describe_loss (const GstGioSocketPending *pending)
{
  guint64 leaked = pending->counters.buffers_leaked - pending->buffers_leaked_before;
  guint64 in = pending->counters.buffers_in - pending->buffers_in_before;

  return (GstGioSocketPendingLoss){
    .buffer = pending->last_lost,
    .leaky = pending->limits.leaky,
    .processed = in - leaked - pending->backlog.n_buffers,
    .dropped = leaked,
  };
}

void
gst_gio_socket_pending_update_lossy (GstGioSocketPending *pending)
{
  gboolean lossy = pending->limits.leaky != GST_GIO_SOCKET_LEAKY_NO || pending->backlog.gap;

  g_atomic_int_set (&pending->lossy, lossy);
}

/* All of them, or those behind the ones that were taken in just before a flush or an error. */
static void
refuse_rest (GstGioSocketPending *pending, GstBuffer **buffers, guint n_buffers, guint n_taken)
{
  for (guint i = n_taken; i < n_buffers; i++) {
    if (n_taken > 0)
      drop_buffer (pending, buffers[i], gst_buffer_get_size (buffers[i]));
    else
      g_ptr_array_add (pending->spent, buffers[i]);
  }
}

GstFlowReturn
gst_gio_socket_pending_push_lossy (GstGioSocketPending *pending, GstBuffer **buffers,
    guint n_buffers)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstGioSocketPendingLoss loss;
  guint n = 0;

  pending->last_lost = NULL;
  g_mutex_lock (&pending->lock);
  while (n < n_buffers && (ret = add_or_lose (pending, buffers[n])) == GST_FLOW_OK)
    n++;
  refuse_rest (pending, buffers, n_buffers, n);
  gst_gio_socket_pending_update_lossy (pending);
  loss = describe_loss (pending);
  g_mutex_unlock (&pending->lock);

  if (loss.buffer != NULL && pending->loss_func != NULL)
    pending->loss_func (&loss, pending->loss_data);
  g_ptr_array_set_size (pending->spent, 0);
  g_ptr_array_set_size (pending->lost, 0);

  return n > 0 ? GST_FLOW_OK : ret;
}
