/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

/* What a transport does.  Each counter has one thread that writes it; any may read. */
typedef struct
{
  guint64 bytes_sent;
  guint64 send_calls;
  guint64 send_waits;
  guint64 option_calls;
  guint64 flushes;
  guint64 bytes_received;
  guint64 receive_calls;
  guint64 receive_waits;
} GstGioSocketCounters;

/* With one writer a plain addition does; the store only must not tear. */
static inline void
gst_gio_socket_count (guint64 *counter, guint64 n)
{
  __atomic_store_n (counter, *counter + n, __ATOMIC_RELAXED);
}

void gst_gio_socket_stats_add_counters (const GstGioSocketCounters *counters, GstStructure *stats);

/* Adds what the kernel knows of a TCP connection; nothing for any other socket. */
void gst_gio_socket_stats_add_tcp_info (GSocket *socket, gboolean is_shutdown, GstStructure *stats);

/* Whether TCP has given the connection up, or both ends are done with it; no other socket has. */
gboolean gst_gio_socket_stats_is_closed (GSocket *socket);

/* Adds the addresses of both ends, and who is at the other one of a Unix socket. */
void gst_gio_socket_stats_add_ends (GSocket *socket, GstStructure *stats);

/* How many bytes the peer's TCP has not acknowledged, the FIN not counted, and whether it still
 * can.  A Unix socket has delivered everything. */
gboolean
gst_gio_socket_stats_read_queue (GSocket *socket, gboolean is_shutdown, guint64 *unacknowledged);
