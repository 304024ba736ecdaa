/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_RECV_POOL (gst_recv_pool_get_type ())
G_DECLARE_FINAL_TYPE (GstRecvPool, gst_recv_pool, GST, RECV_POOL, GstElement)
GST_ELEMENT_REGISTER_DECLARE (recvpool)

G_END_DECLS
