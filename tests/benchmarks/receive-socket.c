/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "receive-socket.h"

#include "arrival.h"
#include "tls-stream.h"

#include <gio/gio.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK 65536

static gboolean
set_errno_error (GError **error, const char *what, const char *host, guint port)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot %s on %s:%u: %s", what,
      host, port, g_strerror (errno));
  return FALSE;
}

static int
listen_on (const char *host, guint port, guint segment_size)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1, size = segment_size;

  inet_pton (AF_INET, host, &address.sin_addr);
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (segment_size > 0)
    setsockopt (fd, IPPROTO_TCP, TCP_MAXSEG, &size, sizeof size);
  if (fd >= 0 && bind (fd, (struct sockaddr *)&address, sizeof address) == 0 && listen (fd, 1) == 0)
    return fd;

  return -1;
}

static gboolean
receive_plain (int fd, Arrival *arrival, GError **error)
{
  g_autofree guint8 *data = g_malloc (BLOCK);
  gssize n;

  while ((n = recv (fd, data, BLOCK, 0)) != 0) {
    if (n > 0) {
      arrival_note (arrival, n);
      arrival_check (arrival, data, n);
    } else if (errno != EINTR) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot receive: %s",
          g_strerror (errno));
      return FALSE;
    }
  }

  return TRUE;
}

static gboolean
receive_tls (int fd, const TlsIdentity *identity, Arrival *arrival, GError **error)
{
  g_autofree guint8 *data = g_malloc (TLS_STREAM_RECORD);
  TlsCredentials credentials;
  TlsStream stream = { 0 };
  gssize n = -1;

  if (tls_credentials_init (&credentials, identity, TRUE, error) &&
      tls_stream_open (&stream, fd, &credentials, error)) {
    while ((n = tls_stream_receive (&stream, data, TLS_STREAM_RECORD, error)) > 0) {
      arrival_note (arrival, n);
      arrival_check (arrival, data, n);
    }
    arrival->stream->receiver.records = stream.records;
  }

  tls_stream_clear (&stream);
  tls_credentials_clear (&credentials);
  return n == 0;
}

gboolean
receive_from_socket (const char *host, guint port, guint segment_size, const TlsIdentity *identity,
    Run *run, Stream *stream, GError **error)
{
  int listener = listen_on (host, port, segment_size);
  Arrival arrival;
  gboolean ok;
  int fd;

  if (listener < 0)
    return set_errno_error (error, "listen", host, port);

  arrival_begin (&arrival, run, stream);
  arrival_set_ready (&arrival);
  fd = accept (listener, NULL, NULL);
  if (fd < 0)
    return set_errno_error (error, "accept", host, port);

  ok = identity ? receive_tls (fd, identity, &arrival, error) : receive_plain (fd, &arrival, error);
  arrival_end (&arrival);
  close (fd);
  close (listener);
  return ok;
}
