/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "giosocketelement.h"

#include <gst/base/gstbasesink.h>

/* --- GstURIHandler ------------------------------------------------------- */

static GstURIType
get_uri_type (GType type)
{
  return g_type_is_a (type, GST_TYPE_BASE_SINK) ? GST_URI_SINK : GST_URI_SRC;
}

static const gchar *const *
get_protocols (GType type)
{
  static const gchar *const protocols[] = { "tcp", "unix", "unix-abstract", NULL };

  return protocols;
}

static gchar *
get_uri (GstURIHandler *handler)
{
  gchar *uri = NULL;

  g_object_get (handler, "uri", &uri, NULL);

  return uri;
}

static gboolean
set_uri (GstURIHandler *handler, const gchar *uri, GError **error)
{
  if (GST_STATE (handler) > GST_STATE_READY) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "The URI can be changed in the states NULL and READY only.");
    return FALSE;
  }

  if (!gst_gio_socket_endpoint_check_uri (uri, error))
    return FALSE;

  g_object_set (handler, "uri", uri, NULL);

  return TRUE;
}

void
gst_gio_socket_element_uri_handler_init (gpointer iface, gpointer iface_data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_uri_type;
  handler->get_protocols = get_protocols;
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}

/* --- connection ---------------------------------------------------------- */

void
gst_gio_socket_element_post_error (GstElement *element, const GError *error)
{
  gst_element_message_full (element, GST_MESSAGE_ERROR, error->domain, error->code,
      g_strdup (error->message), NULL, __FILE__, GST_FUNCTION, __LINE__);
}

static void
failed_cb (GstGioSocketConnection *connection, const GError *error, gpointer user_data)
{
  gst_gio_socket_element_post_error (GST_ELEMENT (user_data), error);
}

static void
notify_current_port_cb (GstGioSocketConnection *connection, GParamSpec *pspec, gpointer user_data)
{
  g_object_notify (G_OBJECT (user_data), "current-port");
}

GstGioSocketConnection *
gst_gio_socket_element_new_connection (GstElement *element, GstGioSocketEndpoint *endpoint,
    gboolean has_receiver)
{
  GstGioSocketConnection *connection = gst_gio_socket_connection_new (endpoint, has_receiver);

  g_signal_connect_object (connection, "failed", G_CALLBACK (failed_cb), element, 0);
  g_signal_connect_object (connection, "notify::current-port", G_CALLBACK (notify_current_port_cb),
      element, 0);

  return connection;
}

GParamSpec *
gst_gio_socket_element_current_port_pspec (void)
{
  return g_param_spec_int ("current-port", "Current port",
      "TCP port that is listened on (mode=listen), 0 before that", 0, G_MAXUINT16, 0,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}
