/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Messages with four bytes of length before each; the bytes of a message follow from its number. */
GByteArray *framed_stream_new (const gsize *sizes, guint n_sizes);

/* One of them, without its header. */
GstBuffer *framed_message_new (guint number, gsize size);

/* Aborts the test unless @buffer is message @number of @size bytes, in one piece. */
void framed_assert_message (GstBuffer *buffer, guint number, gsize size, gboolean with_header);

/* All buffers of a GstBuffer or a GstBufferList go to the end of the array, which owns them. */
void framed_collect (GPtrArray *messages, GstMiniObject *object);

GPtrArray *framed_messages_new (void);

G_END_DECLS
