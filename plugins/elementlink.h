/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/giosocket.h"

G_BEGIN_DECLS

/*
 * From an element to its connection: its own, or with a connection-id the one that it shares.  The
 * endpoint, and between start and stop the connection, may be used without a look at anything else.
 */
typedef struct
{
  /* Immutable. */
  GstElement *element;
  GWeakRef *weak; /* for handlers of signals */
  GstGioSocketEndpoint *endpoint;
  GstGioSocketConnection *own;
  GCancellable *cancellable; /* ends what waits in the streaming thread */
  gboolean receives;

  /* Object lock of the element.  Between stop and start @connection is the last one. */
  GstGioSocketConnection *connection;
  gchar *id;

  /* Who changes the state, or the id while there is none. */
  GstGioSocketMember *member;
  gboolean has_wakeup; /* a file descriptor of @cancellable */
} GstGioSocketElementLink;

void gst_gio_socket_element_link_init (GstGioSocketElementLink *self, GstElement *element,
    gboolean receives);
void gst_gio_socket_element_link_clear (GstGioSocketElementLink *self);

/* In NULL and READY; later it is a warning, and nothing else. */
void gst_gio_socket_element_link_set_id (GstGioSocketElementLink *self, const gchar *id);
gchar *gst_gio_socket_element_link_dup_id (GstGioSocketElementLink *self);

/* What goes wrong is an error message. */
gboolean gst_gio_socket_element_link_start (GstGioSocketElementLink *self);
void gst_gio_socket_element_link_stop (GstGioSocketElementLink *self);

/* From any thread at any time. */
void gst_gio_socket_element_link_set_notsent_lowat (GstGioSocketElementLink *self, guint bytes);
guint gst_gio_socket_element_link_get_current_port (GstGioSocketElementLink *self);
GstStructure *gst_gio_socket_element_link_get_stats (GstGioSocketElementLink *self);

G_END_DECLS
