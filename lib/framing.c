/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "framing.h"

#include <string.h>

/* No message is larger than this whatever the limit says, so that adding a header and some room to
 * a size cannot overflow. */
#define SIZE_LIMIT (G_MAXSSIZE / 4)

/* A varint of 64 bits. */
#define VARINT_MAX_SIZE 10

/* In the order of GstGioSocketFraming. */
static const GstGioSocketFramingLayout layouts[] = {
  { 0, 0, 0, G_BIG_ENDIAN, FALSE, -1 },
  { 2, 0, 2, G_BIG_ENDIAN, FALSE, -1 },
  { 4, 0, 4, G_BIG_ENDIAN, FALSE, -1 },
  { 4, 0, 4, G_LITTLE_ENDIAN, FALSE, -1 },
  { 1, 0, 0, G_LITTLE_ENDIAN, FALSE, -1 },
  { 8, 4, 4, G_BIG_ENDIAN, FALSE, 'P' },
  { 6, 2, 4, G_LITTLE_ENDIAN, FALSE, -1 },
};

GType
gst_gio_socket_framing_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_GIO_SOCKET_FRAMING_NONE, "No header: a message is what one read brings", "none" },
    { GST_GIO_SOCKET_FRAMING_UINT16_BE, "Two bytes of length, big-endian (RFC 4571)", "uint16-be" },
    { GST_GIO_SOCKET_FRAMING_UINT32_BE, "Four bytes of length, big-endian", "uint32-be" },
    { GST_GIO_SOCKET_FRAMING_UINT32_LE, "Four bytes of length, little-endian", "uint32-le" },
    { GST_GIO_SOCKET_FRAMING_VARINT, "A length of one to ten bytes (protobuf)", "varint" },
    { GST_GIO_SOCKET_FRAMING_XPRA, "'P', three bytes of flags, uint32-be", "xpra" },
    { GST_GIO_SOCKET_FRAMING_SPICE_MINI, "Two bytes of type, uint32-le", "spice-mini" },
    { GST_GIO_SOCKET_FRAMING_CUSTOM, "As the properties of the header say", "custom" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstGioSocketFraming", values));

  return type;
}

GType
gst_gio_socket_byte_order_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_GIO_SOCKET_BYTE_ORDER_LITTLE_ENDIAN, "Least significant byte first", "little-endian" },
    { GST_GIO_SOCKET_BYTE_ORDER_BIG_ENDIAN, "Most significant byte first", "big-endian" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstGioSocketByteOrder", values));

  return type;
}

/**
 * gst_gio_socket_framing_get_layout: (skip)
 * @framing: a framing, but not %GST_GIO_SOCKET_FRAMING_CUSTOM
 *
 * Looks up what the header of a framing looks like.
 *
 * Returns: (transfer none): the layout, valid for ever
 *
 * Since: 0.1
 */
const GstGioSocketFramingLayout *
gst_gio_socket_framing_get_layout (GstGioSocketFraming framing)
{
  g_return_val_if_fail ((guint)framing < G_N_ELEMENTS (layouts), NULL);

  return &layouts[framing];
}

/* The largest number that a length can say. */
static guint64
max_length (const GstGioSocketFramingLayout *layout)
{
  if (layout->length_size == 0 || layout->length_size == 8)
    return G_MAXUINT64;

  return ((guint64)1 << (8 * layout->length_size)) - 1;
}

/**
 * gst_gio_socket_framing_layout_check: (skip)
 * @layout: a layout made by hand
 * @error: where an error goes
 *
 * Tells whether a header can look like that.
 *
 * Returns: %FALSE with #GST_RESOURCE_ERROR_SETTINGS if it cannot
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_framing_layout_check (const GstGioSocketFramingLayout *layout, GError **error)
{
  if (layout->header_size > GST_GIO_SOCKET_FRAMING_MAX_HEADER_SIZE) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "A header of %u bytes is too large; header-size is %u at most", layout->header_size,
        GST_GIO_SOCKET_FRAMING_MAX_HEADER_SIZE);
    return FALSE;
  }

  if (layout->length_size < 1 || layout->length_size > 8 ||
      layout->length_size > layout->header_size ||
      layout->length_offset > layout->header_size - layout->length_size) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "A length of %u bytes at offset %u does not lie in a header of %u bytes; check "
        "header-size, "
        "length-offset and length-size",
        layout->length_size, layout->length_offset, layout->header_size);
    return FALSE;
  }

  if (layout->length_includes_header && layout->header_size > max_length (layout)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "A length of %u bytes cannot count the %u bytes of the header; check length-size and "
        "length-includes-header",
        layout->length_size, layout->header_size);
    return FALSE;
  }

  return TRUE;
}

static guint64
read_length (const GstGioSocketFramingLayout *layout, const guint8 *data)
{
  guint64 length = 0;

  for (guint i = 0; i < layout->length_size; i++) {
    guint at = layout->endianness == GST_GIO_SOCKET_BYTE_ORDER_BIG_ENDIAN
        ? i
        : layout->length_size - 1 - i;

    length = length << 8 | data[layout->length_offset + at];
  }

  return length;
}

/* The tenth byte of a varint has one bit to give, and nothing may follow it. */
static gboolean
read_varint (const guint8 *data, gsize size, gsize *header_size, guint64 *length, GError **error)
{
  gsize i = 0;

  *header_size = 0;
  *length = 0;

  while (i < size && i < VARINT_MAX_SIZE) {
    guint8 byte = data[i];

    if (i == VARINT_MAX_SIZE - 1 && byte > 1) {
      g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX,
          "A varint does not end within %u bytes and 64 bits; is the stream framed in this way?",
          VARINT_MAX_SIZE);
      return FALSE;
    }

    *length |= (guint64)(byte & 0x7f) << (7 * i++);
    if (byte < 0x80) {
      *header_size = i;
      break;
    }
  }

  return TRUE;
}

static gboolean
check_magic (const GstGioSocketFramingLayout *layout, guint8 first, GError **error)
{
  if (layout->magic < 0 || first == layout->magic)
    return TRUE;

  g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX,
      "A header begins with 0x%02x instead of 0x%02x; is the stream framed in this way?", first,
      (guint)layout->magic);
  return FALSE;
}

static gboolean
check_length (const GstGioSocketFramingLayout *layout, guint64 length, guint64 limit,
    GError **error)
{
  if (layout->length_includes_header && length < layout->header_size) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX,
        "A header announced a message of %" G_GUINT64_FORMAT
        " bytes, fewer than the %u bytes of the header that it includes; is the stream framed in "
        "this way?",
        length, layout->header_size);
    return FALSE;
  }

  if (layout->length_includes_header ? length - layout->header_size > limit : length > limit) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX,
        "A header announced a message of %" G_GUINT64_FORMAT " bytes, over the limit of %" //
        G_GUINT64_FORMAT " bytes; is the stream framed in this way? If it is, raise "
        "max-message-size",
        length, limit);
    return FALSE;
  }

  return TRUE;
}

/**
 * gst_gio_socket_framing_parse: (skip)
 * @layout: what the header looks like
 * @max_message_size: the largest payload that is accepted
 * @data: (array length=size): a message from its first byte on
 * @size: how much of it, and of what follows it, is there
 * @frame: (out caller-allocates): where the message ends
 * @error: where an error goes
 *
 * Finds out where the message at @data ends.  It may end behind @data + @size.  May be called again
 * with the same bytes and more; never reads more than the header.
 *
 * Returns: %FALSE with #GST_STREAM_ERROR_DEMUX if the header is not one or announces a payload over
 *   @max_message_size
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_framing_parse (const GstGioSocketFramingLayout *layout, guint64 max_message_size,
    const guint8 *data, gsize size, GstGioSocketFrame *frame, GError **error)
{
  gsize header_size = layout->header_size;
  guint64 length;

  *frame = (GstGioSocketFrame){ header_size, 0 };

  if (header_size == 0) {
    frame->size = size;
    return TRUE;
  }

  if (size > 0 && !check_magic (layout, data[0], error))
    return FALSE;

  if (layout->length_size == 0) {
    if (!read_varint (data, size, &header_size, &length, error))
      return FALSE;
    if (header_size == 0)
      return TRUE;
  } else if (size < header_size) {
    return TRUE;
  } else {
    length = read_length (layout, data);
  }

  if (!check_length (layout, length, MIN (max_message_size, SIZE_LIMIT), error))
    return FALSE;

  frame->header_size = header_size;
  frame->size = layout->length_includes_header ? length : header_size + length;
  return TRUE;
}

/**
 * gst_gio_socket_framing_get_header_size: (skip)
 * @layout: what the header looks like
 * @payload_size: bytes of the message without its header
 *
 * Tells how much room to leave for a header.
 *
 * Returns: how many bytes the header of such a message has
 *
 * Since: 0.1
 */
gsize
gst_gio_socket_framing_get_header_size (const GstGioSocketFramingLayout *layout,
    guint64 payload_size)
{
  gsize size = layout->header_size;

  if (layout->header_size > 0 && layout->length_size == 0) {
    for (guint64 rest = payload_size >> 7; rest > 0; rest >>= 7)
      size++;
  }

  return size;
}

static void
write_length (const GstGioSocketFramingLayout *layout, guint64 length, guint8 *header)
{
  for (guint i = 0; i < layout->length_size; i++) {
    guint at = layout->endianness == GST_GIO_SOCKET_BYTE_ORDER_BIG_ENDIAN
        ? layout->length_size - 1 - i
        : i;

    header[layout->length_offset + at] = length >> (8 * i);
  }
}

static void
write_varint (guint64 length, guint8 *header)
{
  for (; length >= 0x80; length >>= 7)
    *header++ = length | 0x80;
  *header = length;
}

/**
 * gst_gio_socket_framing_write: (skip)
 * @layout: what the header looks like
 * @payload_size: bytes of the message without its header
 * @header: as many bytes as gst_gio_socket_framing_get_header_size() says
 * @error: where an error goes
 *
 * Writes what gst_gio_socket_framing_parse() reads: it finds the end of the message where
 * @payload_size bytes behind the header end.
 *
 * Returns: %FALSE with #GST_STREAM_ERROR_MUX if the length of the header cannot say that many bytes
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_framing_write (const GstGioSocketFramingLayout *layout, guint64 payload_size,
    guint8 *header, GError **error)
{
  guint64 more = layout->length_includes_header ? layout->header_size : 0;
  guint64 limit = max_length (layout);

  if (more > limit || payload_size > limit - more) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_MUX,
        "A message of %" G_GUINT64_FORMAT " bytes is over the limit of %" G_GUINT64_FORMAT
        " bytes that a length of %u bytes can say; use a framing with a larger one",
        payload_size, limit - MIN (more, limit), layout->length_size);
    return FALSE;
  }

  if (layout->header_size == 0)
    return TRUE;

  if (layout->length_size == 0) {
    write_varint (payload_size, header);
    return TRUE;
  }

  memset (header, 0, layout->header_size);
  if (layout->magic >= 0)
    header[0] = layout->magic;
  write_length (layout, payload_size + more, header);

  return TRUE;
}
