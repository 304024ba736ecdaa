/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "framing.h"

#include <string.h>

/* Takes everything that the element puts out. */
static GstFlowReturn
chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GByteArray *out = gst_pad_get_element_private (pad);
  gsize size = gst_buffer_get_size (buffer);
  guint before = out->len;

  g_byte_array_set_size (out, before + size);
  gst_buffer_extract (buffer, 0, out->data + before, size);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static void
push_first_events (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtp");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (pad, gst_event_new_stream_start ("framing"));
  gst_pad_push_event (pad, gst_event_new_caps (caps));
  gst_pad_push_event (pad, gst_event_new_segment (&segment));
}

static void
push_message (GstPad *pad, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, 0, size);
  gst_pad_push (pad, buffer);
}

static GstPad *
link_pad (GstElement *element, const char *name, GstPadDirection direction)
{
  g_autoptr (GstPad) peer = gst_element_get_static_pad (element, name);
  GstPad *pad = gst_object_ref_sink (gst_pad_new (NULL, direction));

  if (direction == GST_PAD_SRC)
    gst_pad_link (pad, peer);
  else
    gst_pad_link (peer, pad);
  gst_pad_set_active (pad, TRUE);
  return pad;
}

/* One message of zeros, and what comes before it. */
static gboolean
ask_element (Framing *self, const char *name, gsize size, GError **error)
{
  g_autoptr (GstElement) element = gst_element_factory_make (name, NULL);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  GstPad *in_pad, *out_pad;
  guint prologue;

  if (element == NULL) {
    g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT, "no element \"%s\"",
        name);
    return FALSE;
  }

  gst_object_ref_sink (element);
  out_pad = link_pad (element, "src", GST_PAD_SINK);
  gst_pad_set_element_private (out_pad, out);
  gst_pad_set_chain_function (out_pad, chain_cb);
  in_pad = link_pad (element, "sink", GST_PAD_SRC);
  gst_element_set_state (element, GST_STATE_PLAYING);
  push_first_events (in_pad);
  push_message (in_pad, size);
  prologue = out->len;
  push_message (in_pad, size);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (in_pad);
  gst_object_unref (out_pad);

  /* What the second message added is its header and itself. */
  g_byte_array_append (self->header, out->data + prologue, out->len - prologue - size);
  g_byte_array_append (self->prologue, out->data, prologue - (out->len - prologue));
  return TRUE;
}

gboolean
framing_init (Framing *self, const char *name, gsize size, GError **error)
{
  guint32 length = GUINT32_TO_BE ((guint32)size);

  self->prologue = g_byte_array_new ();
  self->header = g_byte_array_new ();
  self->is_length = FALSE;
  if (name == NULL)
    return TRUE;
  if (strcmp (name, "uint32-be") != 0)
    return ask_element (self, name, size, error);

  self->is_length = TRUE;
  g_byte_array_append (self->header, (const guint8 *)&length, sizeof length);
  return TRUE;
}

void
framing_clear (Framing *self)
{
  g_clear_pointer (&self->prologue, g_byte_array_unref);
  g_clear_pointer (&self->header, g_byte_array_unref);
}
