/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "meter.h"
#include "pingpong.h"
#include "tcp-socket.h"

#include <gio/gio.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  int in, out;
} Sockets;

static gboolean
set_errno_error (GError **error, const char *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot %s: %s", what,
      g_strerror (errno));
  return FALSE;
}

static void
close_sockets (Sockets *self)
{
  close (self->in);
  close (self->out);
}

/* The receiver listens first, then the sender. */
static gboolean
open_sockets (Sockets *self, Match *match, gboolean sender, GError **error)
{
  const Network *network = &match->network;
  Score *score = match->score;
  int listener, on = 1;

  *self = (Sockets){ -1, -1 };
  listener =
      tcp_socket_listen (sender ? network->sender_host : network->host, network->port, error);
  if (listener < 0)
    return FALSE;

  if (sender) {
    match_post (&score->connected);
  } else {
    __atomic_store_n (&score->receiver.listening, TRUE, __ATOMIC_SEQ_CST);
    match_wait (&score->connected);
  }

  self->out =
      tcp_socket_connect (sender ? network->host : network->sender_host, network->port, error);
  if (self->out >= 0)
    self->in = tcp_socket_accept (listener, error);
  if (self->in < 0)
    return FALSE;

  setsockopt (self->out, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return TRUE;
}

/* FALSE without an error: the other side has closed. */
static gboolean
receive_exactly (int fd, guint8 *data, gsize size, GError **error)
{
  for (gsize done = 0; done < size;) {
    gssize n = recv (fd, data + done, size - done, 0);

    if (n == 0)
      return FALSE;
    if (n < 0 && errno != EINTR)
      return set_errno_error (error, "receive");
    done += MAX (n, 0);
  }

  return TRUE;
}

static gboolean
send_exactly (int fd, const guint8 *data, gsize size, GError **error)
{
  return send (fd, data, size, MSG_NOSIGNAL) == (gssize)size || set_errno_error (error, "send");
}

static gboolean
ping (Pingpong *self, Sockets *sockets, GError **error)
{
  guint8 back[PINGPONG_MAX_SIZE];

  while (pingpong_next (self)) {
    if (!send_exactly (sockets->out, self->out, self->size, error))
      return FALSE;
    if (!receive_exactly (sockets->in, back, self->size, error)) {
      if (error && *error == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the other side has closed");
      return FALSE;
    }
    if (!pingpong_take (self, back, error))
      return FALSE;
  }

  return TRUE;
}

gboolean
play_plain_ping (Match *match, GError **error)
{
  Pingpong self = { 0 };
  Sockets sockets;
  gboolean ok = open_sockets (&sockets, match, TRUE, error);

  if (ok) {
    pingpong_begin (&self, match);
    ok = ping (&self, &sockets, error);
    pingpong_end (&self);
  }

  close_sockets (&sockets);
  return ok;
}

gboolean
play_plain_pong (Match *match, GError **error)
{
  Side *side = &match->score->receiver;
  gsize size = match->load->size;
  guint8 data[PINGPONG_MAX_SIZE];
  GError *reason = NULL;
  Sockets sockets;

  if (open_sockets (&sockets, match, FALSE, &reason)) {
    meter_begin (side);
    while (receive_exactly (sockets.in, data, size, &reason) &&
        send_exactly (sockets.out, data, size, &reason))
      __atomic_store_n (&side->bytes, side->bytes + size, __ATOMIC_RELAXED);
    meter_end (side);
  }

  close_sockets (&sockets);
  if (reason)
    g_propagate_error (error, reason);
  return reason == NULL;
}
