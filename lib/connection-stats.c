/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What happened since the start, over all transports. */

#include "config.h"

#include "connection-private.h"

/* What one transport after the other adds to; all else is what is so now. */
static const gchar *const sums[] = { "bytes-sent", "bytes-received", "send-calls", "receive-calls",
  "send-waits", "receive-waits", "option-calls", "flushes", "records-sent", "records-received",
  "segments-sent", "segments-received", "segments-retransmitted" };

static void
add_past (GstStructure *stats, const GstStructure *past)
{
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++) {
    guint64 before, now = 0;

    if (!gst_structure_get_uint64 (past, sums[i], &before))
      continue;
    gst_structure_get_uint64 (stats, sums[i], &now);
    gst_structure_set (stats, sums[i], G_TYPE_UINT64, before + now, NULL);
  }
}

GstStructure *
gst_gio_socket_connection_collect_stats (GstGioSocketConnection *self)
{
  GstStructure *stats = gst_structure_new_empty ("GstGioSocketStats");

  if (self->transport != NULL)
    gst_gio_socket_transport_add_stats (self->transport, stats);
  if (self->past != NULL)
    add_past (stats, self->past);
  if (self->generation > 0)
    gst_structure_set (stats, "connections", G_TYPE_UINT64, (guint64)self->generation, "bytes-lost",
        G_TYPE_UINT64, self->bytes_lost, NULL);

  return stats;
}

void
gst_gio_socket_connection_keep_stats (GstGioSocketConnection *self)
{
  GstStructure *past = gst_gio_socket_connection_collect_stats (self);

  g_clear_pointer (&self->past, gst_structure_free);
  self->past = past;
}

/**
 * gst_gio_socket_connection_get_stats:
 * @self: the connection
 *
 * What happened since the last start, also after stopping.  All fields are #guint64 unless they say
 * otherwise; those of the kernel are there for TCP only unless they say otherwise, those of TLS with
 * TLS only, and none before
 * there is a connection.  Where one connection followed another, counters are the sums of all, and
 * the rest is that of the present one:
 *
 * * connections: how many there were
 * * bytes-lost: bytes that were sent and not acknowledged when a connection was lost
 * * bytes-sent, bytes-received: payload that the kernel took, or gave
 * * send-calls, receive-calls: sendmsg() and recvmsg() calls
 * * send-waits, receive-waits: how often one waited in poll() for room, or for something to come;
 *   where a lot comes, recvmsg() itself waits
 * * option-calls: setsockopt() calls that corked, uncorked or flushed
 * * flushes: flushes that found something to push
 * * records-sent, records-received: TLS records with payload
 * * tls-version, tls-cipher: what was agreed on, such as TLS1.3, and GnuTLS' words for the whole suite
 *   (strings)
 * * alpn: the application protocol that was agreed on (string or %NULL)
 * * peer-subject, peer-fingerprint: who the peer's certificate says it is, and its SHA-256 in
 *   hexadecimal digits (strings; %NULL without a certificate)
 * * resumed: whether a ticket of an earlier connection spared a full handshake (boolean)
 * * segments-sent, segments-received, segments-retransmitted: TCP segments
 * * rtt: smoothed round trip time, in nanoseconds
 * * congestion-window: in segments
 * * bytes-unsent: bytes in the kernel that have not been sent yet
 * * bytes-unacknowledged: bytes in the kernel that the peer has not acknowledged, unsent ones
 *   included
 * * local-address, remote-address: host and port, of the proxy where one is between; or the path of a
 *   Unix socket (strings; not there where there is none, as for most who connect to a path)
 * * peer-pid, peer-uid, peer-gid: who has connected to, or listens on, a Unix socket, and what they
 *   were when they did that (ints; Unix sockets only)
 * * no-delay, keepalive (booleans), keepalive-idle, keepalive-interval (nanoseconds), keepalive-count,
 *   user-timeout (nanoseconds), qos-dscp (int): what the kernel says about the options of that name
 * * send-buffer-size, receive-buffer-size: the same, in bytes; Linux counts its own needs with them
 *   and doubles what was asked for (the first for Unix sockets, too)
 *
 * Returns: (transfer full): a structure named GstGioSocketStats
 *
 * Since: 0.1
 */
GstStructure *
gst_gio_socket_connection_get_stats (GstGioSocketConnection *self)
{
  GstStructure *stats;

  g_mutex_lock (&self->lock);
  if (self->state == GST_GIO_SOCKET_CONNECTION_STOPPED && self->last_stats != NULL)
    stats = gst_structure_copy (self->last_stats);
  else
    stats = gst_gio_socket_connection_collect_stats (self);
  g_mutex_unlock (&self->lock);

  return stats;
}
