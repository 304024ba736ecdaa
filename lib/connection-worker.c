/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What the worker of a connection does. */

#include "config.h"

#include "connection-channel.h"
#include "retry.h"
#include "transport-plain.h"
#include "transport-private.h"
#include "transport-tls.h"

/* From start to stop. */
typedef struct
{
  GstGioSocketConnection *self;
  GCancellable *cancellable;
  GstGioSocketLife life;
  GstGioSocketListener listener;
  gboolean has_peer; /* somebody came to us, whatever became of that */
  GstGioSocketRetry retry;
  GRand *rand;
} Work;

/* --- opening ------------------------------------------------------------- */

static void
bound_cb (guint port, gpointer user_data)
{
  Work *work = user_data;

  gst_gio_socket_connection_publish_port (work->self, work->cancellable, port);
}

static gboolean
accept_cb (GPtrArray *chain, GTlsCertificateFlags errors, gpointer user_data)
{
  return gst_gio_socket_connection_ask_about (user_data, chain, errors);
}

static GstGioSocketTransport *
secure (GstGioSocketConnection *self, GSocket *socket, GstGioSocketTlsContext *context,
    GCancellable *cancellable, GError **error)
{
  GstGioSocketEndpoint *endpoint = self->endpoint;
  g_autofree gchar *name = gst_gio_socket_endpoint_dup_peer_name (endpoint);
  g_autoptr (GstGioSocketTransport) transport = NULL;
  g_autoptr (GError) cause = NULL;

  transport = gst_gio_socket_transport_tls_new (socket,
      gst_gio_socket_endpoint_get_no_delay (endpoint), context, name, &cause);
  if (transport != NULL) {
    GstGioSocketTransportTls *tls = GST_GIO_SOCKET_TRANSPORT_TLS (transport);

    gst_gio_socket_transport_tls_set_accept_func (tls, accept_cb, self);
    if (gst_gio_socket_transport_tls_handshake (tls, cancellable, &cause))
      return g_steal_pointer (&transport);
  }

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    gst_gio_socket_connection_explain (self, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
        "agree on TLS with", cause, error);

  return NULL;
}

static GSocket *
open_socket (Work *work, GError **error)
{
  GstGioSocketEndpoint *endpoint = work->self->endpoint;
  GstGioSocketListener *listener = work->life.goes_on ? &work->listener : NULL;
  GSocket *socket;

  if (listener != NULL)
    socket = gst_gio_socket_endpoint_open_next (endpoint, listener, bound_cb, work,
        work->cancellable, error);
  else
    socket = gst_gio_socket_endpoint_open (endpoint, bound_cb, work, work->cancellable, error);
  work->has_peer = socket != NULL && work->life.listens;
  if (work->has_peer)
    gst_gio_socket_connection_publish_peer (work->self, work->cancellable, socket);

  return socket;
}

static GstGioSocketTransport *
open_transport (Work *work, GError **error)
{
  GstGioSocketConnection *self = work->self;
  GstGioSocketEndpoint *endpoint = self->endpoint;
  g_autoptr (GstGioSocketTlsContext) context = NULL;
  g_autoptr (GSocket) socket = NULL;
  GstGioSocketTransport *transport;

  /* A file that is wrong is found before anybody is bothered; and whoever was waited for gets what the
   * files say then. */
  work->has_peer = FALSE;
  if (!gst_gio_socket_endpoint_get_tls_context (endpoint, &context, error))
    return NULL;
  socket = open_socket (work, error);
  if (socket == NULL)
    return NULL;
  g_clear_object (&context);
  if (!gst_gio_socket_endpoint_get_tls_context (endpoint, &context, error))
    return NULL;

  if (context != NULL)
    transport = secure (self, socket, context, work->cancellable, error);
  else
    transport = gst_gio_socket_transport_plain_new (socket,
        gst_gio_socket_endpoint_get_no_delay (endpoint));
  if (transport == NULL)
    return NULL;

  gst_gio_socket_transport_set_timeout (transport, gst_gio_socket_endpoint_get_timeout (endpoint));
  if (work->life.is_private)
    gst_gio_socket_transport_allow_waiting (transport);

  return transport;
}

/* --- while it is there --------------------------------------------------- */

/* Nobody wants what comes, so it does not matter whether that has ended well.  At the end only what the
 * peer has acknowledged counts, and the sender is looking at that; but an alert says that the peer does
 * not want it. */
static void
end_discarding (Work *work, GstGioSocketTransport *transport, const GError *error)
{
  GstGioSocketConnection *self = work->self;
  gboolean is_end = error == NULL || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF);
  g_autoptr (GError) failure = NULL;

  gst_gio_socket_connection_note_end (self, transport);
  if (!is_end)
    gst_gio_socket_connection_explain (self, GST_RESOURCE_ERROR_WRITE, "send to", error, &failure);
  if (gst_gio_socket_connection_lose (self, work->cancellable, transport, failure) || is_end)
    return;
  if (!gst_gio_socket_connection_is_finishing (self) || error->domain == G_TLS_ERROR)
    gst_gio_socket_connection_fail (self, work->cancellable, g_steal_pointer (&failure));
}

/* Lock held. */
static gboolean
is_wanted (Work *work)
{
  return work->self->cancellable == work->cancellable && work->self->failure == NULL;
}

/* Waits until nobody is to read what comes.
 * Returns: (transfer full) (nullable): what ends that; %NULL if it does not come to it */
static GCancellable *
begin_discarding (Work *work, GstGioSocketTransport *transport)
{
  GstGioSocketConnection *self = work->self;
  GCancellable *discarding = NULL;

  g_mutex_lock (&self->lock);
  while (self->is_shared && !gst_gio_socket_connection_is_unread (self) && is_wanted (work) &&
      self->transport == transport)
    g_cond_wait (&self->changed, &self->lock);
  if (gst_gio_socket_connection_is_unread (self) && is_wanted (work) &&
      self->transport == transport) {
    discarding = g_cancellable_new ();
    self->discarding = g_object_ref (discarding);
  }
  g_mutex_unlock (&self->lock);

  return discarding;
}

/* Whoever receives may do so now. */
static void
note_discarded (Work *work)
{
  GstGioSocketConnection *self = work->self;
  g_autoptr (GCancellable) discarding = NULL;

  g_mutex_lock (&self->lock);
  if (self->cancellable == work->cancellable)
    discarding = g_steal_pointer (&self->discarding);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
read_all (GstGioSocketTransport *transport, GCancellable *discarding, GError **error)
{
  g_autofree guint8 *scratch = g_malloc (64 * 1024);
  GInputVector vector = { scratch, 64 * 1024 };
  gssize received = 1;

  while (received > 0) {
    g_autoptr (GError) cause = NULL;

    received = gst_gio_socket_transport_receive (transport, &vector, 1, discarding, &cause);
    /* Silence is no matter; but the kernel, too, calls it that when it gives up. */
    if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) &&
        !gst_gio_socket_transport_is_aborted (transport))
      received = 1;
    else if (received < 0)
      g_propagate_error (error, g_steal_pointer (&cause));
  }
}

/* While nobody receives.
 * Returns: whether it was ended by somebody who does, and may become necessary again */
static gboolean
discard (Work *work, GstGioSocketTransport *transport)
{
  g_autoptr (GCancellable) discarding = begin_discarding (work, transport);
  g_autoptr (GError) error = NULL;

  if (discarding == NULL)
    return FALSE;

  read_all (transport, discarding, &error);
  note_discarded (work);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;

  end_discarding (work, transport, error);

  return FALSE;
}

/* Returns: whether it was lost, and another one is to follow */
static gboolean
wait_until_lost (Work *work, GstGioSocketTransport *transport)
{
  GstGioSocketConnection *self = work->self;
  gboolean result;

  g_mutex_lock (&self->lock);
  while (is_wanted (work) && (self->transport == transport || self->is_losing))
    g_cond_wait (&self->changed, &self->lock);
  result = is_wanted (work);
  g_mutex_unlock (&self->lock);

  return result;
}

/* Behind the end of the stream there is nothing to connect for. */
static gboolean
wait_until_needed (Work *work)
{
  GstGioSocketConnection *self = work->self;
  gboolean result;

  g_mutex_lock (&self->lock);
  while (is_wanted (work) && self->is_over)
    g_cond_wait (&self->changed, &self->lock);
  result = is_wanted (work);
  g_mutex_unlock (&self->lock);

  return result;
}

/* --- one after the other -------------------------------------------------- */

/* Returns: whether the time has come; if not, the connection was stopped. */
static gboolean
pause_before (Work *work, GstClockTime delay)
{
  GstGioSocketConnection *self = work->self;
  gint64 deadline = g_get_monotonic_time () + (gint64)(delay / GST_USECOND);
  gboolean result;

  g_mutex_lock (&self->lock);
  while (is_wanted (work) && g_cond_wait_until (&self->changed, &self->lock, deadline))
    ;
  result = is_wanted (work);
  g_mutex_unlock (&self->lock);

  return result;
}

/* @stood: how long there was a connection, 0 if there was none. */
static gboolean
prepare_attempt (Work *work, GstClockTime stood, const gchar *reason)
{
  GstClockTime delay = gst_gio_socket_retry_next (&work->retry, stood, work->rand);

  gst_gio_socket_connection_announce_attempt (work->self, work->retry.attempt, delay, reason);

  return pause_before (work, delay);
}

/* Whoever stops the connection does not wait for the application's opinion of a certificate. */
static gboolean
is_stale (Work *work)
{
  GstGioSocketConnection *self = work->self;
  gboolean result;

  g_mutex_lock (&self->lock);
  result = !is_wanted (work);
  g_mutex_unlock (&self->lock);

  return result;
}

/* A peer that came and did not behave is no reason to keep the next one waiting.  What is wrong with
 * the settings does not become right by trying again, and neither does a peer whom we do not trust. */
static gboolean
overcome (Work *work, const GError *error)
{
  if (error->domain != GST_RESOURCE_ERROR || error->code == GST_RESOURCE_ERROR_SETTINGS ||
      is_stale (work))
    return FALSE;
  if (work->has_peer && work->life.goes_on) {
    gst_gio_socket_connection_warn (work->self, error);
    return TRUE;
  }

  if (!work->life.retries || error->code == GST_RESOURCE_ERROR_NOT_AUTHORIZED)
    return FALSE;
  /* Once is enough, and of a connection that was lost the user knows. */
  if (work->retry.attempt == 0)
    gst_gio_socket_connection_warn (work->self, error);

  return prepare_attempt (work, 0, error->message);
}

/* Returns: whether there is to be another one */
static gboolean
serve (Work *work)
{
  g_autoptr (GstGioSocketTransport) transport = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begin;

  if (!wait_until_needed (work))
    return FALSE;
  transport = open_transport (work, &error);
  if (transport == NULL) {
    if (overcome (work, error))
      return TRUE;
    gst_gio_socket_connection_fail (work->self, work->cancellable, g_steal_pointer (&error));
    return FALSE;
  }

  begin = g_get_monotonic_time ();
  if (!gst_gio_socket_connection_publish_transport (work->self, work->cancellable, transport))
    return FALSE;
  while (discard (work, transport))
    ;
  if (!work->life.goes_on || !wait_until_lost (work, transport) || !wait_until_needed (work))
    return FALSE;

  return work->life.listens ||
      prepare_attempt (work, (g_get_monotonic_time () - begin) * GST_USECOND,
          "The connection was lost.");
}

void
gst_gio_socket_connection_work (GstGioSocketConnection *self, GCancellable *cancellable)
{
  Work work = { .self = self, .cancellable = cancellable, .rand = g_rand_new () };

  g_mutex_lock (&self->lock);
  work.life = self->life;
  g_mutex_unlock (&self->lock);
  gst_gio_socket_retry_init (&work.retry, work.life.retry_backoff_factor,
      work.life.retry_backoff_max);

  while (serve (&work))
    ;

  gst_gio_socket_listener_clear (&work.listener);
  g_rand_free (work.rand);
}
