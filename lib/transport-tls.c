/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "transport-private.h"
#include "transport-tls-private.h"

G_DEFINE_FINAL_TYPE (GstGioSocketTransportTls, gst_gio_socket_transport_tls,
    GST_TYPE_GIO_SOCKET_TRANSPORT)

/**
 * gst_gio_socket_transport_tls_new:
 * @socket: a connected stream socket; the transport keeps a reference
 * @no_delay: TCP_NODELAY
 * @context: certificates, trust and role
 * @host: (nullable): the name that was connected to, for a client without a server-name
 * @error: %G_TLS_ERROR
 *
 * Makes a transport with TLS, which sends nothing yet.
 *
 * Returns: (transfer full) (nullable): the transport, which has still to shake hands
 *
 * Since: 0.1
 */
GstGioSocketTransport *
gst_gio_socket_transport_tls_new (GSocket *socket, gboolean no_delay,
    GstGioSocketTlsContext *context, const gchar *host, GError **error)
{
  g_autoptr (GstGioSocketTransportTls) self =
      g_object_new (GST_TYPE_GIO_SOCKET_TRANSPORT_TLS, "socket", socket, NULL);

  self->fd = g_socket_get_fd (socket);
  self->reader = gst_gio_socket_transport_get_reader (GST_GIO_SOCKET_TRANSPORT (self));
  gst_gio_socket_transport_set_no_delay (GST_GIO_SOCKET_TRANSPORT (self), no_delay);

  self->session = tls_session_new (context, host, error);
  if (self->session == NULL)
    return NULL;

  return GST_GIO_SOCKET_TRANSPORT (g_steal_pointer (&self));
}

/**
 * gst_gio_socket_transport_tls_set_accept_func: (skip)
 * @self: the transport, before the handshake
 * @accept: (nullable) (scope forever): asked about a peer that is not trusted
 * @user_data: for @accept; to be there until the handshake is over
 *
 * Without one such a peer is refused.
 *
 * Since: 0.1
 */
void
gst_gio_socket_transport_tls_set_accept_func (GstGioSocketTransportTls *self,
    GstGioSocketTlsAcceptFunc accept, gpointer user_data)
{
  self->session->accept = accept;
  self->session->accept_data = user_data;
}

/**
 * gst_gio_socket_transport_tls_update_keys:
 * @self: the transport
 * @of_both: whether the peer shall change its keys, too
 * @cancellable: (nullable): ends the wait
 * @error: %G_TLS_ERROR, or %G_IO_ERROR
 *
 * Sends with new keys from now on.  TLS 1.3 only; GnuTLS does it by itself often enough.  Only one
 * side should ever ask the other one: GnuTLS 3.7 takes two questions that cross for a mistake.
 * Sending thread.
 *
 * Returns: whether that was done
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_transport_tls_update_keys (GstGioSocketTransportTls *self, gboolean of_both,
    GCancellable *cancellable, GError **error)
{
  int code;

  g_mutex_lock (&self->session_lock);
  code = gnutls_session_key_update (self->session->session, of_both ? GNUTLS_KU_PEER : 0);
  if (code < 0)
    tls_session_set_error (self->session, code, error);
  g_mutex_unlock (&self->session_lock);

  return code >= 0 && gst_gio_socket_transport_tls_write (self, cancellable, error);
}

static void
gst_gio_socket_transport_tls_add_info (GstGioSocketTransport *transport, GstStructure *info)
{
  GstGioSocketTransportTls *self = GST_GIO_SOCKET_TRANSPORT_TLS (transport);

  gst_structure_set (info, "tls-version", G_TYPE_STRING, self->version, "tls-cipher", G_TYPE_STRING,
      self->cipher, "alpn", G_TYPE_STRING, self->alpn, "peer-subject", G_TYPE_STRING,
      self->peer_subject, "peer-fingerprint", G_TYPE_STRING, self->peer_fingerprint, "resumed",
      G_TYPE_BOOLEAN, self->is_resumed, NULL);
}

static void
gst_gio_socket_transport_tls_add_stats (GstGioSocketTransport *transport, GstStructure *stats)
{
  GstGioSocketTransportTls *self = GST_GIO_SOCKET_TRANSPORT_TLS (transport);

  gst_gio_socket_stats_add_counters (&self->counters, stats);
  gst_structure_set (stats, "records-sent", G_TYPE_UINT64,
      __atomic_load_n (&self->records_sent, __ATOMIC_RELAXED), "records-received", G_TYPE_UINT64,
      __atomic_load_n (&self->records_received, __ATOMIC_RELAXED), NULL);
  gst_gio_socket_transport_tls_add_info (transport, stats);
}

/* --- GObject ------------------------------------------------------------- */

static void
gst_gio_socket_transport_tls_finalize (GObject *object)
{
  GstGioSocketTransportTls *self = GST_GIO_SOCKET_TRANSPORT_TLS (object);

  if (self->session != NULL)
    gst_gio_socket_transport_tls_answer_bye (self);
  g_clear_pointer (&self->session, tls_session_free);
  byte_queue_clear (&self->wire);
  gnutls_memset (self->plain, 0, sizeof (self->plain));
  g_clear_error (&self->receive_error);
  g_clear_error (&self->verdict);
  g_free (self->version);
  g_free (self->cipher);
  g_free (self->alpn);
  g_free (self->peer_subject);
  g_free (self->peer_fingerprint);
  g_cond_clear (&self->verdict_came);
  g_mutex_clear (&self->verdict_lock);
  g_mutex_clear (&self->write_lock);
  g_mutex_clear (&self->session_lock);

  G_OBJECT_CLASS (gst_gio_socket_transport_tls_parent_class)->finalize (object);
}

static void
gst_gio_socket_transport_tls_class_init (GstGioSocketTransportTlsClass *klass)
{
  GstGioSocketTransportClass *transport_class = GST_GIO_SOCKET_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_gio_socket_transport_tls_finalize;
  transport_class->send = gst_gio_socket_transport_tls_send;
  transport_class->flush = gst_gio_socket_transport_tls_flush;
  transport_class->receive = gst_gio_socket_transport_tls_receive;
  transport_class->shutdown = gst_gio_socket_transport_tls_shutdown;
  transport_class->count_rest = gst_gio_socket_transport_tls_count_rest;
  transport_class->add_stats = gst_gio_socket_transport_tls_add_stats;
  transport_class->add_info = gst_gio_socket_transport_tls_add_info;
}

static void
gst_gio_socket_transport_tls_init (GstGioSocketTransportTls *self)
{
  g_mutex_init (&self->session_lock);
  g_mutex_init (&self->write_lock);
  g_mutex_init (&self->verdict_lock);
  g_cond_init (&self->verdict_came);
}
