/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What the worker and the callers find out about a connection, and who is told. */

#include "config.h"

#include "connection-private.h"

/* --- in words ------------------------------------------------------------ */

gchar *
gst_gio_socket_connection_describe_peer (GstGioSocketConnection *self)
{
  gchar *peer;

  g_mutex_lock (&self->lock);
  peer = g_strdup (self->peer);
  g_mutex_unlock (&self->lock);

  return peer != NULL ? peer : gst_gio_socket_endpoint_describe (self->endpoint);
}

void
gst_gio_socket_connection_explain (GstGioSocketConnection *self, GstResourceError code,
    const gchar *what, const GError *cause, GError **error)
{
  g_autofree gchar *where = gst_gio_socket_connection_describe_peer (self);
  const gchar *advice = " The peer has gone: look there for the reason.";
  gsize length = strlen (cause->message);
  gboolean is_sentence = length > 0 && strchr (".?", cause->message[length - 1]) != NULL;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    advice = " The peer is stuck, or 'timeout' is too short.";
  else if (cause->domain == G_TLS_ERROR)
    advice = ""; /* it has its own */
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) ||
      g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    code = GST_RESOURCE_ERROR_NOT_AUTHORIZED;

  g_set_error (error, GST_RESOURCE_ERROR, code, "Could not %s %s: %s%s%s", what, where,
      cause->message, is_sentence ? "" : ".", advice);
}

/* --- the end of a connection ------------------------------------------------ */

GstGioSocketLoss
gst_gio_socket_connection_take_loss (GstGioSocketConnection *self, GstGioSocketTransport *transport)
{
  GstGioSocketLoss loss = { .is_due = self->is_announced, .is_late = self->is_over };

  self->is_announced = FALSE;
  if (transport != NULL)
    loss.unacknowledged = gst_gio_socket_transport_get_unacknowledged (transport);

  return loss;
}

void
gst_gio_socket_connection_announce_loss (GstGioSocketConnection *self, const GstGioSocketLoss *loss,
    const gchar *reason)
{
  g_autoptr (GstStructure) info = NULL;

  if (!loss->is_due)
    return;

  info = gst_structure_new ("GstGioSocketDisconnected", "reason", G_TYPE_STRING, reason,
      "bytes-unacknowledged", G_TYPE_UINT64, loss->unacknowledged, NULL);
  g_signal_emit (self, gst_gio_socket_connection_signals[GST_GIO_SOCKET_SIGNAL_DISCONNECTED], 0,
      info);
}

void
gst_gio_socket_connection_warn (GstGioSocketConnection *self, const GError *warning)
{
  g_signal_emit (self, gst_gio_socket_connection_signals[GST_GIO_SOCKET_SIGNAL_WARNING], 0,
      warning);
}

void
gst_gio_socket_connection_fail (GstGioSocketConnection *self, GCancellable *cancellable,
    GError *error)
{
  g_autoptr (GError) failure = error;
  GstGioSocketLoss loss = { 0 };
  gboolean is_first;

  g_mutex_lock (&self->lock);
  is_first = self->cancellable == cancellable && self->failure == NULL;
  if (is_first) {
    self->failure = g_error_copy (failure);
    loss = gst_gio_socket_connection_take_loss (self, self->transport);
  }
  g_mutex_unlock (&self->lock);

  if (!is_first)
    return;

  /* The state comes after the report, so that the reason is on the bus before what follows from
   * it: somebody upstream will complain about our GST_FLOW_ERROR. */
  gst_gio_socket_connection_announce_loss (self, &loss, failure->message);
  g_signal_emit (self, gst_gio_socket_connection_signals[GST_GIO_SOCKET_SIGNAL_FAILED], 0, failure);

  g_mutex_lock (&self->lock);
  if (self->cancellable == cancellable) {
    self->state = GST_GIO_SOCKET_CONNECTION_FAILED;
    g_cond_broadcast (&self->changed);
  }
  g_mutex_unlock (&self->lock);
}

/* Lock held.  At the end of the stream a loss is for good, and so is the peer's opinion of us, or ours
 * of the one that we were sent to. */
static gboolean
goes_on (GstGioSocketConnection *self, GCancellable *cancellable, const GError *failure)
{
  gboolean is_for_good = failure != NULL && !self->life.listens &&
      g_error_matches (failure, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED);

  return self->cancellable == cancellable && self->failure == NULL && self->life.goes_on &&
      !self->is_finishing && !is_for_good;
}

/* Lock held.  From here on everybody waits for the next one. */
static void
retire_transport (GstGioSocketConnection *self)
{
  gst_gio_socket_connection_keep_stats (self);
  g_clear_object (&self->transport);
  self->state = GST_GIO_SOCKET_CONNECTION_OPENING;
  self->is_losing = TRUE;
}

/* Whoever is still in it shall not wait for what will never come. */
static GstGioSocketLoss
close_transport (GstGioSocketConnection *self, GCancellable *cancellable,
    GstGioSocketTransport *transport)
{
  GstGioSocketLoss loss = { 0 };

  /* Whoever has stopped it meanwhile tells about that, and what is announced now is another one. */
  g_mutex_lock (&self->lock);
  if (self->cancellable == cancellable) {
    loss = gst_gio_socket_connection_take_loss (self, transport);
    self->bytes_lost += loss.unacknowledged;
    g_clear_pointer (&self->peer, g_free);
  }
  g_mutex_unlock (&self->lock);

  g_socket_shutdown (gst_gio_socket_transport_get_socket (transport), TRUE, TRUE, NULL);

  return loss;
}

/* That somebody leaves who has all of it is nothing to warn of. */
static void
report_loss (GstGioSocketConnection *self, const GstGioSocketLoss *loss, const gchar *where,
    const GError *failure)
{
  g_autofree gchar *reason = failure != NULL
      ? g_strdup (failure->message)
      : g_strdup_printf ("%s has closed the connection.", where);
  g_autoptr (GError) warning = NULL;

  if (!loss->is_due)
    return;
  if (!loss->is_late && (failure != NULL || loss->unacknowledged > 0)) {
    warning =
        g_error_new (GST_RESOURCE_ERROR, failure != NULL ? failure->code : GST_RESOURCE_ERROR_WRITE,
            "%s %" G_GUINT64_FORMAT " bytes that were sent were not acknowledged. %s.", reason,
            loss->unacknowledged,
            self->life.listens ? "Waiting for the next peer" : "Connecting again");
    gst_gio_socket_connection_warn (self, warning);
  }
  gst_gio_socket_connection_announce_loss (self, loss, reason);
}

gboolean
gst_gio_socket_connection_lose (GstGioSocketConnection *self, GCancellable *cancellable,
    GstGioSocketTransport *transport, const GError *failure)
{
  g_autofree gchar *where = gst_gio_socket_connection_describe_peer (self);
  gboolean is_first = FALSE;
  gboolean result;
  GstGioSocketLoss loss;

  g_mutex_lock (&self->lock);
  result = goes_on (self, cancellable, failure);
  if (result && self->transport == transport) {
    is_first = TRUE;
    retire_transport (self);
  }
  g_mutex_unlock (&self->lock);

  if (!is_first)
    return result;

  if (failure == NULL)
    gst_gio_socket_connection_end_politely (self, transport, cancellable);
  loss = close_transport (self, cancellable, transport);
  report_loss (self, &loss, where, failure);

  g_mutex_lock (&self->lock);
  self->is_losing = FALSE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  return TRUE;
}

void
gst_gio_socket_connection_note_end (GstGioSocketConnection *self, GstGioSocketTransport *transport)
{
  g_mutex_lock (&self->lock);
  if (self->transport == transport) {
    self->has_peer_ended = TRUE;
    g_cond_broadcast (&self->changed);
  }
  g_mutex_unlock (&self->lock);
}

/* --- what the worker has made --------------------------------------------- */

void
gst_gio_socket_connection_publish_port (GstGioSocketConnection *self, GCancellable *cancellable,
    guint port)
{
  gboolean is_current;

  g_mutex_lock (&self->lock);
  is_current = self->cancellable == cancellable;
  if (is_current)
    self->current_port = port;
  g_mutex_unlock (&self->lock);

  if (is_current)
    g_object_notify (G_OBJECT (self), "current-port");
}

void
gst_gio_socket_connection_publish_peer (GstGioSocketConnection *self, GCancellable *cancellable,
    GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);
  g_autofree gchar *peer = NULL;

  /* Who comes to a Unix socket has no address. */
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return;

  peer = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
  g_mutex_lock (&self->lock);
  if (self->cancellable == cancellable) {
    g_free (self->peer);
    self->peer = g_steal_pointer (&peer);
  }
  g_mutex_unlock (&self->lock);
}

/* Returns: whether it is the worker of now who says so */
static gboolean
set_asking (GstGioSocketConnection *self, gboolean is_asking)
{
  gboolean is_current;

  g_mutex_lock (&self->lock);
  is_current = self->worker == g_thread_self ();
  if (is_current)
    self->is_asking = is_asking;
  g_mutex_unlock (&self->lock);

  return is_current;
}

gboolean
gst_gio_socket_connection_ask_about (GstGioSocketConnection *self, GPtrArray *chain,
    GTlsCertificateFlags errors)
{
  gboolean is_accepted = FALSE;

  if (!set_asking (self, TRUE))
    return FALSE;

  g_signal_emit (self, gst_gio_socket_connection_signals[GST_GIO_SOCKET_SIGNAL_ACCEPT_CERTIFICATE],
      0, chain, errors, &is_accepted);
  set_asking (self, FALSE);

  return is_accepted;
}

static void
emit_connected (GstGioSocketConnection *self, GstGioSocketTransport *transport)
{
  g_autoptr (GstStructure) info = gst_structure_new_empty ("GstGioSocketConnected");

  gst_gio_socket_transport_add_info (transport, info);
  g_signal_emit (self, gst_gio_socket_connection_signals[GST_GIO_SOCKET_SIGNAL_CONNECTED], 0, info);
}

/* The state comes after "connected": what sending or receiving finds out about it is heard behind it. */
gboolean
gst_gio_socket_connection_publish_transport (GstGioSocketConnection *self,
    GCancellable *cancellable, GstGioSocketTransport *transport)
{
  gboolean is_current;

  g_mutex_lock (&self->lock);
  is_current = self->cancellable == cancellable;
  if (is_current) {
    self->transport = g_object_ref (transport);
    if (self->notsent_lowat > 0)
      gst_gio_socket_transport_set_notsent_lowat (transport, self->notsent_lowat);
    self->generation++;
    self->has_peer_ended = FALSE;
    self->is_announced = TRUE;
  }
  g_mutex_unlock (&self->lock);

  if (!is_current)
    return FALSE;
  emit_connected (self, transport);

  g_mutex_lock (&self->lock);
  is_current = self->cancellable == cancellable;
  if (is_current) {
    self->state = GST_GIO_SOCKET_CONNECTION_OPEN;
    g_cond_broadcast (&self->changed);
  }
  g_mutex_unlock (&self->lock);

  return is_current;
}

void
gst_gio_socket_connection_announce_attempt (GstGioSocketConnection *self, guint attempt,
    GstClockTime delay, const gchar *reason)
{
  g_autoptr (GstStructure) info = gst_structure_new ("GstGioSocketReconnecting", "attempt",
      G_TYPE_UINT, attempt, "delay", G_TYPE_UINT64, delay, "reason", G_TYPE_STRING, reason, NULL);

  g_signal_emit (self, gst_gio_socket_connection_signals[GST_GIO_SOCKET_SIGNAL_RECONNECTING], 0,
      info);
}
