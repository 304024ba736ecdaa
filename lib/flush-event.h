/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/*
 * The in-band flush event: a serialized custom downstream event with the structure
 * "GstGioSocketFlush" and no fields.  Nothing is lost by it: it is not GStreamer's flush.
 *
 * What was pushed before it leaves at once.  writeaggregate sends what it has gathered in front of
 * it, tcpcork ends the burst in front of it, and both pass it on, so that one event flushes the whole
 * chain.  Whoever holds nothing back, giosocketsink and other elements, ignores it.
 *
 * Anyone may send it: another element with gst_pad_push_event(), or an application from any thread
 * with gst_element_send_event() on writeaggregate or tcpcork.  It then takes its place among the
 * buffers as they enter that element, and waits for a buffer that is just entering.
 */
GST_GIO_SOCKET_API
GstEvent *gst_event_new_gio_socket_flush (void);

GST_GIO_SOCKET_API
gboolean gst_event_is_gio_socket_flush (GstEvent *event);

G_END_DECLS
