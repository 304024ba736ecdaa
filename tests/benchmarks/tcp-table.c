/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tcp-table.h"

#include <netinet/in.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define ESTABLISHED 0x01
#define LISTEN 0x0a

/* A row of /proc/net/tcp: "sl: ADDRESS:PORT ADDRESS:PORT STATE ...", all in hexadecimal. */
static gboolean
table_has (const char *path, guint state, int local_port, int remote_port)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line; line++) {
    guint local, remote, row_state;

    if (sscanf (*line, " %*u: %*[0-9A-F]:%x %*[0-9A-F]:%x %x", &local, &remote, &row_state) == 3 &&
        row_state == state && (local_port < 0 || (int)local == local_port) &&
        (remote_port < 0 || (int)remote == remote_port))
      return TRUE;
  }

  return FALSE;
}

gboolean
tcp_table_is_listening (guint port)
{
  return table_has ("/proc/self/net/tcp", LISTEN, port, -1) ||
      table_has ("/proc/self/net/tcp6", LISTEN, port, -1);
}

gboolean
tcp_table_is_connected (guint port)
{
  return table_has ("/proc/self/net/tcp", ESTABLISHED, -1, port) ||
      table_has ("/proc/self/net/tcp6", ESTABLISHED, -1, port);
}

static gboolean
is_connected_to (int fd, guint port)
{
  struct sockaddr_storage address;
  socklen_t length = sizeof address;

  if (getpeername (fd, (struct sockaddr *)&address, &length) < 0)
    return FALSE;
  if (address.ss_family == AF_INET)
    return ntohs (((struct sockaddr_in *)&address)->sin_port) == port;
  if (address.ss_family == AF_INET6)
    return ntohs (((struct sockaddr_in6 *)&address)->sin6_port) == port;

  return FALSE;
}

/* What is still under way will be segments, too; a sink's EOS need not wait for that. */
static gboolean
read_settled_info (int fd, struct tcp_info *info)
{
  for (guint i = 0; i < 1000; i++) {
    socklen_t length = sizeof *info;

    if (getsockopt (fd, IPPROTO_TCP, TCP_INFO, info, &length) < 0)
      return FALSE;
    if (info->tcpi_unacked == 0 && info->tcpi_notsent_bytes == 0)
      break;
    g_usleep (1000);
  }

  return TRUE;
}

TcpFigures
tcp_table_get_figures (guint port)
{
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fd", 0, NULL);
  TcpFigures figures = { 0 };
  const char *name;

  while (fds && (name = g_dir_read_name (fds))) {
    struct tcp_info info = { 0 };
    int fd = atoi (name);

    if (!is_connected_to (fd, port) || !read_settled_info (fd, &info))
      continue;

    figures.found = TRUE;
    figures.segments += info.tcpi_segs_out;
    figures.retransmits += info.tcpi_total_retrans;
  }

  return figures;
}
