/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "tls-context.h"
#include "transport.h"

G_BEGIN_DECLS

/**
 * GstGioSocketTransportTls:
 *
 * Records over a stream socket.  Small pieces are joined in a buffer of one record's size, large ones
 * are sent from where they lie; a record leaves when it is full, or at the end of a send that may not
 * hold, or at a flush.  No socket option holds anything back.
 *
 * Shake hands before anything else is called but the setters.  Errors are %G_IO_ERROR where the
 * socket failed and %G_TLS_ERROR where TLS did: %G_TLS_ERROR_EOF for a stream that ended without
 * close_notify.
 *
 * Since: 0.1
 */
#define GST_TYPE_GIO_SOCKET_TRANSPORT_TLS (gst_gio_socket_transport_tls_get_type ())
GST_GIO_SOCKET_API
G_DECLARE_FINAL_TYPE (GstGioSocketTransportTls, gst_gio_socket_transport_tls, GST,
    GIO_SOCKET_TRANSPORT_TLS, GstGioSocketTransport)

/**
 * GstGioSocketTlsAcceptFunc:
 * @chain: (element-type GBytes): the peer's certificates in DER, its own first
 * @errors: what is wrong with them
 * @user_data: what was given to gst_gio_socket_transport_tls_set_accept_func()
 *
 * Called in the thread that shakes hands, without a lock held, for a peer that is not trusted.
 *
 * Returns: whether it shall be trusted all the same
 *
 * Since: 0.1
 */
typedef gboolean (
    *GstGioSocketTlsAcceptFunc) (GPtrArray *chain, GTlsCertificateFlags errors, gpointer user_data);

GST_GIO_SOCKET_API
GstGioSocketTransport *gst_gio_socket_transport_tls_new (GSocket *socket, gboolean no_delay,
    GstGioSocketTlsContext *context, const gchar *host, GError **error);

GST_GIO_SOCKET_API
void gst_gio_socket_transport_tls_set_accept_func (GstGioSocketTransportTls *self,
    GstGioSocketTlsAcceptFunc accept, gpointer user_data);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_transport_tls_handshake (GstGioSocketTransportTls *self,
    GCancellable *cancellable, GError **error);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_transport_tls_update_keys (GstGioSocketTransportTls *self, gboolean of_both,
    GCancellable *cancellable, GError **error);

G_END_DECLS
