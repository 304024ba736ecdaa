/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

#define MAX_DOUBT 31

/* GIO promises it, and the kernel reads them as such. */
G_STATIC_ASSERT (sizeof (GInputVector) == sizeof (struct iovec));
G_STATIC_ASSERT (
    G_STRUCT_OFFSET (GInputVector, buffer) == G_STRUCT_OFFSET (struct iovec, iov_base));
G_STATIC_ASSERT (G_STRUCT_OFFSET (GInputVector, size) == G_STRUCT_OFFSET (struct iovec, iov_len));

void
gst_gio_socket_reader_init (GstGioSocketReader *self, gint fd)
{
  *self = (GstGioSocketReader){ .fd = fd, .is_drained = TRUE };
}

/* A wait that would not end by itself is one that it must not do. */
void
gst_gio_socket_reader_allow_waiting (GstGioSocketReader *self)
{
  struct timeval patience = { .tv_usec = GST_GIO_SOCKET_READER_PATIENCE };
  gint flags = fcntl (self->fd, F_GETFL);

  self->may_wait = flags >= 0 &&
      setsockopt (self->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
      fcntl (self->fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

static gsize
get_size (const GInputVector *vectors, guint n_vectors)
{
  gsize size = 0;

  for (guint i = 0; i < n_vectors; i++)
    size += vectors[i].size;

  return size;
}

/* That a filled read was followed by more proves nothing: it was there already. */
static void
learn (GstGioSocketReader *self, gboolean in_vain)
{
  if (in_vain)
    self->skips = self->doubt = MIN (2 * self->doubt + 1, MAX_DOUBT);
  else if (self->left_room)
    self->doubt = 0;
}

gssize
gst_gio_socket_reader_read (GstGioSocketReader *self, GInputVector *vectors, guint n_vectors)
{
  struct msghdr message = { .msg_iov = (struct iovec *)vectors, .msg_iovlen = n_vectors };
  gboolean does_without = !self->may_wait || self->skips > 0;
  gboolean waits = !does_without && !self->is_drained;
  gssize received = recvmsg (self->fd, &message, waits ? 0 : MSG_DONTWAIT);

  if (waits && (received > 0 || (received < 0 && errno == EAGAIN)))
    learn (self, received < 0);
  self->left_room = received < (gssize)get_size (vectors, n_vectors);
  self->is_drained = self->left_room && (does_without || received < GST_GIO_SOCKET_READER_BULK);
  if (does_without && self->left_room && self->skips > 0)
    self->skips--;

  return received;
}
