/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/*
 * The in-band cork event: a serialized custom downstream event with the structure "GstGioSocketCork"
 * and one field, "corked" (boolean).
 *
 * corked=TRUE: from here on giosocketsink may hold back an incomplete segment (or TLS record).
 * corked=FALSE: everything that was written before this event is on its way.
 *
 * The event is idempotent and anyone may send it: tcpcork, another element, or an application with
 * gst_element_send_event() or gst_pad_push_event().  Other sinks ignore it.  EOS, FLUSH_STOP and
 * closing uncork.
 */
GST_GIO_SOCKET_API
GstEvent *gst_event_new_gio_socket_cork (gboolean corked);

GST_GIO_SOCKET_API
gboolean gst_event_parse_gio_socket_cork (GstEvent *event, gboolean *corked);

G_END_DECLS
