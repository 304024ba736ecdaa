/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_TCP_CORK (gst_tcp_cork_get_type ())
G_DECLARE_FINAL_TYPE (GstTcpCork, gst_tcp_cork, GST, TCP_CORK, GstElement)

GST_ELEMENT_REGISTER_DECLARE (tcpcork)

G_END_DECLS
