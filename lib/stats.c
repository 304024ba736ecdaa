/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "stats-private.h"

#include <gio/gunixsocketaddress.h>

/* Not netinet/tcp.h: its tcp_info ends before the fields of the last ten years. */
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* include/net/tcp_states.h; the kernel's headers for programs do not have it. */
enum
{
  STATE_CLOSE = 7,
};

static guint64
read_counter (const guint64 *counter)
{
  return __atomic_load_n (counter, __ATOMIC_RELAXED);
}

void
gst_gio_socket_stats_add_counters (const GstGioSocketCounters *counters, GstStructure *stats)
{
  gst_structure_set (stats, /* sent */
      "bytes-sent", G_TYPE_UINT64, read_counter (&counters->bytes_sent), "send-calls",
      G_TYPE_UINT64, read_counter (&counters->send_calls), "send-waits", G_TYPE_UINT64,
      read_counter (&counters->send_waits), "option-calls", G_TYPE_UINT64,
      read_counter (&counters->option_calls), "flushes", G_TYPE_UINT64,
      read_counter (&counters->flushes), /* received */
      "bytes-received", G_TYPE_UINT64, read_counter (&counters->bytes_received), "receive-calls",
      G_TYPE_UINT64, read_counter (&counters->receive_calls), "receive-waits", G_TYPE_UINT64,
      read_counter (&counters->receive_waits), NULL);
}

static gboolean
read_tcp_info (GSocket *socket, struct tcp_info *info)
{
  socklen_t size = sizeof (*info);

  memset (info, 0, size);

  return g_socket_get_family (socket) != G_SOCKET_FAMILY_UNIX &&
      getsockopt (g_socket_get_fd (socket), IPPROTO_TCP, TCP_INFO, info, &size) == 0;
}

gboolean
gst_gio_socket_stats_is_closed (GSocket *socket)
{
  struct tcp_info info;

  return read_tcp_info (socket, &info) && info.tcpi_state == STATE_CLOSE;
}

void
gst_gio_socket_stats_add_tcp_info (GSocket *socket, gboolean is_shutdown, GstStructure *stats)
{
  struct tcp_info info;
  guint64 unacknowledged;

  if (!read_tcp_info (socket, &info))
    return;

  gst_gio_socket_stats_read_queue (socket, is_shutdown, &unacknowledged);
  gst_structure_set (stats, "segments-sent", G_TYPE_UINT64, (guint64)info.tcpi_segs_out,
      "segments-received", G_TYPE_UINT64, (guint64)info.tcpi_segs_in, "segments-retransmitted",
      G_TYPE_UINT64, (guint64)info.tcpi_total_retrans, "rtt", G_TYPE_UINT64,
      info.tcpi_rtt * GST_USECOND, "congestion-window", G_TYPE_UINT64, (guint64)info.tcpi_snd_cwnd,
      "bytes-unsent", G_TYPE_UINT64, (guint64)info.tcpi_notsent_bytes, "bytes-unacknowledged",
      G_TYPE_UINT64, unacknowledged, NULL);
}

static void
add_address (GSocketAddress *address, const gchar *field, GstStructure *stats)
{
  g_autofree gchar *text = NULL;

  /* Who connects to a path has none; GIO has words for that. */
  if (address == NULL ||
      (G_IS_UNIX_SOCKET_ADDRESS (address) &&
          g_unix_socket_address_get_path_len (G_UNIX_SOCKET_ADDRESS (address)) == 0))
    return;

  text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
  gst_structure_set (stats, field, G_TYPE_STRING, text, NULL);
}

static void
add_credentials (GSocket *socket, GstStructure *stats)
{
  struct ucred credentials;
  socklen_t size = sizeof (credentials);

  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_UNIX &&
      getsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0)
    gst_structure_set (stats, "peer-pid", G_TYPE_INT, (gint)credentials.pid, "peer-uid", G_TYPE_INT,
        (gint)credentials.uid, "peer-gid", G_TYPE_INT, (gint)credentials.gid, NULL);
}

void
gst_gio_socket_stats_add_ends (GSocket *socket, GstStructure *stats)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);

  add_address (local, "local-address", stats);
  add_address (remote, "remote-address", stats);
  add_credentials (socket, stats);
}

gboolean
gst_gio_socket_stats_read_queue (GSocket *socket, gboolean is_shutdown, guint64 *unacknowledged)
{
  struct tcp_info info;
  int queued = 0;

  *unacknowledged = 0;
  if (!read_tcp_info (socket, &info))
    return FALSE;

  if (ioctl (g_socket_get_fd (socket), SIOCOUTQ, &queued) == 0)
    *unacknowledged = queued;

  /* Our FIN takes the last place in the queue until it is acknowledged, too. */
  if (is_shutdown && *unacknowledged > 0)
    (*unacknowledged)--;

  return info.tcpi_state != STATE_CLOSE;
}
