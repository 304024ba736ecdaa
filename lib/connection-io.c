/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Sending and receiving over a connection that is there, comes or goes. */

#include "config.h"

#include "connection-channel.h"

/**
 * gst_gio_socket_connection_check:
 * @self: the connection
 * @cancellable: (nullable): ends the wait for a "failed" that is being emitted
 * @error: %G_IO_ERROR_CANCELLED, or what "failed" has reported
 *
 * Tells whether sending and receiving are worth a try, without waiting for the connection.
 *
 * Returns: %FALSE if the connection has failed or was stopped
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_connection_check (GstGioSocketConnection *self, GCancellable *cancellable,
    GError **error)
{
  g_auto (GstGioSocketChannel) channel = { 0 };
  gboolean is_opening;

  gst_gio_socket_connection_wait_reported (self, cancellable);

  return gst_gio_socket_connection_try_get_channel (self, GST_GIO_SOCKET_SIDE_OTHER, &channel,
             &is_opening, error) ||
      is_opening;
}

/* Takes @cause.  An interrupted call has broken nothing. */
static void
report (GstGioSocketConnection *self, GstGioSocketSide side, GstGioSocketChannel *channel,
    GCancellable *cancellable, GError *cause, GError **error)
{
  gboolean receives = side == GST_GIO_SOCKET_SIDE_RECEIVER;
  GError *failure = NULL;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, cause);
    return;
  }

  gst_gio_socket_connection_explain (self,
      receives ? GST_RESOURCE_ERROR_READ : GST_RESOURCE_ERROR_WRITE,
      receives ? "receive from" : "send to", cause, &failure);
  g_error_free (cause);
  gst_gio_socket_connection_report (self, side, channel, cancellable, failure, error);
}

/**
 * gst_gio_socket_connection_send: (skip)
 * @self: the connection
 * @vectors: (inout): as in gst_gio_socket_transport_send()
 * @n_vectors: (inout): as in gst_gio_socket_transport_send()
 * @hold: whether an incomplete segment or record may be held back until the next flush
 * @cancellable: (nullable): ends the wait
 * @error: %G_IO_ERROR_CANCELLED, %G_IO_ERROR_NOT_CONNECTED, %G_IO_ERROR_WOULD_BLOCK, or what "failed"
 *   has reported
 *
 * Waits for the connection and sends.  %G_IO_ERROR_NOT_CONNECTED says, once, that the connection is no
 * longer the one that the last call used, or that this call has lost it: nothing has been sent on
 * the one that the next call waits for.  %G_IO_ERROR_WOULD_BLOCK says that there is none, with an
 * endpoint that has wait-for-connection=false.
 *
 * Returns: whether everything has gone
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_connection_send (GstGioSocketConnection *self, GOutputVector **vectors,
    guint *n_vectors, gboolean hold, GCancellable *cancellable, GError **error)
{
  g_auto (GstGioSocketChannel) channel = { 0 };
  GError *cause = NULL;
  gboolean ok;

  if (!gst_gio_socket_connection_get_channel (self, GST_GIO_SOCKET_SIDE_SENDER, &channel,
          cancellable, error))
    return FALSE;

  gst_gio_socket_channel_begin_sending (&channel, self);
  ok = gst_gio_socket_transport_send (channel.transport, vectors, n_vectors, hold, cancellable,
      &cause);
  gst_gio_socket_channel_end_sending (&channel, self);
  if (ok)
    return TRUE;

  if (gst_gio_socket_connection_is_finishing (self))
    gst_gio_socket_connection_report_rest (self, &channel, *vectors, *n_vectors, cancellable, cause,
        error);
  else
    report (self, GST_GIO_SOCKET_SIDE_SENDER, &channel, cancellable, cause, error);

  return FALSE;
}

/**
 * gst_gio_socket_connection_flush:
 * @self: the connection
 * @cancellable: (nullable): ends the wait
 * @error: %G_IO_ERROR_CANCELLED, %G_IO_ERROR_NOT_CONNECTED, or what "failed" has reported
 *
 * Puts on its way what was held back.  Without a connection nothing was: it does not wait for one.
 *
 * Returns: whether that was done
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_connection_flush (GstGioSocketConnection *self, GCancellable *cancellable,
    GError **error)
{
  g_auto (GstGioSocketChannel) channel = { 0 };
  gboolean is_opening;
  GError *cause = NULL;
  gboolean ok;

  if (!gst_gio_socket_connection_try_get_channel (self, GST_GIO_SOCKET_SIDE_OTHER, &channel,
          &is_opening, error))
    return is_opening;

  gst_gio_socket_channel_begin_sending (&channel, self);
  ok = gst_gio_socket_transport_flush (channel.transport, cancellable, &cause);
  gst_gio_socket_channel_end_sending (&channel, self);
  if (ok)
    return TRUE;

  report (self, GST_GIO_SOCKET_SIDE_OTHER, &channel, cancellable, cause, error);

  return FALSE;
}

/* Where somebody sends, too, and has ended that: the peer has got its answer and goes, and what we say at
 * the end, it does not even read. */
static gboolean
is_late_departure (GstGioSocketConnection *self, const GError *cause)
{
  gboolean is_late;

  g_mutex_lock (&self->lock);
  is_late = self->is_shared && (self->is_over || self->is_finishing);
  g_mutex_unlock (&self->lock);

  return is_late &&
      (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
          g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_EOF));
}

static void
warn_of_departure (GstGioSocketConnection *self, const GError *cause)
{
  g_autoptr (GError) warning = NULL;

  gst_gio_socket_connection_explain (self, GST_RESOURCE_ERROR_READ, "wait for the end from", cause,
      &warning);
  gst_gio_socket_connection_warn (self, warning);
}

/**
 * gst_gio_socket_connection_set_notsent_lowat:
 * @self: the connection
 * @bytes: as for gst_gio_socket_transport_set_notsent_lowat()
 *
 * Limits what waits in the kernel, now and after each start.  Any thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_connection_set_notsent_lowat (GstGioSocketConnection *self, guint bytes)
{
  g_mutex_lock (&self->lock);
  self->notsent_lowat = bytes;
  if (self->transport != NULL)
    gst_gio_socket_transport_set_notsent_lowat (self->transport, bytes);
  g_mutex_unlock (&self->lock);
}

/**
 * gst_gio_socket_connection_receive: (skip)
 * @self: the connection, made with a receiver
 * @vectors: where the bytes go
 * @n_vectors: how many they are
 * @cancellable: (nullable): ends the wait, within 10 ms where a lot has just come
 * @error: %G_IO_ERROR_CANCELLED, %G_IO_ERROR_NOT_CONNECTED, or what "failed" has reported
 *
 * Waits for the connection, then as gst_gio_socket_transport_receive().  %G_IO_ERROR_NOT_CONNECTED says,
 * once, that the stream that was being received has ended or was lost, and that what comes next is the
 * beginning of another one.
 *
 * Returns: how many bytes came, 0 at the end of the stream, -1 on error
 *
 * Since: 0.1
 */
gssize
gst_gio_socket_connection_receive (GstGioSocketConnection *self, GInputVector *vectors,
    guint n_vectors, GCancellable *cancellable, GError **error)
{
  g_auto (GstGioSocketChannel) channel = { 0 };
  GError *cause = NULL;
  GError *end = NULL;
  gssize received;

  if (!gst_gio_socket_connection_get_channel (self, GST_GIO_SOCKET_SIDE_RECEIVER, &channel,
          cancellable, error))
    return -1;

  received =
      gst_gio_socket_transport_receive (channel.transport, vectors, n_vectors, cancellable, &cause);
  if (received > 0)
    return received;

  if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gst_gio_socket_connection_note_end (self, channel.transport);
  if (received < 0 && is_late_departure (self, cause)) {
    warn_of_departure (self, cause);
    g_clear_error (&cause);
    return 0;
  }
  if (received < 0) {
    report (self, GST_GIO_SOCKET_SIDE_RECEIVER, &channel, cancellable, cause, error);
    return -1;
  }

  /* Where another connection follows, the end of this one is none. */
  gst_gio_socket_connection_report (self, GST_GIO_SOCKET_SIDE_RECEIVER, &channel, cancellable, NULL,
      &end);
  if (end == NULL) {
    gst_gio_socket_connection_answer_end (self, &channel, cancellable);
    return 0;
  }
  g_propagate_error (error, end);

  return -1;
}
