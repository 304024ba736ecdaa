/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* From settings to a connected socket: given, connected or accepted. */

#include "config.h"

#include "settings-private.h"

static GSocketConnectable *
make_connectable (const GstGioSocketSettings *settings)
{
  if (settings->socket_path == NULL)
    return g_network_address_new (settings->host, settings->port);

  return G_SOCKET_CONNECTABLE (
      g_unix_socket_address_new_with_type (settings->socket_path, -1, settings->socket_type));
}

static GSocket *
connect_to_peer (const GstGioSocketSettings *settings, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) connectable = make_connectable (settings);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GSocket) socket = NULL;

  g_socket_client_set_timeout (client, settings->timeout);
  connection = g_socket_client_connect (client, connectable, cancellable, error);
  if (connection == NULL)
    return NULL;

  socket = g_object_ref (g_socket_connection_get_socket (connection));
  /* Our own waits have their own time limits. */
  g_socket_set_timeout (socket, 0);

  return g_steal_pointer (&socket);
}

static guint
get_local_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return G_IS_INET_SOCKET_ADDRESS (address)
      ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address))
      : 0;
}

/* Where one peer is served, nobody listens any more when it is there: a second one is refused at once
 * instead of waiting in the backlog for ever.  Where others are to follow, @kept listens on. */
static GSocket *
listen_and_accept (const GstGioSocketSettings *settings, GstGioSocketListener *kept,
    GstGioSocketBoundFunc bound, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_auto (GstGioSocketListener) own = { 0 };
  GstGioSocketListener *listener = kept != NULL ? kept : &own;

  if (listener->socket == NULL) {
    if (!gst_gio_socket_settings_listen (settings, listener, cancellable, error))
      return NULL;
    if (bound != NULL)
      bound (get_local_port (listener->socket), user_data);
  }

  return g_socket_accept (listener->socket, cancellable, error);
}

/* sun_path; GIO would cut what is longer. */
#define MAX_PATH_LENGTH 107

static const gchar *
find_path_fault (const GstGioSocketSettings *settings)
{
  if (*settings->socket_path == '\0')
    return "is empty";
  if (strlen (settings->socket_path) > MAX_PATH_LENGTH)
    return "is longer than 107 bytes";
  if (settings->socket_type != G_UNIX_SOCKET_ADDRESS_PATH &&
      settings->socket_type != G_UNIX_SOCKET_ADDRESS_ABSTRACT)
    return "has a socket-type that is neither 'path' nor 'abstract'";

  return NULL;
}

static gboolean
check_tls (const GstGioSocketSettings *settings, GError **error)
{
  const GstGioSocketTlsSettings *tls = &settings->tls;

  if (!tls->is_enabled || settings->mode != GST_GIO_SOCKET_MODE_LISTEN ||
      tls->certificate_file != NULL || tls->psk_file != NULL)
    return TRUE;

  g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "A TLS server has to show who it is: set certificate-file, and private-key-file, or "
      "psk-file.");

  return FALSE;
}

static gboolean
check_given_socket (GSocket *socket, GError **error)
{
  if (g_socket_get_socket_type (socket) == G_SOCKET_TYPE_STREAM && g_socket_is_connected (socket))
    return TRUE;

  g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "The socket of the application is not a connected stream socket. Connect it before it is "
      "given to the element.");

  return FALSE;
}

gboolean
gst_gio_socket_settings_check (const GstGioSocketSettings *settings, GError **error)
{
  const gchar *fault;

  if (settings->uri_error != NULL) {
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        settings->uri_error);
    return FALSE;
  }
  if (!check_tls (settings, error))
    return FALSE;
  if (settings->socket != NULL)
    return check_given_socket (settings->socket, error);

  fault = settings->socket_path != NULL ? find_path_fault (settings) : NULL;
  if (fault != NULL) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "The socket path '%s' %s. Choose another one.", settings->socket_path, fault);
    return FALSE;
  }
  if (settings->socket_path == NULL && settings->port == 0 &&
      settings->mode == GST_GIO_SOCKET_MODE_CONNECT) {
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "Port 0 cannot be connected to. Give the port that the peer listens on.");
    return FALSE;
  }

  return TRUE;
}

/* Errors are those of gst_gio_socket_endpoint_open(). */
GSocket *
gst_gio_socket_settings_open (const GstGioSocketSettings *settings, GstGioSocketListener *listener,
    GstGioSocketBoundFunc bound, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GSocket *socket = NULL;

  if (!gst_gio_socket_settings_check (settings, error))
    return NULL;
  if (settings->socket != NULL)
    return g_object_ref (settings->socket);

  if (settings->mode == GST_GIO_SOCKET_MODE_LISTEN)
    socket = listen_and_accept (settings, listener, bound, user_data, cancellable, &cause);
  else
    socket = connect_to_peer (settings, cancellable, &cause);

  if (socket == NULL)
    gst_gio_socket_settings_explain (settings, cause, error);

  return socket;
}
