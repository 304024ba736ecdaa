/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "header.h"

#include <string.h>

/* The header, and behind it the bytes of @body, if there is one. */
static GstMemory *
make_memory (const GstGioSocketFramingLayout *layout, gsize payload_size, const GstMapInfo *body,
    GError **error)
{
  gsize header_size = gst_gio_socket_framing_get_header_size (layout, payload_size);
  gsize body_size = body != NULL ? body->size : 0;
  g_autoptr (GstMemory) memory = gst_allocator_alloc (NULL, header_size + body_size, NULL);
  gboolean written;
  GstMapInfo map;

  gst_memory_map (memory, &map, GST_MAP_WRITE);
  written = gst_gio_socket_framing_write (layout, payload_size, map.data, error);
  if (body_size > 0)
    memcpy (map.data + header_size, body->data, body_size);
  gst_memory_unmap (memory, &map);

  return written ? g_steal_pointer (&memory) : NULL;
}

/* One memory more would make GStreamer merge all of them. */
static GstMemory *
make_merged_memory (const GstGioSocketFramingLayout *layout, GstBuffer *buffer, gsize payload_size,
    GError **error)
{
  GstMemory *first = gst_buffer_peek_memory (buffer, 0);
  GstMemory *memory;
  GstMapInfo map;

  if (!gst_memory_map (first, &map, GST_MAP_READ)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ,
        "A memory of a buffer that was to be framed cannot be mapped");
    return NULL;
  }
  memory = make_memory (layout, payload_size, &map, error);
  gst_memory_unmap (first, &map);

  return memory;
}

static gboolean
drop_meta_about_places (GstBuffer *buffer, GstMeta **meta, gpointer user_data)
{
  if (gst_meta_api_type_has_tag ((*meta)->info->api,
          g_quark_from_static_string (GST_META_TAG_MEMORY_STR)) &&
      !GST_META_FLAG_IS_SET (*meta, GST_META_FLAG_LOCKED))
    *meta = NULL;

  return TRUE;
}

/* --- buffers of a pool --------------------------------------------------- */

typedef struct
{
  GstBuffer *buffer;
  GstMapInfo map;
} Loan;

static void
end_loan (gpointer user_data)
{
  Loan *loan = user_data;

  gst_memory_unmap (loan->map.memory, &loan->map);
  gst_buffer_unref (loan->buffer);
  g_free (loan);
}

static Loan *
make_loan (GstBuffer *buffer, const GstMapInfo *map)
{
  Loan *loan = g_new (Loan, 1);

  loan->buffer = gst_buffer_ref (buffer);
  loan->map = *map;
  return loan;
}

static GstMemory *
borrow_memory (GstBuffer *buffer, guint i)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, i);
  GstMapInfo map;

  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    return NULL;

  return gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, map.data, map.size, 0, map.size,
      make_loan (buffer, &map), end_loan);
}

/* What cannot be borrowed is given, and the pool has to make another one. */
static GstBuffer *
borrow_from_pool (GstBuffer *pooled)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();

  for (guint i = 0; i < gst_buffer_n_memory (pooled); i++) {
    GstMemory *memory = borrow_memory (pooled, i);

    if (memory == NULL)
      return pooled;
    gst_buffer_append_memory (buffer, memory);
  }
  gst_buffer_copy_into (buffer, pooled,
      GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META, 0, -1);
  gst_buffer_unref (pooled);

  return g_steal_pointer (&buffer);
}

/* --- headers ------------------------------------------------------------- */

/**
 * gst_gio_socket_header_put: (skip)
 * @layout: what the header looks like
 * @buffer: (transfer full): a message without it
 * @error: where an error goes
 *
 * Puts the header before @buffer.
 *
 * Returns: (transfer full) (nullable): the message with its header; %NULL with #GST_STREAM_ERROR_MUX
 *   if the header cannot say how long it is, or with #GST_RESOURCE_ERROR_READ if it cannot be read
 *
 * Since: 0.1
 */
GstBuffer *
gst_gio_socket_header_put (const GstGioSocketFramingLayout *layout, GstBuffer *buffer,
    GError **error)
{
  gboolean full = gst_buffer_n_memory (buffer) == gst_buffer_get_max_memory ();
  gsize size = gst_buffer_get_size (buffer);
  g_autoptr (GstBuffer) unframed = buffer;
  GstMemory *memory = full ? make_merged_memory (layout, buffer, size, error)
                           : make_memory (layout, size, NULL, error);

  if (memory == NULL)
    return NULL;

  buffer = g_steal_pointer (&unframed);
  buffer = buffer->pool != NULL ? borrow_from_pool (buffer) : buffer;
  buffer = gst_buffer_make_writable (buffer);
  gst_buffer_foreach_meta (buffer, drop_meta_about_places, NULL);
  if (full)
    gst_buffer_replace_memory (buffer, 0, memory);
  else
    gst_buffer_prepend_memory (buffer, memory);

  return buffer;
}

typedef struct
{
  const GstGioSocketFramingLayout *layout;
  GError **error;
} PutClosure;

static gboolean
put_in_list (GstBuffer **buffer, guint i, gpointer user_data)
{
  const PutClosure *closure = user_data;

  *buffer = gst_gio_socket_header_put (closure->layout, *buffer, closure->error);

  return *buffer != NULL;
}

/**
 * gst_gio_socket_header_put_list: (skip)
 * @layout: what the headers look like
 * @list: (transfer full): messages without them
 * @error: where an error goes
 *
 * Puts a header before each buffer of @list.
 *
 * Returns: (transfer full) (nullable): the messages with their headers; %NULL as
 *   gst_gio_socket_header_put() for one of them
 *
 * Since: 0.1
 */
GstBufferList *
gst_gio_socket_header_put_list (const GstGioSocketFramingLayout *layout, GstBufferList *list,
    GError **error)
{
  g_autoptr (GstBufferList) framed = gst_buffer_list_make_writable (list);
  PutClosure closure = { layout, error };

  return gst_buffer_list_foreach (framed, put_in_list, &closure) ? g_steal_pointer (&framed) : NULL;
}
