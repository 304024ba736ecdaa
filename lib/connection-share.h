/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "connection.h"

G_BEGIN_DECLS

/**
 * GstGioSocketMember: (skip)
 *
 * One connection for all members of this process that have the same id: one that sends and one that
 * receives.  The address may stand at any of them, or at all, and then they have to agree.
 *
 *   member = gst_gio_socket_member_new ("id", endpoint, receives);
 *   connection = gst_gio_socket_member_join (member, &error);
 *   connect to its signals; gst_gio_socket_member_start (member, &error);
 *   send or receive; gst_gio_socket_member_leave (member);
 *
 * The connection is made with what the endpoints of all members say when the first one joins, is started
 * by the first one that starts, and is stopped when the last one leaves.  A member that is there, whether
 * it has joined or not, is one whose endpoint counts.  While nobody receives, what comes waits for
 * somebody who will, until the end of what is sent.
 *
 * A member is used by one thread at a time; different ones by any.
 *
 * Since: 0.1
 */
typedef struct _GstGioSocketMember GstGioSocketMember;

GST_GIO_SOCKET_API
GstGioSocketMember *
gst_gio_socket_member_new (const gchar *id, GstGioSocketEndpoint *endpoint, gboolean receives);

GST_GIO_SOCKET_API
void gst_gio_socket_member_free (GstGioSocketMember *self);

GST_GIO_SOCKET_API
GstGioSocketConnection *gst_gio_socket_member_join (GstGioSocketMember *self, GError **error);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_member_start (GstGioSocketMember *self, GError **error);

GST_GIO_SOCKET_API
void gst_gio_socket_member_leave (GstGioSocketMember *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstGioSocketMember, gst_gio_socket_member_free)

G_END_DECLS
