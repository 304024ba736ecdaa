/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "connection.h"

G_BEGIN_DECLS

/**
 * GstGioSocketWriter: (skip)
 *
 * Buffers in, vectors out: maps every memory of every buffer as it lies, without merging any, and
 * remembers how far the stream has got.  After an interrupted run the next one goes on from that
 * very byte.  A buffer whose first byte has left is completed, whatever happens to the others.
 *
 * Used by one thread at a time.
 *
 * Since: 0.1
 */
typedef struct _GstGioSocketWriter GstGioSocketWriter;

GST_GIO_SOCKET_API
GstGioSocketWriter *gst_gio_socket_writer_new (void);

GST_GIO_SOCKET_API
void gst_gio_socket_writer_free (GstGioSocketWriter *self);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_writer_add (GstGioSocketWriter *self, GstBuffer *buffer);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_writer_run (GstGioSocketWriter *self, GstGioSocketConnection *connection,
    gboolean hold, GCancellable *cancellable, GError **error);

GST_GIO_SOCKET_API
void gst_gio_socket_writer_drop_unstarted (GstGioSocketWriter *self);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_writer_has_begun (GstGioSocketWriter *self);

GST_GIO_SOCKET_API
GPtrArray *gst_gio_socket_writer_take_unstarted (GstGioSocketWriter *self, GstBuffer **begun);

GST_GIO_SOCKET_API
void gst_gio_socket_writer_clear (GstGioSocketWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstGioSocketWriter, gst_gio_socket_writer_free)

G_END_DECLS
