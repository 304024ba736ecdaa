/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_GIO_SOCKET_RECORD (gst_gio_socket_record_get_type ())
G_DECLARE_FINAL_TYPE (GstGioSocketRecord, gst_gio_socket_record, GST, GIO_SOCKET_RECORD, GstTracer)

/* Registers the tracer "giosocketrecord". */
gboolean gst_gio_socket_record_register (GstPlugin *plugin);

G_END_DECLS
