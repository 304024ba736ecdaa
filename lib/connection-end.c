/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* How the sending half of a connection ends. */

#include "config.h"

#include "connection-channel.h"

gboolean
gst_gio_socket_connection_is_finishing (GstGioSocketConnection *self)
{
  gboolean result;

  g_mutex_lock (&self->lock);
  result = self->is_finishing;
  g_mutex_unlock (&self->lock);

  return result;
}

gboolean
gst_gio_socket_connection_is_unread (GstGioSocketConnection *self)
{
  if (!self->is_shared)
    return !self->has_receiver;

  return (self->is_finishing || self->is_over) && self->n_receivers == 0;
}

void
gst_gio_socket_connection_stop_discarding (GstGioSocketConnection *self)
{
  g_autoptr (GCancellable) discarding = NULL;

  g_mutex_lock (&self->lock);
  if (!gst_gio_socket_connection_is_unread (self))
    g_set_object (&discarding, self->discarding);
  g_mutex_unlock (&self->lock);

  g_cancellable_cancel (discarding);
}

void
gst_gio_socket_connection_report_rest (GstGioSocketConnection *self,
    const GstGioSocketChannel *channel, const GOutputVector *vectors, guint n_vectors,
    GCancellable *cancellable, GError *cause, GError **error)
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
  gst_gio_socket_connection_report (self, GST_GIO_SOCKET_SIDE_SENDER, channel, cancellable, failure,
      error);
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
  g_cond_broadcast (&self->changed);
  if (self->transport != NULL)
    transport = g_object_ref (self->transport);
  g_mutex_unlock (&self->lock);

  gst_gio_socket_connection_stop_discarding (self);
  if (transport == NULL)
    return;

  g_mutex_lock (&self->sending);
  gst_gio_socket_transport_set_linger (transport, linger_timeout);
  g_mutex_unlock (&self->sending);
}

/* Lock held.  Whether nobody is there to tell that the stream has ended, and nothing is left to send:
 * what was sent over a connection that is lost has been reported. */
static gboolean
is_end_of_nothing (GstGioSocketConnection *self)
{
  return self->state == GST_GIO_SOCKET_CONNECTION_OPENING && self->transport == NULL &&
      self->failure == NULL && (self->generation > 0 || !self->life.waits);
}

static gboolean
try_end_of_nothing (GstGioSocketConnection *self)
{
  gboolean result;

  g_mutex_lock (&self->lock);
  result = is_end_of_nothing (self);
  if (result)
    self->is_over = TRUE;
  g_mutex_unlock (&self->lock);

  return result;
}

static gboolean
is_peer_there (GstGioSocketConnection *self)
{
  return self->state == GST_GIO_SOCKET_CONNECTION_OPEN && !self->has_peer_ended;
}

static guint64
get_received (GstGioSocketTransport *transport)
{
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");
  guint64 received = 0;

  gst_gio_socket_transport_add_stats (transport, stats);
  gst_structure_get_uint64 (stats, "bytes-received", &received);

  return received;
}

/* How long a peer says nothing and does not close before that is its business. */
#define PEER_SILENCE (200 * G_TIME_SPAN_MILLISECOND)

/* It has acknowledged everything, but to close under what it is sending would be a reset, and with
 * some systems that is the end of what it has not read yet.  One that keeps its half without a word has
 * its reasons, and everything that was for it. */
static gboolean
wait_for_peer (GstGioSocketConnection *self, GstGioSocketTransport *transport,
    GCancellable *cancellable, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64)(self->linger_timeout / GST_USECOND);
  guint64 before;
  gint64 now;

  do {
    before = get_received (transport);
    now = g_get_monotonic_time ();
    gst_gio_socket_connection_wait_while (self, is_peer_there, MIN (now + PEER_SILENCE, end),
        cancellable);
  } while (
      now < end && get_received (transport) != before && !g_cancellable_is_cancelled (cancellable));

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* A peer that knows from what it has got that it has everything need not wait to hear that. */
static gboolean
is_without_loss (GstGioSocketTransport *transport, const GError *cause)
{
  return cause->domain == G_IO_ERROR &&
      !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      gst_gio_socket_transport_get_unacknowledged (transport) == 0;
}

static void
set_over (GstGioSocketConnection *self)
{
  g_mutex_lock (&self->lock);
  self->is_over = TRUE;
  g_mutex_unlock (&self->lock);
}

/**
 * gst_gio_socket_connection_finish:
 * @self: the connection, after gst_gio_socket_connection_set_linger()
 * @cancellable: (nullable): ends the wait; it may be called again then
 * @error: %G_IO_ERROR_CANCELLED, or what "failed" has reported
 *
 * Waits for the connection, ends the sending half and waits until the peer has acknowledged
 * everything; then until it has closed, too, or says nothing more, but no longer than the linger
 * timeout, and it is no error when it has not.  Behind a connection that was lost it waits for no other one, and neither does it with
 * wait-for-connection=false: there is nothing to end.  Afterwards none is made until something is sent.
 *
 * Returns: whether it has
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_connection_finish (GstGioSocketConnection *self, GCancellable *cancellable,
    GError **error)
{
  g_auto (GstGioSocketChannel) channel = { 0 };
  GError *cause = NULL;

  if (try_end_of_nothing (self))
    return TRUE;
  if (!gst_gio_socket_connection_get_channel (self, GST_GIO_SOCKET_SIDE_OTHER, &channel,
          cancellable, error))
    return FALSE;

  gst_gio_socket_transport_set_linger (channel.transport, self->linger_timeout);
  if (gst_gio_socket_transport_shutdown (channel.transport, cancellable, &cause) &&
      gst_gio_socket_transport_drain (channel.transport, self->linger_timeout, cancellable,
          &cause) &&
      wait_for_peer (self, channel.transport, cancellable, &cause)) {
    set_over (self);
    return TRUE;
  }
  if (is_without_loss (channel.transport, cause)) {
    g_error_free (cause);
    set_over (self);
    return TRUE;
  }

  gst_gio_socket_connection_report_rest (self, &channel, NULL, 0, cancellable, cause, error);

  return FALSE;
}

/* Without a sender, what the receiver says is our last word: it has read everything.  A peer that waits
 * for that goes at once. */
void
gst_gio_socket_connection_answer_end (GstGioSocketConnection *self,
    const GstGioSocketChannel *channel, GCancellable *cancellable)
{
  if (self->life.owns_socket && !self->is_shared)
    gst_gio_socket_transport_shutdown (channel->transport, cancellable, NULL);
}

/* Microseconds would do, mostly; who does not take what is under way by then has left. */
#define FAREWELL_PATIENCE (200 * GST_MSECOND)

void
gst_gio_socket_connection_end_politely (GstGioSocketConnection *self,
    GstGioSocketTransport *transport, GCancellable *cancellable)
{
  if (!g_mutex_trylock (&self->sending))
    return;

  gst_gio_socket_transport_set_linger (transport, FAREWELL_PATIENCE);
  if (gst_gio_socket_transport_shutdown (transport, cancellable, NULL))
    gst_gio_socket_transport_drain (transport, FAREWELL_PATIENCE, cancellable, NULL);
  g_mutex_unlock (&self->sending);
}
