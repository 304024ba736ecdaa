/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/giosocket.h"

G_BEGIN_DECLS

/* What giosocketsink and giosocketsrc have in common as elements. */

/* Implements GstURIHandler on the element's property "uri". */
void gst_gio_socket_element_uri_handler_init (gpointer iface, gpointer iface_data);

/* What handlers have instead of the element: where a connection is shared, one may be under way in the
 * thread of the other element when this one is freed.  Counted; made with one reference. */
GWeakRef *gst_gio_socket_element_weak_new (GstElement *element);
void gst_gio_socket_element_weak_unref (GWeakRef *weak);

/* The connection's signals become the element's, its failures and warnings messages, and its port
 * notify::current-port; until they are disconnected by data, which is @weak. */
void gst_gio_socket_element_connect_signals (GWeakRef *weak, GstGioSocketConnection *connection);

/*
 * The signals of both, emitted in the connection's worker thread ("disconnected": in the one that found
 * out), without a lock held:
 *
 * "connected" (GstStructure *info): there is a connection.  The structure, GstGioSocketConnected, has
 * the fields of stats that do not change; the same is on the bus as an element message.
 *
 * "disconnected" (GstStructure *info), "reconnecting" (GstStructure *info): likewise, for
 * GstGioSocketDisconnected and GstGioSocketReconnecting.
 *
 * "accept-certificate" (GPtrArray *chain, GTlsCertificateFlags errors) → gboolean: the peer is not
 * trusted.  The chain is one of GBytes in DER, the peer's own certificate first.  TRUE: it shall be
 * trusted all the same.  Without a handler it is not.
 */
void gst_gio_socket_element_install_signals (GObjectClass *klass);

/* Posts an error of GST_RESOURCE_ERROR or GST_STREAM_ERROR as it is. */
void gst_gio_socket_element_post_error (GstElement *element, const GError *error);

/* The properties that both have besides those of the endpoint. */
GParamSpec *gst_gio_socket_element_connection_id_pspec (void);
GParamSpec *gst_gio_socket_element_current_port_pspec (void);

G_END_DECLS
