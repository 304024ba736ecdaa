/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GST_TYPE_GIO_SOCKET_SRC (gst_gio_socket_src_get_type ())
G_DECLARE_FINAL_TYPE (GstGioSocketSrc, gst_gio_socket_src, GST, GIO_SOCKET_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE (giosocketsrc)

G_END_DECLS
