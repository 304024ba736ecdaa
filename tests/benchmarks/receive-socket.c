/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "receive-socket.h"

#include "arrival.h"

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

static gssize
receive_some (int fd, guint8 *data)
{
  gssize n;

  do
    n = recv (fd, data, BLOCK, 0);
  while (n < 0 && errno == EINTR);

  return n;
}

gboolean
receive_from_socket (const char *host, guint port, guint segment_size, Run *run, Stream *stream,
    GError **error)
{
  int listener = listen_on (host, port, segment_size);
  g_autofree guint8 *data = g_malloc (BLOCK);
  Arrival arrival;
  gssize n;
  int fd;

  if (listener < 0)
    return set_errno_error (error, "listen", host, port);

  arrival_begin (&arrival, run, stream);
  arrival_set_ready (&arrival);
  fd = accept (listener, NULL, NULL);
  if (fd < 0)
    return set_errno_error (error, "accept", host, port);

  while ((n = receive_some (fd, data)) > 0) {
    arrival_note (&arrival, n);
    arrival_check (&arrival, data, n);
  }
  if (n < 0)
    set_errno_error (error, "receive", host, port);

  arrival_end (&arrival);
  close (fd);
  close (listener);
  return n == 0;
}
