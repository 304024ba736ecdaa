/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/giosocket.h"

G_BEGIN_DECLS

/* What giosocketsink and giosocketsrc have in common as elements. */

/* Implements GstURIHandler on the element's property "uri". */
void gst_gio_socket_element_uri_handler_init (gpointer iface, gpointer iface_data);

/* A connection whose failures become the element's error messages, and whose port its
 * notify::current-port.  Returns: (transfer full). */
GstGioSocketConnection *gst_gio_socket_element_new_connection (GstElement *element,
    GstGioSocketEndpoint *endpoint, gboolean has_receiver);

/* Posts an error of GST_RESOURCE_ERROR or GST_STREAM_ERROR as it is. */
void gst_gio_socket_element_post_error (GstElement *element, const GError *error);

/* The property that both have besides those of the endpoint. */
GParamSpec *gst_gio_socket_element_current_port_pspec (void);

G_END_DECLS
