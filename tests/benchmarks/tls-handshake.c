/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "clock.h"
#include "meter.h"
#include "tcp-socket.h"
#include "tls-stream.h"

#include <gio/gio.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

typedef gboolean (*Meet) (gpointer where, const Match *match, const TlsCredentials *, GError **);

static gboolean
meet_all (Match *match, Side *side, const TlsCredentials *credentials, Meet meet, gpointer where,
    GError **error)
{
  gboolean ok = TRUE;

  meter_begin (side);
  side->first_ns = clock_now_ns ();
  for (guint64 i = 0; i < match->load->messages && ok; i++) {
    ok = meet (where, match, credentials, error);
    __atomic_store_n (&side->bytes, i + 1, __ATOMIC_RELAXED);
  }
  side->last_ns = clock_now_ns ();
  meter_end (side);
  return ok;
}

/* --- who calls ----------------------------------------------------------- */

static gboolean
call_cb (gpointer where, const Match *match, const TlsCredentials *credentials, GError **error)
{
  int fd = tcp_socket_connect (match->network.host, match->network.port, error);
  TlsStream stream = { 0 };
  gboolean ok;

  if (fd < 0)
    return FALSE;

  ok = tls_stream_open (&stream, fd, credentials, error);
  if (ok)
    tls_stream_end (&stream);
  tls_stream_clear (&stream);
  close (fd);
  return ok;
}

gboolean
play_tls_call (Match *match, GError **error)
{
  TlsCredentials credentials;
  gboolean ok;

  ok = tls_credentials_init (&credentials, &match->tls, FALSE, error);
  if (ok) {
    match_wait (&match->score->ready);
    ok = meet_all (match, &match->score->sender, &credentials, call_cb, NULL, error);
  }

  tls_credentials_clear (&credentials);
  return ok;
}

/* --- who answers --------------------------------------------------------- */

/* How the other one takes his leave is no part of it. */
static gboolean
answer_cb (gpointer where, const Match *match, const TlsCredentials *credentials, GError **error)
{
  int *listener = where;
  int fd = accept4 (*listener, NULL, NULL, SOCK_CLOEXEC);
  TlsStream stream = { 0 };
  guint8 byte;
  gboolean ok;

  if (fd < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot accept: %s",
        g_strerror (errno));
    return FALSE;
  }

  ok = tls_stream_open (&stream, fd, credentials, error);
  if (ok)
    tls_stream_receive (&stream, &byte, sizeof byte, NULL);
  tls_stream_clear (&stream);
  close (fd);
  return ok;
}

gboolean
play_tls_answer (Match *match, GError **error)
{
  Side *side = &match->score->receiver;
  int listener = tcp_socket_listen (match->network.host, match->network.port, error);
  TlsCredentials credentials;
  gboolean ok;

  if (listener < 0)
    return FALSE;

  ok = tls_credentials_init (&credentials, &match->tls, TRUE, error);
  if (ok) {
    __atomic_store_n (&side->listening, TRUE, __ATOMIC_SEQ_CST);
    match_post (&match->score->ready);
    ok = meet_all (match, side, &credentials, answer_cb, &listener, error);
  }

  tls_credentials_clear (&credentials);
  close (listener);
  return ok;
}
