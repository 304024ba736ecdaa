/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pending-private.h"

static void
count_in (GstGioSocketPending *pending, const GstGioSocketBacklogItem *item)
{
  pending->counters.buffers_in++;
  pending->counters.bytes_in += item->size;
}

static void
count_dropped (GstGioSocketPending *pending, const GstGioSocketBacklogItem *item)
{
  pending->counters.buffers_dropped++;
  pending->counters.bytes_dropped += item->size;
  g_ptr_array_add (pending->trash, item->object);
}

static void
count_lost (GstGioSocketPending *pending, const GstGioSocketBacklogItem *item)
{
  pending->counters.buffers_leaked++;
  pending->counters.bytes_leaked += item->size;
  count_dropped (pending, item);
  pending->last_lost = GST_BUFFER_CAST (item->object);
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
      gst_gio_socket_backlog_lose_oldest (&pending->backlog, &oldest, pending->trash))
    count_lost (pending, &oldest);

  return gst_gio_socket_pending_has_room (pending, weight)
      ? GST_FLOW_OK
      : gst_gio_socket_pending_wait_for_room (pending, weight);
}

static void
add_behind_gap (GstGioSocketPending *pending, const GstGioSocketBacklogItem *item)
{
  gint64 now = pending->limits.max_latency > 0 ? (gint64)gst_util_get_timestamp () : 0;
  GstGioSocketBacklogItem marked = *item;

  if (pending->backlog.gap)
    gst_gio_socket_backlog_mark_gap (&marked, pending->trash);
  pending->backlog.gap = FALSE;
  gst_gio_socket_pending_add_between_cuts (pending, &marked, now);
  gst_gio_socket_pending_wake_consumer (pending);
}

static GstFlowReturn
add_or_lose (GstGioSocketPending *pending, const GstGioSocketBacklogItem *item)
{
  gsize weight = gst_gio_socket_backlog_weigh (item);
  GstFlowReturn ret = gst_gio_socket_pending_refusal (pending);

  if (ret == GST_FLOW_OK && !gst_gio_socket_pending_has_room (pending, weight)) {
    end_wait (pending);
    if (pending->limits.leaky == GST_GIO_SOCKET_LEAKY_UPSTREAM &&
        gst_gio_socket_backlog_may_lose (item)) {
      count_in (pending, item);
      count_lost (pending, item);
      pending->backlog.gap = TRUE;
      return GST_FLOW_OK;
    }
    ret = make_room (pending, weight);
  }

  if (ret == GST_FLOW_OK) {
    count_in (pending, item);
    add_behind_gap (pending, item);
  }

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

/* The rest of a list whose beginning was taken in just before a flush or an error. */
static void
drop_rest (GstGioSocketPending *pending, const GstGioSocketBacklogItem *items, guint n_items)
{
  for (guint i = 0; i < n_items; i++) {
    count_in (pending, &items[i]);
    count_dropped (pending, &items[i]);
  }
}

void
gst_gio_socket_pending_update_lossy (GstGioSocketPending *pending)
{
  gboolean lossy = pending->limits.leaky != GST_GIO_SOCKET_LEAKY_NO || pending->backlog.gap;

  g_atomic_int_set (&pending->lossy, lossy);
}

GstFlowReturn
gst_gio_socket_pending_push_lossy (GstGioSocketPending *pending,
    const GstGioSocketBacklogItem *items, guint n_items)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstGioSocketPendingLoss loss;
  guint n = 0;

  pending->last_lost = NULL;
  g_mutex_lock (&pending->lock);
  while (n < n_items && (ret = add_or_lose (pending, &items[n])) == GST_FLOW_OK)
    n++;
  if (n > 0)
    drop_rest (pending, items + n, n_items - n);
  gst_gio_socket_pending_update_lossy (pending);
  loss = describe_loss (pending);
  g_mutex_unlock (&pending->lock);

  if (loss.buffer != NULL && pending->loss_func != NULL)
    pending->loss_func (&loss, pending->loss_data);
  g_ptr_array_set_size (pending->trash, 0);

  return n > 0 ? GST_FLOW_OK : ret;
}
