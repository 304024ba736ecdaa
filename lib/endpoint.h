/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

#include "giosocket-prelude.h"
#include "tls-context.h"

G_BEGIN_DECLS

/**
 * GST_GIO_SOCKET_DEFAULT_HOST:
 *
 * The host that is connected to, or listened on, when none is set.
 *
 * Since: 0.1
 */
#define GST_GIO_SOCKET_DEFAULT_HOST "localhost"

/**
 * GST_GIO_SOCKET_DEFAULT_PORT:
 *
 * The port that is connected to, or listened on, when none is set: that of GStreamer's own elements.
 *
 * Since: 0.1
 */
#define GST_GIO_SOCKET_DEFAULT_PORT 4953

/**
 * GstGioSocketMode:
 * @GST_GIO_SOCKET_MODE_CONNECT: connect to a peer that listens
 * @GST_GIO_SOCKET_MODE_LISTEN: listen, and accept one peer
 *
 * Who makes the connection.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_MODE_CONNECT,
  GST_GIO_SOCKET_MODE_LISTEN,
} GstGioSocketMode;

#define GST_GIO_SOCKET_TYPE_MODE (gst_gio_socket_mode_get_type ())
GST_GIO_SOCKET_API
GType gst_gio_socket_mode_get_type (void);

/**
 * GstGioSocketEndpoint:
 *
 * Where the peer is and how to reach it: URI, host and port or path, and options in; a connected
 * GSocket out.  The elements have all its properties as their own.  Properties may be set from any
 * thread at any time; opening works with what they were when it began.
 *
 * Since: 0.1
 */
#define GST_TYPE_GIO_SOCKET_ENDPOINT (gst_gio_socket_endpoint_get_type ())
GST_GIO_SOCKET_API
G_DECLARE_FINAL_TYPE (GstGioSocketEndpoint, gst_gio_socket_endpoint, GST, GIO_SOCKET_ENDPOINT,
    GObject)

GST_GIO_SOCKET_API
GstGioSocketEndpoint *gst_gio_socket_endpoint_new (void);

/**
 * GstGioSocketBoundFunc:
 * @port: the TCP port that is listened on, or 0 for a path
 * @user_data: what was given to gst_gio_socket_endpoint_open()
 *
 * Called in the thread that opens, once somebody may connect.
 *
 * Since: 0.1
 */
typedef void (*GstGioSocketBoundFunc) (guint port, gpointer user_data);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_endpoint_check (GstGioSocketEndpoint *self, GError **error);

GST_GIO_SOCKET_API
GSocket *gst_gio_socket_endpoint_open (GstGioSocketEndpoint *self, GstGioSocketBoundFunc bound,
    gpointer user_data, GCancellable *cancellable, GError **error);

GST_GIO_SOCKET_API
gboolean
gst_gio_socket_endpoint_set_uri (GstGioSocketEndpoint *self, const gchar *uri, GError **error);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_endpoint_check_uri (const gchar *uri, GError **error);

GST_GIO_SOCKET_API
gchar *gst_gio_socket_endpoint_dup_uri (GstGioSocketEndpoint *self);

GST_GIO_SOCKET_API
gchar *gst_gio_socket_endpoint_describe (GstGioSocketEndpoint *self);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_endpoint_get_no_delay (GstGioSocketEndpoint *self);

GST_GIO_SOCKET_API
guint gst_gio_socket_endpoint_get_timeout (GstGioSocketEndpoint *self);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_endpoint_get_tls_context (GstGioSocketEndpoint *self,
    GstGioSocketTlsContext **context, GError **error);

GST_GIO_SOCKET_API
gchar *gst_gio_socket_endpoint_dup_peer_name (GstGioSocketEndpoint *self);

GST_GIO_SOCKET_API
void gst_gio_socket_endpoint_install_properties (GObjectClass *klass, guint first_id);

G_END_DECLS
