/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "framed.h"

#define HEADER_SIZE 4

static inline guint8
byte_at (guint number, gsize i)
{
  return number * 31 + i * 7 + (i >> 8) + (i >> 16);
}

GByteArray *
framed_stream_new (const gsize *sizes, guint n_sizes)
{
  GByteArray *stream = g_byte_array_new ();

  for (guint number = 0; number < n_sizes; number++) {
    guint32 header = GUINT32_TO_BE ((guint32)sizes[number]);
    guint at = stream->len;

    g_byte_array_set_size (stream, at + HEADER_SIZE + sizes[number]);
    memcpy (stream->data + at, &header, HEADER_SIZE);
    for (gsize i = 0; i < sizes[number]; i++)
      stream->data[at + HEADER_SIZE + i] = byte_at (number, i);
  }

  return stream;
}

GstBuffer *
framed_message_new (guint number, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < size; i++)
    map.data[i] = byte_at (number, i);
  gst_buffer_unmap (buffer, &map);

  return buffer;
}

void
framed_assert_message (GstBuffer *buffer, guint number, gsize size, gboolean with_header)
{
  gsize header_size = with_header ? HEADER_SIZE : 0;
  GstMapInfo map;

  g_assert_cmpuint (gst_buffer_n_memory (buffer), ==, 1);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpuint (map.size, ==, header_size + size);

  if (with_header) {
    guint32 header;

    memcpy (&header, map.data, HEADER_SIZE);
    g_assert_cmpuint (GUINT32_FROM_BE (header), ==, size);
  }
  for (gsize i = 0; i < size; i++)
    if (map.data[header_size + i] != byte_at (number, i))
      g_error ("byte %" G_GSIZE_FORMAT " of message %u is wrong", i, number);

  gst_buffer_unmap (buffer, &map);
}

void
framed_collect (GPtrArray *messages, GstMiniObject *object)
{
  if (object == NULL)
    return;

  if (GST_IS_BUFFER (object)) {
    g_ptr_array_add (messages, object);
    return;
  }

  for (guint i = 0; i < gst_buffer_list_length (GST_BUFFER_LIST (object)); i++)
    g_ptr_array_add (messages, gst_buffer_ref (gst_buffer_list_get (GST_BUFFER_LIST (object), i)));
  gst_mini_object_unref (object);
}

GPtrArray *
framed_messages_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);
}
