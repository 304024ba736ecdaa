/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pending-private.h"

#define MIN_SPAN (10 * GST_MSECOND)

/* A query that is being asked stays: it is in use until it is answered. */
void
gst_gio_socket_pending_give_up (GstGioSocketPending *pending, GstFlowReturn result)
{
  pending->result = result;
  if (pending->query != NULL && !pending->asking) {
    gst_gio_socket_backlog_retract (&pending->backlog, GST_MINI_OBJECT_CAST (pending->query));
    pending->query = NULL;
    pending->answer = FALSE;
  }
  g_cond_broadcast (&pending->arrival);
  g_cond_broadcast (&pending->room);
  g_cond_broadcast (&pending->answered);
}

/**
 * gst_gio_socket_pending_new: (skip)
 *
 * Makes an empty list.  It is stopped, and all its limits are 0.
 *
 * Returns: (transfer full): the list
 *
 * Since: 0.1
 */
GstGioSocketPending *
gst_gio_socket_pending_new (void)
{
  GstGioSocketPending *pending = g_new0 (GstGioSocketPending, 1);

  pending->sizes = g_array_new (FALSE, FALSE, sizeof (gsize));
  pending->spent = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);
  pending->lost = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_gio_socket_batch_free);
  gst_gio_socket_backlog_init (&pending->backlog);
  gst_gio_socket_boundary_init (&pending->boundary, 0);
  g_mutex_init (&pending->lock);
  g_cond_init (&pending->arrival);
  g_cond_init (&pending->room);
  g_cond_init (&pending->answered);
  pending->result = GST_FLOW_FLUSHING;

  return pending;
}

/**
 * gst_gio_socket_pending_free: (skip)
 * @pending: (transfer full): a list that nobody uses any more
 *
 * Frees the list and what is pending.
 *
 * Since: 0.1
 */
void
gst_gio_socket_pending_free (GstGioSocketPending *pending)
{
  g_list_free_full (gst_gio_socket_backlog_clear (&pending->backlog),
      (GDestroyNotify)gst_event_unref);
  g_array_unref (pending->sizes);
  g_ptr_array_unref (pending->spent);
  g_ptr_array_unref (pending->lost);
  g_cond_clear (&pending->answered);
  g_cond_clear (&pending->room);
  g_cond_clear (&pending->arrival);
  g_mutex_clear (&pending->lock);
  g_free (pending);
}

static void
apply_limits (GstGioSocketPending *pending)
{
  const GstGioSocketPendingLimits *limits = &pending->limits;
  const GstGioSocketBacklogLimits backlog_limits = {
    .quiet_time = limits->quiet_time,
    .max_latency = limits->max_latency,
    .max_bytes = limits->max_bytes,
    .max_span = MAX ((GstClockTime)limits->max_latency, MIN_SPAN),
    .copy_threshold = limits->copy_threshold,
    .keeps_apart = limits->leaky == GST_GIO_SOCKET_LEAKY_DOWNSTREAM,
  };

  gst_gio_socket_backlog_set_limits (&pending->backlog, &backlog_limits);
  gst_gio_socket_boundary_set_flush_on (&pending->boundary, limits->flush_on);
  gst_gio_socket_pending_update_lossy (pending);
}

/**
 * gst_gio_socket_pending_set_loss_func: (skip)
 * @pending: a list that nobody uses yet
 * @func: what to call when something is lost because there is no room
 * @user_data: for @func
 *
 * Sees to it that somebody is told what leaks.
 *
 * Since: 0.1
 */
void
gst_gio_socket_pending_set_loss_func (GstGioSocketPending *pending,
    GstGioSocketPendingLossFunc func, gpointer user_data)
{
  pending->loss_func = func;
  pending->loss_data = user_data;
}

/**
 * gst_gio_socket_pending_set_limits: (skip)
 * @pending: the list
 * @limits: the new limits
 *
 * Sets all limits, also for what is pending and for who is waiting.
 *
 * Since: 0.1
 */
void
gst_gio_socket_pending_set_limits (GstGioSocketPending *pending,
    const GstGioSocketPendingLimits *limits)
{
  g_mutex_lock (&pending->lock);
  /* Nobody has shown it the buffers before. */
  if (pending->limits.flush_on == 0)
    gst_gio_socket_boundary_reset (&pending->boundary);
  pending->limits = *limits;
  apply_limits (pending);
  g_cond_signal (&pending->arrival);
  g_cond_signal (&pending->room);
  g_mutex_unlock (&pending->lock);
}

/**
 * gst_gio_socket_pending_get_counters: (skip)
 * @pending: the list
 * @counters: (out caller-allocates): where they go
 *
 * Copies the counters as they are now.
 *
 * Since: 0.1
 */
void
gst_gio_socket_pending_get_counters (GstGioSocketPending *pending,
    GstGioSocketPendingCounters *counters)
{
  g_mutex_lock (&pending->lock);
  *counters = pending->counters;
  counters->level = pending->backlog.bytes;
  g_mutex_unlock (&pending->lock);
}

/**
 * gst_gio_socket_pending_get_result: (skip)
 * @pending: the list
 * @eos: (out) (optional): whether EOS was pushed, so that no buffer will come after it
 *
 * Tells what the producer gets.
 *
 * Returns: %GST_FLOW_OK, %GST_FLOW_FLUSHING when stopped, or why the consumer gave up
 *
 * Since: 0.1
 */
GstFlowReturn
gst_gio_socket_pending_get_result (GstGioSocketPending *pending, gboolean *eos)
{
  GstFlowReturn result;

  g_mutex_lock (&pending->lock);
  result = pending->result;
  if (eos != NULL)
    *eos = pending->eos;
  g_mutex_unlock (&pending->lock);

  return result;
}

/**
 * gst_gio_socket_pending_start: (skip)
 * @pending: the list
 *
 * Lets both sides go on, also after the consumer gave up.  What is pending stays.
 *
 * Since: 0.1
 */
void
gst_gio_socket_pending_start (GstGioSocketPending *pending)
{
  g_mutex_lock (&pending->lock);
  pending->result = GST_FLOW_OK;
  pending->dropping = FALSE;
  pending->exact_timer = FALSE; /* the consumer may be another thread now */
  g_mutex_unlock (&pending->lock);
}

/**
 * gst_gio_socket_pending_stop: (skip)
 * @pending: the list
 *
 * Ends every wait on either side and refuses everything until the next start.
 *
 * Since: 0.1
 */
void
gst_gio_socket_pending_stop (GstGioSocketPending *pending)
{
  g_mutex_lock (&pending->lock);
  gst_gio_socket_pending_give_up (pending, GST_FLOW_FLUSHING);
  g_mutex_unlock (&pending->lock);
}

/**
 * gst_gio_socket_pending_clear: (skip)
 * @pending: the list
 *
 * Drops all buffers and forgets about EOS.  The list must be stopped.
 *
 * Returns: (transfer full) (element-type GstEvent): the events that were pending, in their order
 *
 * Since: 0.1
 */
GList *
gst_gio_socket_pending_clear (GstGioSocketPending *pending)
{
  GstGioSocketBacklog fresh, old;

  gst_gio_socket_backlog_init (&fresh);
  g_mutex_lock (&pending->lock);
  old = pending->backlog;
  pending->backlog = fresh;
  apply_limits (pending);
  pending->counters.buffers_dropped += old.n_buffers;
  pending->counters.bytes_dropped += old.bytes;
  pending->buffers_in_before = pending->counters.buffers_in;
  pending->buffers_leaked_before = pending->counters.buffers_leaked;
  pending->blocked = FALSE; /* who waits will find that there is room */
  gst_gio_socket_boundary_reset (&pending->boundary);
  pending->eos = FALSE;
  pending->n_revivals = 0;
  g_cond_signal (&pending->room);
  g_mutex_unlock (&pending->lock);

  return gst_gio_socket_backlog_clear (&old);
}
