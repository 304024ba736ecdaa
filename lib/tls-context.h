/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "tls-settings.h"

G_BEGIN_DECLS

/**
 * GstGioSocketTlsContext:
 *
 * Certificates, keys, trust and tickets: read once, used by many connections in one role.  Nothing in
 * it changes but the tickets, so any thread may use it.
 *
 * Errors are G_TLS_ERROR or G_FILE_ERROR with a text for the user that names the file.
 *
 * Since: 0.1
 */
#define GST_TYPE_GIO_SOCKET_TLS_CONTEXT (gst_gio_socket_tls_context_get_type ())
GST_GIO_SOCKET_API
G_DECLARE_FINAL_TYPE (GstGioSocketTlsContext, gst_gio_socket_tls_context, GST,
    GIO_SOCKET_TLS_CONTEXT, GObject)

GST_GIO_SOCKET_API
GstGioSocketTlsContext *gst_gio_socket_tls_context_new (const GstGioSocketTlsSettings *settings,
    gboolean is_server, GError **error);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_tls_context_is_fresh (GstGioSocketTlsContext *self,
    const GstGioSocketTlsSettings *settings, gboolean is_server);

G_END_DECLS
