/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "connect-attempt.h"

#include <netinet/in.h>

static gboolean
bind_locally (const GstGioSocketSettings *settings, GSocket *socket, GError **error)
{
  g_autoptr (GSocketAddress) local = NULL;

  if (settings->bind_address == NULL || g_socket_get_family (socket) == G_SOCKET_FAMILY_UNIX)
    return TRUE;

  local = g_inet_socket_address_new_from_string (settings->bind_address, 0);
  if (g_socket_get_family (socket) != g_socket_address_get_family (local)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
        "bind-address %s is of the other family", settings->bind_address);
    return FALSE;
  }

  /* The port is chosen when the peer is known, so that many may have the same one. */
  g_socket_set_option (socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, TRUE, NULL);
  if (g_socket_bind (socket, local, /* allow_reuse */ FALSE, error))
    return TRUE;

  g_prefix_error (error, "bind-address %s: ", settings->bind_address);

  return FALSE;
}

GSocket *
connect_attempt_begin (const GstGioSocketSettings *settings, GSocketAddress *address,
    const GstGioSocketReport *report, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) cause = NULL;

  socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_DEFAULT, error);
  if (socket == NULL)
    return NULL;

  gst_gio_socket_options_apply (&settings->options, socket, report);
  if (!bind_locally (settings, socket, error))
    return NULL;

  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_connect (socket, address, cancellable, &cause) &&
      !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PENDING)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }

  return g_steal_pointer (&socket);
}

/* The bytes are ours behind the proxy's answer; a proxy that wants TLS would keep them in its own
 * stream. */
static gboolean
negotiate (const GstGioSocketSettings *settings, GProxyAddress *address, GSocket *socket,
    GCancellable *cancellable, GError **error)
{
  const gchar *protocol = g_proxy_address_get_protocol (address);
  g_autoptr (GProxy) proxy = g_proxy_get_default_for_protocol (protocol);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) stream = NULL;

  if (proxy == NULL || g_str_equal (protocol, "https")) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PROXY_FAILED,
        "This kind of proxy is not supported");
    return FALSE;
  }

  g_socket_set_timeout (socket, settings->timeout);
  connection = g_socket_connection_factory_create_connection (socket);
  stream = g_proxy_connect (proxy, G_IO_STREAM (connection), address, cancellable, error);
  if (stream == NULL)
    return FALSE;
  /* Our own waits have their own time limits. */
  g_socket_set_timeout (socket, 0);

  return TRUE;
}

gboolean
connect_attempt_finish (const GstGioSocketSettings *settings, GSocketAddress *address,
    GSocket *socket, GCancellable *cancellable, GError **error)
{
  if (!g_socket_check_connect_result (socket, error))
    return FALSE;

  g_socket_set_blocking (socket, TRUE);

  return !G_IS_PROXY_ADDRESS (address) ||
      negotiate (settings, G_PROXY_ADDRESS (address), socket, cancellable, error);
}

gchar *
connect_attempt_describe (GSocketAddress *address)
{
  g_autofree gchar *text = NULL;
  GInetSocketAddress *inet;

  if (!G_IS_PROXY_ADDRESS (address))
    return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));

  inet = G_INET_SOCKET_ADDRESS (address);
  text = g_inet_address_to_string (g_inet_socket_address_get_address (inet));

  return g_strdup_printf ("%s proxy %s, port %u",
      g_proxy_address_get_protocol (G_PROXY_ADDRESS (address)), text,
      g_inet_socket_address_get_port (inet));
}
