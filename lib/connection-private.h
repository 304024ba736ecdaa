/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "connection.h"
#include "transport.h"

typedef enum
{
  GST_GIO_SOCKET_CONNECTION_STOPPED,
  GST_GIO_SOCKET_CONNECTION_OPENING,
  GST_GIO_SOCKET_CONNECTION_OPEN,
  GST_GIO_SOCKET_CONNECTION_FAILED,
} GstGioSocketConnectionState;

struct _GstGioSocketConnection
{
  GObject parent_instance;

  /* Immutable. */
  GstGioSocketEndpoint *endpoint;
  gboolean has_receiver;

  GMutex lock;
  GCond changed;

  /* Lock. */
  GstGioSocketConnectionState state;
  GThread *worker;
  gboolean is_asking; /* the worker: nobody knows when the application will have an answer */
  GCancellable
      *cancellable; /* one for each start: also tells a stale worker from the present one */
  GstGioSocketTransport *transport;
  GError *failure; /* set while it is being reported; the state is FAILED afterwards */
  gboolean is_finishing;
  GstClockTime linger_timeout; /* written by the sending thread only */
  guint notsent_lowat;
  guint current_port;
  gchar *peer; /* who was accepted, for messages */
  GstStructure *last_stats;
};

/* The body of the worker: opens, publishes, and discards while nobody receives. */
void gst_gio_socket_connection_work (GstGioSocketConnection *self, GCancellable *cancellable);

/* For the worker: what it has made, unless the connection was stopped since @cancellable's start. */
void gst_gio_socket_connection_publish_port (GstGioSocketConnection *self,
    GCancellable *cancellable, guint port);
void gst_gio_socket_connection_publish_peer (GstGioSocketConnection *self,
    GCancellable *cancellable, GSocket *socket);
gboolean gst_gio_socket_connection_publish_transport (GstGioSocketConnection *self,
    GCancellable *cancellable, GstGioSocketTransport *transport);

/* For the worker: asks the application about a peer that is not trusted, unless the connection was
 * stopped.  Who stops it meanwhile does not wait for the answer, and the worker finds itself stale. */
gboolean gst_gio_socket_connection_ask_about (GstGioSocketConnection *self, GPtrArray *chain,
    GTlsCertificateFlags errors);

/* Returns: (transfer full): the peer in words, for messages: who was accepted, or the address. */
gchar *gst_gio_socket_connection_describe_peer (GstGioSocketConnection *self);

/* Takes @error.  The first one is the reason and is reported; what breaks afterwards follows from
 * it.  @cancellable tells which start it belongs to. */
void gst_gio_socket_connection_fail (GstGioSocketConnection *self, GCancellable *cancellable,
    GError *error);

/* Puts "Could not @what PEER: @cause" and what to do about it into @error. */
void gst_gio_socket_connection_explain (GstGioSocketConnection *self, GstResourceError code,
    const gchar *what, const GError *cause, GError **error);
