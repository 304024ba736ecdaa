/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * One buffer into which small neighbours are copied as they come.  Used by batch only, which says
 * what a block tells about its pieces; neither exported nor installed.
 */
typedef struct
{
  GstBuffer *buffer; /* what is known of it so far; NULL: there is no block */
  guint8 *data;
  gsize capacity;
  gsize used;
  GstClockTime end; /* of the latest piece, or NONE */
} GstGioSocketBlock;

/* Begins a block of up to @capacity bytes with two pieces.  Returns: FALSE when one of them cannot be
 * read; then there is none. */
gboolean gst_gio_socket_block_begin (GstGioSocketBlock *block, GstBuffer *first, GstBuffer *second,
    gsize capacity);

/* Whether @next may stand behind @piece, a piece or a block, in one block. */
gboolean gst_gio_socket_block_can_share (GstBuffer *piece, GstBuffer *next);

/* Copies @piece, which has @size bytes.  Returns: FALSE when there is no room for it, it cannot be
 * read, or may not be with what is there. */
gboolean gst_gio_socket_block_add (GstGioSocketBlock *block, GstBuffer *piece, gsize size);

/* Returns: (transfer full): the block, which is as large as its pieces; there is none any more. */
GstBuffer *gst_gio_socket_block_end (GstGioSocketBlock *block);

G_END_DECLS
