/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/base/gstbasesink.h>

G_BEGIN_DECLS

#define GST_TYPE_GIO_SOCKET_SINK (gst_gio_socket_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstGioSocketSink, gst_gio_socket_sink, GST, GIO_SOCKET_SINK, GstBaseSink)

GST_ELEMENT_REGISTER_DECLARE (giosocketsink)

G_END_DECLS
