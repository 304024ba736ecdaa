/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pending-private.h"

static gint64
deadline (const GstGioSocketPending *pending)
{
  return pending->blocked ? G_MININT64 : gst_gio_socket_backlog_deadline (&pending->backlog);
}

void
gst_gio_socket_pending_wake_consumer (GstGioSocketPending *pending)
{
  if (!pending->sleeping || deadline (pending) >= pending->wake_at)
    return;

  pending->sleeping = FALSE;
  g_cond_signal (&pending->arrival);
}

/* Half of the room, or the producer would be woken for every buffer that leaves. */
static gsize
low_water (const GstGioSocketPending *pending, gsize weight)
{
  gsize max = pending->limits.max_size_bytes;

  return weight >= max ? 0 : MIN (max / 2, max - weight);
}

/* When it is decided meanwhile that there is no waiting, or again, this one goes in all the same. */
GstFlowReturn
gst_gio_socket_pending_wait_for_room (GstGioSocketPending *pending, gsize weight)
{
  GstGioSocketLeaky leaky = pending->limits.leaky;

  while (gst_gio_socket_pending_refusal (pending) == GST_FLOW_OK &&
      pending->limits.leaky == leaky && pending->backlog.weight > low_water (pending, weight)) {
    pending->blocked = TRUE;
    pending->low_water = low_water (pending, weight);
    gst_gio_socket_pending_wake_consumer (pending);
    g_cond_wait (&pending->room, &pending->lock);
  }
  pending->blocked = FALSE;

  return gst_gio_socket_pending_refusal (pending);
}

gint64
gst_gio_socket_pending_get_now (const GstGioSocketPending *pending)
{
  /* Without max_latency everything is due on arrival, and no clock is read for it. */
  return pending->limits.max_latency > 0 ? (gint64)gst_util_get_timestamp () : 0;
}

static gboolean
add_between_cuts (GstGioSocketPending *pending, GstBuffer *buffer, gsize size, gint64 now)
{
  GstGioSocketBoundarySides sides = gst_gio_socket_boundary_look (&pending->boundary, buffer);
  gboolean taken_over;

  if (sides & GST_GIO_SOCKET_BOUNDARY_BEFORE)
    gst_gio_socket_backlog_cut (&pending->backlog);
  taken_over = gst_gio_socket_backlog_add (&pending->backlog, buffer, size, now);
  if (sides & GST_GIO_SOCKET_BOUNDARY_AFTER)
    gst_gio_socket_backlog_cut (&pending->backlog);

  return taken_over;
}

gboolean
gst_gio_socket_pending_take_in (GstGioSocketPending *pending, GstBuffer *buffer, gsize size,
    gint64 now)
{
  pending->counters.buffers_in++;
  pending->counters.bytes_in += size;

  if (G_UNLIKELY (pending->limits.flush_on != 0))
    return add_between_cuts (pending, buffer, size, now);

  return gst_gio_socket_backlog_add (&pending->backlog, buffer, size, now);
}

static GstFlowReturn
find_room (GstGioSocketPending *pending, gsize weight)
{
  GstFlowReturn ret = gst_gio_socket_pending_refusal (pending);

  if (ret == GST_FLOW_OK && !gst_gio_socket_pending_has_room (pending, weight))
    ret = gst_gio_socket_pending_wait_for_room (pending, weight);

  return ret;
}

/**
 * gst_gio_socket_pending_push: (skip)
 * @pending: the list
 * @buffer: (transfer full): the next buffer
 *
 * Puts @buffer at the end, after waiting for room if need be.
 *
 * Returns: %GST_FLOW_OK, also when it was lost for want of room; or why @buffer was not taken in
 *
 * Since: 0.1
 */
GstFlowReturn
gst_gio_socket_pending_push (GstGioSocketPending *pending, GstBuffer *buffer)
{
  gsize size = gst_buffer_get_size (buffer);
  gboolean taken_over = FALSE;
  GstFlowReturn ret;

  if (G_UNLIKELY (g_atomic_int_get (&pending->lossy)))
    return gst_gio_socket_pending_push_lossy (pending, &buffer, 1);

  g_mutex_lock (&pending->lock);
  ret = find_room (pending, gst_gio_socket_backlog_weigh (size));
  if (ret == GST_FLOW_OK) {
    taken_over = gst_gio_socket_pending_take_in (pending, buffer, size,
        gst_gio_socket_pending_get_now (pending));
    gst_gio_socket_pending_wake_consumer (pending);
  }
  g_mutex_unlock (&pending->lock);

  if (!taken_over)
    gst_buffer_unref (buffer);

  return ret;
}

/* Looks up the sizes, not under the lock.  Returns: what they weigh. */
static gsize
measure_list (GstGioSocketPending *pending, GstBufferList *list, guint n_buffers)
{
  gsize weight = 0;

  g_array_set_size (pending->sizes, n_buffers);
  for (guint i = 0; i < n_buffers; i++) {
    gsize size = gst_buffer_get_size (gst_buffer_list_get (list, i));

    g_array_index (pending->sizes, gsize, i) = size;
    weight += gst_gio_socket_backlog_weigh (size);
  }

  return weight;
}

static GstFlowReturn
push_list_lossy (GstGioSocketPending *pending, GstBufferList *list)
{
  guint n_buffers = gst_buffer_list_length (list);
  g_autofree GstBuffer **buffers = g_new (GstBuffer *, n_buffers);

  for (guint i = 0; i < n_buffers; i++)
    buffers[i] = gst_buffer_ref (gst_buffer_list_get (list, i));
  /* Before the push, so that who gets the buffers may be their only owner. */
  gst_buffer_list_unref (list);

  return gst_gio_socket_pending_push_lossy (pending, buffers, n_buffers);
}

/**
 * gst_gio_socket_pending_push_list: (skip)
 * @pending: the list
 * @list: (transfer full): the next buffers
 *
 * Puts all buffers of @list at the end at once, after waiting for room for all of them, or one by one
 * when it is leaky.
 *
 * Returns: %GST_FLOW_OK, also when some were lost; or why none of them was taken in
 *
 * Since: 0.1
 */
GstFlowReturn
gst_gio_socket_pending_push_list (GstGioSocketPending *pending, GstBufferList *list)
{
  guint n_buffers = gst_buffer_list_length (list);
  GstFlowReturn ret;
  gsize weight;

  if (G_UNLIKELY (g_atomic_int_get (&pending->lossy)))
    return push_list_lossy (pending, list);

  weight = measure_list (pending, list, n_buffers);
  g_mutex_lock (&pending->lock);
  ret = find_room (pending, weight);
  if (ret == GST_FLOW_OK) {
    gint64 now = gst_gio_socket_pending_get_now (pending);

    for (guint i = 0; i < n_buffers; i++) {
      GstBuffer *buffer = gst_buffer_list_get (list, i);

      if (gst_gio_socket_pending_take_in (pending, buffer, g_array_index (pending->sizes, gsize, i),
              now))
        gst_buffer_ref (buffer); /* @list has the other one */
    }
    gst_gio_socket_pending_wake_consumer (pending);
  }
  g_mutex_unlock (&pending->lock);

  gst_buffer_list_unref (list);

  return ret;
}

/* Sticky events are kept by the pads: they are welcome as long as the next buffer tells the error,
 * and after EOS there is none. */
static GstFlowReturn
event_refusal (const GstGioSocketPending *pending, GstEvent *event)
{
  if (GST_EVENT_IS_STICKY (event) && GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return GST_FLOW_OK;

  return pending->result;
}

/**
 * gst_gio_socket_pending_push_event: (skip)
 * @pending: the list
 * @event: (transfer full): a serialized event
 *
 * Puts @event at the end.  Events take up no room.
 *
 * Returns: %GST_FLOW_OK, or why @event was not taken in
 *
 * Since: 0.1
 */
GstFlowReturn
gst_gio_socket_pending_push_event (GstGioSocketPending *pending, GstEvent *event)
{
  GstFlowReturn ret;

  g_mutex_lock (&pending->lock);
  ret = event_refusal (pending, event);
  if (ret == GST_FLOW_OK) {
    gst_gio_socket_backlog_add_object (&pending->backlog, GST_MINI_OBJECT_CAST (event));
    if (gst_gio_socket_pending_is_revival (GST_MINI_OBJECT_CAST (event))) {
      pending->n_revivals++;
      pending->eos = FALSE;
    }
    if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
      pending->eos = TRUE;
    if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START)
      gst_gio_socket_boundary_reset (&pending->boundary);
    gst_gio_socket_pending_wake_consumer (pending);
  }
  g_mutex_unlock (&pending->lock);

  if (ret != GST_FLOW_OK)
    gst_event_unref (event);

  return ret;
}

/**
 * gst_gio_socket_pending_query: (skip)
 * @pending: the list
 * @query: a serialized query
 *
 * Puts @query at the end and waits until the consumer has answered it.
 *
 * Returns: the answer; %FALSE also when the list is stopped meanwhile
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_pending_query (GstGioSocketPending *pending, GstQuery *query)
{
  gboolean answer = FALSE;

  g_mutex_lock (&pending->lock);
  if (pending->result == GST_FLOW_OK) {
    pending->query = query;
    gst_gio_socket_backlog_add_object (&pending->backlog, GST_MINI_OBJECT_CAST (query));
    gst_gio_socket_pending_wake_consumer (pending);
    while (pending->query != NULL)
      g_cond_wait (&pending->answered, &pending->lock);
    answer = pending->answer;
  }
  g_mutex_unlock (&pending->lock);

  return answer;
}
