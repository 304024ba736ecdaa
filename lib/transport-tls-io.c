/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Between the engine and the socket. */

#include "config.h"

#include "transport-private.h"
#include "transport-tls-private.h"

#include <errno.h>
#include <sys/socket.h>

/* What the engine has made takes the place of what has been written: no copy. */
static void
fetch (GstGioSocketTransportTls *self)
{
  ByteQueue empty = self->wire;

  g_mutex_lock (&self->session_lock);
  self->wire = self->session->outgoing;
  self->session->outgoing = empty;
  /* What is fetched has not left yet. */
  if (byte_queue_get_length (&self->wire) == 0)
    self->has_urgent = FALSE;
  g_mutex_unlock (&self->session_lock);
}

TlsWriteResult
gst_gio_socket_transport_tls_try_write (GstGioSocketTransportTls *self, GError **error)
{
  TlsWriteResult result = TLS_WRITE_DONE;

  g_mutex_lock (&self->write_lock);
  while (result == TLS_WRITE_DONE) {
    gssize sent;

    if (byte_queue_get_length (&self->wire) == 0)
      fetch (self);
    if (byte_queue_get_length (&self->wire) == 0)
      break;

    sent = send (self->fd, byte_queue_peek (&self->wire), byte_queue_get_length (&self->wire),
        MSG_NOSIGNAL | MSG_DONTWAIT);
    gst_gio_socket_count (&self->counters.send_calls, 1);
    if (sent >= 0) {
      byte_queue_skip (&self->wire, sent);
    } else if (errno == EAGAIN) {
      result = TLS_WRITE_BLOCKED;
    } else if (errno != EINTR) {
      gst_gio_socket_transport_fail (GST_GIO_SOCKET_TRANSPORT (self), errno, error);
      result = TLS_WRITE_FAILED;
    }
  }
  g_mutex_unlock (&self->write_lock);

  return result;
}

gint64
gst_gio_socket_transport_tls_count_rest (GstGioSocketTransport *transport)
{
  GstGioSocketTransportTls *self = GST_GIO_SOCKET_TRANSPORT_TLS (transport);
  gint64 rest;

  g_mutex_lock (&self->write_lock);
  rest = __atomic_load_n (&self->plain_size, __ATOMIC_RELAXED);
  rest += byte_queue_get_length (&self->wire);
  g_mutex_lock (&self->session_lock);
  rest += byte_queue_get_length (&self->session->outgoing);
  rest -= self->bye_size;
  g_mutex_unlock (&self->session_lock);
  g_mutex_unlock (&self->write_lock);

  return rest;
}

/* Whoever receives is about to find it. */
#define VERDICT_PATIENCE (200 * G_TIME_SPAN_MILLISECOND)

static void
wake_cb (GCancellable *cancellable, gpointer user_data)
{
  GstGioSocketTransportTls *self = user_data;

  g_mutex_lock (&self->verdict_lock);
  g_cond_broadcast (&self->verdict_came);
  g_mutex_unlock (&self->verdict_lock);
}

void
gst_gio_socket_transport_tls_prefer_verdict (GstGioSocketTransportTls *self,
    GCancellable *cancellable, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + VERDICT_PATIENCE;
  gulong id = 0;

  if (cancellable != NULL)
    id = g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), self, NULL);

  g_mutex_lock (&self->verdict_lock);
  while (self->is_receiving && self->verdict == NULL && !g_cancellable_is_cancelled (cancellable) &&
      g_cond_wait_until (&self->verdict_came, &self->verdict_lock, deadline))
    ;
  if (self->verdict != NULL && error != NULL) {
    g_clear_error (error);
    *error = g_error_copy (self->verdict);
  }
  g_mutex_unlock (&self->verdict_lock);

  g_cancellable_disconnect (cancellable, id);
}

gboolean
gst_gio_socket_transport_tls_write (GstGioSocketTransportTls *self, GCancellable *cancellable,
    GError **error)
{
  TlsWriteResult result;

  while ((result = gst_gio_socket_transport_tls_try_write (self, error)) == TLS_WRITE_BLOCKED) {
    gst_gio_socket_count (&self->counters.send_waits, 1);
    if (!gst_gio_socket_transport_wait (GST_GIO_SOCKET_TRANSPORT (self), G_IO_OUT, cancellable,
            error))
      return FALSE;
  }

  if (result == TLS_WRITE_FAILED)
    gst_gio_socket_transport_tls_prefer_verdict (self, cancellable, error);

  return result == TLS_WRITE_DONE;
}

gboolean
gst_gio_socket_transport_tls_try_read (GstGioSocketTransportTls *self, GError **error)
{
  TlsSession *session = self->session;
  guint8 *space = byte_queue_reserve (&session->incoming, TLS_READ_AHEAD_SIZE);
  GInputVector vector = { space, TLS_READ_AHEAD_SIZE };
  gssize received = gst_gio_socket_reader_read (self->reader, &vector, 1);

  gst_gio_socket_count (&self->counters.receive_calls, 1);
  if (received < 0) {
    if (errno != EAGAIN && errno != EINTR)
      gst_gio_socket_transport_fail (GST_GIO_SOCKET_TRANSPORT (self), errno, error);
    return FALSE;
  }

  if (received == 0 && !gst_gio_socket_transport_check_end (GST_GIO_SOCKET_TRANSPORT (self), error))
    return FALSE;

  if (!session->is_open)
    tls_session_note_opening (session, space, received);
  session->incoming.end += received;
  session->is_incoming_over = received == 0;

  return TRUE;
}
