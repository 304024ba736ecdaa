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

static gboolean
is_apart (GstClockTime a, GstClockTime b, GstClockTime max_span)
{
  return GST_CLOCK_TIME_IS_VALID (a) && GST_CLOCK_TIME_IS_VALID (b) &&
      MAX (a, b) - MIN (a, b) > max_span;
}

/* No batch will hold them all. */
static void
mark_span (GstGioSocketBacklog *backlog)
{
  if (is_apart (peek_head (backlog)->first_time, peek_tail (backlog)->last_time,
          backlog->limits.max_span))
    gst_gio_socket_burst_mark_boundary (&backlog->burst);
}

/* What is full is due for that reason. */
static void
mark_cut (GstGioSocketBacklog *backlog)
{
  if (backlog->n_cut > 0 && backlog->bytes < backlog->limits.max_bytes)
    gst_gio_socket_burst_mark_boundary (&backlog->burst);
}

/* What is left over is a burst that began when its first buffer arrived. */
void
gst_gio_socket_backlog_restart_burst (GstGioSocketBacklog *backlog)
{
  gst_gio_socket_burst_reset (&backlog->burst);
  if (backlog->n_buffers == 0 || backlog->n_objects > 0)
    return;

  gst_gio_socket_burst_add (&backlog->burst, peek_head (backlog)->first_arrival, backlog->bytes);
  gst_gio_socket_burst_add (&backlog->burst, peek_tail (backlog)->last_arrival, 0);
  mark_cut (backlog);
  mark_span (backlog);
}

void
gst_gio_socket_backlog_init (GstGioSocketBacklog *backlog)
{
  *backlog = (GstGioSocketBacklog){ .limits.max_span = GST_CLOCK_TIME_NONE };
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
  gst_gio_socket_batch_set_limits (batch, backlog->limits.max_bytes, backlog->limits.max_span,
      backlog->limits.copy_threshold);
}

void
gst_gio_socket_backlog_set_limits (GstGioSocketBacklog *backlog,
    const GstGioSocketBacklogLimits *limits)
{
  guint length = gst_queue_array_get_length (backlog->items);

  backlog->limits = *limits;
  gst_gio_socket_burst_init (&backlog->burst, limits->quiet_time, limits->max_latency,
      limits->max_bytes);
  for (guint i = 0; i < length; i++) {
    const GstGioSocketBacklogItem *item = gst_queue_array_peek_nth_struct (backlog->items, i);

    if (item->batch != NULL)
      limit_batch (backlog, item->batch);
  }
  gst_gio_socket_backlog_restart_burst (backlog);
}

gsize
gst_gio_socket_backlog_weigh (gsize size)
{
  return MAX (size, MIN_WEIGHT);
}

/* Without its headers a stream cannot be understood at all. */
gboolean
gst_gio_socket_backlog_may_lose (GstBuffer *buffer)
{
  return !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER);
}

static GstGioSocketBacklogItem *
begin_batch (GstGioSocketBacklog *backlog, GstBuffer *buffer, gint64 now)
{
  GstGioSocketBacklogItem item = {
    .batch = gst_gio_socket_batch_new (),
    .first_arrival = now,
    .first_time = GST_BUFFER_DTS_OR_PTS (buffer),
    .may_lose = TRUE,
  };

  limit_batch (backlog, item.batch);
  gst_queue_array_push_tail_struct (backlog->items, &item);
  backlog->n_batches++;

  return peek_tail (backlog);
}

static void
close_batch (GstGioSocketBacklog *backlog)
{
  GstGioSocketBacklogItem *tail = peek_tail (backlog);

  if (tail != NULL && tail->batch != NULL)
    tail->is_closed = TRUE;
  backlog->n_cut = backlog->n_batches;
  mark_cut (backlog);
}

/* Returns: the batch that @buffer is in now. */
static GstGioSocketBacklogItem *
add_to_batch (GstGioSocketBacklog *backlog, GstBuffer *buffer, gsize size, gint64 now,
    GstGioSocketBatchAdded *added)
{
  GstClockTime time = GST_BUFFER_DTS_OR_PTS (buffer);
  GstGioSocketBacklogItem *tail = peek_tail (backlog);

  if (tail != NULL && tail->batch != NULL && !tail->is_closed && !backlog->limits.keeps_apart) {
    *added = gst_gio_socket_batch_add (tail->batch, buffer, size, time);
    if (*added != GST_GIO_SOCKET_BATCH_FULL)
      return tail;
    close_batch (backlog);
  }

  tail = begin_batch (backlog, buffer, now);
  *added = gst_gio_socket_batch_add (tail->batch, buffer, size, time);

  return tail;
}

gboolean
gst_gio_socket_backlog_add (GstGioSocketBacklog *backlog, GstBuffer *buffer, gsize size, gint64 now)
{
  GstClockTime time = GST_BUFFER_DTS_OR_PTS (buffer);
  gsize weight = gst_gio_socket_backlog_weigh (size);
  GstGioSocketBatchAdded added;
  GstGioSocketBacklogItem *item;

  gst_gio_socket_burst_add (&backlog->burst, now, size);
  backlog->n_buffers++;
  backlog->bytes += size;
  backlog->weight += weight;

  item = add_to_batch (backlog, buffer, size, now, &added);
  item->may_lose &= gst_gio_socket_backlog_may_lose (buffer);
  item->n_buffers++;
  item->bytes += size;
  item->weight += weight;
  item->last_arrival = now;
  item->last_time = time;
  if (GST_CLOCK_TIME_IS_VALID (time))
    mark_span (backlog);

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
gst_gio_socket_backlog_cut (GstGioSocketBacklog *backlog)
{
  if (backlog->limits.max_latency > 0)
    close_batch (backlog);
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

/* How many batches in front may leave together: what comes behind the last cut may only if it is due,
 * too. */
static guint
count_due (const GstGioSocketBacklog *backlog)
{
  if (backlog->n_cut == 0 || backlog->n_objects > 0 || backlog->limits.max_latency == 0)
    return backlog->n_batches;

  return backlog->n_cut;
}

/* Takes the batch in front out of the line. */
static void
pop_batch (GstGioSocketBacklog *backlog, const GstGioSocketBacklogItem *head)
{
  backlog->n_batches--;
  backlog->n_cut -= MIN (backlog->n_cut, 1);
  backlog->n_buffers -= head->n_buffers;
  backlog->bytes -= head->bytes;
  backlog->weight -= head->weight;
  gst_queue_array_pop_head_struct (backlog->items);
}

static void
join_due (GstGioSocketBacklog *backlog, GstGioSocketBacklogItem *item, guint n_due)
{
  const GstGioSocketBacklogItem *head;

  for (guint i = 1; i < n_due; i++) {
    head = peek_head (backlog);
    if (head->batch == NULL || !gst_gio_socket_batch_join (item->batch, head->batch))
      return;

    item->n_buffers += head->n_buffers;
    item->bytes += head->bytes;
    item->weight += head->weight;
    gst_gio_socket_batch_free (head->batch);
    pop_batch (backlog, head);
  }
}

gboolean
gst_gio_socket_backlog_take (GstGioSocketBacklog *backlog, GstGioSocketBacklogItem *item)
{
  const GstGioSocketBacklogItem *head = peek_head (backlog);
  guint n_due = count_due (backlog);

  if (head == NULL)
    return FALSE;

  *item = *head;
  if (item->object != NULL) {
    gst_queue_array_pop_head_struct (backlog->items);
    backlog->n_objects--;
  } else {
    pop_batch (backlog, head);
    join_due (backlog, item, n_due);
  }
  gst_gio_socket_backlog_restart_burst (backlog);

  return TRUE;
}
