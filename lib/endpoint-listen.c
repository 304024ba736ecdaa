/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* From settings to a socket that listens. */

#include "config.h"

#include "settings-private.h"
#include "unix-path.h"

static GSocket *
new_socket (const GstGioSocketSettings *settings, GSocketFamily family,
    const GstGioSocketReport *report, GError **error)
{
  GSocket *socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);

  if (socket == NULL)
    return NULL;

  /* One peer is served; whoever comes second shall be refused, not left waiting. */
  g_socket_set_listen_backlog (socket, 1);
  gst_gio_socket_options_apply (&settings->options, socket, report);

  return socket;
}

static GSocket *
listen_on_address (const GstGioSocketSettings *settings, GSocketAddress *address,
    const GstGioSocketReport *report, GError **error)
{
  g_autoptr (GSocket) socket =
      new_socket (settings, g_socket_address_get_family (address), report, error);

  if (socket == NULL || !g_socket_bind (socket, address, /* allow_reuse */ TRUE, error) ||
      !g_socket_listen (socket, error))
    return NULL;

  return g_steal_pointer (&socket);
}

/* The first address of the name that can be bound. */
static GSocket *
listen_tcp (const GstGioSocketSettings *settings, const GstGioSocketReport *report,
    GCancellable *cancellable, GError **error)
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

    socket =
        listen_on_address (settings, address, report, first_error == NULL ? &first_error : NULL);
    if (socket != NULL)
      return socket;
  }
}

static GSocket *
listen_on_path (const GstGioSocketSettings *settings, const GstGioSocketReport *report,
    GError **error)
{
  g_autoptr (GSocket) socket = new_socket (settings, G_SOCKET_FAMILY_UNIX, report, error);

  if (socket == NULL ||
      !unix_path_bind (socket, settings->socket_path, settings->socket_mode, error) ||
      !g_socket_listen (socket, error))
    return NULL;

  return g_steal_pointer (&socket);
}

static GSocket *
listen_on_name (const GstGioSocketSettings *settings, const GstGioSocketReport *report,
    GError **error)
{
  g_autoptr (GSocketAddress) address =
      g_unix_socket_address_new_with_type (settings->socket_path, -1, settings->socket_type);

  return listen_on_address (settings, address, report, error);
}

GSocket *
gst_gio_socket_settings_listen (const GstGioSocketSettings *settings,
    const GstGioSocketReport *report, GCancellable *cancellable, GError **error)
{
  if (settings->socket_path == NULL)
    return listen_tcp (settings, report, cancellable, error);
  if (settings->socket_type == G_UNIX_SOCKET_ADDRESS_ABSTRACT)
    return listen_on_name (settings, report, error);

  return listen_on_path (settings, report, error);
}

void
gst_gio_socket_listener_clear (GstGioSocketListener *listener)
{
  g_clear_object (&listener->socket);
}
