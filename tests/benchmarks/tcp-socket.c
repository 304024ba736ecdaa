/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tcp-socket.h"

#include <gio/gio.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static int
set_errno_error (GError **error, const char *what, const char *host, guint port)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot %s %s:%u: %s", what, host,
      port, g_strerror (errno));
  return -1;
}

static struct sockaddr_in
make_address (const char *host, guint port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };

  inet_pton (AF_INET, host, &address.sin_addr);
  return address;
}

int
tcp_socket_connect (const char *host, guint port, GError **error)
{
  struct sockaddr_in address = make_address (host, port);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd >= 0 && connect (fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;

  return set_errno_error (error, "connect to", host, port);
}

int
tcp_socket_listen (const char *host, guint port, GError **error)
{
  struct sockaddr_in address = make_address (host, port);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;

  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd >= 0 && bind (fd, (struct sockaddr *)&address, sizeof address) == 0 && listen (fd, 1) == 0)
    return fd;

  return set_errno_error (error, "listen on", host, port);
}

int
tcp_socket_accept (int listener, GError **error)
{
  int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);

  if (fd < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot accept: %s",
        g_strerror (errno));
  close (listener);
  return fd;
}

int
tcp_socket_open (const Match *match, gboolean sender, GError **error)
{
  const Network *network = &match->network;
  gboolean measured = sender == (match->role != ROLE_RECEIVE);
  gboolean listens = match->player->listens == measured;
  const char *here = sender ? network->sender_host : network->host;
  const char *there = sender ? network->host : network->sender_host;
  Side *side = sender ? &match->score->sender : &match->score->receiver;
  int listener;

  if (!listens)
    return tcp_socket_connect (there, network->port, error);

  listener = tcp_socket_listen (here, network->port, error);
  if (listener < 0)
    return -1;
  __atomic_store_n (&side->listening, TRUE, __ATOMIC_SEQ_CST);
  return tcp_socket_accept (listener, error);
}
