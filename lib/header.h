/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

#include "framing.h"

G_BEGIN_DECLS

/*
 * Puts the header of a framing before a buffer, which is a message then: also one without bytes.
 *
 * The header is a memory of its own in front of the buffer's, in the same buffer: whoever sends it
 * sends all of it or nothing, and no payload is copied.  Only where a buffer is full of memories
 * (gst_buffer_get_max_memory()) are the bytes of the first one copied, to be one with the header.
 *
 * A buffer of a pool is lent: the memories that are sent point into it, and when they are freed it
 * goes back as it was, because a pool throws away what has another size or shares its memory.
 *
 * Flags, timestamps, offsets and metas stay, but for metas that tell where in the memory something
 * lies: that is not true any more.
 */
GST_GIO_SOCKET_API
GstBuffer *gst_gio_socket_header_put (const GstGioSocketFramingLayout *layout, GstBuffer *buffer,
    GError **error);

GST_GIO_SOCKET_API
GstBufferList *gst_gio_socket_header_put_list (const GstGioSocketFramingLayout *layout,
    GstBufferList *list, GError **error);

G_END_DECLS
