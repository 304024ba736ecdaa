/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* The endpoint's properties about how a socket is made: described once, here, for the endpoint and for
 * the elements. */

#include "config.h"

#include "settings-private.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

GParamSpec *
gst_gio_socket_settings_new_option_pspec (guint prop_id)
{
  switch (prop_id) {
    /**
     * GstGioSocketEndpoint:connect-timeout:
     *
     * Nanoseconds that connecting may take altogether: to find a name's addresses, to try them, and to
     * agree with a proxy.  0, or %GST_CLOCK_TIME_NONE: as long as the system tries.  With mode=listen
     * it has no meaning: a peer is waited for as long as it takes.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_CONNECT_TIMEOUT:
      return g_param_spec_uint64 ("connect-timeout", "Connect timeout",
          "Nanoseconds that connecting may take altogether (0: as long as the system tries)", 0,
          G_MAXUINT64, 0, FLAGS);
    /**
     * GstGioSocketEndpoint:bind-address:
     *
     * IP address of this host to connect from; %NULL: the system chooses.  Addresses of a peer that
     * are of the other family are not tried then.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_BIND_ADDRESS:
      return g_param_spec_string ("bind-address", "Bind address",
          "IP address of this host to connect from (unset: the system chooses)", NULL, FLAGS);
    /**
     * GstGioSocketEndpoint:socket-mode:
     *
     * Permissions of a socket-path that is listened on, such as 0600: who may write to it may connect.
     * The path has them from its first moment.  -1: what the umask leaves.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_SOCKET_MODE:
      return g_param_spec_int ("socket-mode", "Socket mode",
          "Permissions of a socket-path that is listened on, such as 0600 (-1: what the umask "
          "leaves)",
          -1, 0777, -1, FLAGS);
    /**
     * GstGioSocketEndpoint:keepalive:
     *
     * Whether a peer that says nothing is asked now and then whether it is there (SO_KEEPALIVE): after
     * 60 seconds, then every 10 seconds, and after six questions without an answer the connection is
     * lost.  With user-timeout the first question comes after a third of that, and so do the others,
     * if that is earlier.  false leaves the socket as it is.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_KEEPALIVE:
      return g_param_spec_boolean ("keepalive", "Keepalive",
          "Ask a peer that says nothing now and then whether it is there (SO_KEEPALIVE)", FALSE,
          FLAGS);
    /**
     * GstGioSocketEndpoint:user-timeout:
     *
     * Nanoseconds that what was sent may stay without an acknowledgement before the connection is lost
     * (TCP_USER_TIMEOUT), in whole milliseconds; 0, or %GST_CLOCK_TIME_NONE: the system's, about 15
     * minutes.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_USER_TIMEOUT:
      return g_param_spec_uint64 ("user-timeout", "User timeout",
          "Nanoseconds that what was sent may stay without an acknowledgement before the "
          "connection is "
          "lost (TCP_USER_TIMEOUT, 0: the system's)",
          0, G_MAXUINT64, 0, FLAGS);
    /**
     * GstGioSocketEndpoint:qos-dscp:
     *
     * Differentiated services code point of the packets, for IPv4 and for IPv6; -1: the system's.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_QOS_DSCP:
      return g_param_spec_int ("qos-dscp", "QoS DSCP",
          "Differentiated services code point of the packets (-1: the system's)", -1, 63, -1,
          FLAGS);
    /**
     * GstGioSocketEndpoint:send-buffer-size:
     *
     * Bytes that the kernel may keep until the peer has them (SO_SNDBUF); 0: the system's, which grows
     * as needed and mostly is best.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_SEND_BUFFER_SIZE:
      return g_param_spec_uint ("send-buffer-size", "Send buffer size",
          "Bytes that the kernel may keep until the peer has them (SO_SNDBUF, 0: the system's)", 0,
          G_MAXINT, 0, FLAGS);
    /**
     * GstGioSocketEndpoint:receive-buffer-size:
     *
     * Bytes that the kernel may keep until they are read (SO_RCVBUF); 0: the system's, which grows as
     * needed and mostly is best.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_RECEIVE_BUFFER_SIZE:
      return g_param_spec_uint ("receive-buffer-size", "Receive buffer size",
          "Bytes that the kernel may keep until they are read (SO_RCVBUF, 0: the system's)", 0,
          G_MAXINT, 0, FLAGS);
    default:
      return gst_gio_socket_settings_new_life_pspec (prop_id);
  }
}

gboolean
gst_gio_socket_settings_set_option (GstGioSocketSettings *settings, guint id, const GValue *value)
{
  switch (id) {
    case GST_GIO_SOCKET_SETTING_CONNECT_TIMEOUT:
      settings->connect_timeout = g_value_get_uint64 (value);
      break;
    case GST_GIO_SOCKET_SETTING_BIND_ADDRESS:
      g_free (settings->bind_address);
      settings->bind_address = g_value_dup_string (value);
      break;
    case GST_GIO_SOCKET_SETTING_SOCKET_MODE:
      settings->socket_mode = g_value_get_int (value);
      break;
    case GST_GIO_SOCKET_SETTING_KEEPALIVE:
      settings->options.keepalive = g_value_get_boolean (value);
      break;
    case GST_GIO_SOCKET_SETTING_USER_TIMEOUT:
      settings->options.user_timeout = g_value_get_uint64 (value);
      break;
    case GST_GIO_SOCKET_SETTING_QOS_DSCP:
      settings->options.qos_dscp = g_value_get_int (value);
      break;
    case GST_GIO_SOCKET_SETTING_SEND_BUFFER_SIZE:
      settings->options.send_buffer_size = g_value_get_uint (value);
      break;
    case GST_GIO_SOCKET_SETTING_RECEIVE_BUFFER_SIZE:
      settings->options.receive_buffer_size = g_value_get_uint (value);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

gboolean
gst_gio_socket_settings_get_option (const GstGioSocketSettings *settings, guint id, GValue *value)
{
  switch (id) {
    case GST_GIO_SOCKET_SETTING_CONNECT_TIMEOUT:
      g_value_set_uint64 (value, settings->connect_timeout);
      break;
    case GST_GIO_SOCKET_SETTING_BIND_ADDRESS:
      g_value_set_string (value, settings->bind_address);
      break;
    case GST_GIO_SOCKET_SETTING_SOCKET_MODE:
      g_value_set_int (value, settings->socket_mode);
      break;
    case GST_GIO_SOCKET_SETTING_KEEPALIVE:
      g_value_set_boolean (value, settings->options.keepalive);
      break;
    case GST_GIO_SOCKET_SETTING_USER_TIMEOUT:
      g_value_set_uint64 (value, settings->options.user_timeout);
      break;
    case GST_GIO_SOCKET_SETTING_QOS_DSCP:
      g_value_set_int (value, settings->options.qos_dscp);
      break;
    case GST_GIO_SOCKET_SETTING_SEND_BUFFER_SIZE:
      g_value_set_uint (value, settings->options.send_buffer_size);
      break;
    case GST_GIO_SOCKET_SETTING_RECEIVE_BUFFER_SIZE:
      g_value_set_uint (value, settings->options.receive_buffer_size);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}
