/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "backlog.h"

#define INITIAL_ITEMS 64
#define MIN_WEIGHT 32

static const GstGioSocketBacklogItem *
peek_head (const GstGioSocketBacklog *backlog)
{
  return gst_queue_array_peek_head_struct (backlog->items);
}

static const GstGioSocketBacklogItem *
peek_tail (const GstGioSocketBacklog *backlog)
{
  return gst_queue_array_peek_tail_struct (backlog->items);
}

static void
mark_span (GstGioSocketBacklog *backlog, const GstGioSocketBacklogItem *last)
{
  GstClockTime first = peek_head (backlog)->time;

  if (!GST_CLOCK_TIME_IS_VALID (first) || !GST_CLOCK_TIME_IS_VALID (last->time))
    return;
  if (MAX (first, last->time) - MIN (first, last->time) > backlog->max_span)
    gst_gio_socket_burst_mark_boundary (&backlog->burst);
}

/* What is left over is a burst that began when its first buffer arrived. */
void
gst_gio_socket_backlog_restart_burst (GstGioSocketBacklog *backlog)
{
  gst_gio_socket_burst_reset (&backlog->burst);
  if (backlog->n_buffers == 0 || backlog->n_objects > 0)
    return;

  gst_gio_socket_burst_add (&backlog->burst, peek_head (backlog)->arrived, backlog->bytes);
  gst_gio_socket_burst_add (&backlog->burst, peek_tail (backlog)->arrived, 0);
  mark_span (backlog, peek_tail (backlog));
  if (backlog->n_cut > 0)
    gst_gio_socket_burst_mark_boundary (&backlog->burst);
}

void
gst_gio_socket_backlog_init (GstGioSocketBacklog *backlog)
{
  *backlog = (GstGioSocketBacklog){ .max_span = GST_CLOCK_TIME_NONE };
  backlog->items = gst_queue_array_new_for_struct (sizeof (GstGioSocketBacklogItem), INITIAL_ITEMS);
  gst_gio_socket_burst_init (&backlog->burst, 0, 0, 0);
}

GList *
gst_gio_socket_backlog_clear (GstGioSocketBacklog *backlog)
{
  GList *events = NULL;
  const GstGioSocketBacklogItem *item;

  while ((item = gst_queue_array_pop_head_struct (backlog->items)) != NULL) {
    if (GST_IS_EVENT (item->object))
      events = g_list_prepend (events, item->object);
    else if (item->is_buffer)
      gst_mini_object_unref (item->object);
  }
  gst_queue_array_free (backlog->items);
  backlog->items = NULL;

  return g_list_reverse (events);
}

void
gst_gio_socket_backlog_set_limits (GstGioSocketBacklog *backlog, gint64 quiet_time,
    gint64 max_latency, gsize max_bytes, GstClockTime max_span)
{
  gst_gio_socket_burst_init (&backlog->burst, quiet_time, max_latency, max_bytes);
  backlog->max_span = max_span;
  gst_gio_socket_backlog_restart_burst (backlog);
}

GstGioSocketBacklogItem
gst_gio_socket_backlog_item (GstBuffer *buffer)
{
  return (GstGioSocketBacklogItem){
    .object = GST_MINI_OBJECT_CAST (buffer),
    .size = gst_buffer_get_size (buffer),
    .time = GST_BUFFER_DTS_OR_PTS (buffer),
    .is_buffer = TRUE,
  };
}

gsize
gst_gio_socket_backlog_weigh (const GstGioSocketBacklogItem *item)
{
  return MAX (item->size, MIN_WEIGHT);
}

void
gst_gio_socket_backlog_add (GstGioSocketBacklog *backlog, const GstGioSocketBacklogItem *item,
    gint64 now)
{
  GstGioSocketBacklogItem arrival = *item;

  arrival.arrived = now;
  gst_queue_array_push_tail_struct (backlog->items, &arrival);
  backlog->n_buffers++;
  backlog->bytes += item->size;
  backlog->weight += gst_gio_socket_backlog_weigh (item);

  gst_gio_socket_burst_add (&backlog->burst, now, item->size);
  mark_span (backlog, item);
}

void
gst_gio_socket_backlog_add_object (GstGioSocketBacklog *backlog, GstMiniObject *object)
{
  GstGioSocketBacklogItem item = { .object = object, .time = GST_CLOCK_TIME_NONE };

  gst_queue_array_push_tail_struct (backlog->items, &item);
  backlog->n_objects++;
}

void
gst_gio_socket_backlog_cut (GstGioSocketBacklog *backlog)
{
  backlog->n_cut = backlog->n_buffers;
  gst_gio_socket_burst_mark_boundary (&backlog->burst);
}

void
gst_gio_socket_backlog_retract (GstGioSocketBacklog *backlog, GstMiniObject *object)
{
  const GstGioSocketBacklogItem *tail = peek_tail (backlog);

  if (tail == NULL || tail->object != object)
    return;

  gst_queue_array_pop_tail_struct (backlog->items);
  backlog->n_objects--;
  gst_gio_socket_backlog_restart_burst (backlog);
}

gint64
gst_gio_socket_backlog_deadline (const GstGioSocketBacklog *backlog)
{
  return backlog->n_objects > 0 ? G_MININT64 : gst_gio_socket_burst_deadline (&backlog->burst);
}

GstGioSocketBurstEnd
gst_gio_socket_backlog_check (const GstGioSocketBacklog *backlog, gint64 now)
{
  if (backlog->n_objects > 0)
    return GST_GIO_SOCKET_BURST_BOUNDARY;

  return gst_gio_socket_burst_check (&backlog->burst, now);
}

GstMiniObject *
gst_gio_socket_backlog_take_object (GstGioSocketBacklog *backlog)
{
  const GstGioSocketBacklogItem *head = peek_head (backlog);

  if (head == NULL || head->is_buffer)
    return NULL;

  gst_queue_array_pop_head_struct (backlog->items);
  backlog->n_objects--;
  gst_gio_socket_backlog_restart_burst (backlog);

  return head->object;
}

/* What comes behind the last cut goes with what is before it only if it is due, too. */
static guint
count_due (const GstGioSocketBacklog *backlog)
{
  if (backlog->n_cut == 0 || backlog->n_objects > 0 || backlog->burst.max_latency == 0)
    return backlog->n_buffers;

  return backlog->n_cut;
}

void
gst_gio_socket_backlog_take_buffers (GstGioSocketBacklog *backlog, GstGioSocketBatch *batch)
{
  guint n_left = backlog->n_buffers - count_due (backlog);
  guint n_before = backlog->n_buffers;
  const GstGioSocketBacklogItem *head;

  while (backlog->n_buffers > n_left && (head = peek_head (backlog)) != NULL && head->is_buffer &&
      gst_gio_socket_batch_add (batch, GST_BUFFER_CAST (head->object), head->size, head->time)) {
    gst_queue_array_pop_head_struct (backlog->items);
    backlog->n_buffers--;
    backlog->bytes -= head->size;
    backlog->weight -= gst_gio_socket_backlog_weigh (head);
  }
  backlog->n_cut -= MIN (backlog->n_cut, n_before - backlog->n_buffers);
  gst_gio_socket_backlog_restart_burst (backlog);
}
