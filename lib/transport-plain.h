/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "transport.h"

G_BEGIN_DECLS

/**
 * GstGioSocketTransportPlain:
 *
 * Bytes straight onto a TCP or Unix stream socket: one sendmsg() for as many vectors as the kernel
 * takes, one recvmsg() for what is there.
 *
 * Since: 0.1
 */
#define GST_TYPE_GIO_SOCKET_TRANSPORT_PLAIN (gst_gio_socket_transport_plain_get_type ())
GST_GIO_SOCKET_API
G_DECLARE_FINAL_TYPE (GstGioSocketTransportPlain, gst_gio_socket_transport_plain, GST,
    GIO_SOCKET_TRANSPORT_PLAIN, GstGioSocketTransport)

GST_GIO_SOCKET_API
GstGioSocketTransport *gst_gio_socket_transport_plain_new (GSocket *socket, gboolean no_delay);

G_END_DECLS
