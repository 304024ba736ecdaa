/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "clock.h"
#include "meter.h"
#include "tcp-socket.h"
#include "tls-stream.h"

#include <gio/gio.h>

#include <sys/socket.h>
#include <unistd.h>

/* What comes at once is corked, as a program would that has it in a list. */
static gboolean
send_batch (const Match *match, TlsStream *stream, guint64 message, guint64 *offset, GError **error)
{
  const Load *load = match->load;
  guint64 end = MIN (message + load->batch, load->messages);

  if (load->batch > 1)
    tls_stream_cork (stream);
  for (; message < end; message++) {
    gsize size = load_get_size (load, message);

    if (!tls_stream_send (stream, load_get_bytes (load, *offset, size), size, error))
      return FALSE;
    *offset += size;
  }

  __atomic_store_n (&match->score->sender.bytes, *offset, __ATOMIC_RELAXED);
  return load->batch == 1 || tls_stream_uncork (stream, error);
}

static gboolean
send_all (const Match *match, TlsStream *stream, int fd, GError **error)
{
  const Load *load = match->load;
  guint64 offset = 0;

  for (guint64 message = 0; message < load->messages; message += load->batch)
    if (!send_batch (match, stream, message, &offset, error))
      return FALSE;

  tls_stream_end (stream);
  shutdown (fd, SHUT_WR);
  return TRUE;
}

static gboolean
measure (Match *match, TlsStream *stream, int fd, GError **error)
{
  Side *side = &match->score->sender;
  gboolean ok;

  match_post (&match->score->connected);
  match_wait (&match->score->ready);
  meter_begin (side);
  side->first_ns = clock_now_ns ();
  ok = send_all (match, stream, fd, error);
  if (ok)
    match_wait (&match->score->received);
  meter_end (side);
  return ok;
}

gboolean
play_tls_send (Match *match, GError **error)
{
  gboolean server = (match->role == ROLE_SEND) == match->player->listens;
  int fd = tcp_socket_open (match, TRUE, error);
  TlsCredentials credentials;
  TlsStream stream = { 0 };
  gboolean ok;

  if (fd < 0)
    return FALSE;

  ok = tls_credentials_init (&credentials, &match->tls, server, error) &&
      tls_stream_open (&stream, fd, &credentials, error) && measure (match, &stream, fd, error);
  tls_stream_clear (&stream);
  tls_credentials_clear (&credentials);
  close (fd);
  return ok;
}
