/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "endpoint.h"

/* A socket that listens.  Empty: nobody listens yet. */
typedef struct
{
  GSocket *socket;
} GstGioSocketListener;

/* Closes it. */
void gst_gio_socket_listener_clear (GstGioSocketListener *listener);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstGioSocketListener, gst_gio_socket_listener_clear)

/* As gst_gio_socket_endpoint_open(), for one peer after another: with mode=listen, @listener is filled
 * by the first call and used by all.  @bound is called by the first one only. */
GSocket *
gst_gio_socket_endpoint_open_next (GstGioSocketEndpoint *self, GstGioSocketListener *listener,
    GstGioSocketBoundFunc bound, gpointer user_data, GCancellable *cancellable, GError **error);

/* Returns: (transfer full) (nullable): what is wrong with the URI that was set last */
gchar *gst_gio_socket_endpoint_dup_uri_fault (GstGioSocketEndpoint *self);

/* What an endpoint's properties say about the life of a connection. */
typedef struct
{
  gboolean owns_socket; /* it is not one of the application */
  gboolean is_private;  /* nor can anybody else have it, as systemd may */
  gboolean listens;     /* who is there was accepted */
  gboolean retries;     /* what fails is tried again, after a wait */
  gboolean goes_on;     /* behind one connection there is another */
  gboolean waits;       /* who sends waits while there is none */
  gdouble retry_backoff_factor;
  gdouble retry_backoff_max;
} GstGioSocketLife;

void gst_gio_socket_endpoint_get_life (GstGioSocketEndpoint *self, GstGioSocketLife *life);
