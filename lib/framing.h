/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/*
 * Where does a message end?  Pure arithmetic on the first bytes of a message: nothing is allocated,
 * copied or remembered.  Each framing is a row of a table (GstGioSocketFramingLayout); one function
 * reads all of them.
 */

#define GST_TYPE_GIO_SOCKET_FRAMING (gst_gio_socket_framing_get_type ())

/**
 * GstGioSocketFraming:
 * @GST_GIO_SOCKET_FRAMING_NONE: a message is what one read brought
 * @GST_GIO_SOCKET_FRAMING_UINT32_BE: four bytes before each message hold the length of what follows
 *   them, the most significant byte first
 *
 * How messages are told apart in a stream of bytes.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_FRAMING_NONE,
  GST_GIO_SOCKET_FRAMING_UINT32_BE,
} GstGioSocketFraming;

GST_GIO_SOCKET_API
GType gst_gio_socket_framing_get_type (void);

typedef struct _GstGioSocketFramingLayout GstGioSocketFramingLayout;

/**
 * GstGioSocketFramingLayout: (skip)
 * @header_size: bytes before the payload; 0: there is no header, a message is what is there
 * @length_offset: where in the header the length begins
 * @length_size: bytes of the length, 1 to 8
 * @endianness: %G_BIG_ENDIAN or %G_LITTLE_ENDIAN
 * @length_includes_header: whether the length counts the header too
 * @magic: the first byte of every header; -1: any
 *
 * What a header looks like.
 *
 * Since: 0.1
 */
struct _GstGioSocketFramingLayout
{
  guint header_size;
  guint length_offset;
  guint length_size;
  gint endianness;
  gboolean length_includes_header;
  gint magic;
};

GST_GIO_SOCKET_API
const GstGioSocketFramingLayout *gst_gio_socket_framing_get_layout (GstGioSocketFraming framing);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_framing_parse (const GstGioSocketFramingLayout *layout,
    guint64 max_message_size, const guint8 *data, gsize size, gsize *message_size, GError **error);

G_END_DECLS
