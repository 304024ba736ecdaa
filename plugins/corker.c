/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "corker.h"

#include "cork-counts.h"

#include "lib/alarm.h"
#include "lib/burst.h"
#include "lib/cork-event.h"

#include <stdatomic.h>

GST_DEBUG_CATEGORY_EXTERN (gst_tcp_cork_debug);
#define GST_CAT_DEFAULT gst_tcp_cork_debug

/*
 * Who owns a burst: whoever holds the sink pad's stream lock.  That is the streaming thread in
 * a push, and the alarm's thread when it believes that the burst is over; it looks again under
 * the lock, and pushes the uncork under it, so no buffer can come between.
 *
 * While a push is in progress the alarm's thread keeps away from the lock: `pushing` is raised
 * before and lowered before the alarm is set anew, so when the thread finds it raised, a new
 * time will come.
 *
 * Settings come from any thread and must not wait for a push.  They are stored, then
 * `settings_changed` is raised, and the next owner of the burst fetches them; the alarm is rung
 * so that there is one soon.
 *
 * Stopping: the pads are deactivated first, so that whoever waits downstream or for the stream
 * lock returns; then the burst is forgotten, so a late call of the alarm finds nothing to do.
 */
struct _GstTcpCorker
{
  /* Immutable after new. */
  GstPad *sinkpad;
  GstPad *srcpad;

  /* Protected by the stream lock. */
  GstGioSocketBurst burst;
  gboolean corked;
  gboolean may_cork;
  gboolean lists_are_bursts;

  /* There while the pads are active.  Read under the stream lock or the mutex. */
  GstGioSocketAlarm *alarm;

  /* Never held while anything is pushed. */
  GMutex mutex;

  atomic_bool pushing;

  /* Written anywhere. */
  atomic_bool enabled;
  _Atomic GstClockTime quiet_time;
  _Atomic GstClockTime max_latency;
  atomic_bool settings_changed;

  /* Added to under the stream lock. */
  GstTcpCorkCounts counts;
};

/* --- the burst; all of this under the stream lock ------------------------ */

static void
fetch_settings (GstTcpCorker *self)
{
  GstClockTime quiet_time, max_latency;

  if (!atomic_load (&self->settings_changed))
    return;

  /* Lowered before the settings are read, so that none is missed. */
  atomic_store (&self->settings_changed, FALSE);
  quiet_time = atomic_load (&self->quiet_time);
  max_latency = atomic_load (&self->max_latency);

  gst_gio_socket_burst_set_limits (&self->burst, MIN (quiet_time, G_MAXINT64),
      MIN (max_latency, G_MAXINT64), 0);
  self->lists_are_bursts = quiet_time == 0;
  self->may_cork = atomic_load (&self->enabled);
}

static gboolean
push_cork (GstTcpCorker *self, gboolean corked)
{
  GST_LOG_OBJECT (self->srcpad, "%s", corked ? "cork" : "uncork");
  self->corked = corked;

  return gst_pad_push_event (self->srcpad, gst_event_new_gio_socket_cork (corked));
}

/* Also where nobody took the event: then the sink flushes, or there is none. */
static void
end_burst (GstTcpCorker *self, GstTcpCorkCount cause)
{
  if (!self->corked)
    return;

  gst_gio_socket_burst_reset (&self->burst);
  gst_tcp_cork_counts_add (&self->counts,
      push_cork (self, FALSE) ? cause : GST_TCP_CORK_FLUSHES_LOST, 1);
}

/* The sink uncorks by itself or is told by somebody else. */
static void
forget_burst (GstTcpCorker *self, GstTcpCorkCount cause)
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
    end_burst (self, GST_TCP_CORK_FLUSHES_DISABLED);

  switch (gst_gio_socket_burst_check (&self->burst, now)) {
    case GST_GIO_SOCKET_BURST_QUIET:
      end_burst (self, GST_TCP_CORK_FLUSHES_QUIET);
      break;
    case GST_GIO_SOCKET_BURST_AGE:
      end_burst (self, GST_TCP_CORK_FLUSHES_AGE);
      break;
    case GST_GIO_SOCKET_BURST_BOUNDARY:
      end_burst (self, GST_TCP_CORK_FLUSHES_LIST);
      break;
    default:
      if (self->corked && self->alarm != NULL)
        gst_gio_socket_alarm_set (self->alarm, gst_gio_socket_burst_deadline (&self->burst));
      break;
  }
}

static void
alarm_cb (GstGioSocketAlarm *alarm, gpointer user_data)
{
  GstTcpCorker *self = user_data;

  if (atomic_load (&self->pushing))
    return;

  GST_PAD_STREAM_LOCK (self->sinkpad);
  end_burst_if_over (self, gst_util_get_timestamp ());
  GST_PAD_STREAM_UNLOCK (self->sinkpad);
}

/* --- pushing; also under the stream lock --------------------------------- */

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

static void
begin_data (GstTcpCorker *self, gsize bytes)
{
  gint64 now;

  fetch_settings (self);
  if (self->may_cork && !self->corked) {
    gst_tcp_cork_counts_add (&self->counts, GST_TCP_CORK_BURSTS, 1);
    push_cork (self, TRUE);
  }

  now = gst_util_get_timestamp ();
  if (self->corked)
    gst_gio_socket_burst_add (&self->burst, now, bytes);
  begin_push (self, now);
}

static GstFlowReturn
end_data (GstTcpCorker *self, GstFlowReturn ret, guint buffers, gsize bytes)
{
  if (ret == GST_FLOW_OK) {
    gst_tcp_cork_counts_add (&self->counts, GST_TCP_CORK_BUFFERS, buffers);
    gst_tcp_cork_counts_add (&self->counts, GST_TCP_CORK_BYTES, bytes);
  }
  end_push (self);

  return ret;
}

GstFlowReturn
gst_tcp_corker_push (GstTcpCorker *self, GstBuffer *buffer)
{
  gsize bytes = gst_buffer_get_size (buffer);

  begin_data (self, bytes);

  return end_data (self, gst_pad_push (self->srcpad, buffer), 1, bytes);
}

GstFlowReturn
gst_tcp_corker_push_list (GstTcpCorker *self, GstBufferList *list)
{
  guint buffers = gst_buffer_list_length (list);
  gsize bytes = gst_buffer_list_calculate_size (list);

  begin_data (self, bytes);
  if (self->lists_are_bursts)
    gst_gio_socket_burst_mark_boundary (&self->burst);

  return end_data (self, gst_pad_push_list (self->srcpad, list), buffers, bytes);
}

static void
before_serialized_event (GstTcpCorker *self, GstEvent *event)
{
  gboolean corked;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
    case GST_EVENT_STREAM_GROUP_DONE:
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_GAP:
    case GST_EVENT_EOS:
      end_burst (self, GST_TCP_CORK_FLUSHES_EVENT);
      break;
    case GST_EVENT_FLUSH_STOP:
      forget_burst (self, GST_TCP_CORK_FLUSHES_LOST);
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM:
      if (gst_event_parse_gio_socket_cork (event, &corked) && !corked)
        forget_burst (self, GST_TCP_CORK_FLUSHES_EVENT);
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

/* --- up and down --------------------------------------------------------- */

static void
free_corker (gpointer data)
{
  GstTcpCorker *self = data;

  gst_object_unref (self->sinkpad);
  gst_object_unref (self->srcpad);
  g_mutex_clear (&self->mutex);
}

void
gst_tcp_corker_unref (GstTcpCorker *self)
{
  g_atomic_rc_box_release_full (self, free_corker);
}

GstTcpCorker *
gst_tcp_corker_new (GstPad *sinkpad, GstPad *srcpad)
{
  GstTcpCorker *self = g_atomic_rc_box_new0 (GstTcpCorker);

  self->sinkpad = gst_object_ref (sinkpad);
  self->srcpad = gst_object_ref (srcpad);
  gst_gio_socket_burst_init (&self->burst, 0, 0, 0);
  g_mutex_init (&self->mutex);

  return self;
}

void
gst_tcp_corker_configure (GstTcpCorker *self, gboolean enabled, GstClockTime quiet_time,
    GstClockTime max_latency)
{
  atomic_store (&self->enabled, enabled);
  atomic_store (&self->quiet_time, quiet_time);
  atomic_store (&self->max_latency, max_latency);
  atomic_store (&self->settings_changed, TRUE);

  g_mutex_lock (&self->mutex);
  if (self->alarm != NULL)
    gst_gio_socket_alarm_ring (self->alarm);
  g_mutex_unlock (&self->mutex);
}

static void
set_alarm (GstTcpCorker *self, GstGioSocketAlarm *alarm)
{
  g_mutex_lock (&self->mutex);
  self->alarm = alarm;
  g_mutex_unlock (&self->mutex);
}

gboolean
gst_tcp_corker_start (GstTcpCorker *self, GError **error)
{
  GstGioSocketAlarm *alarm = gst_gio_socket_alarm_new ("tcpcork", alarm_cb,
      g_atomic_rc_box_acquire (self), (GDestroyNotify)gst_tcp_corker_unref, error);

  if (alarm == NULL)
    return FALSE;

  /* The pads are not active, so there is no burst, and nobody to keep out. */
  gst_tcp_cork_counts_clear (&self->counts);
  atomic_store (&self->settings_changed, TRUE);
  set_alarm (self, alarm);

  return TRUE;
}

/* The alarm's thread needs the lock for a moment only.  Others may keep it for good. */
static gboolean
try_stream_lock (GstTcpCorker *self)
{
  for (guint i = 0; i < 100 && !atomic_load (&self->pushing); i++) {
    if (g_rec_mutex_trylock (GST_PAD_GET_STREAM_LOCK (self->sinkpad)))
      return TRUE;
    g_usleep (20);
  }

  return FALSE;
}

/* For a sink that stays when this element goes; one that stops uncorks by itself.  Nothing may
 * block the thread that changes the state, so whoever is pushing or blocking a pad at this
 * moment wins. */
void
gst_tcp_corker_uncork (GstTcpCorker *self)
{
  if (!try_stream_lock (self))
    return;

  if (!gst_pad_is_blocked (self->srcpad)) {
    end_burst (self, GST_TCP_CORK_FLUSHES_STOP);
    self->may_cork = FALSE;
  }
  GST_PAD_STREAM_UNLOCK (self->sinkpad);
}

void
gst_tcp_corker_stop (GstTcpCorker *self)
{
  GstGioSocketAlarm *alarm;

  GST_PAD_STREAM_LOCK (self->sinkpad);
  forget_burst (self, GST_TCP_CORK_FLUSHES_LOST);
  alarm = self->alarm;
  set_alarm (self, NULL);
  GST_PAD_STREAM_UNLOCK (self->sinkpad);

  if (alarm != NULL)
    gst_gio_socket_alarm_stop (alarm);
}

GstStructure *
gst_tcp_corker_get_stats (GstTcpCorker *self)
{
  return gst_tcp_cork_counts_to_structure (&self->counts);
}
