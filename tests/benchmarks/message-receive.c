/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "intake.h"
#include "tcp-socket.h"

#include <gio/gio.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  int fd;
  guint8 *buffer;
  guint32 length; /* of the message at hand, as it came */
  Intake intake;
} MessageLoop;

/* Bytes of both, in order; 0: the end. */
static gssize
read_both (MessageLoop *self, gpointer first, gsize first_size, gpointer second, gsize second_size,
    GError **error)
{
  gsize done = 0;

  while (done < first_size + second_size) {
    gsize into_second = done > first_size ? done - first_size : 0;
    struct iovec vectors[2] = {
      { (guint8 *)first + MIN (done, first_size), first_size - MIN (done, first_size) },
      { (guint8 *)second + into_second, second_size - into_second },
    };
    struct msghdr message = { .msg_iov = vectors, .msg_iovlen = 2 };
    gssize n = recvmsg (self->fd, &message, 0);

    if (n == 0)
      break;
    if (n < 0 && errno != EINTR) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot receive: %s",
          g_strerror (errno));
      return -1;
    }
    done += MAX (n, 0);
  }

  return done;
}

/* Each message, and with it the header of the next. */
static gboolean
receive_all (MessageLoop *self, GError **error)
{
  gssize n = read_both (self, NULL, 0, &self->length, sizeof self->length, error);

  while (n == sizeof self->length) {
    gsize size = GUINT32_FROM_BE (self->length);

    n = read_both (self, self->buffer, size, &self->length, sizeof self->length, error);
    if (n >= (gssize)size) {
      if (!intake_take_message (&self->intake, size, error) ||
          !intake_take (&self->intake, self->buffer, size, error))
        return FALSE;
      n -= size;
    }
  }

  return n >= 0 && intake_end (&self->intake, error);
}

static gsize
find_largest (const Load *load)
{
  gsize largest = 0;

  for (guint64 i = 0; i < load->messages; i++)
    largest = MAX (largest, load_get_size (load, i));

  return largest;
}

gboolean
play_message_receive (Match *match, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (find_largest (match->load));
  MessageLoop self = { .buffer = buffer, .fd = tcp_socket_open (match, FALSE, error) };
  gboolean ok;

  if (self.fd < 0)
    return FALSE;

  intake_begin (&self.intake, match, NULL);
  ok = receive_all (&self, error);
  close (self.fd);

  return ok;
}
