/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "clock.h"
#include "framing.h"
#include "meter.h"
#include "tcp-socket.h"

#include <gio/gio.h>
#include <gst/gst.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* A header and a message, for each of a batch. */
#define MAX_VECTORS 128

#define LONE_PAUSE_US 300

typedef struct
{
  const Match *match;
  Framing framing;
  int fd;
  guint64 message;
  guint64 offset;
} Sender;

static gboolean
send_vectors (int fd, struct iovec *vectors, guint n, GError **error)
{
  while (n > 0) {
    struct msghdr message = { .msg_iov = vectors, .msg_iovlen = n };
    gssize sent = n == 1 ? send (fd, vectors->iov_base, vectors->iov_len, MSG_NOSIGNAL)
                         : sendmsg (fd, &message, MSG_NOSIGNAL);

    if (sent < 0 && errno != EINTR) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot send: %s",
          g_strerror (errno));
      return FALSE;
    }
    for (sent = MAX (sent, 0); n > 0 && (gsize)sent >= vectors->iov_len; vectors++, n--)
      sent -= vectors->iov_len;
    if (n > 0) {
      vectors->iov_base = (guint8 *)vectors->iov_base + sent;
      vectors->iov_len -= sent;
    }
  }

  return TRUE;
}

/* @length: where a header may be made */
static struct iovec
find_header (Sender *self, gsize size, guint32 *length)
{
  if (!self->framing.is_length)
    return (struct iovec){ self->framing.header->data, self->framing.header->len };

  *length = GUINT32_TO_BE ((guint32)size);
  return (struct iovec){ length, sizeof *length };
}

static gboolean
send_batch (Sender *self, GError **error)
{
  const Load *load = self->match->load;
  struct iovec vectors[MAX_VECTORS];
  guint32 lengths[MAX_VECTORS];
  guint n = 0;

  for (guint i = 0; i < load->batch && self->message < load->messages; i++, self->message++) {
    gsize size = load_get_size (load, self->message);

    if (self->framing.header->len > 0)
      vectors[n++] = find_header (self, size, &lengths[i]);
    vectors[n++] = (struct iovec){ (gpointer)load_get_bytes (load, self->offset, size), size };
    self->offset += size;
  }

  __atomic_store_n (&self->match->score->sender.bytes, self->offset, __ATOMIC_RELAXED);
  return send_vectors (self->fd, vectors, n, error);
}

/* Who receives has nothing to do any more when the next one comes. */
static void
wait_until_quiet (Sender *self)
{
  Score *score = self->match->score;

  if (self->message > 0)
    match_wait (&score->arrived);
  g_usleep (LONE_PAUSE_US);
  __atomic_store_n (&score->sent_ns, clock_now_ns (), __ATOMIC_SEQ_CST);
}

static void
set_corked (Sender *self, int corked)
{
  setsockopt (self->fd, IPPROTO_TCP, TCP_CORK, &corked, sizeof corked);
}

static gboolean
send_all (Sender *self, GError **error)
{
  struct iovec prologue = { self->framing.prologue->data, self->framing.prologue->len };
  gboolean corks = self->match->role == ROLE_SEND && self->match->player->loop == LOOP_SPICE;

  if (corks)
    set_corked (self, TRUE);
  if (prologue.iov_len > 0 && !send_vectors (self->fd, &prologue, 1, error))
    return FALSE;
  while (self->message < self->match->load->messages) {
    if (self->match->load->lone)
      wait_until_quiet (self);
    if (!send_batch (self, error))
      return FALSE;
    if (corks) {
      set_corked (self, FALSE);
      set_corked (self, TRUE);
    }
  }

  shutdown (self->fd, SHUT_WR);
  return TRUE;
}

gboolean
play_plain_send (Match *match, GError **error)
{
  Sender self = { .match = match };
  Side *side = &match->score->sender;
  const char *framing = match->role == ROLE_RECEIVE ? match->player->framing : NULL;
  gboolean ok = FALSE;

  if (framing)
    gst_init (NULL, NULL);
  if (!framing_init (&self.framing, framing, match->load->size, error))
    return FALSE;

  self.fd = tcp_socket_open (match, TRUE, error);
  if (self.fd >= 0) {
    match_post (&match->score->connected);
    match_wait (&match->score->ready);
    meter_begin (side);
    side->first_ns = clock_now_ns ();
    ok = send_all (&self, error);
    if (ok)
      match_wait (&match->score->received);
    meter_end (side);
    close (self.fd);
  }

  framing_clear (&self.framing);
  return ok;
}
