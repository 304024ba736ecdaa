/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/*
 * How bytes are held back.  TCP_CORK keeps an incomplete segment in the kernel; full ones leave.
 * It is set at the first send that may hold and then stays: a flush is one setsockopt
 * (TCP_NODELAY, 1), which pushes what is queued through the cork without taking it off.  So a burst
 * costs one call.  Two things take the cork off: a send that may not hold (the next ones cost
 * nothing then), and a flush with no_delay=FALSE, where TCP_NODELAY must stay off.
 *
 * MSG_MORE would be one call less, but with TCP_NODELAY set it holds only until the next
 * acknowledgement comes in.
 */

#include "config.h"

#include "transport-plain.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "stats-private.h"
#include "transport-private.h"

struct _GstGioSocketTransportPlain
{
  GstGioSocketTransport parent_instance;

  /* Immutable once constructed. */
  gint fd;
  gboolean is_tcp;
  gboolean no_delay;

  /* Sending thread only. */
  gboolean is_corked;
  gboolean has_held;

  /* Receiving thread only. */
  GstGioSocketReader *reader;

  GstGioSocketCounters counters;
};

G_DEFINE_FINAL_TYPE (GstGioSocketTransportPlain, gst_gio_socket_transport_plain,
    GST_TYPE_GIO_SOCKET_TRANSPORT)

/* GIO promises it, and the kernel reads them as such. */
G_STATIC_ASSERT (sizeof (GOutputVector) == sizeof (struct iovec));
G_STATIC_ASSERT (
    G_STRUCT_OFFSET (GOutputVector, buffer) == G_STRUCT_OFFSET (struct iovec, iov_base));
G_STATIC_ASSERT (G_STRUCT_OFFSET (GOutputVector, size) == G_STRUCT_OFFSET (struct iovec, iov_len));

/**
 * gst_gio_socket_transport_plain_new:
 * @socket: a connected stream socket; the transport keeps a reference
 * @no_delay: TCP_NODELAY
 *
 * Makes a transport without TLS.
 *
 * Returns: (transfer full): the transport
 *
 * Since: 0.1
 */
GstGioSocketTransport *
gst_gio_socket_transport_plain_new (GSocket *socket, gboolean no_delay)
{
  GstGioSocketTransportPlain *self =
      g_object_new (GST_TYPE_GIO_SOCKET_TRANSPORT_PLAIN, "socket", socket, NULL);

  self->fd = g_socket_get_fd (socket);
  self->reader = gst_gio_socket_transport_get_reader (GST_GIO_SOCKET_TRANSPORT (self));
  self->is_tcp = gst_gio_socket_transport_set_no_delay (GST_GIO_SOCKET_TRANSPORT (self), no_delay);
  self->no_delay = no_delay;

  return GST_GIO_SOCKET_TRANSPORT (self);
}

/* A broken connection is not this call's business: the next send says so. */
static void
set_tcp_option (GstGioSocketTransportPlain *self, int option, int value)
{
  setsockopt (self->fd, IPPROTO_TCP, option, &value, sizeof (value));
  gst_gio_socket_count (&self->counters.option_calls, 1);
}

static void
set_corked (GstGioSocketTransportPlain *self, gboolean corked)
{
  if (!self->is_tcp || self->is_corked == corked)
    return;

  set_tcp_option (self, TCP_CORK, corked);
  self->is_corked = corked;
  /* Taking the cork off pushes, too. */
  if (!corked)
    self->has_held = FALSE;
}

/* Moves past what has gone.  The last vector that went in part is cut. */
static void
skip_sent (GOutputVector **vectors, guint *n_vectors, gsize sent)
{
  while (*n_vectors > 0 && sent >= (*vectors)->size) {
    sent -= (*vectors)->size;
    (*vectors)++;
    (*n_vectors)--;
  }

  if (sent > 0) {
    (*vectors)->buffer = (const guint8 *)(*vectors)->buffer + sent;
    (*vectors)->size -= sent;
  }
}

static gboolean
gst_gio_socket_transport_plain_send (GstGioSocketTransport *transport, GOutputVector **vectors,
    guint *n_vectors, gboolean hold, GCancellable *cancellable, GError **error)
{
  GstGioSocketTransportPlain *self = GST_GIO_SOCKET_TRANSPORT_PLAIN (transport);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  set_corked (self, hold);
  while (*n_vectors > 0) {
    struct msghdr message = {
      .msg_iov = (struct iovec *)*vectors,
      .msg_iovlen = MIN (*n_vectors, IOV_MAX),
    };
    gssize sent = sendmsg (self->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    int code = errno;

    gst_gio_socket_count (&self->counters.send_calls, 1);
    if (sent >= 0) {
      gst_gio_socket_count (&self->counters.bytes_sent, sent);
      self->has_held = self->is_corked;
      skip_sent (vectors, n_vectors, sent);
    } else if (code == EAGAIN) {
      gst_gio_socket_count (&self->counters.send_waits, 1);
      if (!gst_gio_socket_transport_wait (transport, G_IO_OUT, cancellable, error))
        return FALSE;
    } else if (code != EINTR) {
      gst_gio_socket_transport_fail (transport, code, error);
      return FALSE;
    }
  }

  return TRUE;
}

static gboolean
gst_gio_socket_transport_plain_flush (GstGioSocketTransport *transport, GCancellable *cancellable,
    GError **error)
{
  GstGioSocketTransportPlain *self = GST_GIO_SOCKET_TRANSPORT_PLAIN (transport);

  if (!self->has_held)
    return TRUE;

  if (self->no_delay)
    set_tcp_option (self, TCP_NODELAY, 1);
  else
    set_corked (self, FALSE);
  self->has_held = FALSE;
  gst_gio_socket_count (&self->counters.flushes, 1);

  return TRUE;
}

static gboolean
wait_for_more (GstGioSocketTransportPlain *self, GCancellable *cancellable, GError **error)
{
  gst_gio_socket_count (&self->counters.receive_waits, 1);

  return gst_gio_socket_transport_wait (GST_GIO_SOCKET_TRANSPORT (self), G_IO_IN, cancellable,
      error);
}

static gssize
gst_gio_socket_transport_plain_receive (GstGioSocketTransport *transport, GInputVector *vectors,
    guint n_vectors, GCancellable *cancellable, GError **error)
{
  GstGioSocketTransportPlain *self = GST_GIO_SOCKET_TRANSPORT_PLAIN (transport);

  while (!g_cancellable_set_error_if_cancelled (cancellable, error)) {
    gssize received;
    int code;

    if (self->reader->is_drained && !wait_for_more (self, cancellable, error))
      return -1;

    received = gst_gio_socket_reader_read (self->reader, vectors, n_vectors);
    code = errno;
    gst_gio_socket_count (&self->counters.receive_calls, 1);
    if (received == 0 && !gst_gio_socket_transport_check_end (transport, error))
      return -1;
    if (received >= 0) {
      gst_gio_socket_count (&self->counters.bytes_received, received);
      return received;
    }
    if (code != EAGAIN && code != EINTR)
      return gst_gio_socket_transport_fail (transport, code, error);
  }

  return -1;
}

static gboolean
gst_gio_socket_transport_plain_shutdown (GstGioSocketTransport *transport,
    GCancellable *cancellable, GError **error)
{
  return gst_gio_socket_transport_end_sending (transport, error);
}

static void
gst_gio_socket_transport_plain_add_stats (GstGioSocketTransport *transport, GstStructure *stats)
{
  gst_gio_socket_stats_add_counters (&GST_GIO_SOCKET_TRANSPORT_PLAIN (transport)->counters, stats);
}

static void
gst_gio_socket_transport_plain_class_init (GstGioSocketTransportPlainClass *klass)
{
  GstGioSocketTransportClass *transport_class = GST_GIO_SOCKET_TRANSPORT_CLASS (klass);

  transport_class->send = gst_gio_socket_transport_plain_send;
  transport_class->flush = gst_gio_socket_transport_plain_flush;
  transport_class->receive = gst_gio_socket_transport_plain_receive;
  transport_class->shutdown = gst_gio_socket_transport_plain_shutdown;
  transport_class->add_stats = gst_gio_socket_transport_plain_add_stats;
}

static void
gst_gio_socket_transport_plain_init (GstGioSocketTransportPlain *self)
{
}
