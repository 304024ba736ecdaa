/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "endpoint.h"

G_BEGIN_DECLS

/**
 * GstGioSocketConnection:
 *
 * Endpoint, transport and state.  A connection is made in a worker thread of its own: start () never
 * touches the network, stop () ends everything at once.  Sending and receiving wait for it.
 *
 * One sending and one receiving thread at a time; start, stop and the statistics from any thread.
 *
 * Happy path: start → OPENING: the worker opens a socket → "connected" → OPEN: send/receive → finish
 * → stop → "disconnected" → STOPPED.
 *
 * Way out: what the worker, the sending or the receiving thread finds to be broken is reported once,
 * by "failed", in the thread that found it → FAILED: every call after that returns the same error.  A
 * connection without a receiver reads and discards what the peer sends, so that the peer never
 * waits for room and its end is seen.
 *
 * Way back: with the endpoint's auto-reconnect, or keep-listening and mode=listen, what breaks is a
 * "warning", then "disconnected" → OPENING: a listener that stays where it is accepts the next peer; who
 * connects does so again after a wait, with "reconnecting" before it.  An attempt that fails is
 * followed by another one.  The end of what the peer sends counts as its leaving, for TCP cannot tell
 * whether it still reads; for the receiver it is no end of the stream then.  Whoever sends or receives is
 * told once, by G_IO_ERROR_NOT_CONNECTED, that what it has done so far belongs to a connection that is
 * no more, and waits for the next one with the next call.  Bytes that the lost one did not acknowledge
 * are counted and not sent again: they may have arrived.
 *
 * Not tried again, but "failed": settings that are wrong, a peer who is not trusted or does not trust
 * us (mode=connect), and a loss while finish is waiting for acknowledgements.  Behind finish nobody
 * connects until something more is sent.
 *
 * Since: 0.1
 */
#define GST_TYPE_GIO_SOCKET_CONNECTION (gst_gio_socket_connection_get_type ())
GST_GIO_SOCKET_API
G_DECLARE_FINAL_TYPE (GstGioSocketConnection, gst_gio_socket_connection, GST, GIO_SOCKET_CONNECTION,
    GObject)

GST_GIO_SOCKET_API
GstGioSocketConnection *
gst_gio_socket_connection_new (GstGioSocketEndpoint *endpoint, gboolean has_receiver);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_connection_start (GstGioSocketConnection *self, GError **error);

GST_GIO_SOCKET_API
void gst_gio_socket_connection_stop (GstGioSocketConnection *self);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_connection_check (GstGioSocketConnection *self, GCancellable *cancellable,
    GError **error);

GST_GIO_SOCKET_API
guint gst_gio_socket_connection_get_current_port (GstGioSocketConnection *self);

GST_GIO_SOCKET_API
GstStructure *gst_gio_socket_connection_get_stats (GstGioSocketConnection *self);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_connection_send (GstGioSocketConnection *self, GOutputVector **vectors,
    guint *n_vectors, gboolean hold, GCancellable *cancellable, GError **error);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_connection_flush (GstGioSocketConnection *self, GCancellable *cancellable,
    GError **error);

GST_GIO_SOCKET_API
void
gst_gio_socket_connection_set_linger (GstGioSocketConnection *self, GstClockTime linger_timeout);

GST_GIO_SOCKET_API
void gst_gio_socket_connection_set_notsent_lowat (GstGioSocketConnection *self, guint bytes);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_connection_finish (GstGioSocketConnection *self, GCancellable *cancellable,
    GError **error);

GST_GIO_SOCKET_API
gssize gst_gio_socket_connection_receive (GstGioSocketConnection *self, GInputVector *vectors,
    guint n_vectors, GCancellable *cancellable, GError **error);

G_END_DECLS
