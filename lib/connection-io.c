/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Sending and receiving over a connection that is there, comes or goes. */

#include "config.h"

#include "connection-private.h"

static void
wake_cb (GCancellable *cancellable, gpointer user_data)
{
  GstGioSocketConnection *self = user_data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Opening, or reporting why that or something else went wrong. */
static gboolean
is_reporting (GstGioSocketConnection *self)
{
  return self->failure != NULL && self->state != GST_GIO_SOCKET_CONNECTION_FAILED;
}

static gboolean
is_unsettled (GstGioSocketConnection *self)
{
  return self->state == GST_GIO_SOCKET_CONNECTION_OPENING || is_reporting (self);
}

static void
wait_until_settled (GstGioSocketConnection *self, GCancellable *cancellable)
{
  gulong id = 0;

  if (cancellable != NULL)
    id = g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), self, NULL);

  g_mutex_lock (&self->lock);
  while (is_unsettled (self) && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);

  g_cancellable_disconnect (cancellable, id);
}

typedef struct
{
  GstGioSocketTransport *transport;
  GCancellable *generation;
} Channel;

static void
channel_clear (Channel *channel)
{
  g_clear_object (&channel->transport);
  g_clear_object (&channel->generation);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Channel, channel_clear)

static gboolean
try_get_channel (GstGioSocketConnection *self, Channel *channel, gboolean *must_wait,
    GError **error)
{
  g_mutex_lock (&self->lock);
  *must_wait = self->state == GST_GIO_SOCKET_CONNECTION_OPENING;
  if (self->state == GST_GIO_SOCKET_CONNECTION_OPEN) {
    channel->transport = g_object_ref (self->transport);
    channel->generation = g_object_ref (self->cancellable);
  } else if (self->state == GST_GIO_SOCKET_CONNECTION_FAILED) {
    g_propagate_error (error, g_error_copy (self->failure));
  } else if (self->state == GST_GIO_SOCKET_CONNECTION_STOPPED) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The connection was stopped");
  }
  g_mutex_unlock (&self->lock);

  return channel->transport != NULL;
}

/* Waits for the connection, if it must.  The common case takes the lock once. */
static gboolean
get_channel (GstGioSocketConnection *self, Channel *channel, GCancellable *cancellable,
    GError **error)
{
  gboolean must_wait;

  while (!try_get_channel (self, channel, &must_wait, error)) {
    if (!must_wait)
      return FALSE;

    wait_until_settled (self, cancellable);
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
  }

  return TRUE;
}

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
  g_auto (Channel) channel = { 0 };
  gboolean is_opening;
  gboolean must_wait;

  g_mutex_lock (&self->lock);
  must_wait = is_reporting (self);
  g_mutex_unlock (&self->lock);
  if (must_wait)
    wait_until_settled (self, cancellable);

  return try_get_channel (self, &channel, &is_opening, error) || is_opening;
}

/* Takes @cause.  An interrupted call has broken nothing. */
static void
report (GstGioSocketConnection *self, Channel *channel, GstResourceError code, const gchar *what,
    GCancellable *cancellable, GError *cause, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, cause);
    return;
  }

  gst_gio_socket_connection_explain (self, code, what, cause, &failure);
  g_error_free (cause);
  gst_gio_socket_connection_fail (self, channel->generation, g_error_copy (failure));
  /* The worker may have been first, and is at it. */
  wait_until_settled (self, cancellable);
  g_propagate_error (error, g_steal_pointer (&failure));
}

static gboolean
is_finishing (GstGioSocketConnection *self)
{
  gboolean result;

  g_mutex_lock (&self->lock);
  result = self->is_finishing;
  g_mutex_unlock (&self->lock);

  return result;
}

/* As report(), but at the end of the stream, where the number of bytes counts that are with us still:
 * in @vectors, and in the kernel. */
static void
report_loss (GstGioSocketConnection *self, Channel *channel, const GOutputVector *vectors,
    guint n_vectors, GCancellable *cancellable, GError *cause, GError **error)
{
  g_autofree gchar *where = gst_gio_socket_connection_describe_peer (self);
  GError *failure;
  guint64 lost;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, cause);
    return;
  }

  lost = gst_gio_socket_transport_get_unacknowledged (channel->transport);
  for (guint i = 0; i < n_vectors; i++)
    lost += vectors[i].size;

  failure = g_error_new (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE,
      "The last %" G_GUINT64_FORMAT " bytes sent to %s were not acknowledged: %s. "
      "Look at the peer, or raise 'linger-timeout' if it is only slow.",
      lost, where, cause->message);
  g_error_free (cause);
  gst_gio_socket_connection_fail (self, channel->generation, g_error_copy (failure));
  wait_until_settled (self, cancellable);
  g_propagate_error (error, failure);
}

/**
 * gst_gio_socket_connection_send: (skip)
 * @self: the connection
 * @vectors: (inout): as in gst_gio_socket_transport_send()
 * @n_vectors: (inout): as in gst_gio_socket_transport_send()
 * @hold: whether an incomplete segment or record may be held back until the next flush
 * @cancellable: (nullable): ends the wait
 * @error: %G_IO_ERROR_CANCELLED, or what "failed" has reported
 *
 * Waits for the connection and sends.
 *
 * Returns: whether everything has gone
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_connection_send (GstGioSocketConnection *self, GOutputVector **vectors,
    guint *n_vectors, gboolean hold, GCancellable *cancellable, GError **error)
{
  g_auto (Channel) channel = { 0 };
  GError *cause = NULL;

  if (!get_channel (self, &channel, cancellable, error))
    return FALSE;
  if (gst_gio_socket_transport_send (channel.transport, vectors, n_vectors, hold, cancellable,
          &cause))
    return TRUE;

  if (is_finishing (self))
    report_loss (self, &channel, *vectors, *n_vectors, cancellable, cause, error);
  else
    report (self, &channel, GST_RESOURCE_ERROR_WRITE, "send to", cancellable, cause, error);

  return FALSE;
}

/**
 * gst_gio_socket_connection_flush:
 * @self: the connection
 * @cancellable: (nullable): ends the wait
 * @error: %G_IO_ERROR_CANCELLED, or what "failed" has reported
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
  g_auto (Channel) channel = { 0 };
  gboolean is_opening;
  GError *cause = NULL;

  if (!try_get_channel (self, &channel, &is_opening, error))
    return is_opening;
  if (gst_gio_socket_transport_flush (channel.transport, cancellable, &cause))
    return TRUE;

  report (self, &channel, GST_RESOURCE_ERROR_WRITE, "send to", cancellable, cause, error);

  return FALSE;
}

/**
 * gst_gio_socket_connection_set_linger:
 * @self: the connection
 * @linger_timeout: nanoseconds without progress after which to give up, or %GST_CLOCK_TIME_NONE
 *
 * Tells that the end of the stream has come: from now on sending what is left of it fails, too,
 * after @linger_timeout without progress.  %GST_CLOCK_TIME_NONE takes that back.  Sending thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_connection_set_linger (GstGioSocketConnection *self, GstClockTime linger_timeout)
{
  g_autoptr (GstGioSocketTransport) transport = NULL;

  g_mutex_lock (&self->lock);
  self->is_finishing = GST_CLOCK_TIME_IS_VALID (linger_timeout);
  self->linger_timeout = linger_timeout;
  if (self->transport != NULL)
    transport = g_object_ref (self->transport);
  g_mutex_unlock (&self->lock);

  if (transport != NULL)
    gst_gio_socket_transport_set_linger (transport, linger_timeout);
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
 * gst_gio_socket_connection_finish:
 * @self: the connection, after gst_gio_socket_connection_set_linger()
 * @cancellable: (nullable): ends the wait; it may be called again then
 * @error: %G_IO_ERROR_CANCELLED, or what "failed" has reported
 *
 * Waits for the connection, ends the sending half and waits until the peer has acknowledged
 * everything.
 *
 * Returns: whether it has
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_connection_finish (GstGioSocketConnection *self, GCancellable *cancellable,
    GError **error)
{
  g_auto (Channel) channel = { 0 };
  GError *cause = NULL;

  if (!get_channel (self, &channel, cancellable, error))
    return FALSE;

  gst_gio_socket_transport_set_linger (channel.transport, self->linger_timeout);
  if (gst_gio_socket_transport_shutdown (channel.transport, cancellable, &cause) &&
      gst_gio_socket_transport_drain (channel.transport, self->linger_timeout, cancellable, &cause))
    return TRUE;

  report_loss (self, &channel, NULL, 0, cancellable, cause, error);

  return FALSE;
}

/**
 * gst_gio_socket_connection_receive: (skip)
 * @self: the connection, made with a receiver
 * @vectors: where the bytes go
 * @n_vectors: how many they are
 * @cancellable: (nullable): ends the wait
 * @error: %G_IO_ERROR_CANCELLED, or what "failed" has reported
 *
 * Waits for the connection, then as gst_gio_socket_transport_receive().
 *
 * Returns: how many bytes came, 0 at the end of the stream, -1 on error
 *
 * Since: 0.1
 */
gssize
gst_gio_socket_connection_receive (GstGioSocketConnection *self, GInputVector *vectors,
    guint n_vectors, GCancellable *cancellable, GError **error)
{
  g_auto (Channel) channel = { 0 };
  GError *cause = NULL;
  gssize received;

  if (!get_channel (self, &channel, cancellable, error))
    return -1;

  received =
      gst_gio_socket_transport_receive (channel.transport, vectors, n_vectors, cancellable, &cause);
  if (received < 0)
    report (self, &channel, GST_RESOURCE_ERROR_READ, "receive from", cancellable, cause, error);

  return received;
}
