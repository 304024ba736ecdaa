/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "backlog.h"

#define INITIAL_ITEMS 16
#define MIN_WEIGHT 32

static GstGioSocketBacklogItem *
peek_head (const GstGioSocketBacklog *backlog)
{
  return gst_queue_array_peek_head_struct (backlog->items);
}

static GstGioSocketBacklogItem *
peek_tail (const GstGioSocketBacklog *backlog)
{
  return gst_queue_array_peek_tail_struct (backlog->items);
}

/* A batch behind which there is another one will not grow.  What is not full then spans too much
 * time. */
static void
mark_complete_head (GstGioSocketBacklog *backlog)
{
  if (peek_head (backlog) != peek_tail (backlog) && backlog->bytes < backlog->max_bytes)
    gst_gio_socket_burst_mark_boundary (&backlog->burst);
}

/* What is left over is a burst that began when its first buffer arrived. */
static void
restart_burst (GstGioSocketBacklog *backlog)
{
  gst_gio_socket_burst_reset (&backlog->burst);
  if (backlog->n_buffers == 0 || backlog->n_objects > 0)
    return;

  gst_gio_socket_burst_add (&backlog->burst, peek_head (backlog)->first_arrival, backlog->bytes);
  gst_gio_socket_burst_add (&backlog->burst, peek_tail (backlog)->last_arrival, 0);
  mark_complete_head (backlog);
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
    if (item->batch != NULL)
      gst_gio_socket_batch_free (item->batch);
    else if (GST_IS_EVENT (item->object))
      events = g_list_prepend (events, item->object);
  }
  gst_queue_array_free (backlog->items);
  backlog->items = NULL;

  return g_list_reverse (events);
}

static void
limit_batch (const GstGioSocketBacklog *backlog, GstGioSocketBatch *batch)
{
  gst_gio_socket_batch_set_limits (batch, backlog->max_bytes, backlog->max_span,
      backlog->copy_threshold);
}

void
gst_gio_socket_backlog_set_limits (GstGioSocketBacklog *backlog, gint64 quiet_time,
    gint64 max_latency, gsize max_bytes, GstClockTime max_span, gsize copy_threshold)
{
  const GstGioSocketBacklogItem *tail = peek_tail (backlog);

  gst_gio_socket_burst_init (&backlog->burst, quiet_time, max_latency, max_bytes);
  backlog->max_bytes = max_bytes;
  backlog->max_span = max_span;
  backlog->copy_threshold = copy_threshold;
  if (tail != NULL && tail->batch != NULL)
    limit_batch (backlog, tail->batch);
  restart_burst (backlog);
}

gsize
gst_gio_socket_backlog_weigh (gsize size)
{
  return MAX (size, MIN_WEIGHT);
}

static GstGioSocketBacklogItem *
begin_batch (GstGioSocketBacklog *backlog, gint64 now)
{
  GstGioSocketBacklogItem item = { .batch = gst_gio_socket_batch_new (), .first_arrival = now };

  limit_batch (backlog, item.batch);
  gst_queue_array_push_tail_struct (backlog->items, &item);

  return peek_tail (backlog);
}

gboolean
gst_gio_socket_backlog_add (GstGioSocketBacklog *backlog, GstBuffer *buffer, gsize size, gint64 now)
{
  GstClockTime time = GST_BUFFER_DTS_OR_PTS (buffer);
  gsize weight = gst_gio_socket_backlog_weigh (size);
  GstGioSocketBacklogItem *tail = peek_tail (backlog);
  GstGioSocketBatchAdded added = GST_GIO_SOCKET_BATCH_FULL;

  gst_gio_socket_burst_add (&backlog->burst, now, size);
  backlog->n_buffers++;
  backlog->bytes += size;
  backlog->weight += weight;

  if (tail != NULL && tail->batch != NULL)
    added = gst_gio_socket_batch_add (tail->batch, buffer, size, time);
  if (added == GST_GIO_SOCKET_BATCH_FULL) {
    tail = begin_batch (backlog, now);
    added = gst_gio_socket_batch_add (tail->batch, buffer, size, time);
    mark_complete_head (backlog);
  }
  tail->n_buffers++;
  tail->bytes += size;
  tail->weight += weight;
  tail->last_arrival = now;

  return added == GST_GIO_SOCKET_BATCH_KEPT;
}

void
gst_gio_socket_backlog_add_object (GstGioSocketBacklog *backlog, GstMiniObject *object)
{
  GstGioSocketBacklogItem item = { .object = object };

  gst_queue_array_push_tail_struct (backlog->items, &item);
  backlog->n_objects++;
}

void
gst_gio_socket_backlog_retract (GstGioSocketBacklog *backlog, GstMiniObject *object)
{
  const GstGioSocketBacklogItem *tail = peek_tail (backlog);

  if (tail == NULL || tail->object != object)
    return;

  gst_queue_array_pop_tail_struct (backlog->items);
  backlog->n_objects--;
  restart_burst (backlog);
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

gboolean
gst_gio_socket_backlog_take (GstGioSocketBacklog *backlog, GstGioSocketBacklogItem *item)
{
  const GstGioSocketBacklogItem *head = gst_queue_array_pop_head_struct (backlog->items);

  if (head == NULL)
    return FALSE;

  *item = *head;
  if (item->object != NULL)
    backlog->n_objects--;
  backlog->n_buffers -= item->n_buffers;
  backlog->bytes -= item->bytes;
  backlog->weight -= item->weight;
  restart_burst (backlog);

  return TRUE;
}
