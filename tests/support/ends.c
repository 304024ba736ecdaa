/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "ends.h"

#include "peer.h"
#include "support.h"

#include <gst/check/gstcheck.h>

const TlsVersion tls_versions[N_TLS_VERSIONS] = {
  { "TLS1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.3" },
  { "TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2" },
};

GstElement *
end_prepare (Certificates *certificates, const gchar *fragments, guint port, const gchar *priority)
{
  g_autofree gchar *description = peer_expand (certificates, fragments, port);
  GstElement *self = support_launch (description);
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (self), "ours");

  if (priority != NULL)
    g_object_set (ours, "tls-priority", priority, NULL);

  return self;
}

GstElement *
end_start (Certificates *certificates, const gchar *fragments, guint port, const gchar *priority,
    Digest *received)
{
  GstElement *self = end_prepare (certificates, fragments, port, priority);

  if (received != NULL)
    digest_listen (received, self);
  fail_unless (gst_element_set_state (self, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);

  return self;
}

guint
end_wait_port (GstElement *self)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (self), "ours");

  return support_wait_port (ours);
}

void
end_wait_connected (GstElement *self)
{
  g_autoptr (GstMessage) message =
      support_wait_message (self, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    fail ("%s", error->message);
  }
  fail_unless (gst_message_has_name (message, "GstGioSocketConnected"));
}

void
end_assert_version (GstElement *self, guint version)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (self), "ours");
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (ours, "stats", &stats, NULL);
  fail_unless_equals_string (gst_structure_get_string (stats, "tls-version"),
      tls_versions[version].name);
}

gchar *
end_wait_error (GstElement *self)
{
  g_autoptr (GstMessage) message = support_wait_message (self, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (error->domain == GST_RESOURCE_ERROR, "%s: %s", g_quark_to_string (error->domain),
      error->message);

  return g_strdup (error->message);
}

void
end_stop (GstElement *self)
{
  gst_element_set_state (self, GST_STATE_NULL);
  gst_object_unref (self);
}

void
ends_warm_up (void)
{
  GstElement *lonely = support_launch ("giosocketsrc host=127.0.0.1 port=1 ! appsink");

  gst_element_set_state (lonely, GST_STATE_PLAYING);
  g_free (end_wait_error (lonely));
  end_stop (lonely);
}

void
ends_transfer (GstElement *sender, GstElement *receiver, Stream *stream, Digest *received,
    const gchar *what)
{
  stream_feed (stream, sender);
  support_wait_eos (sender);
  support_wait_eos (receiver);
  digest_compare (stream_digest (stream), received, what);
}
