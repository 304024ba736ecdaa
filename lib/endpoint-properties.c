/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* The endpoint's properties: described once, here, for the endpoint and for the elements. */

#include "config.h"

#include "settings-private.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)
#define DEFAULT_URI                                                                                \
  "tcp://" GST_GIO_SOCKET_DEFAULT_HOST ":" G_STRINGIFY (GST_GIO_SOCKET_DEFAULT_PORT)

GParamSpec *
gst_gio_socket_settings_new_pspec (guint prop_id)
{
  switch (prop_id) {
    /**
     * GstGioSocketEndpoint:uri:
     *
     * The address as a URI: tcp://host:port, tls://host:port, unix:/path, unix-abstract:name or
     * systemd:descriptor, with ?property=value&… behind it where wanted.  Which properties those may be,
     * gst_gio_socket_endpoint_set_uri() says.  Setting it changes what it says and nothing else.  Reading
     * it gives the address as the other properties say it, and those of a query that differ from their
     * defaults; %NULL with a socket of the application.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_URI:
      return g_param_spec_string ("uri", "URI",
          "Address as tcp://host:port, tls://host:port, unix:/path, unix-abstract:name or "
          "systemd:fd, with ?mode=listen&no-delay=false&timeout=5 where wanted",
          DEFAULT_URI, FLAGS);
    /**
     * GstGioSocketEndpoint:host:
     *
     * Host name or IP address to connect to or to listen on; with a scope where one is needed, as in
     * fe80::1%eth0.  Of a name with several addresses the first one that answers is connected to, or
     * the first one that can be had listened on.  Where the system's settings want a proxy (SOCKS 4, 4a
     * and 5, HTTP CONNECT), the connection goes through it.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_HOST:
      return g_param_spec_string ("host", "Host",
          "Host name or IP address to connect to or to listen on", GST_GIO_SOCKET_DEFAULT_HOST,
          FLAGS);
    /**
     * GstGioSocketEndpoint:port:
     *
     * TCP port to connect to or to listen on.  0 with mode=listen: any free port, which
     * current-port names.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_PORT:
      return g_param_spec_int ("port", "Port",
          "TCP port to connect to or to listen on (0 with mode=listen: any free one)", 0,
          G_MAXUINT16, GST_GIO_SOCKET_DEFAULT_PORT, FLAGS);
    /**
     * GstGioSocketEndpoint:socket-path:
     *
     * Path, or abstract name, of a Unix socket.  When set, host and port are not used.  With mode=listen,
     * a path that a dead process has left is replaced; the path goes when nobody listens there any more.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_SOCKET_PATH:
      return g_param_spec_string ("socket-path", "Socket path",
          "Path or abstract name of a Unix socket, used instead of host and port", NULL, FLAGS);
    /**
     * GstGioSocketEndpoint:socket-type:
     *
     * What socket-path is: path or abstract.  An abstract name has no permissions: whoever is in the
     * same network namespace may connect.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_SOCKET_TYPE:
      return g_param_spec_enum ("socket-type", "Socket type",
          "What socket-path is: 'path' or 'abstract'", G_TYPE_UNIX_SOCKET_ADDRESS_TYPE,
          G_UNIX_SOCKET_ADDRESS_PATH, FLAGS);
    /**
     * GstGioSocketEndpoint:mode:
     *
     * Who makes the connection: connect to a peer, or listen and accept one.  With a socket that systemd
     * has passed it has no meaning: that is for who comes.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_MODE:
      return g_param_spec_enum ("mode", "Mode", "Connect to a peer, or listen and accept one",
          GST_GIO_SOCKET_TYPE_MODE, GST_GIO_SOCKET_MODE_CONNECT, FLAGS);
    /**
     * GstGioSocketEndpoint:socket:
     *
     * A connected stream socket of the application, used instead of any address.  The element
     * holds a reference while it has the property; it half-closes the socket at EOS and never
     * closes it.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_SOCKET:
      return g_param_spec_object ("socket", "Socket",
          "Connected stream socket to use instead of any address", G_TYPE_SOCKET, FLAGS);
    /**
     * GstGioSocketEndpoint:no-delay:
     *
     * TCP_NODELAY: whether a small segment leaves at once (true) or waits for the acknowledgement
     * of what is under way (false, Nagle's algorithm).
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_NO_DELAY:
      return g_param_spec_boolean ("no-delay", "No delay",
          "Send small segments at once instead of waiting for acknowledgements (TCP_NODELAY)", TRUE,
          FLAGS);
    /**
     * GstGioSocketEndpoint:timeout:
     *
     * Seconds that connecting, sending or receiving may go without progress before that is an
     * error; 0: no limit.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_TIMEOUT:
      return g_param_spec_uint ("timeout", "Timeout",
          "Seconds without progress that are an error (0: no limit)", 0, G_MAXUINT, 0, FLAGS);
    default:
      return gst_gio_socket_settings_new_option_pspec (prop_id);
  }
}

/* Takes a value that is valid for the property.  The URI is none of it: it sets several others. */
void
gst_gio_socket_settings_set (GstGioSocketSettings *settings, guint id, const GValue *value)
{
  switch (id) {
    case GST_GIO_SOCKET_SETTING_HOST:
      g_free (settings->host);
      settings->host = g_value_dup_string (value);
      if (settings->host == NULL)
        settings->host = g_strdup (GST_GIO_SOCKET_DEFAULT_HOST);
      break;
    case GST_GIO_SOCKET_SETTING_PORT:
      settings->port = g_value_get_int (value);
      break;
    case GST_GIO_SOCKET_SETTING_SOCKET_PATH:
      g_free (settings->socket_path);
      settings->socket_path = g_value_dup_string (value);
      break;
    case GST_GIO_SOCKET_SETTING_SOCKET_TYPE:
      settings->socket_type = g_value_get_enum (value);
      break;
    case GST_GIO_SOCKET_SETTING_MODE:
      settings->mode = g_value_get_enum (value);
      break;
    case GST_GIO_SOCKET_SETTING_SOCKET:
      g_clear_object (&settings->socket);
      settings->socket = g_value_dup_object (value);
      break;
    case GST_GIO_SOCKET_SETTING_NO_DELAY:
      settings->no_delay = g_value_get_boolean (value);
      break;
    case GST_GIO_SOCKET_SETTING_TIMEOUT:
      settings->timeout = g_value_get_uint (value);
      break;
    default:
      if (!gst_gio_socket_settings_set_option (settings, id, value) &&
          !gst_gio_socket_settings_set_life (&settings->life, id, value))
        gst_gio_socket_settings_set_tls (&settings->tls, id, value);
      break;
  }
}

void
gst_gio_socket_settings_get (const GstGioSocketSettings *settings, guint id, GValue *value)
{
  switch (id) {
    case GST_GIO_SOCKET_SETTING_URI:
      g_value_take_string (value, gst_gio_socket_settings_format_uri (settings));
      break;
    case GST_GIO_SOCKET_SETTING_HOST:
      g_value_set_string (value, settings->host);
      break;
    case GST_GIO_SOCKET_SETTING_PORT:
      g_value_set_int (value, settings->port);
      break;
    case GST_GIO_SOCKET_SETTING_SOCKET_PATH:
      g_value_set_string (value, settings->socket_path);
      break;
    case GST_GIO_SOCKET_SETTING_SOCKET_TYPE:
      g_value_set_enum (value, settings->socket_type);
      break;
    case GST_GIO_SOCKET_SETTING_MODE:
      g_value_set_enum (value, settings->mode);
      break;
    case GST_GIO_SOCKET_SETTING_SOCKET:
      g_value_set_object (value, settings->socket);
      break;
    case GST_GIO_SOCKET_SETTING_NO_DELAY:
      g_value_set_boolean (value, settings->no_delay);
      break;
    case GST_GIO_SOCKET_SETTING_TIMEOUT:
      g_value_set_uint (value, settings->timeout);
      break;
    default:
      if (!gst_gio_socket_settings_get_option (settings, id, value) &&
          !gst_gio_socket_settings_get_life (&settings->life, id, value))
        gst_gio_socket_settings_get_tls (&settings->tls, id, value);
      break;
  }
}
