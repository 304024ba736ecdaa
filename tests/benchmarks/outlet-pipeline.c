/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "outlet.h"

#include "tcp-table.h"

#include "lib/cork-event.h"

#include <gio/gio.h>

#include <string.h>

#define START_TIMEOUT_US (10 * G_USEC_PER_SEC)

typedef struct
{
  Outlet parent;
  Fragment fragment;
} PipelineOutlet;

/* --- sending ------------------------------------------------------------- */

static gboolean
pipeline_send (Outlet *outlet, gconstpointer data, gsize size, GError **error)
{
  Fragment *fragment = &((PipelineOutlet *)outlet)->fragment;
  GstBuffer *buffer = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, (gpointer)data, size,
      0, size, NULL, NULL);
  GstFlowReturn flow = gst_pad_push (fragment->pad, buffer);

  if (flow == GST_FLOW_OK)
    return TRUE;
  if (!fragment_take_error (fragment, GST_SECOND, error))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the sender refused data: %s",
        gst_flow_get_name (flow));
  return FALSE;
}

/* An element that does not understand it lets it pass: the answer says nothing. */
static void
pipeline_cork (Outlet *outlet, gboolean corked)
{
  Fragment *fragment = &((PipelineOutlet *)outlet)->fragment;

  gst_pad_push_event (fragment->pad, gst_event_new_gio_socket_cork (corked));
}

static gboolean
pipeline_end (Outlet *outlet, GError **error)
{
  Fragment *fragment = &((PipelineOutlet *)outlet)->fragment;

  gst_pad_push_event (fragment->pad, gst_event_new_eos ());
  return fragment_wait (fragment, GST_MESSAGE_EOS, error);
}

static void
pipeline_free (Outlet *outlet)
{
  fragment_clear (&((PipelineOutlet *)outlet)->fragment);
  g_free (outlet);
}

/* --- start --------------------------------------------------------------- */

static gboolean
push_first_events (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/octet-stream");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  return gst_pad_set_active (pad, TRUE) &&
      gst_pad_push_event (pad, gst_event_new_stream_start ("replay")) &&
      gst_pad_push_event (pad, gst_event_new_caps (caps)) &&
      gst_pad_push_event (pad, gst_event_new_segment (&segment));
}

static gboolean
is_playing (Fragment *fragment)
{
  GstState state = GST_STATE_NULL;

  return gst_element_get_state (fragment->pipeline, &state, NULL, 0) != GST_STATE_CHANGE_FAILURE &&
      state == GST_STATE_PLAYING;
}

/* An element may well connect in a thread of its own while it is PLAYING already, so the kernel is
 * asked. */
static gboolean
wait_until_connected (Fragment *fragment, guint port, GError **error)
{
  gint64 give_up = g_get_monotonic_time () + START_TIMEOUT_US;

  while (!is_playing (fragment) || !tcp_table_is_connected (port)) {
    if (fragment_take_error (fragment, GST_MSECOND, error))
      return FALSE;
    if (g_get_monotonic_time () > give_up) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the sender is not %s after %d seconds",
          is_playing (fragment) ? "connected" : "in state PLAYING",
          (int)(START_TIMEOUT_US / G_USEC_PER_SEC));
      return FALSE;
    }
  }

  return TRUE;
}

/* A gap prerolls the sink, else the first message would also wait for the state change; and over TLS
 * for the handshake, of which the kernel knows nothing. */
static gboolean
start (Fragment *fragment, guint port, gboolean tls, GError **error)
{
  if (gst_element_set_state (fragment->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE ||
      !push_first_events (fragment->pad)) {
    if (!fragment_take_error (fragment, GST_SECOND, error))
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the sender does not start");
    return FALSE;
  }

  gst_pad_push_event (fragment->pad, gst_event_new_gap (0, GST_CLOCK_TIME_NONE));
  return (!tls || fragment_wait_for_element (fragment, "GstGioSocketConnected", error)) &&
      wait_until_connected (fragment, port, error);
}

Outlet *
outlet_open_pipeline (const char *description, const FragmentPlace *place, GError **error)
{
  static const OutletClass klass = { pipeline_send, pipeline_cork, pipeline_end, pipeline_free };
  PipelineOutlet *self = g_new0 (PipelineOutlet, 1);
  gboolean tls = strstr (description, "%t") != NULL;

  self->parent.klass = &klass;
  if (fragment_init (&self->fragment, description, place, GST_PAD_SRC, error) &&
      start (&self->fragment, place->port, tls, error))
    return &self->parent;

  pipeline_free (&self->parent);
  return NULL;
}
