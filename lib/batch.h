/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/**
 * GstGioSocketBatch: (skip)
 *
 * Buffers in, few large buffers in one list out, the same bytes in the same order.  Pure: no clock,
 * no lock, no thread; the owner serializes the calls.
 *
 * What goes into one batch: at most max_bytes, but a larger buffer goes alone; and timestamps (DTS,
 * else PTS: what GstBaseSink waits for) that are no further apart than max_span.  Buffers without
 * timestamps take no part in that.
 *
 * What is copied: neighbours that are smaller than copy_threshold share a block, which is one buffer
 * with one memory of at most 64 KiB, or of two of them if those are more, but no more than the batch
 * may have.  They are copied as they come, while
 * they are in the cache of the processor that made them, and need not be kept.  Everything else is
 * passed on as the buffer that it is, whatever memories it has: a buffer that is large, has no bytes,
 * has no neighbour to share with, cannot be mapped, or has a meta that is about more than where its
 * bytes lie.
 *
 * What a block says about its pieces:
 *   PTS, DTS, offset: the first piece's.
 *   offset end: the last piece's.
 *   duration: from its PTS to the latest end, when every piece has PTS and duration; else none.
 *   DISCONT, RESYNC: are about the beginning of a buffer, so a piece that has one begins a block.
 *   MARKER, SYNC_AFTER: are about its end; a block has what any of its pieces has.
 *   TAG_MEMORY: is about the memory; never set.
 *   every other flag holds for a buffer as a whole; pieces that differ do not share a block.
 * A header that was put before a piece (see header.h) is part of it: it counts for sizes and limits,
 * and flags and times are those of the buffer behind it.
 *
 * Since: 0.1
 */
typedef struct _GstGioSocketBatch GstGioSocketBatch;

/**
 * GstGioSocketBatchAdded: (skip)
 * @GST_GIO_SOCKET_BATCH_FULL: nothing has become of the buffer: it belongs into the next batch
 * @GST_GIO_SOCKET_BATCH_KEPT: the batch has taken over the reference
 * @GST_GIO_SOCKET_BATCH_COPIED: its bytes are in a block, and nobody needs it any more
 *
 * What became of a buffer.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_BATCH_FULL,
  GST_GIO_SOCKET_BATCH_KEPT,
  GST_GIO_SOCKET_BATCH_COPIED,
} GstGioSocketBatchAdded;

GST_GIO_SOCKET_API
GstGioSocketBatch *gst_gio_socket_batch_new (void);

GST_GIO_SOCKET_API
void gst_gio_socket_batch_free (GstGioSocketBatch *batch);

GST_GIO_SOCKET_API
void gst_gio_socket_batch_set_limits (GstGioSocketBatch *batch, gsize max_bytes,
    GstClockTime max_span, gsize copy_threshold);

GST_GIO_SOCKET_API
GstGioSocketBatchAdded gst_gio_socket_batch_add (GstGioSocketBatch *batch, GstBuffer *buffer,
    gsize size, GstClockTime time);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_batch_join (GstGioSocketBatch *batch, GstGioSocketBatch *next);

GST_GIO_SOCKET_API
GstBuffer *gst_gio_socket_batch_peek (GstGioSocketBatch *batch);

GST_GIO_SOCKET_API
void gst_gio_socket_batch_mark_gap (GstGioSocketBatch *batch);

GST_GIO_SOCKET_API
GstBufferList *gst_gio_socket_batch_take (GstGioSocketBatch *batch, gsize *bytes_copied);

G_END_DECLS
