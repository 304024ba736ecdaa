/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* From pieces to records. */

#include "config.h"

#include "transport-private.h"
#include "transport-tls-private.h"

static gboolean
put_record (GstGioSocketTransportTls *self, const guint8 *data, gsize size,
    GCancellable *cancellable, GError **error)
{
  int n;

  g_mutex_lock (&self->session_lock);
  n = tls_session_send (self->session, data, size);
  self->unwritten = byte_queue_get_length (&self->session->outgoing);
  if (n < 0)
    tls_session_set_error (self->session, n, error);
  g_mutex_unlock (&self->session_lock);

  if (n < 0) {
    gst_gio_socket_transport_tls_prefer_verdict (self, cancellable, error);
    return FALSE;
  }

  gst_gio_socket_count (&self->records_sent, n);

  return TRUE;
}

static void
set_plain_size (GstGioSocketTransportTls *self, gsize size)
{
  __atomic_store_n (&self->plain_size, size, __ATOMIC_RELAXED);
}

static gboolean
put_plain (GstGioSocketTransportTls *self, GCancellable *cancellable, GError **error)
{
  gsize size = self->plain_size;

  set_plain_size (self, 0);

  return size == 0 || put_record (self, self->plain, size, cancellable, error);
}

/* As much of @vector as makes no more than one record.  Whole records come from where they lie; what
 * is less joins what was there before, so that records are full. */
static gboolean
take (GstGioSocketTransportTls *self, GOutputVector *vector, GCancellable *cancellable,
    GError **error)
{
  const guint8 *data = vector->buffer;
  gsize n = MIN (vector->size, TLS_RECORD_SIZE - self->plain_size);

  gst_gio_socket_count (&self->counters.bytes_sent, n);
  vector->buffer = data + n;
  vector->size -= n;
  if (n == TLS_RECORD_SIZE)
    return put_record (self, data, n, cancellable, error);

  memcpy (self->plain + self->plain_size, data, n);
  set_plain_size (self, self->plain_size + n);

  return self->plain_size < TLS_RECORD_SIZE || put_plain (self, cancellable, error);
}

static gboolean
write_all (GstGioSocketTransportTls *self, GCancellable *cancellable, GError **error)
{
  if (!gst_gio_socket_transport_tls_write (self, cancellable, error))
    return FALSE;

  self->unwritten = 0;

  return TRUE;
}

gboolean
gst_gio_socket_transport_tls_send (GstGioSocketTransport *transport, GOutputVector **vectors,
    guint *n_vectors, gboolean hold, GCancellable *cancellable, GError **error)
{
  GstGioSocketTransportTls *self = GST_GIO_SOCKET_TRANSPORT_TLS (transport);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  while (*n_vectors > 0) {
    if (self->unwritten >= TLS_BATCH_SIZE && !write_all (self, cancellable, error))
      return FALSE;
    if (!take (self, *vectors, cancellable, error))
      return FALSE;
    if ((*vectors)->size == 0) {
      (*vectors)++;
      (*n_vectors)--;
    }
  }

  if (!hold && !put_plain (self, cancellable, error))
    return FALSE;

  return self->unwritten == 0 || write_all (self, cancellable, error);
}

gboolean
gst_gio_socket_transport_tls_flush (GstGioSocketTransport *transport, GCancellable *cancellable,
    GError **error)
{
  GstGioSocketTransportTls *self = GST_GIO_SOCKET_TRANSPORT_TLS (transport);

  if (self->plain_size == 0 && self->unwritten == 0)
    return TRUE;

  if (self->plain_size > 0)
    gst_gio_socket_count (&self->counters.flushes, 1);

  return put_plain (self, cancellable, error) && write_all (self, cancellable, error);
}

static void
say_bye (GstGioSocketTransportTls *self)
{
  gsize before;

  g_mutex_lock (&self->session_lock);
  before = byte_queue_get_length (&self->session->outgoing);
  if (!self->is_bye_said)
    gnutls_bye (self->session->session, GNUTLS_SHUT_WR);
  self->is_bye_said = TRUE;
  self->bye_size += byte_queue_get_length (&self->session->outgoing) - before;
  g_mutex_unlock (&self->session_lock);
}

void
gst_gio_socket_transport_tls_answer_bye (GstGioSocketTransportTls *self)
{
  if (!self->is_ended || __atomic_load_n (&self->counters.bytes_sent, __ATOMIC_RELAXED) > 0)
    return;

  say_bye (self);
  gst_gio_socket_transport_tls_try_write (self, NULL);
}

gboolean
gst_gio_socket_transport_tls_shutdown (GstGioSocketTransport *transport, GCancellable *cancellable,
    GError **error)
{
  GstGioSocketTransportTls *self = GST_GIO_SOCKET_TRANSPORT_TLS (transport);

  /* Nothing can follow a close_notify: it is not made before all the rest has left, because who is
   * interrupted may find that this is not the end. */
  if (!self->is_bye_said &&
      (!put_plain (self, cancellable, error) || !write_all (self, cancellable, error)))
    return FALSE;
  say_bye (self);

  return write_all (self, cancellable, error) &&
      gst_gio_socket_transport_end_sending (transport, error);
}
