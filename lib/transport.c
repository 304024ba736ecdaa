/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "socket-options.h"
#include "stats-private.h"
#include "transport-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

typedef struct
{
  GSocket *socket;           /* immutable */
  GstGioSocketReader reader; /* receiving thread */
  GstStructure *ends;        /* immutable; asked for while there are two, and by one thread */
  gint64 timeout;            /* immutable once in use; microseconds, -1: none */
  gint64 linger;             /* sending thread; microseconds, -1: not at the end yet */
  gint is_shutdown;          /* atomic */
  gint broken_code;          /* atomic; why it broke, or 0 */
} GstGioSocketTransportPrivate;

enum
{
  PROP_SOCKET = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GstGioSocketTransport, gst_gio_socket_transport, G_TYPE_OBJECT)

static GstGioSocketTransportPrivate *
get_private (GstGioSocketTransport *self)
{
  return gst_gio_socket_transport_get_instance_private (self);
}

/**
 * gst_gio_socket_transport_send: (skip)
 * @self: the transport
 * @vectors: (inout): what to send; afterwards what is left of it
 * @n_vectors: (inout): how many they are; 0 when all has gone
 * @hold: whether an incomplete segment or record may be held back until the next flush
 * @cancellable: (nullable): ends the wait
 * @error: a %G_IO_ERROR
 *
 * Sends all of @vectors.  When it is interrupted, @vectors and @n_vectors say what has not gone,
 * and calling it again goes on from that very byte; the vectors themselves are changed for that.
 *
 * Returns: whether everything has gone
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_transport_send (GstGioSocketTransport *self, GOutputVector **vectors,
    guint *n_vectors, gboolean hold, GCancellable *cancellable, GError **error)
{
  return GST_GIO_SOCKET_TRANSPORT_GET_CLASS (self)->send (self, vectors, n_vectors, hold,
      cancellable, error);
}

/**
 * gst_gio_socket_transport_flush:
 * @self: the transport
 * @cancellable: (nullable): ends the wait
 * @error: a %G_IO_ERROR
 *
 * Puts everything that was held back on its way.  Makes no system call when nothing was.
 *
 * Returns: whether that was done
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_transport_flush (GstGioSocketTransport *self, GCancellable *cancellable,
    GError **error)
{
  return GST_GIO_SOCKET_TRANSPORT_GET_CLASS (self)->flush (self, cancellable, error);
}

/**
 * gst_gio_socket_transport_receive: (skip)
 * @self: the transport
 * @vectors: where the bytes go, in this order
 * @n_vectors: how many they are
 * @cancellable: (nullable): ends the wait, within 10 ms where a lot has just come
 * @error: a %G_IO_ERROR
 *
 * Waits until something is there and returns it: at least one byte, and as many as fit without
 * waiting a second time.
 *
 * Returns: how many bytes came, 0 at the end of the stream, -1 on error
 *
 * Since: 0.1
 */
gssize
gst_gio_socket_transport_receive (GstGioSocketTransport *self, GInputVector *vectors,
    guint n_vectors, GCancellable *cancellable, GError **error)
{
  return GST_GIO_SOCKET_TRANSPORT_GET_CLASS (self)->receive (self, vectors, n_vectors, cancellable,
      error);
}

/**
 * gst_gio_socket_transport_shutdown:
 * @self: the transport
 * @cancellable: (nullable): ends the wait
 * @error: a %G_IO_ERROR
 *
 * Flushes, and ends the sending half: the peer will see the end of the stream.  Receiving goes on.
 * Doing it twice is no error.
 *
 * Returns: whether that was done
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_transport_shutdown (GstGioSocketTransport *self, GCancellable *cancellable,
    GError **error)
{
  GstGioSocketTransportPrivate *priv = get_private (self);

  return g_atomic_int_get (&priv->is_shutdown) ||
      GST_GIO_SOCKET_TRANSPORT_GET_CLASS (self)->shutdown (self, cancellable, error);
}

/* The kernel wakes nobody when the last byte is acknowledged, so somebody has to look. */
#define MIN_LOOK_INTERVAL 1 /* milliseconds */
#define MAX_LOOK_INTERVAL 20

static gboolean
sleep_cancellable (gint interval, GCancellable *cancellable, GError **error)
{
  GPollFD fd;
  guint n_fds = g_cancellable_make_pollfd (cancellable, &fd) ? 1 : 0;

  g_poll (&fd, n_fds, interval);
  if (n_fds > 0)
    g_cancellable_release_fd (cancellable);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/**
 * gst_gio_socket_transport_drain:
 * @self: the transport, after gst_gio_socket_transport_shutdown()
 * @patience: nanoseconds without progress after which to give up
 * @cancellable: (nullable): ends the wait
 * @error: %G_IO_ERROR_TIMED_OUT when @patience is over, %G_IO_ERROR_CONNECTION_CLOSED when the
 *   connection is gone before everything was acknowledged
 *
 * Waits until the peer's TCP has acknowledged every byte.  A Unix socket's bytes are with the peer
 * as soon as they are written.
 *
 * Returns: whether it has
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_transport_drain (GstGioSocketTransport *self, GstClockTime patience,
    GCancellable *cancellable, GError **error)
{
  GstGioSocketTransportPrivate *priv = get_private (self);
  gint interval = MIN_LOOK_INTERVAL;
  gint64 last_progress = g_get_monotonic_time ();
  guint64 before = G_MAXUINT64;

  while (TRUE) {
    guint64 unacknowledged;
    gboolean is_open = gst_gio_socket_stats_read_queue (priv->socket,
        g_atomic_int_get (&priv->is_shutdown), &unacknowledged);
    gint64 now = g_get_monotonic_time ();

    if (unacknowledged == 0)
      return TRUE;

    if (!is_open) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
          "The connection was closed");
      return FALSE;
    }

    if (unacknowledged < before) {
      before = unacknowledged;
      last_progress = now;
    } else if ((now - last_progress) >= (gint64)(patience / GST_USECOND)) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The peer reads no more");
      return FALSE;
    }

    if (!sleep_cancellable (interval, cancellable, error))
      return FALSE;
    interval = MIN (2 * interval, MAX_LOOK_INTERVAL);
  }
}

gboolean
gst_gio_socket_transport_set_no_delay (GstGioSocketTransport *self, gboolean no_delay)
{
  GSocket *socket = get_private (self)->socket;
  GSocketFamily family = g_socket_get_family (socket);

  if (family != G_SOCKET_FAMILY_IPV4 && family != G_SOCKET_FAMILY_IPV6)
    return FALSE;

  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, no_delay, NULL);

  return TRUE;
}

void
gst_gio_socket_transport_allow_waiting (GstGioSocketTransport *self)
{
  gst_gio_socket_reader_allow_waiting (&get_private (self)->reader);
}

GstGioSocketReader *
gst_gio_socket_transport_get_reader (GstGioSocketTransport *self)
{
  return &get_private (self)->reader;
}

gssize
gst_gio_socket_transport_fail (GstGioSocketTransport *self, int code, GError **error)
{
  g_atomic_int_set (&get_private (self)->broken_code, code);
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));

  return -1;
}

/* Known before: a peer that has waited for nothing else closes at once, and whoever receives finds a
 * socket that is closed because both ends are done with it. */
gboolean
gst_gio_socket_transport_end_sending (GstGioSocketTransport *self, GError **error)
{
  GstGioSocketTransportPrivate *priv = get_private (self);

  g_atomic_int_set (&priv->is_shutdown, TRUE);
  if (shutdown (g_socket_get_fd (priv->socket), SHUT_WR) == 0)
    return TRUE;

  g_atomic_int_set (&priv->is_shutdown, FALSE);
  gst_gio_socket_transport_fail (self, errno, error);

  return FALSE;
}

gboolean
gst_gio_socket_transport_is_aborted (GstGioSocketTransport *self)
{
  GstGioSocketTransportPrivate *priv = get_private (self);

  return !g_atomic_int_get (&priv->is_shutdown) && gst_gio_socket_stats_is_closed (priv->socket);
}

gboolean
gst_gio_socket_transport_check_end (GstGioSocketTransport *self, GError **error)
{
  gint code = g_atomic_int_get (&get_private (self)->broken_code);

  if (!gst_gio_socket_transport_is_aborted (self))
    return TRUE;

  gst_gio_socket_transport_fail (self, code != 0 ? code : ECONNABORTED, error);

  return FALSE;
}

/**
 * gst_gio_socket_transport_get_unacknowledged:
 * @self: the transport
 *
 * Asks the system how much of what was sent is still under way.
 *
 * Returns: how many bytes that were sent the peer's TCP has not acknowledged; what only says that the
 *   stream has ended is none.  With TLS these are bytes of records, and those count that have been
 *   made and wait here
 *
 * Since: 0.1
 */
guint64
gst_gio_socket_transport_get_unacknowledged (GstGioSocketTransport *self)
{
  GstGioSocketTransportPrivate *priv = get_private (self);
  GstGioSocketTransportClass *klass = GST_GIO_SOCKET_TRANSPORT_GET_CLASS (self);
  guint64 unacknowledged;
  gint64 rest = 0;

  gst_gio_socket_stats_read_queue (priv->socket, g_atomic_int_get (&priv->is_shutdown),
      &unacknowledged);
  if (klass->count_rest != NULL)
    rest = klass->count_rest (self);

  return MAX ((gint64)unacknowledged + rest, 0);
}

static gboolean
copy_field (GQuark field, const GValue *value, gpointer user_data)
{
  gst_structure_id_set_value (user_data, field, value);

  return TRUE;
}

/**
 * gst_gio_socket_transport_add_stats:
 * @self: the transport
 * @stats: where the fields go
 *
 * Adds what the transport counts and what the kernel says about the connection.
 *
 * Since: 0.1
 */
void
gst_gio_socket_transport_add_stats (GstGioSocketTransport *self, GstStructure *stats)
{
  GstGioSocketTransportPrivate *priv = get_private (self);

  GST_GIO_SOCKET_TRANSPORT_GET_CLASS (self)->add_stats (self, stats);
  gst_gio_socket_stats_add_tcp_info (priv->socket, g_atomic_int_get (&priv->is_shutdown), stats);
  gst_structure_foreach (priv->ends, copy_field, stats);
  gst_gio_socket_options_add_stats (priv->socket, stats);
}

/**
 * gst_gio_socket_transport_add_info:
 * @self: the transport, which is connected
 * @info: where the fields go
 *
 * Adds who the two ends are, and what they have agreed on.
 *
 * Since: 0.1
 */
void
gst_gio_socket_transport_add_info (GstGioSocketTransport *self, GstStructure *info)
{
  gst_structure_foreach (get_private (self)->ends, copy_field, info);
  if (GST_GIO_SOCKET_TRANSPORT_GET_CLASS (self)->add_info != NULL)
    GST_GIO_SOCKET_TRANSPORT_GET_CLASS (self)->add_info (self, info);
}

/**
 * gst_gio_socket_transport_get_socket:
 * @self: the transport
 *
 * Gets the socket, to be looked at: who reads from it or writes to it takes bytes out of the stream
 * or puts them in.
 *
 * Returns: (transfer none): the socket underneath
 *
 * Since: 0.1
 */
GSocket *
gst_gio_socket_transport_get_socket (GstGioSocketTransport *self)
{
  return get_private (self)->socket;
}

/**
 * gst_gio_socket_transport_set_timeout:
 * @self: the transport, before its first use
 * @seconds: how long a wait may last before it is %G_IO_ERROR_TIMED_OUT; 0: no limit
 *
 * Limits the waits of send, flush and receive.
 *
 * Since: 0.1
 */
void
gst_gio_socket_transport_set_timeout (GstGioSocketTransport *self, guint seconds)
{
  get_private (self)->timeout = seconds > 0 ? seconds * G_TIME_SPAN_SECOND : -1;
}

/**
 * gst_gio_socket_transport_set_linger:
 * @self: the transport
 * @linger: nanoseconds, or %GST_CLOCK_TIME_NONE
 *
 * For the end of the stream: from now on the waits of send, flush and shutdown last no longer than
 * @linger each, whatever the timeout is.  %GST_CLOCK_TIME_NONE takes that back.  Sending thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_transport_set_linger (GstGioSocketTransport *self, GstClockTime linger)
{
  get_private (self)->linger =
      GST_CLOCK_TIME_IS_VALID (linger) ? (gint64)(linger / GST_USECOND) : -1;
}

/**
 * gst_gio_socket_transport_set_notsent_lowat:
 * @self: the transport
 * @bytes: how many bytes that have not been sent the kernel may hold; 0: as many as the system says
 *
 * Limits what waits in the kernel's send buffer, and not what is on its way: the rest waits with
 * the caller, in gst_gio_socket_transport_send().  The kernel looks where a segment begins, and
 * with segmentation offload that may be 64 KiB long; so much more than @bytes it may hold.
 * Whatever sits above the socket (TLS) comes to the same limit.  Without TCP nothing happens.  Any
 * thread, at any time.
 *
 * Since: 0.1
 */
void
gst_gio_socket_transport_set_notsent_lowat (GstGioSocketTransport *self, guint bytes)
{
  GSocket *socket = get_private (self)->socket;

  /* A broken connection is not this call's business: the next send says so. */
  if (g_socket_get_family (socket) != G_SOCKET_FAMILY_UNIX)
    setsockopt (g_socket_get_fd (socket), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof (bytes));
}

/**
 * gst_gio_socket_transport_wait: (skip)
 * @self: the transport
 * @condition: %G_IO_IN, %G_IO_OUT or, for a receiver that has to answer, both
 * @cancellable: (nullable): ends the wait
 * @error: a %G_IO_ERROR
 *
 * For transports: waits until the socket can be read or written.
 *
 * Returns: whether it can, or is broken, which reading or writing will tell
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_transport_wait (GstGioSocketTransport *self, GIOCondition condition,
    GCancellable *cancellable, GError **error)
{
  GstGioSocketTransportPrivate *priv = get_private (self);
  gint64 timeout = priv->timeout;

  if (condition == G_IO_OUT && priv->linger >= 0)
    timeout = priv->linger;

  return g_socket_condition_timed_wait (priv->socket, condition, timeout, cancellable, error);
}

/* --- GObject ------------------------------------------------------------- */

static void
gst_gio_socket_transport_set_property (GObject *object, guint prop_id, const GValue *value,
    GParamSpec *pspec)
{
  GstGioSocketTransportPrivate *priv = get_private (GST_GIO_SOCKET_TRANSPORT (object));

  switch (prop_id) {
    case PROP_SOCKET:
      priv->socket = g_value_dup_object (value);
      gst_gio_socket_reader_init (&priv->reader, g_socket_get_fd (priv->socket));
      gst_gio_socket_stats_add_ends (priv->socket, priv->ends);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_gio_socket_transport_finalize (GObject *object)
{
  GstGioSocketTransportPrivate *priv = get_private (GST_GIO_SOCKET_TRANSPORT (object));

  g_clear_object (&priv->socket);
  gst_clear_structure (&priv->ends);

  G_OBJECT_CLASS (gst_gio_socket_transport_parent_class)->finalize (object);
}

static void
gst_gio_socket_transport_class_init (GstGioSocketTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = gst_gio_socket_transport_set_property;
  object_class->finalize = gst_gio_socket_transport_finalize;

  /**
   * GstGioSocketTransport:socket:
   *
   * The connected stream socket underneath.
   *
   * Since: 0.1
   */
  properties[PROP_SOCKET] =
      g_param_spec_object ("socket", "Socket", "The connected stream socket underneath",
          G_TYPE_SOCKET, G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gst_gio_socket_transport_init (GstGioSocketTransport *self)
{
  get_private (self)->ends = gst_structure_new_empty ("ends");
  get_private (self)->timeout = -1;
  get_private (self)->linger = -1;
}
