/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "connection-private.h"

enum
{
  PROP_CURRENT_PORT = 1,
  N_PROPS
};

enum
{
  SIGNAL_CONNECTED,
  SIGNAL_ACCEPT_CERTIFICATE,
  SIGNAL_WARNING,
  SIGNAL_FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GstGioSocketConnection, gst_gio_socket_connection, G_TYPE_OBJECT)

static void
warning_cb (GstGioSocketEndpoint *endpoint, const GError *warning, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_WARNING], 0, warning);
}

/**
 * gst_gio_socket_connection_new:
 * @endpoint: where to; the connection keeps a reference
 * @has_receiver: whether somebody will call gst_gio_socket_connection_receive()
 *
 * Makes a connection that is stopped.
 *
 * Returns: (transfer full): the connection
 *
 * Since: 0.1
 */
GstGioSocketConnection *
gst_gio_socket_connection_new (GstGioSocketEndpoint *endpoint, gboolean has_receiver)
{
  GstGioSocketConnection *self = g_object_new (GST_TYPE_GIO_SOCKET_CONNECTION, NULL);

  self->endpoint = g_object_ref (endpoint);
  self->has_receiver = has_receiver;
  g_signal_connect_object (endpoint, "warning", G_CALLBACK (warning_cb), self, 0);

  return self;
}

/* --- what the worker and the callers find out ------------------------------ */

void
gst_gio_socket_connection_fail (GstGioSocketConnection *self, GCancellable *cancellable,
    GError *error)
{
  g_autoptr (GError) failure = error;
  gboolean is_first;

  g_mutex_lock (&self->lock);
  is_first = self->cancellable == cancellable && self->failure == NULL;
  if (is_first)
    self->failure = g_error_copy (failure);
  g_mutex_unlock (&self->lock);

  if (!is_first)
    return;

  /* The state comes after the report, so that the reason is on the bus before what follows from
   * it: somebody upstream will complain about our GST_FLOW_ERROR. */
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, failure);

  g_mutex_lock (&self->lock);
  if (self->cancellable == cancellable) {
    self->state = GST_GIO_SOCKET_CONNECTION_FAILED;
    g_cond_broadcast (&self->changed);
  }
  g_mutex_unlock (&self->lock);
}

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
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT_PORT]);
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

  g_signal_emit (self, signals[SIGNAL_ACCEPT_CERTIFICATE], 0, chain, errors, &is_accepted);
  set_asking (self, FALSE);

  return is_accepted;
}

static void
emit_connected (GstGioSocketConnection *self, GstGioSocketTransport *transport)
{
  g_autoptr (GstStructure) info = gst_structure_new_empty ("GstGioSocketConnected");

  gst_gio_socket_transport_add_info (transport, info);
  g_signal_emit (self, signals[SIGNAL_CONNECTED], 0, info);
}

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
    self->state = GST_GIO_SOCKET_CONNECTION_OPEN;
    g_cond_broadcast (&self->changed);
  }
  g_mutex_unlock (&self->lock);

  if (is_current)
    emit_connected (self, transport);

  return is_current;
}

/* --- start and stop ------------------------------------------------------- */

typedef struct
{
  GstGioSocketConnection *self;
  GCancellable *cancellable;
} Work;

static void
work_free (Work *work)
{
  g_object_unref (work->self);
  g_object_unref (work->cancellable);
  g_free (work);
}

static gpointer
work_thread (gpointer data)
{
  Work *work = data;

  gst_gio_socket_connection_work (work->self, work->cancellable);
  work_free (work);

  return NULL;
}

/**
 * gst_gio_socket_connection_start:
 * @self: a stopped connection
 * @error: %GST_RESOURCE_ERROR with a text for the user
 *
 * Begins to connect, or to listen, and returns at once.  It fails only where the endpoint is known to
 * be wrong without a look at the network.
 *
 * Returns: whether it has begun
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_connection_start (GstGioSocketConnection *self, GError **error)
{
  g_autoptr (GError) cause = NULL;
  Work *work;

  if (!gst_gio_socket_endpoint_check (self->endpoint, error))
    return FALSE;

  work = g_new0 (Work, 1);
  work->self = g_object_ref (self);
  work->cancellable = g_cancellable_new ();

  g_mutex_lock (&self->lock);
  g_assert (self->state == GST_GIO_SOCKET_CONNECTION_STOPPED);
  self->worker = g_thread_try_new ("giosocket", work_thread, work, &cause);
  if (self->worker != NULL) {
    self->state = GST_GIO_SOCKET_CONNECTION_OPENING;
    self->cancellable = g_object_ref (work->cancellable);
    g_clear_pointer (&self->last_stats, gst_structure_free);
  }
  g_mutex_unlock (&self->lock);

  if (cause != NULL) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
        "Could not start a thread: %s.", cause->message);
    work_free (work);
    return FALSE;
  }

  return TRUE;
}

static GstStructure *
collect_stats (GstGioSocketTransport *transport)
{
  GstStructure *stats = gst_structure_new_empty ("GstGioSocketStats");

  if (transport != NULL)
    gst_gio_socket_transport_add_stats (transport, stats);

  return stats;
}

/**
 * gst_gio_socket_connection_stop:
 * @self: the connection, in any state
 *
 * Ends every wait and closes, whatever is under way; what has not left is lost.  The worker may call
 * it, too, from a signal handler.  It does not wait for a handler of "accept-certificate".
 *
 * Since: 0.1
 */
void
gst_gio_socket_connection_stop (GstGioSocketConnection *self)
{
  g_autoptr (GstGioSocketTransport) transport = NULL;
  g_autoptr (GCancellable) cancellable = NULL;
  gboolean must_join;
  GThread *worker;

  g_mutex_lock (&self->lock);
  must_join = self->worker != g_thread_self () && !self->is_asking;
  self->is_asking = FALSE;
  worker = g_steal_pointer (&self->worker);
  cancellable = g_steal_pointer (&self->cancellable);
  transport = g_steal_pointer (&self->transport);
  if (self->state != GST_GIO_SOCKET_CONNECTION_STOPPED)
    self->last_stats = collect_stats (transport);
  self->state = GST_GIO_SOCKET_CONNECTION_STOPPED;
  self->is_finishing = FALSE;
  self->current_port = 0;
  g_clear_pointer (&self->peer, g_free);
  g_clear_error (&self->failure);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  g_cancellable_cancel (cancellable);
  if (worker != NULL && must_join)
    g_thread_join (worker);
  else if (worker != NULL)
    g_thread_unref (worker);
}

/* --- what can be asked --------------------------------------------------- */

/**
 * gst_gio_socket_connection_get_current_port:
 * @self: the connection
 *
 * Where peers of a connection with mode=listen connect to.
 *
 * Returns: the TCP port that is, or was, listened on since the last start; 0: none
 *
 * Since: 0.1
 */
guint
gst_gio_socket_connection_get_current_port (GstGioSocketConnection *self)
{
  guint port;

  g_mutex_lock (&self->lock);
  port = self->current_port;
  g_mutex_unlock (&self->lock);

  return port;
}

/**
 * gst_gio_socket_connection_get_stats:
 * @self: the connection
 *
 * What happened since the last start, also after stopping.  All fields are #guint64 unless they say
 * otherwise; those of the kernel are there for TCP only unless they say otherwise, those of TLS with
 * TLS only, and none before there is a connection:
 *
 * * bytes-sent, bytes-received: payload that the kernel took, or gave
 * * send-calls, receive-calls: sendmsg() and recvmsg() calls
 * * send-waits, receive-waits: how often they found no room, or nothing there, and waited
 * * option-calls: setsockopt() calls that corked, uncorked or flushed
 * * flushes: flushes that found something to push
 * * records-sent, records-received: TLS records with payload
 * * tls-version, tls-cipher: what was agreed on, such as TLS1.3, and GnuTLS' words for the whole suite
 *   (strings)
 * * alpn: the application protocol that was agreed on (string or %NULL)
 * * peer-subject, peer-fingerprint: who the peer's certificate says it is, and its SHA-256 in
 *   hexadecimal digits (strings; %NULL without a certificate)
 * * resumed: whether a ticket of an earlier connection spared a full handshake (boolean)
 * * segments-sent, segments-received, segments-retransmitted: TCP segments
 * * rtt: smoothed round trip time, in nanoseconds
 * * congestion-window: in segments
 * * bytes-unsent: bytes in the kernel that have not been sent yet
 * * bytes-unacknowledged: bytes in the kernel that the peer has not acknowledged, unsent ones
 *   included
 * * local-address, remote-address: host and port, of the proxy where one is between; or the path of a
 *   Unix socket (strings; not there where there is none, as for most who connect to a path)
 * * peer-pid, peer-uid, peer-gid: who has connected to, or listens on, a Unix socket, and what they
 *   were when they did that (ints; Unix sockets only)
 * * no-delay, keepalive (booleans), keepalive-idle, keepalive-interval (nanoseconds), keepalive-count,
 *   user-timeout (nanoseconds), qos-dscp (int): what the kernel says about the options of that name
 * * send-buffer-size, receive-buffer-size: the same, in bytes; Linux counts its own needs with them
 *   and doubles what was asked for (the first for Unix sockets, too)
 *
 * Returns: (transfer full): a structure named GstGioSocketStats
 *
 * Since: 0.1
 */
GstStructure *
gst_gio_socket_connection_get_stats (GstGioSocketConnection *self)
{
  GstStructure *stats;

  g_mutex_lock (&self->lock);
  if (self->state == GST_GIO_SOCKET_CONNECTION_STOPPED && self->last_stats != NULL)
    stats = gst_structure_copy (self->last_stats);
  else
    stats = collect_stats (self->transport);
  g_mutex_unlock (&self->lock);

  return stats;
}

/* --- GObject ------------------------------------------------------------- */

static void
gst_gio_socket_connection_get_property (GObject *object, guint prop_id, GValue *value,
    GParamSpec *pspec)
{
  GstGioSocketConnection *self = GST_GIO_SOCKET_CONNECTION (object);

  switch (prop_id) {
    case PROP_CURRENT_PORT:
      g_value_set_int (value, gst_gio_socket_connection_get_current_port (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_gio_socket_connection_finalize (GObject *object)
{
  GstGioSocketConnection *self = GST_GIO_SOCKET_CONNECTION (object);

  gst_gio_socket_connection_stop (self);
  g_clear_pointer (&self->last_stats, gst_structure_free);
  g_clear_object (&self->endpoint);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_gio_socket_connection_parent_class)->finalize (object);
}

static void
gst_gio_socket_connection_class_init (GstGioSocketConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gst_gio_socket_connection_get_property;
  object_class->finalize = gst_gio_socket_connection_finalize;

  /**
   * GstGioSocketConnection:current-port:
   *
   * See gst_gio_socket_connection_get_current_port().  Notified in the worker.
   *
   * Since: 0.1
   */
  properties[PROP_CURRENT_PORT] = g_param_spec_int ("current-port", "Current port",
      "TCP port that is listened on", 0, G_MAXUINT16, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * GstGioSocketConnection::connected:
   * @self: the connection
   * @info: a structure named GstGioSocketConnected; its fields are those of
   *   gst_gio_socket_connection_get_stats() that do not change
   *
   * There is a connection, and with TLS the handshake is over.  Emitted in the worker, once for
   * each start.
   *
   * Since: 0.1
   */
  signals[SIGNAL_CONNECTED] = g_signal_new ("connected", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, GST_TYPE_STRUCTURE);

  /**
   * GstGioSocketConnection::accept-certificate:
   * @self: the connection
   * @chain: (element-type GBytes): the peer's certificates in DER, its own first
   * @errors: what is wrong with them, of what the endpoint's tls-validation-flags ask for
   *
   * The peer is not trusted; one that is trusted is not asked about.  Emitted in the worker, in the
   * middle of the handshake, which waits for the answer; gst_gio_socket_connection_stop() does not.
   * The first handler that says %TRUE decides; without a handler the peer is refused.
   *
   * Returns: whether it shall be trusted all the same
   *
   * Since: 0.1
   */
  signals[SIGNAL_ACCEPT_CERTIFICATE] = g_signal_new ("accept-certificate",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL,
      NULL, G_TYPE_BOOLEAN, 2, G_TYPE_PTR_ARRAY, G_TYPE_TLS_CERTIFICATE_FLAGS);

  /**
   * GstGioSocketConnection::warning:
   * @self: the connection
   * @warning: %GST_RESOURCE_ERROR with a text for the user
   *
   * Something is not as it was asked for, but the connection goes on.  Emitted in the worker.
   *
   * Since: 0.1
   */
  signals[SIGNAL_WARNING] = g_signal_new ("warning", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
      0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  /**
   * GstGioSocketConnection::failed:
   * @self: the connection
   * @error: %GST_RESOURCE_ERROR with a text for the user
   *
   * The connection could not be made, or was lost.  Emitted once for each start, in the thread that
   * found out.
   *
   * Since: 0.1
   */
  signals[SIGNAL_FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
gst_gio_socket_connection_init (GstGioSocketConnection *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}
