/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "block.h"

#define BEGIN_FLAGS (GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_RESYNC)
#define END_FLAGS (GST_BUFFER_FLAG_MARKER | GST_BUFFER_FLAG_SYNC_AFTER)
/* Mini object flags are about the object, not about the data. */
#define DATA_FLAGS (~(GST_MINI_OBJECT_FLAG_LAST - 1) & ~GST_BUFFER_FLAG_TAG_MEMORY)
#define WHOLE_FLAGS (DATA_FLAGS & ~(BEGIN_FLAGS | END_FLAGS))

gboolean
gst_gio_socket_block_can_share (GstBuffer *piece, GstBuffer *next)
{
  guint flags = GST_BUFFER_FLAGS (next);

  return (flags & BEGIN_FLAGS) == 0 && ((flags ^ GST_BUFFER_FLAGS (piece)) & WHOLE_FLAGS) == 0;
}

/* Not gst_buffer_extract(), which stumbles over memory that refuses to be mapped. */
static gboolean
copy_piece (GstBuffer *piece, guint8 *data)
{
  guint n = gst_buffer_n_memory (piece);

  for (guint i = 0; i < n; i++) {
    GstMemory *memory = gst_buffer_peek_memory (piece, i);
    GstMapInfo map;

    if (!gst_memory_map (memory, &map, GST_MAP_READ))
      return FALSE;
    memcpy (data, map.data, map.size);
    data += map.size;
    gst_memory_unmap (memory, &map);
  }

  return TRUE;
}

static GstClockTime
later_end (GstClockTime end, GstBuffer *piece)
{
  if (!GST_CLOCK_TIME_IS_VALID (end) || !GST_BUFFER_PTS_IS_VALID (piece) ||
      !GST_BUFFER_DURATION_IS_VALID (piece))
    return GST_CLOCK_TIME_NONE;

  return MAX (end, GST_BUFFER_PTS (piece) + GST_BUFFER_DURATION (piece));
}

static gboolean
append (GstGioSocketBlock *block, GstBuffer *piece, gsize size)
{
  if (size > block->capacity - block->used || !copy_piece (piece, block->data + block->used))
    return FALSE;

  block->used += size;
  block->end = later_end (block->end, piece);
  GST_BUFFER_OFFSET_END (block->buffer) = GST_BUFFER_OFFSET_END (piece);
  GST_BUFFER_FLAG_SET (block->buffer, GST_BUFFER_FLAGS (piece) & END_FLAGS);

  return TRUE;
}

gboolean
gst_gio_socket_block_add (GstGioSocketBlock *block, GstBuffer *piece, gsize size)
{
  return gst_gio_socket_block_can_share (block->buffer, piece) && append (block, piece, size);
}

static void
describe (GstBuffer *buffer, GstBuffer *first)
{
  GST_BUFFER_FLAGS (buffer) = 0;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAGS (first) & DATA_FLAGS);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_PTS (first);
  GST_BUFFER_DTS (buffer) = GST_BUFFER_DTS (first);
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET (first);
}

gboolean
gst_gio_socket_block_begin (GstGioSocketBlock *block, GstBuffer *first, GstBuffer *second,
    gsize capacity)
{
  *block = (GstGioSocketBlock){
    .buffer = gst_buffer_new (),
    .data = g_malloc (capacity),
    .capacity = capacity,
  };
  describe (block->buffer, first);
  if (append (block, first, gst_buffer_get_size (first)) &&
      append (block, second, gst_buffer_get_size (second)))
    return TRUE;

  gst_clear_buffer (&block->buffer);
  g_clear_pointer (&block->data, g_free);

  return FALSE;
}

GstBuffer *
gst_gio_socket_block_end (GstGioSocketBlock *block)
{
  GstBuffer *buffer = g_steal_pointer (&block->buffer);
  guint8 *data = g_steal_pointer (&block->data);

  /* Shrinking leaves it where it is, and downstream may keep it for long. */
  data = g_realloc (data, block->used);
  if (GST_CLOCK_TIME_IS_VALID (block->end))
    GST_BUFFER_DURATION (buffer) = block->end - GST_BUFFER_PTS (buffer);
  gst_buffer_append_memory (buffer,
      gst_memory_new_wrapped (0, data, block->used, 0, block->used, data, g_free));

  return buffer;
}
