/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/slab-pool.h"

G_BEGIN_DECLS

/*
 * Cuts the buffers of a source that knows nothing of slabs: copies them into slabs, and hands out the
 * messages that are complete.  A message has the timestamps of the buffer in which its first byte
 * came.  One thread at a time; statistics may be asked for by any.
 */
typedef struct _GstGioSocketCopyCutter GstGioSocketCopyCutter;

/* Takes @messages, a buffer or a list of them. */
typedef GstFlowReturn (*GstGioSocketCopyCutterFunc) (GstMiniObject *messages, gpointer user_data);

/* Copies into a sibling of @pool, no more than @copy_size bytes at once. */
GstGioSocketCopyCutter *
gst_gio_socket_copy_cutter_new (GstGioSocketSlabPool *pool, gsize copy_size);

GstGioSocketCopyCutter *gst_gio_socket_copy_cutter_ref (GstGioSocketCopyCutter *cutter);

void gst_gio_socket_copy_cutter_unref (GstGioSocketCopyCutter *cutter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstGioSocketCopyCutter, gst_gio_socket_copy_cutter_unref)

/* Takes @buffer.
 * Returns: what @push returned, or GST_FLOW_ERROR with @error set for a stream that cannot be cut */
GstFlowReturn gst_gio_socket_copy_cutter_push (GstGioSocketCopyCutter *cutter, GstBuffer *buffer,
    GstGioSocketCopyCutterFunc push, gpointer user_data, GError **error);

/* Forgets the message at hand.  Returns: how many bytes of it had come */
gsize gst_gio_socket_copy_cutter_reset (GstGioSocketCopyCutter *cutter);

/* Ends a push that waits for a slab; until it is set back each push fails with CANCELLED.  Any
 * thread. */
void gst_gio_socket_copy_cutter_set_flushing (GstGioSocketCopyCutter *cutter, gboolean flushing);

/* The stream has ended.  Returns: FALSE, with @error set, if it did so inside a message */
gboolean gst_gio_socket_copy_cutter_finish (GstGioSocketCopyCutter *cutter, GError **error);

/* Adds what was copied to the statistics of the pool itself. */
void gst_gio_socket_copy_cutter_add_stats (GstGioSocketCopyCutter *cutter,
    GstGioSocketSlabPoolStats *stats);

G_END_DECLS
