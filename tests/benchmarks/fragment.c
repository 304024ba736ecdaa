/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "fragment.h"

#include <string.h>

static char *
expand (const char *description, const FragmentPlace *place)
{
  GString *text = g_string_new (description);
  g_autofree char *port_text = g_strdup_printf ("%u", place->port);

  g_string_replace (text, "%h", place->host, 0);
  g_string_replace (text, "%p", port_text, 0);
  g_string_replace (text, "%t", place->tls ? place->tls : "", 0);
  return g_string_free (text, FALSE);
}

/* The bare source pad answers for the sources that it stands for: not live, any caps. */
static gboolean
query_cb (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);

  gst_query_set_latency (query, FALSE, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
}

static gboolean
event_cb (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static gboolean
link_pad (Fragment *self, GstElement *bin, GstPadDirection direction, GError **error)
{
  const char *name = direction == GST_PAD_SRC ? "sink" : "src";
  g_autoptr (GstPad) peer = gst_bin_find_unlinked_pad (GST_BIN (bin),
      direction == GST_PAD_SRC ? GST_PAD_SINK : GST_PAD_SRC);
  GstPadLinkReturn linked;

  if (peer == NULL) {
    g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK, "no element has an open %s pad",
        name);
    return FALSE;
  }

  self->pad = gst_object_ref_sink (gst_pad_new ("replay", direction));
  gst_pad_set_query_function (self->pad, query_cb);
  gst_pad_set_event_function (self->pad, event_cb);
  linked =
      direction == GST_PAD_SRC ? gst_pad_link (self->pad, peer) : gst_pad_link (peer, self->pad);
  if (linked != GST_PAD_LINK_OK) {
    g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK, "cannot link the open %s pad: %s",
        name, gst_pad_link_get_name (linked));
    return FALSE;
  }

  return TRUE;
}

gboolean
fragment_init (Fragment *self, const char *description, const FragmentPlace *place,
    GstPadDirection direction, GError **error)
{
  g_autofree char *expanded = expand (description, place);
  GstElement *bin;

  *self = (Fragment){ 0 };
  /* No ghost pads: two more pads for every buffer to pass would be measured, too. */
  bin = gst_parse_bin_from_description_full (expanded, FALSE, NULL, GST_PARSE_FLAG_FATAL_ERRORS,
      error);
  if (bin == NULL) {
    g_prefix_error (error, "\"%s\": ", expanded);
    return FALSE;
  }

  self->pipeline = gst_pipeline_new (NULL);
  self->bus = gst_element_get_bus (self->pipeline);
  gst_bin_add (GST_BIN (self->pipeline), bin);
  if (!link_pad (self, bin, direction, error)) {
    g_prefix_error (error, "\"%s\": ", expanded);
    return FALSE;
  }

  return TRUE;
}

static void
set_error_from_message (GError **error, GstMessage *message)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *details = NULL;

  gst_message_parse_error (message, &reason, &details);
  if (details)
    g_strdelimit (details, "\n", ' ');
  g_set_error (error, reason->domain, reason->code, "%s: %s%s%s%s", GST_MESSAGE_SRC_NAME (message),
      reason->message, details ? " (" : "", details ? details : "", details ? ")" : "");
}

gboolean
fragment_take_error (Fragment *self, GstClockTime timeout, GError **error)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (self->bus, timeout, GST_MESSAGE_ERROR);

  if (message == NULL)
    return FALSE;

  set_error_from_message (error, message);
  return TRUE;
}

/* Returns: (transfer full): NULL: an error came first */
static GstMessage *
wait_for_message (Fragment *self, GstMessageType type, GError **error)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (self->bus, GST_CLOCK_TIME_NONE, type | GST_MESSAGE_ERROR);

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return g_steal_pointer (&message);

  set_error_from_message (error, message);
  return NULL;
}

gboolean
fragment_wait (Fragment *self, GstMessageType type, GError **error)
{
  g_autoptr (GstMessage) message = wait_for_message (self, type, error);

  return message != NULL;
}

gboolean
fragment_wait_for_element (Fragment *self, const char *name, GError **error)
{
  for (;;) {
    g_autoptr (GstMessage) message = wait_for_message (self, GST_MESSAGE_ELEMENT, error);

    if (message == NULL || gst_message_has_name (message, name))
      return message != NULL;
  }
}

void
fragment_clear (Fragment *self)
{
  if (self->pad)
    gst_pad_set_active (self->pad, FALSE);
  if (self->pipeline)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pad, gst_object_unref);
  g_clear_pointer (&self->bus, gst_object_unref);
  g_clear_pointer (&self->pipeline, gst_object_unref);
}
