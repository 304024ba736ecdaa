/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "connection-private.h"

enum
{
  PROP_CURRENT_PORT = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
guint gst_gio_socket_connection_signals[GST_GIO_SOCKET_N_SIGNALS];

G_DEFINE_FINAL_TYPE (GstGioSocketConnection, gst_gio_socket_connection, G_TYPE_OBJECT)

static void
warning_cb (GstGioSocketEndpoint *endpoint, const GError *warning, gpointer user_data)
{
  gst_gio_socket_connection_warn (user_data, warning);
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

GstGioSocketConnection *
gst_gio_socket_connection_new_shared (GstGioSocketEndpoint *endpoint)
{
  GstGioSocketConnection *self = gst_gio_socket_connection_new (endpoint, TRUE);

  self->is_shared = TRUE;

  return self;
}

/* Each receiver begins for itself: what came before it came to the one before. */
void
gst_gio_socket_connection_attach_receiver (GstGioSocketConnection *self)
{
  g_mutex_lock (&self->lock);
  self->n_receivers++;
  self->seen[GST_GIO_SOCKET_SIDE_RECEIVER] = 0;
  g_mutex_unlock (&self->lock);

  gst_gio_socket_connection_stop_discarding (self);
}

void
gst_gio_socket_connection_detach_receiver (GstGioSocketConnection *self)
{
  g_mutex_lock (&self->lock);
  self->n_receivers--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
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

/* Lock held.  Nothing of the last time. */
static void
forget (GstGioSocketConnection *self)
{
  self->generation = 0;
  memset (self->seen, 0, sizeof (self->seen));
  self->is_over = FALSE;
  self->bytes_lost = 0;
  g_clear_pointer (&self->past, gst_structure_free);
  g_clear_pointer (&self->last_stats, gst_structure_free);
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
  g_autoptr (GCancellable) discarding = NULL;
  GstGioSocketLoss loss;
  gboolean must_join;
  GThread *worker;

  g_mutex_lock (&self->lock);
  loss = gst_gio_socket_connection_take_loss (self, self->transport);
  must_join = self->worker != g_thread_self () && !self->is_asking;
  self->is_asking = FALSE;
  worker = g_steal_pointer (&self->worker);
  if (self->state != GST_GIO_SOCKET_CONNECTION_STOPPED)
    self->last_stats = gst_gio_socket_connection_collect_stats (self);
  cancellable = g_steal_pointer (&self->cancellable);
  discarding = g_steal_pointer (&self->discarding);
  transport = g_steal_pointer (&self->transport);
  self->state = GST_GIO_SOCKET_CONNECTION_STOPPED;
  self->is_finishing = FALSE;
  self->current_port = 0;
  g_clear_pointer (&self->peer, g_free);
  g_clear_error (&self->failure);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  g_cancellable_cancel (cancellable);
  g_cancellable_cancel (discarding);
  if (worker != NULL && must_join)
    g_thread_join (worker);
  else if (worker != NULL)
    g_thread_unref (worker);

  gst_gio_socket_connection_announce_loss (self, &loss, "The connection was stopped.");
}

/**
 * gst_gio_socket_connection_start:
 * @self: the connection; one that has not been stopped is stopped first
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

  gst_gio_socket_connection_stop (self);
  work = g_new0 (Work, 1);
  work->self = g_object_ref (self);
  work->cancellable = g_cancellable_new ();

  g_mutex_lock (&self->lock);
  self->worker = g_thread_try_new ("giosocket", work_thread, work, &cause);
  if (self->worker != NULL) {
    self->state = GST_GIO_SOCKET_CONNECTION_OPENING;
    self->cancellable = g_object_ref (work->cancellable);
    gst_gio_socket_endpoint_get_life (self->endpoint, &self->life);
    forget (self);
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
gst_gio_socket_connection_dispose (GObject *object)
{
  gst_gio_socket_connection_stop (GST_GIO_SOCKET_CONNECTION (object));

  G_OBJECT_CLASS (gst_gio_socket_connection_parent_class)->dispose (object);
}

static void
gst_gio_socket_connection_finalize (GObject *object)
{
  GstGioSocketConnection *self = GST_GIO_SOCKET_CONNECTION (object);

  g_clear_pointer (&self->past, gst_structure_free);
  g_clear_pointer (&self->last_stats, gst_structure_free);
  g_clear_object (&self->endpoint);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->sending);

  G_OBJECT_CLASS (gst_gio_socket_connection_parent_class)->finalize (object);
}

static guint
new_signal (const gchar *name, GType argument)
{
  return g_signal_new (name, GST_TYPE_GIO_SOCKET_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, argument);
}

static void
install_signals (void)
{
  guint *signals = gst_gio_socket_connection_signals;

  /**
   * GstGioSocketConnection::connected:
   * @self: the connection
   * @info: a structure named GstGioSocketConnected; its fields are those of
   *   gst_gio_socket_connection_get_stats() that do not change
   *
   * There is a connection, and with TLS the handshake is over.  Emitted in the worker, before anything
   * is sent or received over it: a handler must not wait for that.
   *
   * Since: 0.1
   */
  signals[GST_GIO_SOCKET_SIGNAL_CONNECTED] = new_signal ("connected", GST_TYPE_STRUCTURE);

  /**
   * GstGioSocketConnection::disconnected:
   * @self: the connection
   * @info: a structure named GstGioSocketDisconnected with the fields reason, for the user (string),
   *   and bytes-unacknowledged: what was sent and not acknowledged (#guint64)
   *
   * There is no connection any more.  Emitted once for each "connected", in the thread that found out
   * or that stops the connection.
   *
   * Since: 0.1
   */
  signals[GST_GIO_SOCKET_SIGNAL_DISCONNECTED] = new_signal ("disconnected", GST_TYPE_STRUCTURE);

  /**
   * GstGioSocketConnection::reconnecting:
   * @self: the connection
   * @info: a structure named GstGioSocketReconnecting with the fields attempt, from 1 (#guint), delay,
   *   how many nanoseconds from now it is made (#guint64), and reason, for the user (string)
   *
   * An attempt to connect follows one that failed, or a connection that was lost.  Emitted in the
   * worker.
   *
   * Since: 0.1
   */
  signals[GST_GIO_SOCKET_SIGNAL_RECONNECTING] = new_signal ("reconnecting", GST_TYPE_STRUCTURE);

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
  signals[GST_GIO_SOCKET_SIGNAL_ACCEPT_CERTIFICATE] = g_signal_new ("accept-certificate",
      GST_TYPE_GIO_SOCKET_CONNECTION, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL,
      NULL, G_TYPE_BOOLEAN, 2, G_TYPE_PTR_ARRAY, G_TYPE_TLS_CERTIFICATE_FLAGS);

  /**
   * GstGioSocketConnection::warning:
   * @self: the connection
   * @warning: %GST_RESOURCE_ERROR with a text for the user
   *
   * Something that the user should know, and that ends nothing.  Emitted in the thread that found out.
   *
   * Since: 0.1
   */
  signals[GST_GIO_SOCKET_SIGNAL_WARNING] = new_signal ("warning", G_TYPE_ERROR);

  /**
   * GstGioSocketConnection::failed:
   * @self: the connection
   * @error: %GST_RESOURCE_ERROR with a text for the user
   *
   * The connection could not be made, or was lost, and is not made again.  Emitted once for each
   * start, in the thread that found out.
   *
   * Since: 0.1
   */
  signals[GST_GIO_SOCKET_SIGNAL_FAILED] = new_signal ("failed", G_TYPE_ERROR);
}

static void
gst_gio_socket_connection_class_init (GstGioSocketConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gst_gio_socket_connection_get_property;
  object_class->dispose = gst_gio_socket_connection_dispose;
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
  install_signals ();
}

static void
gst_gio_socket_connection_init (GstGioSocketConnection *self)
{
  g_mutex_init (&self->sending);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}
