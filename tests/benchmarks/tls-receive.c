/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "intake.h"
#include "tcp-socket.h"
#include "tls-stream.h"

#include <unistd.h>

static gboolean
receive_all (Match *match, TlsStream *stream, GError **error)
{
  g_autofree guint8 *block = g_malloc (TLS_STREAM_RECORD);
  Intake intake;
  gssize n;

  intake_begin (&intake, match, NULL);
  while ((n = tls_stream_receive (stream, block, TLS_STREAM_RECORD, error)) > 0) {
    match->score->receiver.records = stream->records;
    if (!intake_take (&intake, block, n, error))
      return FALSE;
  }

  return n == 0 && intake_end (&intake, error);
}

gboolean
play_tls_receive (Match *match, GError **error)
{
  gboolean server = (match->role == ROLE_RECEIVE) == match->player->listens;
  int fd = tcp_socket_open (match, FALSE, error);
  TlsCredentials credentials;
  TlsStream stream = { 0 };
  gboolean ok;

  if (fd < 0)
    return FALSE;

  ok = tls_credentials_init (&credentials, &match->tls, server, error) &&
      tls_stream_open (&stream, fd, &credentials, error) && receive_all (match, &stream, error);
  tls_stream_clear (&stream);
  tls_credentials_clear (&credentials);
  close (fd);
  return ok;
}
