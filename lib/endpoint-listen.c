/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* From settings to a socket that listens. */

#include "config.h"

#include <sys/stat.h>

#include <glib/gstdio.h>

#include "settings-private.h"

static GSocket *
bind_and_listen (GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket = NULL;

  socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_DEFAULT, error);
  if (socket == NULL)
    return NULL;

  /* One peer is served; whoever comes second shall be refused, not left waiting. */
  g_socket_set_listen_backlog (socket, 1);
  if (!g_socket_bind (socket, address, /* allow_reuse */ TRUE, error) ||
      !g_socket_listen (socket, error))
    return NULL;

  return g_steal_pointer (&socket);
}

/* The first address of the name that can be bound. */
static GSocket *
listen_tcp (const GstGioSocketSettings *settings, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSocketConnectable) name = g_network_address_new (settings->host, settings->port);
  g_autoptr (GSocketAddressEnumerator) addresses = g_socket_connectable_enumerate (name);
  g_autoptr (GError) first_error = NULL;

  while (TRUE) {
    g_autoptr (GError) next_error = NULL;
    g_autoptr (GSocketAddress) address =
        g_socket_address_enumerator_next (addresses, cancellable, &next_error);
    GSocket *socket;

    if (address == NULL) {
      GError *cause =
          first_error != NULL ? g_steal_pointer (&first_error) : g_steal_pointer (&next_error);

      if (cause == NULL)
        cause = g_error_new (G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND, "The name has no address");
      g_propagate_error (error, cause);
      return NULL;
    }

    socket = bind_and_listen (address, first_error == NULL ? &first_error : NULL);
    if (socket != NULL)
      return socket;
  }
}

/* Whether nobody listens on a socket file: a process left it that did not end well. */
static gboolean
is_stale (GSocketAddress *address)
{
  g_autoptr (GSocket) probe = NULL;
  g_autoptr (GError) error = NULL;

  probe =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  if (probe == NULL)
    return FALSE;

  /* A full backlog must not make the probe wait for the process that listens. */
  g_socket_set_blocking (probe, FALSE);

  return !g_socket_connect (probe, address, NULL, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* Makes room for a path: removes a stale socket; what is no socket stays and is an error. */
static gboolean
make_room (const gchar *path, GSocketAddress *address, GError **error)
{
  struct stat info;

  if (g_lstat (path, &info) < 0)
    return TRUE;

  if (!S_ISSOCK (info.st_mode)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
        "There is a file, and it is not a socket");
    return FALSE;
  }

  if (is_stale (address))
    g_unlink (path);

  return TRUE;
}

static GSocket *
listen_unix (const GstGioSocketSettings *settings, GError **error)
{
  g_autoptr (GSocketAddress) address =
      g_unix_socket_address_new_with_type (settings->socket_path, -1, settings->socket_type);

  if (settings->socket_type == G_UNIX_SOCKET_ADDRESS_PATH &&
      !make_room (settings->socket_path, address, error))
    return NULL;

  return bind_and_listen (address, error);
}

gboolean
gst_gio_socket_settings_listen (const GstGioSocketSettings *settings,
    GstGioSocketListener *listener, GCancellable *cancellable, GError **error)
{
  if (settings->socket_path == NULL)
    listener->socket = listen_tcp (settings, cancellable, error);
  else
    listener->socket = listen_unix (settings, error);

  if (listener->socket != NULL && settings->socket_path != NULL &&
      settings->socket_type == G_UNIX_SOCKET_ADDRESS_PATH)
    listener->path = g_strdup (settings->socket_path);

  return listener->socket != NULL;
}

void
gst_gio_socket_listener_clear (GstGioSocketListener *listener)
{
  if (listener->path != NULL)
    g_unlink (listener->path);
  g_clear_pointer (&listener->path, g_free);
  g_clear_object (&listener->socket);
}
