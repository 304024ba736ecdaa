/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What the worker of a connection does. */

#include "config.h"

#include "connection-private.h"
#include "transport-plain.h"
#include "transport-tls.h"

typedef struct
{
  GstGioSocketConnection *self;
  GCancellable *cancellable;
  gboolean is_listening;
} Work;

static void
bound_cb (guint port, gpointer user_data)
{
  Work *work = user_data;

  work->is_listening = TRUE;
  gst_gio_socket_connection_publish_port (work->self, work->cancellable, port);
}

static gboolean
accept_cb (GPtrArray *chain, GTlsCertificateFlags errors, gpointer user_data)
{
  return gst_gio_socket_connection_ask_about (user_data, chain, errors);
}

static GstGioSocketTransport *
secure (GstGioSocketConnection *self, GSocket *socket, GstGioSocketTlsContext *context,
    GCancellable *cancellable, GError **error)
{
  GstGioSocketEndpoint *endpoint = self->endpoint;
  g_autofree gchar *name = gst_gio_socket_endpoint_dup_peer_name (endpoint);
  g_autoptr (GstGioSocketTransport) transport = NULL;
  g_autoptr (GError) cause = NULL;

  transport = gst_gio_socket_transport_tls_new (socket,
      gst_gio_socket_endpoint_get_no_delay (endpoint), context, name, &cause);
  if (transport != NULL) {
    GstGioSocketTransportTls *tls = GST_GIO_SOCKET_TRANSPORT_TLS (transport);

    gst_gio_socket_transport_tls_set_accept_func (tls, accept_cb, self);
    if (gst_gio_socket_transport_tls_handshake (tls, cancellable, &cause))
      return g_steal_pointer (&transport);
  }

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    gst_gio_socket_connection_explain (self, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
        "agree on TLS with", cause, error);

  return NULL;
}

static GstGioSocketTransport *
open_transport (GstGioSocketConnection *self, GCancellable *cancellable, GError **error)
{
  Work work = { self, cancellable, FALSE };
  GstGioSocketEndpoint *endpoint = self->endpoint;
  g_autoptr (GstGioSocketTlsContext) context = NULL;
  g_autoptr (GSocket) socket = NULL;
  GstGioSocketTransport *transport;

  /* A file that is wrong is found before anybody is bothered; and whoever was waited for gets what the
   * files say then. */
  if (!gst_gio_socket_endpoint_get_tls_context (endpoint, &context, error))
    return NULL;
  socket = gst_gio_socket_endpoint_open (endpoint, bound_cb, &work, cancellable, error);
  if (socket == NULL)
    return NULL;
  if (work.is_listening)
    gst_gio_socket_connection_publish_peer (self, cancellable, socket);
  g_clear_object (&context);
  if (!gst_gio_socket_endpoint_get_tls_context (endpoint, &context, error))
    return NULL;

  if (context != NULL)
    transport = secure (self, socket, context, cancellable, error);
  else
    transport = gst_gio_socket_transport_plain_new (socket,
        gst_gio_socket_endpoint_get_no_delay (endpoint));
  if (transport != NULL)
    gst_gio_socket_transport_set_timeout (transport,
        gst_gio_socket_endpoint_get_timeout (endpoint));

  return transport;
}

static gboolean
is_finishing (GstGioSocketConnection *self)
{
  gboolean finishing;

  g_mutex_lock (&self->lock);
  finishing = self->is_finishing;
  g_mutex_unlock (&self->lock);

  return finishing;
}

/* While nobody receives. */
static void
discard (GstGioSocketConnection *self, GstGioSocketTransport *transport, GCancellable *cancellable)
{
  g_autofree guint8 *scratch = g_malloc (64 * 1024);
  GInputVector vector = { scratch, 64 * 1024 };

  while (TRUE) {
    g_autoptr (GError) error = NULL;
    GError *failure = NULL;
    gssize received = gst_gio_socket_transport_receive (transport, &vector, 1, cancellable, &error);

    if (received > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
      continue;
    /* Nobody wants what comes, so it does not matter whether that has ended well. */
    if (received == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
        g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
      return;

    /* At the end only what the peer has acknowledged counts, and the sender is looking at that; but
     * an alert says that the peer does not want it. */
    if (!is_finishing (self) || error->domain == G_TLS_ERROR) {
      gst_gio_socket_connection_explain (self, GST_RESOURCE_ERROR_WRITE, "send to", error,
          &failure);
      gst_gio_socket_connection_fail (self, cancellable, failure);
    }
    return;
  }
}

void
gst_gio_socket_connection_work (GstGioSocketConnection *self, GCancellable *cancellable)
{
  g_autoptr (GstGioSocketTransport) transport = NULL;
  g_autoptr (GError) error = NULL;

  transport = open_transport (self, cancellable, &error);
  if (transport == NULL) {
    gst_gio_socket_connection_fail (self, cancellable, g_steal_pointer (&error));
    return;
  }

  if (gst_gio_socket_connection_publish_transport (self, cancellable, transport) &&
      !self->has_receiver)
    discard (self, transport, cancellable);
}
