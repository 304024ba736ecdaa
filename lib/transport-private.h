/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "reader.h"
#include "transport.h"

/* Nobody but the transport uses the socket: see reader.h.  Before anybody receives, but for a handshake. */
void gst_gio_socket_transport_allow_waiting (GstGioSocketTransport *self);

/* TCP_NODELAY, where there is TCP.  Returns: whether there is */
gboolean gst_gio_socket_transport_set_no_delay (GstGioSocketTransport *self, gboolean no_delay);

/* Returns: (transfer none): what reads from the socket; the receiving thread's */
GstGioSocketReader *gst_gio_socket_transport_get_reader (GstGioSocketTransport *self);

/*
 * Why a connection broke the kernel says once, to whoever asks first; the other direction gets what
 * looks like the end of a stream.
 */

/* Puts what a system call said into @error, and keeps it for the other direction.  Returns: -1 */
gssize gst_gio_socket_transport_fail (GstGioSocketTransport *self, int code, GError **error);

/* Shuts the sending half down; pushes what a cork holds. */
gboolean gst_gio_socket_transport_end_sending (GstGioSocketTransport *self, GError **error);

/* Whether the kernel has given the connection up before we have ended it. */
gboolean gst_gio_socket_transport_is_aborted (GstGioSocketTransport *self);

/* For what recv() calls the end.  Returns: whether it is one */
gboolean gst_gio_socket_transport_check_end (GstGioSocketTransport *self, GError **error);
