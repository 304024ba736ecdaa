/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/*
 * Where does a message end?  Pure arithmetic on the first bytes of a message: nothing is allocated,
 * copied or remembered.  Each framing is a row of a table (GstGioSocketFramingLayout); one function
 * reads all of them, and one writes all of them.
 *
 * What a header has besides its length is written as the magic byte, where the layout has one, and
 * zeros: an xpra packet without flags, level and index, a SPICE message of type 0.
 */

#define GST_TYPE_GIO_SOCKET_FRAMING (gst_gio_socket_framing_get_type ())

/**
 * GstGioSocketFraming:
 * @GST_GIO_SOCKET_FRAMING_NONE: a message is what one read brought
 * @GST_GIO_SOCKET_FRAMING_UINT16_BE: two bytes of length before each message, the most significant
 *   first, as in RFC 4571
 * @GST_GIO_SOCKET_FRAMING_UINT32_BE: four bytes of length before each message, the most significant
 *   first
 * @GST_GIO_SOCKET_FRAMING_UINT32_LE: four bytes of length before each message, the least significant
 *   first
 * @GST_GIO_SOCKET_FRAMING_VARINT: a length of one to ten bytes before each message, seven bits in
 *   each, the least significant first (LEB128), as protobuf delimits its messages
 * @GST_GIO_SOCKET_FRAMING_XPRA: eight bytes before each message: 'P', three bytes of flags, a length
 *   as in uint32-be
 * @GST_GIO_SOCKET_FRAMING_SPICE_MINI: six bytes before each message: a type of two bytes, a length
 *   as in uint32-le
 * @GST_GIO_SOCKET_FRAMING_CUSTOM: a header that is described by hand
 *
 * How messages are told apart in a stream of bytes.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_FRAMING_NONE,
  GST_GIO_SOCKET_FRAMING_UINT16_BE,
  GST_GIO_SOCKET_FRAMING_UINT32_BE,
  GST_GIO_SOCKET_FRAMING_UINT32_LE,
  GST_GIO_SOCKET_FRAMING_VARINT,
  GST_GIO_SOCKET_FRAMING_XPRA,
  GST_GIO_SOCKET_FRAMING_SPICE_MINI,
  GST_GIO_SOCKET_FRAMING_CUSTOM,
} GstGioSocketFraming;

GST_GIO_SOCKET_API
GType gst_gio_socket_framing_get_type (void);

#define GST_TYPE_GIO_SOCKET_BYTE_ORDER (gst_gio_socket_byte_order_get_type ())

/**
 * GstGioSocketByteOrder:
 * @GST_GIO_SOCKET_BYTE_ORDER_LITTLE_ENDIAN: the least significant byte first
 * @GST_GIO_SOCKET_BYTE_ORDER_BIG_ENDIAN: the most significant byte first
 *
 * The order of the bytes of a length.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_BYTE_ORDER_LITTLE_ENDIAN = G_LITTLE_ENDIAN,
  GST_GIO_SOCKET_BYTE_ORDER_BIG_ENDIAN = G_BIG_ENDIAN,
} GstGioSocketByteOrder;

GST_GIO_SOCKET_API
GType gst_gio_socket_byte_order_get_type (void);

/**
 * GST_GIO_SOCKET_FRAMING_MAX_HEADER_SIZE:
 *
 * Bytes of the largest header that can be described by hand.
 *
 * Since: 0.1
 */
#define GST_GIO_SOCKET_FRAMING_MAX_HEADER_SIZE 4096

typedef struct _GstGioSocketFramingLayout GstGioSocketFramingLayout;
typedef struct _GstGioSocketFrame GstGioSocketFrame;

/**
 * GstGioSocketFramingLayout: (skip)
 * @header_size: bytes before the payload; 0: there is no header, a message is what is there
 * @length_offset: where in the header the length begins
 * @length_size: bytes of the length, 1 to 8; 0: the header is a length of one to ten bytes
 * @endianness: which byte of the length comes first
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
  GstGioSocketByteOrder endianness;
  gboolean length_includes_header;
  gint magic;
};

GST_GIO_SOCKET_API
const GstGioSocketFramingLayout *gst_gio_socket_framing_get_layout (GstGioSocketFraming framing);

/**
 * GstGioSocketFrame: (skip)
 * @header_size: bytes of the header
 * @size: bytes of the message with its header; 0: the header is not complete yet
 *
 * Where a message ends.
 *
 * Since: 0.1
 */
struct _GstGioSocketFrame
{
  gsize header_size;
  gsize size;
};

GST_GIO_SOCKET_API
gboolean
gst_gio_socket_framing_layout_check (const GstGioSocketFramingLayout *layout, GError **error);

GST_GIO_SOCKET_API
gboolean
gst_gio_socket_framing_parse (const GstGioSocketFramingLayout *layout, guint64 max_message_size,
    const guint8 *data, gsize size, GstGioSocketFrame *frame, GError **error);

GST_GIO_SOCKET_API
gsize gst_gio_socket_framing_get_header_size (const GstGioSocketFramingLayout *layout,
    guint64 payload_size);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_framing_write (const GstGioSocketFramingLayout *layout,
    guint64 payload_size, guint8 *header, GError **error);

G_END_DECLS
