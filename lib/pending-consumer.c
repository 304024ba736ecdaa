/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pending-private.h"

#include <sys/prctl.h>

static GstGioSocketBurstEnd
check_due (const GstGioSocketPending *pending)
{
  /* Without max_latency everything is due on arrival, and no clock is read for it. */
  gint64 now = pending->limits.max_latency > 0 ? (gint64)gst_util_get_timestamp () : G_MAXINT64;
  GstGioSocketBurstEnd end = gst_gio_socket_backlog_check (&pending->backlog, now);

  return end == GST_GIO_SOCKET_BURST_OPEN && pending->blocked ? GST_GIO_SOCKET_BURST_SIZE : end;
}

/* The kernel may add 50 µs to a wait unless the thread asks it not to. */
static void
make_timer_exact (GstGioSocketPending *pending)
{
  if (pending->exact_timer)
    return;

  prctl (PR_SET_TIMERSLACK, 1UL);
  pending->exact_timer = TRUE;
}

static void
sleep_until (GstGioSocketPending *pending, gint64 wake_at)
{
  pending->wake_at = wake_at;
  pending->sleeping = TRUE;
  if (wake_at == G_MAXINT64) {
    g_cond_wait (&pending->arrival, &pending->lock);
  } else {
    make_timer_exact (pending);
    /* In microseconds, and too late rather than too early, or it would spin. */
    g_cond_wait_until (&pending->arrival, &pending->lock, wake_at / 1000 + 1);
  }
  pending->sleeping = FALSE;
}

static GstGioSocketBurstEnd
wait_until_due (GstGioSocketPending *pending)
{
  GstGioSocketBurstEnd end = GST_GIO_SOCKET_BURST_OPEN;

  while (pending->result == GST_FLOW_OK) {
    end = check_due (pending);
    if (end != GST_GIO_SOCKET_BURST_OPEN)
      break;
    sleep_until (pending, gst_gio_socket_backlog_deadline (&pending->backlog));
  }

  return end;
}

static void
note_object (GstGioSocketPending *pending, GstMiniObject *object)
{
  if (gst_gio_socket_pending_is_revival (object)) {
    pending->n_revivals--;
    pending->dropping = FALSE;
  }
  pending->asking = GST_IS_QUERY (object);
}

static void
note_batch (GstGioSocketPending *pending, const GstGioSocketBacklogItem *item,
    GstGioSocketBurstEnd end)
{
  pending->taken_buffers = item->n_buffers;
  pending->taken_bytes = item->bytes;
  pending->counters.ends[end]++;

  if (pending->blocked && pending->backlog.weight <= pending->low_water) {
    pending->blocked = FALSE;
    g_cond_signal (&pending->room);
  }
}

static void
count_taken (GstGioSocketPending *pending, gboolean accepted)
{
  GstGioSocketPendingCounters *counters = &pending->counters;

  if (accepted) {
    counters->lists_out++;
    counters->buffers_out += pending->made_buffers;
    counters->bytes_out += pending->taken_bytes;
  } else {
    counters->buffers_dropped += pending->taken_buffers;
    counters->bytes_dropped += pending->taken_bytes;
  }
}

/* Takes what is in front; a batch is counted as lost if downstream is at EOS. */
static GstFlowReturn
take_front (GstGioSocketPending *pending, GstGioSocketBacklogItem *item, gboolean *drop)
{
  GstGioSocketBurstEnd end;
  GstFlowReturn ret;

  g_mutex_lock (&pending->lock);
  end = wait_until_due (pending);
  ret = pending->result;
  *drop = FALSE;
  if (ret == GST_FLOW_OK && gst_gio_socket_backlog_take (&pending->backlog, item)) {
    if (item->object != NULL) {
      note_object (pending, item->object);
    } else {
      note_batch (pending, item, end);
      *drop = pending->dropping;
      if (*drop)
        count_taken (pending, FALSE);
    }
  }
  g_mutex_unlock (&pending->lock);

  return ret;
}

/**
 * gst_gio_socket_pending_take: (skip)
 * @pending: the list
 * @list: (out) (transfer full) (nullable): buffers that are due; report what became of them with
 *   gst_gio_socket_pending_done()
 * @object: (out) (nullable): or an event (transfer full), or a query (transfer none) which must be
 *   answered with gst_gio_socket_pending_answer()
 *
 * Waits until something is due and takes it.
 *
 * Returns: %GST_FLOW_OK with one of the two, or why there will be nothing until the next start
 *
 * Since: 0.1
 */
GstFlowReturn
gst_gio_socket_pending_take (GstGioSocketPending *pending, GstBufferList **list,
    GstMiniObject **object)
{
  GstGioSocketBacklogItem item = { 0 };
  gboolean drop;
  GstFlowReturn ret;

  *list = NULL;
  *object = NULL;
  do {
    ret = take_front (pending, &item, &drop);
    if (ret != GST_FLOW_OK)
      return ret;
    if (drop)
      gst_gio_socket_batch_free (item.batch);
  } while (drop);

  *object = item.object;
  if (item.batch != NULL) {
    *list = gst_gio_socket_batch_take (item.batch, &pending->copied_bytes);
    gst_gio_socket_batch_free (item.batch);
    pending->made_buffers = gst_buffer_list_length (*list);
  }

  return ret;
}

/**
 * gst_gio_socket_pending_done: (skip)
 * @pending: the list
 * @ret: what became of the list that was taken
 *
 * Counts the list as accepted or as dropped, and keeps @ret for the producer.
 *
 * Returns: %GST_FLOW_OK to go on, or why there is no use in it
 *
 * Since: 0.1
 */
GstFlowReturn
gst_gio_socket_pending_done (GstGioSocketPending *pending, GstFlowReturn ret)
{
  GstFlowReturn result;

  g_mutex_lock (&pending->lock);
  count_taken (pending, ret >= GST_FLOW_OK);
  pending->counters.bytes_copied += pending->copied_bytes;
  if (ret == GST_FLOW_EOS) {
    pending->dropping = TRUE;
    g_cond_signal (&pending->room);
  } else if (ret < GST_FLOW_OK && pending->result == GST_FLOW_OK) {
    gst_gio_socket_pending_give_up (pending, ret);
  }
  result = pending->result;
  g_mutex_unlock (&pending->lock);

  return result;
}

/**
 * gst_gio_socket_pending_answer: (skip)
 * @pending: the list
 * @answer: what downstream answered to the query that was taken
 *
 * Lets the producer go on.
 *
 * Since: 0.1
 */
void
gst_gio_socket_pending_answer (GstGioSocketPending *pending, gboolean answer)
{
  g_mutex_lock (&pending->lock);
  pending->query = NULL;
  pending->asking = FALSE;
  pending->answer = answer;
  g_cond_signal (&pending->answered);
  g_mutex_unlock (&pending->lock);
}
