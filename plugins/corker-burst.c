/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "corker-private.h"

#include "cork-split.h"

#include "lib/cork-event.h"
#include "lib/flush-event.h"

GST_DEBUG_CATEGORY_EXTERN (gst_tcp_cork_debug);
#define GST_CAT_DEFAULT gst_tcp_cork_debug

/* No cause: the burst goes on. */
#define GOES_ON GST_TCP_CORK_N_COUNTS

/* --- the burst ----------------------------------------------------------- */

static void
publish_gap (GstTcpCorker *self)
{
  atomic_store_explicit (&self->gap, gst_gio_socket_burst_get_gap (&self->burst),
      memory_order_relaxed);
}

static void
fetch_settings (GstTcpCorker *self)
{
  if (!atomic_load (&self->settings_changed))
    return;

  g_mutex_lock (&self->mutex);
  atomic_store (&self->settings_changed, FALSE);
  self->settings = self->wanted;
  g_mutex_unlock (&self->mutex);

  gst_gio_socket_burst_set_limits (&self->burst, MIN (self->settings.quiet_time, G_MAXINT64),
      MIN (self->settings.max_latency, G_MAXINT64), 0);
  gst_gio_socket_burst_set_adaptive (&self->burst, self->settings.adaptive);
  gst_gio_socket_boundary_set_flush_on (&self->boundary, self->settings.flush_on);
  self->may_cork = self->settings.enabled;
  publish_gap (self);
}

static gboolean
push_cork (GstTcpCorker *self, gboolean corked)
{
  GST_LOG_OBJECT (self->srcpad, "%s", corked ? "cork" : "uncork");
  self->corked = corked;

  return gst_pad_push_event (self->srcpad, gst_event_new_gio_socket_cork (corked));
}

/* Also where nobody took the event: then the sink flushes, or there is none. */
void
gst_tcp_corker_end_burst (GstTcpCorker *self, GstTcpCorkCount cause)
{
  if (!self->corked)
    return;

  gst_gio_socket_burst_reset (&self->burst);
  gst_tcp_cork_counts_add (&self->counts,
      push_cork (self, FALSE) ? cause : GST_TCP_CORK_FLUSHES_LOST, 1);
}

/* The sink uncorks by itself or is told by somebody else. */
void
gst_tcp_corker_forget_burst (GstTcpCorker *self, GstTcpCorkCount cause)
{
  if (!self->corked)
    return;

  gst_gio_socket_burst_reset (&self->burst);
  self->corked = FALSE;
  gst_tcp_cork_counts_add (&self->counts, cause, 1);
}

static void
end_burst_if_over (GstTcpCorker *self, gint64 now)
{
  fetch_settings (self);
  if (!self->may_cork)
    gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_DISABLED);

  switch (gst_gio_socket_burst_check (&self->burst, now)) {
    case GST_GIO_SOCKET_BURST_QUIET:
      gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_QUIET);
      break;
    case GST_GIO_SOCKET_BURST_AGE:
      gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_AGE);
      break;
    default:
      if (self->corked && self->alarm != NULL)
        gst_gio_socket_alarm_set (self->alarm, gst_gio_socket_burst_deadline (&self->burst));
      break;
  }
}

void
gst_tcp_corker_alarm_cb (GstGioSocketAlarm *alarm, gpointer user_data)
{
  GstTcpCorker *self = user_data;

  if (atomic_load (&self->pushing))
    return;

  GST_PAD_STREAM_LOCK (self->sinkpad);
  end_burst_if_over (self, gst_util_get_timestamp ());
  GST_PAD_STREAM_UNLOCK (self->sinkpad);
}

/* --- pushing -------------------------------------------------------------- */

static void
begin_push (GstTcpCorker *self, gint64 now)
{
  gst_gio_socket_burst_pause (&self->burst, now);
  atomic_store (&self->pushing, TRUE);
}

/* Looks at the age as well: against a producer that never rests the alarm's thread could wait for
 * the stream lock for long. */
static void
end_push (GstTcpCorker *self)
{
  gint64 now = gst_util_get_timestamp ();

  atomic_store (&self->pushing, FALSE);
  gst_gio_socket_burst_resume (&self->burst, now);
  end_burst_if_over (self, now);
}

/* Returns: whether it is worth a cork.  What is a burst of its own without a wait is not: it leaves
 * as quickly without, and saves the sink a system call. */
static gboolean
add_to_burst (GstTcpCorker *self, gint64 now, gsize bytes)
{
  if (!self->may_cork)
    return FALSE;

  gst_gio_socket_burst_add (&self->burst, now, bytes);
  publish_gap (self);
  if (self->corked || gst_gio_socket_burst_check (&self->burst, now) != GST_GIO_SOCKET_BURST_QUIET)
    return TRUE;

  gst_gio_socket_burst_reset (&self->burst);

  return FALSE;
}

static void
begin_data (GstTcpCorker *self, gsize bytes)
{
  gint64 now = gst_util_get_timestamp ();
  gboolean wants_cork = add_to_burst (self, now, bytes);

  begin_push (self, now);
  if (wants_cork && !self->corked) {
    gst_tcp_cork_counts_add (&self->counts, GST_TCP_CORK_BURSTS, 1);
    push_cork (self, TRUE);
  }
}

/* @cause: why the burst is over with this, or that it is not */
static GstFlowReturn
end_data (GstTcpCorker *self, GstFlowReturn ret, guint buffers, gsize bytes, GstTcpCorkCount cause)
{
  if (ret == GST_FLOW_OK) {
    gst_tcp_cork_counts_add (&self->counts, GST_TCP_CORK_BUFFERS, buffers);
    gst_tcp_cork_counts_add (&self->counts, GST_TCP_CORK_BYTES, bytes);
  }
  if (cause != GOES_ON)
    gst_tcp_corker_end_burst (self, cause);
  end_push (self);

  return ret;
}

static GstTcpCorkCount
obey_boundaries (GstTcpCorker *self, GstGioSocketBoundarySides sides)
{
  if (sides & GST_GIO_SOCKET_BOUNDARY_BEFORE)
    gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_BOUNDARY);

  return sides & GST_GIO_SOCKET_BOUNDARY_AFTER ? GST_TCP_CORK_FLUSHES_BOUNDARY : GOES_ON;
}

GstFlowReturn
gst_tcp_corker_push (GstTcpCorker *self, GstBuffer *buffer)
{
  gsize bytes = gst_buffer_get_size (buffer);
  GstTcpCorkCount cause;

  fetch_settings (self);
  cause = obey_boundaries (self, gst_gio_socket_boundary_look (&self->boundary, buffer));
  begin_data (self, bytes);

  return end_data (self, gst_pad_push (self->srcpad, buffer), 1, bytes, cause);
}

static GstFlowReturn
push_whole_list (GstTcpCorker *self, GstBufferList *list, GstTcpCorkCount cause)
{
  guint buffers = gst_buffer_list_length (list);
  gsize bytes = gst_buffer_list_calculate_size (list);

  begin_data (self, bytes);

  return end_data (self, gst_pad_push_list (self->srcpad, list), buffers, bytes, cause);
}

/* Part by part, so that the events come to the right places. */
static GstFlowReturn
push_cut_list (GstTcpCorker *self, GstBufferList *list)
{
  g_auto (GstTcpCorkSplit) split = { 0 };
  GstFlowReturn ret = GST_FLOW_OK;
  GstGioSocketBoundarySides sides;
  GstBufferList *part;

  gst_tcp_cork_split_init (&split, list, &self->boundary);
  while (ret == GST_FLOW_OK && (part = gst_tcp_cork_split_next (&split, &sides)) != NULL)
    ret = push_whole_list (self, part, obey_boundaries (self, sides));
  if (self->settings.quiet_time == 0)
    gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_LIST);

  return ret;
}

GstFlowReturn
gst_tcp_corker_push_list (GstTcpCorker *self, GstBufferList *list)
{
  fetch_settings (self);
  if (self->settings.flush_on != 0)
    return push_cut_list (self, list);

  return push_whole_list (self, list,
      self->settings.quiet_time == 0 ? GST_TCP_CORK_FLUSHES_LIST : GOES_ON);
}

static void
before_serialized_event (GstTcpCorker *self, GstEvent *event)
{
  gboolean corked;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      gst_gio_socket_boundary_reset (&self->boundary);
      gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_EVENT);
      break;
    case GST_EVENT_STREAM_GROUP_DONE:
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_GAP:
    case GST_EVENT_EOS:
      gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_EVENT);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_gio_socket_boundary_reset (&self->boundary);
      gst_tcp_corker_forget_burst (self, GST_TCP_CORK_FLUSHES_LOST);
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM:
      if (gst_event_is_gio_socket_flush (event))
        gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_EVENT);
      if (gst_event_parse_gio_socket_cork (event, &corked) && !corked)
        gst_tcp_corker_forget_burst (self, GST_TCP_CORK_FLUSHES_EVENT);
      break;
    default:
      break;
  }
}

gboolean
gst_tcp_corker_push_event (GstTcpCorker *self, GstObject *parent, GstEvent *event)
{
  gboolean ret;

  if (!GST_EVENT_IS_SERIALIZED (event))
    return gst_pad_event_default (self->sinkpad, parent, event);

  before_serialized_event (self, event);
  begin_push (self, gst_util_get_timestamp ());
  ret = gst_pad_event_default (self->sinkpad, parent, event);
  end_push (self);

  return ret;
}
