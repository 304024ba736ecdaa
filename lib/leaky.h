/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

#define GST_TYPE_GIO_SOCKET_LEAKY (gst_gio_socket_leaky_get_type ())

/**
 * GstGioSocketLeaky:
 * @GST_GIO_SOCKET_LEAKY_NO: nothing is lost, upstream waits
 * @GST_GIO_SOCKET_LEAKY_UPSTREAM: the new buffer is lost
 * @GST_GIO_SOCKET_LEAKY_DOWNSTREAM: the oldest buffers are lost
 *
 * What is lost when there is no room.  The names are those of queue's property.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_LEAKY_NO,
  GST_GIO_SOCKET_LEAKY_UPSTREAM,
  GST_GIO_SOCKET_LEAKY_DOWNSTREAM,
} GstGioSocketLeaky;

GST_GIO_SOCKET_API
GType gst_gio_socket_leaky_get_type (void);

G_END_DECLS
