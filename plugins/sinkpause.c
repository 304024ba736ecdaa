/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "sinkpause.h"

void
gst_gio_socket_sink_pause_begin (GstGioSocketSinkPause *pause)
{
  g_atomic_int_set (&pause->is_paused, TRUE);
}

/* GstBaseSink no longer needs the preroll lock now.  Whoever holds that instead is sending, and needs
 * no signal, or is about to wait. */
void
gst_gio_socket_sink_pause_end (GstGioSocketSinkPause *pause, GstBaseSink *sink)
{
  g_atomic_int_set (&pause->is_paused, FALSE);
  while (g_atomic_int_get (&pause->is_waiting)) {
    if (GST_BASE_SINK_PREROLL_TRYLOCK (sink)) {
      GST_BASE_SINK_PREROLL_SIGNAL (sink);
      GST_BASE_SINK_PREROLL_UNLOCK (sink);
    }
    g_thread_yield ();
  }
}

static gboolean
stays_in_playing (GstBaseSink *sink)
{
  gboolean result;

  GST_OBJECT_LOCK (sink);
  result =
      GST_STATE (sink) == GST_STATE_PLAYING && GST_STATE_PENDING (sink) == GST_STATE_VOID_PENDING;
  GST_OBJECT_UNLOCK (sink);

  return result;
}

gboolean
gst_gio_socket_sink_pause_is_active (GstGioSocketSinkPause *pause, GstBaseSink *sink)
{
  return g_atomic_int_get (&pause->is_paused) && !stays_in_playing (sink);
}

void
gst_gio_socket_sink_pause_set_sending (GstGioSocketSinkPause *pause, gboolean is_sending)
{
  g_atomic_int_set (&pause->is_sending, is_sending);
}

/* Whoever is sending has the lock for as long as that takes, and is past what is to be settled. */
void
gst_gio_socket_sink_pause_settle (GstGioSocketSinkPause *pause, GstBaseSink *sink)
{
  while (!GST_BASE_SINK_PREROLL_TRYLOCK (sink)) {
    if (g_atomic_int_get (&pause->is_sending))
      return;
    g_thread_yield ();
  }

  sink->playing_async = FALSE;
  GST_BASE_SINK_PREROLL_UNLOCK (sink);
}

GstFlowReturn
gst_gio_socket_sink_pause_wait (GstGioSocketSinkPause *pause, GstBaseSink *sink)
{
  GstFlowReturn ret;

  g_atomic_int_set (&pause->is_waiting, TRUE);
  do {
    ret = gst_base_sink_wait_preroll (sink);
  } while (ret == GST_FLOW_OK && gst_gio_socket_sink_pause_is_active (pause, sink));
  g_atomic_int_set (&pause->is_waiting, FALSE);

  return ret;
}
