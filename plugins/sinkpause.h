/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/base/gstbasesink.h>

G_BEGIN_DECLS

/*
 * PAUSED in the middle of a buffer.  PLAYING→PAUSED unlocks a blocked sink, which then waits for
 * PLAYING and goes on from the same byte.
 *
 * GstBaseSink's own wait ends with the signal of a PLAYING that was taken back before the streaming
 * thread woke, too.  Sending on in PAUSED would keep the preroll lock from the next state change for
 * as long as the peer does not read, so the pause is marked here as well.
 *
 * A PLAYING that is asked for before PLAYING→PAUSED has prerolled is no transition: GstBaseSink goes there
 * by itself with the next buffer.  So a sink that is in PLAYING, and stays there, is not paused.
 *
 * Atomic.
 */
typedef struct
{
  gint is_paused;  /* from before PLAYING→PAUSED until PAUSED→PLAYING is done */
  gint is_waiting; /* the streaming thread, for the end of that */
  gint is_sending; /* the streaming thread, with the preroll lock */
} GstGioSocketSinkPause;

/* What gst_gio_socket_sink_pause_wait() says when a step event ended the wait. */
#define GST_GIO_SOCKET_SINK_PAUSE_STEP GST_FLOW_CUSTOM_ERROR

/* Before PLAYING→PAUSED. */
void gst_gio_socket_sink_pause_begin (GstGioSocketSinkPause *pause);

/* After PAUSED→PLAYING, and before anything flows; wakes who waits. */
void gst_gio_socket_sink_pause_end (GstGioSocketSinkPause *pause, GstBaseSink *sink);

gboolean gst_gio_socket_sink_pause_is_active (GstGioSocketSinkPause *pause, GstBaseSink *sink);

/* After READY→PAUSED and PLAYING→PAUSED that were not asynchronous (async=false).  GstBaseSink would take
 * the first buffer, when PLAYING has been asked for, as a reason to be there before the transition has
 * begun, which then waits for the preroll lock as long as that buffer is being sent. */
void gst_gio_socket_sink_pause_settle (GstGioSocketSinkPause *pause, GstBaseSink *sink);

/* Around what may wait for the peer, with the preroll lock. */
void gst_gio_socket_sink_pause_set_sending (GstGioSocketSinkPause *pause, gboolean is_sending);

/* In the streaming thread, with the preroll lock, after unlock.
 * Returns: GST_FLOW_OK in PLAYING, GST_GIO_SOCKET_SINK_PAUSE_STEP, or GST_FLOW_FLUSHING */
GstFlowReturn gst_gio_socket_sink_pause_wait (GstGioSocketSinkPause *pause, GstBaseSink *sink);

G_END_DECLS
