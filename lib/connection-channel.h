/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "connection-private.h"

/* A transport for one call, and which start it belongs to. */
typedef struct
{
  GstGioSocketTransport *transport;
  GCancellable *start;
  gboolean goes_on; /* there may be another one after this */
} GstGioSocketChannel;

void gst_gio_socket_channel_clear (GstGioSocketChannel *channel);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstGioSocketChannel, gst_gio_socket_channel_clear)

/* Waits for the connection, if it must.  The common case takes the lock once.  Errors are those of
 * gst_gio_socket_connection_send(). */
gboolean gst_gio_socket_connection_get_channel (GstGioSocketConnection *self, GstGioSocketSide side,
    GstGioSocketChannel *channel, GCancellable *cancellable, GError **error);

/* The same without waiting: @is_opening tells that there is no connection yet, and no error either. */
gboolean gst_gio_socket_connection_try_get_channel (GstGioSocketConnection *self,
    GstGioSocketSide side, GstGioSocketChannel *channel, gboolean *is_opening, GError **error);

/* Around what is sent. */
static inline void
gst_gio_socket_channel_begin_sending (const GstGioSocketChannel *channel,
    GstGioSocketConnection *self)
{
  if (channel->goes_on)
    g_mutex_lock (&self->sending);
}

static inline void
gst_gio_socket_channel_end_sending (const GstGioSocketChannel *channel,
    GstGioSocketConnection *self)
{
  if (channel->goes_on)
    g_mutex_unlock (&self->sending);
}

/* Waits until @is_true, which is called with the lock, is not so; no longer than until @deadline
 * (monotonic; -1: none), nor with a @cancellable that is cancelled. */
void gst_gio_socket_connection_wait_while (GstGioSocketConnection *self,
    gboolean (*is_true) (GstGioSocketConnection *self), gint64 deadline, GCancellable *cancellable);

/* Waits for the end of a report that is under way. */
void
gst_gio_socket_connection_wait_reported (GstGioSocketConnection *self, GCancellable *cancellable);

/* Takes @failure, which @side has found in @channel: the connection fails, or is made again. */
void gst_gio_socket_connection_report (GstGioSocketConnection *self, GstGioSocketSide side,
    const GstGioSocketChannel *channel, GCancellable *cancellable, GError *failure, GError **error);

/* Whether gst_gio_socket_connection_set_linger() has said that the end has come. */
gboolean gst_gio_socket_connection_is_finishing (GstGioSocketConnection *self);

/* Takes @cause.  At the end of the stream the number of bytes counts that are with us still: in
 * @vectors, and in the kernel. */
void gst_gio_socket_connection_report_rest (GstGioSocketConnection *self,
    const GstGioSocketChannel *channel, const GOutputVector *vectors, guint n_vectors,
    GCancellable *cancellable, GError *cause, GError **error);

/* For the receiver, at the end of what the peer sends: ends our half, too, where nobody sends. */
void gst_gio_socket_connection_answer_end (GstGioSocketConnection *self,
    const GstGioSocketChannel *channel, GCancellable *cancellable);
