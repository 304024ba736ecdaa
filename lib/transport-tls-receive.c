/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* From records to bytes. */

#include "config.h"

#include "transport-tls-private.h"

static void
give_verdict (GstGioSocketTransportTls *self, const GError *error)
{
  gboolean is_end = error != NULL && g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF);

  g_mutex_lock (&self->verdict_lock);
  /* How the peer's half has ended does not concern who sends. */
  if (error != NULL && !is_end && self->verdict == NULL)
    self->verdict = g_error_copy (error);
  self->is_receiving = FALSE;
  g_cond_broadcast (&self->verdict_came);
  g_mutex_unlock (&self->verdict_lock);
}

static void
end_without_notice (GstGioSocketTransportTls *self)
{
  guint64 received = __atomic_load_n (&self->counters.bytes_received, __ATOMIC_RELAXED);

  if (self->session->is_record_cut) {
    g_set_error (&self->receive_error, G_TLS_ERROR, G_TLS_ERROR_EOF,
        "the peer has closed the connection in the middle of a record, without close_notify, after "
        "%" G_GUINT64_FORMAT " bytes: the stream lacks its end",
        received);
    return;
  }

  if (self->session->context->settings.allow_truncation) {
    self->is_ended = TRUE;
    return;
  }

  g_set_error (&self->receive_error, G_TLS_ERROR, G_TLS_ERROR_EOF,
      "the peer has closed the connection without close_notify, after %" G_GUINT64_FORMAT
      " bytes: the stream may lack its end. If that peer never sends one, set "
      "tls-allow-truncation",
      received);
}

/* One record, or what is left of one.  Returns: how many bytes; 0: none yet, or the end. */
static gsize
take (GstGioSocketTransportTls *self, guint8 *data, gsize size)
{
  TlsSession *session = self->session;
  gsize before;
  gssize n;

  g_mutex_lock (&self->session_lock);
  before = byte_queue_get_length (&session->outgoing);
  n = tls_session_receive (session, data, size);
  if (byte_queue_get_length (&session->outgoing) != before)
    self->has_urgent = TRUE;
  if (n > 0 && gnutls_record_check_pending (session->session) == 0)
    gst_gio_socket_count (&self->records_received, 1);
  if (n < 0 && n != GNUTLS_E_AGAIN && n != GNUTLS_E_PREMATURE_TERMINATION)
    tls_session_set_error (session, n, &self->receive_error);
  g_mutex_unlock (&self->session_lock);

  if (n > 0) {
    gst_gio_socket_count (&self->counters.bytes_received, n);
    return n;
  }

  if (n == 0)
    self->is_ended = TRUE;
  else if (n == GNUTLS_E_PREMATURE_TERMINATION)
    end_without_notice (self);

  return 0;
}

/* All that can be had without reading from the socket: the engine is asked until it has no more,
 * because nobody would be woken for what lies in it. */
static gsize
take_all (GstGioSocketTransportTls *self, const GInputVector *vectors, guint n_vectors)
{
  gsize total = 0;

  for (guint i = 0; i < n_vectors; i++) {
    gsize filled = 0;

    while (filled < vectors[i].size) {
      gsize n = take (self, (guint8 *)vectors[i].buffer + filled, vectors[i].size - filled);

      if (n == 0)
        return total;
      filled += n;
      total += n;
    }
  }

  return total;
}

static gboolean
has_urgent (GstGioSocketTransportTls *self)
{
  gboolean result;

  g_mutex_lock (&self->session_lock);
  result = self->has_urgent;
  g_mutex_unlock (&self->session_lock);

  return result;
}

/* An answer to the peer leaves when it can; until then it is waited for, too. */
static gboolean
wait_for_more (GstGioSocketTransportTls *self, GCancellable *cancellable, GError **error)
{
  GIOCondition condition = G_IO_IN;

  if (has_urgent (self) && gst_gio_socket_transport_tls_try_write (self, NULL) == TLS_WRITE_BLOCKED)
    condition |= G_IO_OUT;

  if (!self->reader->is_drained)
    return TRUE;

  gst_gio_socket_count (&self->counters.receive_waits, 1);

  return gst_gio_socket_transport_wait (GST_GIO_SOCKET_TRANSPORT (self), condition, cancellable,
      error);
}

static gboolean
read_more (GstGioSocketTransportTls *self, GCancellable *cancellable, GError **error)
{
  GError *cause = NULL;

  if (!wait_for_more (self, cancellable, error))
    return FALSE;
  if (gst_gio_socket_transport_tls_try_read (self, &cause) || cause == NULL)
    return TRUE;

  give_verdict (self, cause);
  g_propagate_error (error, cause);

  return FALSE;
}

gssize
gst_gio_socket_transport_tls_receive (GstGioSocketTransport *transport, GInputVector *vectors,
    guint n_vectors, GCancellable *cancellable, GError **error)
{
  GstGioSocketTransportTls *self = GST_GIO_SOCKET_TRANSPORT_TLS (transport);

  while (!g_cancellable_set_error_if_cancelled (cancellable, error)) {
    gsize n = 0;

    if (!self->is_ended && self->receive_error == NULL)
      n = take_all (self, vectors, n_vectors);
    if (n > 0)
      return n;

    if (self->is_ended || self->receive_error != NULL) {
      give_verdict (self, self->receive_error);
      if (self->is_ended)
        return 0;
      /* A fatal alert tells the peer; it may be gone, and we are going. */
      gst_gio_socket_transport_tls_try_write (self, NULL);
      g_propagate_error (error, g_error_copy (self->receive_error));
      return -1;
    }

    if (!read_more (self, cancellable, error))
      return -1;
  }

  return -1;
}
