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

gboolean
gst_gio_socket_sink_pause_is_active (GstGioSocketSinkPause *pause)
{
  return g_atomic_int_get (&pause->is_paused);
}

GstFlowReturn
gst_gio_socket_sink_pause_wait (GstGioSocketSinkPause *pause, GstBaseSink *sink)
{
  GstFlowReturn ret;

  g_atomic_int_set (&pause->is_waiting, TRUE);
  do {
    ret = gst_base_sink_wait_preroll (sink);
  } while (ret == GST_FLOW_OK && g_atomic_int_get (&pause->is_paused));
  g_atomic_int_set (&pause->is_waiting, FALSE);

  return ret;
}
