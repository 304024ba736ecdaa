/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "network.h"

#include "veth.h"

#include <gio/gio.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAMESPACE_PORT 4953
#define MAX_ATTEMPTS 100

/* What TCP puts into a packet of 1500 bytes: 40 bytes of headers, and 12 of timestamps. */
#define ETHERNET_SEGMENT 1460

/* @port: 0: any.  Returns: the port, which is free again, or 0 */
static guint
try_port (guint port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
    .sin_port = htons (port) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || bind (fd, (struct sockaddr *)&address, length) < 0 ||
      getsockname (fd, (struct sockaddr *)&address, &length) < 0)
    address.sin_port = 0;
  if (fd >= 0)
    close (fd);

  return ntohs (address.sin_port);
}

/* Returns: the first of @n ports in a row, or 0 */
static guint
find_free_ports (guint n, GError **error)
{
  for (guint attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    guint first = try_port (0);
    guint found = first > 0;

    while (found > 0 && found < n && first + found <= G_MAXUINT16 && try_port (first + found) > 0)
      found++;
    if (found == n)
      return first;
  }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot find %u free ports on 127.0.0.1", n);
  return 0;
}

gboolean
network_open_loopback (Network *self, const char *reason, guint n_ports, GError **error)
{
  *self = (Network){
    .fallback = g_strdup (reason),
    .host = "127.0.0.1",
    .sender_host = "127.0.0.2",
    .segment_size = ETHERNET_SEGMENT,
    .port = find_free_ports (n_ports, error),
    .receiver_ns = -1,
  };
  return self->port != 0;
}

gboolean
network_open (Network *self, guint n_ports, GError **error)
{
  g_autoptr (GError) veth_error = NULL;

  *self = (Network){ .receiver_ns = -1 };
  if (!veth_open (&self->receiver_ns, &veth_error))
    return network_open_loopback (self, veth_error->message, n_ports, error);

  self->host = VETH_RECEIVER_HOST;
  self->sender_host = VETH_SENDER_HOST;
  self->port = NAMESPACE_PORT;
  return TRUE;
}

gboolean
network_limit (Network *self, guint64 bits_per_second, GError **error)
{
  if (self->receiver_ns >= 0)
    return veth_limit (bits_per_second, error);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
      "a link rate needs a network of its own, and there is loopback only: %s", self->fallback);
  return FALSE;
}

gboolean
network_enter_receiver (Network *self, GError **error)
{
  return self->receiver_ns < 0 || veth_enter (self->receiver_ns, error);
}

gboolean
network_get_sent (Network *self, guint64 *packets, guint64 *bytes)
{
  return self->receiver_ns >= 0 && veth_get_sent (packets, bytes);
}

void
network_close (Network *self)
{
  if (self->receiver_ns >= 0)
    close (self->receiver_ns);
  self->receiver_ns = -1;
  g_clear_pointer (&self->fallback, g_free);
}
