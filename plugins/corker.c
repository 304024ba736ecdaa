/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "corker-private.h"

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
  gst_gio_socket_boundary_init (&self->boundary, 0);
  g_mutex_init (&self->mutex);

  return self;
}

void
gst_tcp_corker_configure (GstTcpCorker *self, const GstTcpCorkSettings *settings)
{
  g_mutex_lock (&self->mutex);
  self->wanted = *settings;
  atomic_store (&self->settings_changed, TRUE);
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
  GstGioSocketAlarm *alarm = gst_gio_socket_alarm_new ("tcpcork", gst_tcp_corker_alarm_cb,
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
    gst_tcp_corker_end_burst (self, GST_TCP_CORK_FLUSHES_STOP);
    self->may_cork = FALSE;
  }
  GST_PAD_STREAM_UNLOCK (self->sinkpad);
}

void
gst_tcp_corker_stop (GstTcpCorker *self)
{
  GstGioSocketAlarm *alarm;

  GST_PAD_STREAM_LOCK (self->sinkpad);
  gst_tcp_corker_forget_burst (self, GST_TCP_CORK_FLUSHES_LOST);
  alarm = self->alarm;
  set_alarm (self, NULL);
  GST_PAD_STREAM_UNLOCK (self->sinkpad);

  if (alarm != NULL)
    gst_gio_socket_alarm_stop (alarm);
}

GstStructure *
gst_tcp_corker_get_stats (GstTcpCorker *self)
{
  GstStructure *stats = gst_tcp_cork_counts_to_structure (&self->counts);

  gst_structure_set (stats, "gap", G_TYPE_UINT64,
      atomic_load_explicit (&self->gap, memory_order_relaxed), NULL);

  return stats;
}
