/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* From settings to a connected socket: given, connected or accepted; and what can be wrong with them. */

#include "config.h"

#include "settings-private.h"

static guint
get_local_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return G_IS_INET_SOCKET_ADDRESS (address)
      ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address))
      : 0;
}

static gboolean
start_listening (const GstGioSocketSettings *settings, GstGioSocketListener *listener,
    const GstGioSocketReport *report, GCancellable *cancellable, GError **error)
{
  listener->socket = settings->systemd_fd >= 0
      ? gst_gio_socket_settings_take_systemd (settings, error)
      : gst_gio_socket_settings_listen (settings, report, cancellable, error);

  return listener->socket != NULL;
}

/* Where one peer is served, nobody listens any more when it is there: a second one is refused at once
 * instead of waiting in the backlog for ever.  Where others are to follow, @kept listens on, and where
 * systemd listens, it goes on doing so. */
static GSocket *
listen_and_accept (const GstGioSocketSettings *settings, GstGioSocketListener *kept,
    GstGioSocketBoundFunc bound, gpointer user_data, const GstGioSocketReport *report,
    GCancellable *cancellable, GError **error)
{
  g_auto (GstGioSocketListener) own = { 0 };
  GstGioSocketListener *listener = kept != NULL ? kept : &own;

  if (listener->socket == NULL) {
    if (!start_listening (settings, listener, report, cancellable, error))
      return NULL;
    /* systemd has accepted somebody itself (Accept=yes). */
    if (settings->systemd_fd >= 0 && !gst_gio_socket_settings_socket_listens (listener->socket))
      return g_steal_pointer (&listener->socket);
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

  if (!tls->is_enabled || !gst_gio_socket_settings_is_listening (settings) ||
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

static gboolean
check_path (const GstGioSocketSettings *settings, GError **error)
{
  const gchar *fault = find_path_fault (settings);

  if (fault == NULL)
    return TRUE;

  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "The socket path '%s' %s. Choose another one.", settings->socket_path, fault);

  return FALSE;
}

static gboolean
check_port (const GstGioSocketSettings *settings, GError **error)
{
  if (settings->port != 0 || gst_gio_socket_settings_is_listening (settings))
    return TRUE;

  g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "Port 0 cannot be connected to. Give the port that the peer listens on.");

  return FALSE;
}

static gboolean
check_bind_address (const GstGioSocketSettings *settings, GError **error)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (settings->bind_address == NULL)
    return TRUE;

  address = g_inet_socket_address_new_from_string (settings->bind_address, 0);
  if (address != NULL)
    return TRUE;

  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "The bind-address '%s' is not an IP address. Give one that this host has.",
      settings->bind_address);

  return FALSE;
}

gboolean
gst_gio_socket_settings_check (const GstGioSocketSettings *settings, GError **error)
{
  if (settings->uri_error != NULL) {
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        settings->uri_error);
    return FALSE;
  }
  if (!check_tls (settings, error))
    return FALSE;

  if (settings->socket != NULL)
    return check_given_socket (settings->socket, error);
  if (settings->systemd_fd >= 0)
    return gst_gio_socket_settings_check_systemd (settings, error);
  if (settings->socket_path != NULL)
    return check_path (settings, error);

  return check_port (settings, error) && check_bind_address (settings, error);
}

/* What only some addresses have a use for. */
static void
report_unused (const GstGioSocketSettings *settings, const GstGioSocketReport *report)
{
  gboolean is_given = settings->socket != NULL || settings->systemd_fd >= 0;
  gboolean listens = settings->mode == GST_GIO_SOCKET_MODE_LISTEN;
  gboolean has_path = settings->socket_path != NULL && !is_given;

  if (settings->bind_address != NULL && (is_given || has_path || listens))
    gst_gio_socket_report (report, "bind-address has no effect %s.",
        is_given       ? "on a socket that was made elsewhere"
            : has_path ? "on a Unix socket"
                       : "with mode=listen: host says where to listen");
  if (settings->socket_mode >= 0 &&
      !(has_path && listens && settings->socket_type == G_UNIX_SOCKET_ADDRESS_PATH))
    gst_gio_socket_report (report,
        "socket-mode has no effect but on a path that is listened on: nothing else has "
        "permissions that it could set.");
}

static GSocket *
open_socket (const GstGioSocketSettings *settings, GstGioSocketListener *listener,
    GstGioSocketBoundFunc bound, gpointer user_data, const GstGioSocketReport *report,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (GSocket) socket = NULL;

  if (settings->socket != NULL)
    socket = g_object_ref (settings->socket);
  else if (gst_gio_socket_settings_is_listening (settings))
    socket = listen_and_accept (settings, listener, bound, user_data, report, cancellable, error);
  else
    return gst_gio_socket_settings_connect (settings, report, cancellable, error);

  /* It may have come from elsewhere, and what it has of the one that listened depends on the
   * option and the system. */
  if (socket != NULL)
    gst_gio_socket_options_apply (&settings->options, socket, report);

  return g_steal_pointer (&socket);
}

/* Errors are those of gst_gio_socket_endpoint_open(). */
GSocket *
gst_gio_socket_settings_open (const GstGioSocketSettings *settings, GstGioSocketListener *listener,
    GstGioSocketBoundFunc bound, gpointer user_data, const GstGioSocketReport *report,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GSocket *socket;

  if (!gst_gio_socket_settings_check (settings, error))
    return NULL;

  report_unused (settings, report);
  socket = open_socket (settings, listener, bound, user_data, report, cancellable, &cause);
  if (socket == NULL)
    gst_gio_socket_settings_explain (settings, cause, error);

  return socket;
}
