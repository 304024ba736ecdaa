/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

/* GIO promises it, and the kernel reads them as such. */
G_STATIC_ASSERT (sizeof (GInputVector) == sizeof (struct iovec));
G_STATIC_ASSERT (
    G_STRUCT_OFFSET (GInputVector, buffer) == G_STRUCT_OFFSET (struct iovec, iov_base));
G_STATIC_ASSERT (G_STRUCT_OFFSET (GInputVector, size) == G_STRUCT_OFFSET (struct iovec, iov_len));

void
gst_gio_socket_reader_allow_waiting (GSocket *socket)
{
  gint fd = g_socket_get_fd (socket);
  gint flags = fcntl (fd, F_GETFL);

  if (flags >= 0)
    fcntl (fd, F_SETFL, flags & ~O_NONBLOCK);
}

/* Only a wait that ends by itself is one that it may do. */
static gboolean
limit_wait (gint fd)
{
  struct timeval patience = { .tv_usec = GST_GIO_SOCKET_READER_PATIENCE };
  gint flags = fcntl (fd, F_GETFL);

  return flags >= 0 && (flags & O_NONBLOCK) == 0 &&
      setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0;
}

void
gst_gio_socket_reader_init (GstGioSocketReader *self, GSocket *socket)
{
  gint fd = g_socket_get_fd (socket);

  *self = (GstGioSocketReader){ .fd = fd, .may_wait = limit_wait (fd), .is_drained = TRUE };
}

static gsize
get_size (const GInputVector *vectors, guint n_vectors)
{
  gsize size = 0;

  for (guint i = 0; i < n_vectors; i++)
    size += vectors[i].size;

  return size;
}

gssize
gst_gio_socket_reader_read (GstGioSocketReader *self, GInputVector *vectors, guint n_vectors)
{
  struct msghdr message = { .msg_iov = (struct iovec *)vectors, .msg_iovlen = n_vectors };
  gsize much = get_size (vectors, n_vectors);
  gssize received = recvmsg (self->fd, &message, self->may_wait ? 0 : MSG_DONTWAIT);

  if (self->may_wait)
    much = MIN (much, GST_GIO_SOCKET_READER_BULK);
  if (received >= 0 || errno != EINTR)
    self->is_drained = received < (gssize)much;

  return received;
}
