/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What the worker of a connection does. */

#include "config.h"

#include "connection-private.h"
#include "transport-plain.h"

typedef struct
{
  GstGioSocketConnection *self;
  GCancellable *cancellable;
} Work;

static void
bound_cb (guint port, gpointer user_data)
{
  Work *work = user_data;

  gst_gio_socket_connection_publish_port (work->self, work->cancellable, port);
}

static GstGioSocketTransport *
open_transport (GstGioSocketConnection *self, GCancellable *cancellable, GError **error)
{
  Work work = { self, cancellable };
  GstGioSocketEndpoint *endpoint = self->endpoint;
  g_autoptr (GSocket) socket = NULL;
  GstGioSocketTransport *transport;

  socket = gst_gio_socket_endpoint_open (endpoint, bound_cb, &work, cancellable, error);
  if (socket == NULL)
    return NULL;

  transport =
      gst_gio_socket_transport_plain_new (socket, gst_gio_socket_endpoint_get_no_delay (endpoint));
  gst_gio_socket_transport_set_timeout (transport, gst_gio_socket_endpoint_get_timeout (endpoint));

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
    if (received == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return;

    /* At the end only what the peer has acknowledged counts, and the sender is looking at that. */
    if (!is_finishing (self)) {
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
