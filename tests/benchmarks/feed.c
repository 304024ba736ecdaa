/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "feed.h"

#include <gio/gio.h>

GstElement *
feed_put_appsrc (Fragment *fragment, GError **error)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (fragment->pad);
  g_autoptr (GstElement) head = gst_pad_get_parent_element (peer);
  GstElement *appsrc = gst_element_factory_make ("appsrc", NULL);

  if (appsrc == NULL) {
    g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT, "no element \"appsrc\"");
    return NULL;
  }

  g_object_set (appsrc, "format", GST_FORMAT_TIME, NULL);
  gst_pad_unlink (fragment->pad, peer);
  g_clear_pointer (&fragment->pad, gst_object_unref);
  gst_bin_add (GST_BIN (GST_OBJECT_PARENT (head)), appsrc);
  gst_element_link_pads (appsrc, "src", head, GST_PAD_NAME (peer));

  return appsrc;
}

static gboolean
push_first_events (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/octet-stream");
  GstSegment segment;

  /* Not in bytes: giostreamsink would want to seek. */
  gst_segment_init (&segment, GST_FORMAT_TIME);
  return gst_pad_set_active (pad, TRUE) &&
      gst_pad_push_event (pad, gst_event_new_stream_start ("bench")) &&
      gst_pad_push_event (pad, gst_event_new_caps (caps)) &&
      gst_pad_push_event (pad, gst_event_new_segment (&segment)) &&
      gst_pad_push_event (pad, gst_event_new_gap (0, GST_CLOCK_TIME_NONE));
}

static gboolean
preroll (Fragment *fragment)
{
  return push_first_events (fragment->pad) &&
      gst_element_get_state (fragment->pipeline, NULL, NULL, 10 * GST_SECOND) ==
      GST_STATE_CHANGE_SUCCESS;
}

/* The gap prerolls the sink, else the first message would also wait for the state change. */
gboolean
feed_start (Fragment *fragment, GError **error)
{
  GstElement *pipeline = fragment->pipeline;

  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE &&
      (fragment->pad == NULL || preroll (fragment)))
    return TRUE;

  if (!fragment_take_error (fragment, GST_SECOND, error))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the sender does not start");
  return FALSE;
}

void
feed_set_refused (Fragment *fragment, GstFlowReturn flow, GError **error)
{
  if (!fragment_take_error (fragment, GST_SECOND, error))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the sender refused a buffer: %s",
        gst_flow_get_name (flow));
}
