/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "framing.h"

/* No message is larger than this whatever the limit says, so that adding a header and some room to
 * a size cannot overflow. */
#define SIZE_LIMIT (G_MAXSSIZE / 4)

/* In the order of GstGioSocketFraming. */
static const GstGioSocketFramingLayout layouts[] = {
  { 0, 0, 0, G_BIG_ENDIAN, FALSE, -1 },
  { 4, 0, 4, G_BIG_ENDIAN, FALSE, -1 },
};

GType
gst_gio_socket_framing_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_GIO_SOCKET_FRAMING_NONE, "A message is what one read brought", "none" },
    { GST_GIO_SOCKET_FRAMING_UINT32_BE, "Four bytes of length, big-endian, before each message",
        "uint32-be" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstGioSocketFraming", values));

  return type;
}

/**
 * gst_gio_socket_framing_get_layout: (skip)
 * @framing: a framing
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

static guint64
read_length (const GstGioSocketFramingLayout *layout, const guint8 *data)
{
  guint64 length = 0;

  for (guint i = 0; i < layout->length_size; i++) {
    guint at = layout->endianness == G_BIG_ENDIAN ? i : layout->length_size - 1 - i;

    length = length << 8 | data[layout->length_offset + at];
  }

  return length;
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
 * @message_size: (out): the size of the message with its header; 0: the header is not complete
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
    const guint8 *data, gsize size, gsize *message_size, GError **error)
{
  guint64 length;

  *message_size = 0;

  if (layout->header_size == 0) {
    *message_size = size;
    return TRUE;
  }

  if (size > 0 && layout->magic >= 0 && data[0] != layout->magic) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX,
        "A header begins with 0x%02x instead of 0x%02x; is the stream framed in this way?", data[0],
        (guint)layout->magic);
    return FALSE;
  }

  if (size < layout->header_size)
    return TRUE;

  length = read_length (layout, data);
  if (!check_length (layout, length, MIN (max_message_size, SIZE_LIMIT), error))
    return FALSE;

  *message_size = layout->length_includes_header ? length : layout->header_size + length;
  return TRUE;
}
