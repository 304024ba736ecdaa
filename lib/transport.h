/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/**
 * GstGioSocketTransport:
 *
 * The seam: bytes over a connected stream socket, whatever stands between.
 *
 * One thread at a time sends (send, flush, shutdown, drain), another one may receive meanwhile;
 * statistics may be asked for by any.  Everything blocks until it is done or the cancellable is
 * cancelled.  Errors are the system's own (G_IO_ERROR, as GIO maps them): who calls knows what was
 * being tried and with whom, and says so.
 *
 * Since: 0.1
 */
#define GST_TYPE_GIO_SOCKET_TRANSPORT (gst_gio_socket_transport_get_type ())
GST_GIO_SOCKET_API
G_DECLARE_DERIVABLE_TYPE (GstGioSocketTransport, gst_gio_socket_transport, GST,
    GIO_SOCKET_TRANSPORT, GObject)

/**
 * GstGioSocketTransportClass:
 * @send: see gst_gio_socket_transport_send()
 * @flush: see gst_gio_socket_transport_flush()
 * @receive: see gst_gio_socket_transport_receive()
 * @shutdown: ends the sending half
 * @count_rest: (nullable): bytes that the kernel has still to be given, less those that say nothing but
 *   that the stream has ended, wherever these are; any thread
 * @add_stats: adds what the transport itself counts
 * @add_info: (nullable): adds what was agreed on with the peer
 *
 * What a transport has to be able to do.
 *
 * Since: 0.1
 */
struct _GstGioSocketTransportClass
{
  GObjectClass parent_class;

  gboolean (*send) (GstGioSocketTransport *self, GOutputVector **vectors, guint *n_vectors,
      gboolean hold, GCancellable *cancellable, GError **error);
  gboolean (*flush) (GstGioSocketTransport *self, GCancellable *cancellable, GError **error);
  gssize (*receive) (GstGioSocketTransport *self, GInputVector *vectors, guint n_vectors,
      GCancellable *cancellable, GError **error);
  gboolean (*shutdown) (GstGioSocketTransport *self, GCancellable *cancellable, GError **error);
  gint64 (*count_rest) (GstGioSocketTransport *self);
  void (*add_stats) (GstGioSocketTransport *self, GstStructure *stats);
  void (*add_info) (GstGioSocketTransport *self, GstStructure *info);
};

GST_GIO_SOCKET_API
gboolean gst_gio_socket_transport_send (GstGioSocketTransport *self, GOutputVector **vectors,
    guint *n_vectors, gboolean hold, GCancellable *cancellable, GError **error);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_transport_flush (GstGioSocketTransport *self, GCancellable *cancellable,
    GError **error);

GST_GIO_SOCKET_API
gssize gst_gio_socket_transport_receive (GstGioSocketTransport *self, GInputVector *vectors,
    guint n_vectors, GCancellable *cancellable, GError **error);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_transport_shutdown (GstGioSocketTransport *self, GCancellable *cancellable,
    GError **error);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_transport_drain (GstGioSocketTransport *self, GstClockTime patience,
    GCancellable *cancellable, GError **error);

GST_GIO_SOCKET_API
guint64 gst_gio_socket_transport_get_unacknowledged (GstGioSocketTransport *self);

GST_GIO_SOCKET_API
void gst_gio_socket_transport_add_stats (GstGioSocketTransport *self, GstStructure *stats);

GST_GIO_SOCKET_API
void gst_gio_socket_transport_add_info (GstGioSocketTransport *self, GstStructure *info);

GST_GIO_SOCKET_API
GSocket *gst_gio_socket_transport_get_socket (GstGioSocketTransport *self);

GST_GIO_SOCKET_API
void gst_gio_socket_transport_set_timeout (GstGioSocketTransport *self, guint seconds);

GST_GIO_SOCKET_API
void gst_gio_socket_transport_set_linger (GstGioSocketTransport *self, GstClockTime linger);

GST_GIO_SOCKET_API
void gst_gio_socket_transport_set_notsent_lowat (GstGioSocketTransport *self, guint bytes);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_transport_wait (GstGioSocketTransport *self, GIOCondition condition,
    GCancellable *cancellable, GError **error);

G_END_DECLS
