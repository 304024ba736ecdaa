/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "batch.h"

#define BEGIN_FLAGS (GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_RESYNC)
#define END_FLAGS (GST_BUFFER_FLAG_MARKER | GST_BUFFER_FLAG_SYNC_AFTER)
/* Mini object flags are about the object, not about the data. */
#define DATA_FLAGS (~(GST_MINI_OBJECT_FLAG_LAST - 1) & ~GST_BUFFER_FLAG_TAG_MEMORY)
#define WHOLE_FLAGS (DATA_FLAGS & ~(BEGIN_FLAGS | END_FLAGS))

typedef struct
{
  GstBuffer *buffer;
  gsize size;
} Piece;

/**
 * gst_gio_socket_batch_init: (skip)
 * @batch: the batch
 *
 * Makes an empty batch without limits that copies nothing.
 *
 * Since: 0.1
 */
void
gst_gio_socket_batch_init (GstGioSocketBatch *batch)
{
  batch->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  gst_gio_socket_batch_set_limits (batch, G_MAXSIZE, G_MAXUINT64, 0);
  gst_gio_socket_batch_drop (batch);
}

/**
 * gst_gio_socket_batch_clear: (skip)
 * @batch: the batch
 *
 * Frees what the batch holds.
 *
 * Since: 0.1
 */
void
gst_gio_socket_batch_clear (GstGioSocketBatch *batch)
{
  gst_gio_socket_batch_drop (batch);
  g_clear_pointer (&batch->pieces, g_array_unref);
}

/**
 * gst_gio_socket_batch_set_limits: (skip)
 * @batch: the batch
 * @max_bytes: how many bytes a batch may have, unless it is a single buffer
 * @max_span: how many nanoseconds may lie between its earliest and its latest timestamp
 * @copy_threshold: buffers of fewer bytes than this are copied into blocks; 0: none
 *
 * Sets the limits for what is added from now on.
 *
 * Since: 0.1
 */
void
gst_gio_socket_batch_set_limits (GstGioSocketBatch *batch, gsize max_bytes, GstClockTime max_span,
    gsize copy_threshold)
{
  batch->max_bytes = max_bytes;
  batch->max_span = max_span;
  batch->copy_threshold = copy_threshold;
}

static gboolean
fits (const GstGioSocketBatch *batch, gsize size, GstClockTime earliest, GstClockTime latest)
{
  if (batch->pieces->len == 0)
    return TRUE;
  if (batch->bytes > batch->max_bytes || size > batch->max_bytes - batch->bytes)
    return FALSE;

  return !GST_CLOCK_TIME_IS_VALID (earliest) || latest - earliest <= batch->max_span;
}

/**
 * gst_gio_socket_batch_add: (skip)
 * @batch: the batch
 * @buffer: (transfer full): the next buffer; the caller keeps it when it does not fit
 * @size: how many bytes it has
 * @time: its timestamp or %GST_CLOCK_TIME_NONE
 *
 * Adds @buffer if it fits; an empty batch takes any.  Size and timestamp are arguments because the
 * caller knows them and looking them up touches memory that another processor has just written.
 *
 * Returns: %FALSE when @buffer belongs into the next batch
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_batch_add (GstGioSocketBatch *batch, GstBuffer *buffer, gsize size,
    GstClockTime time)
{
  Piece piece = { buffer, size };
  GstClockTime earliest = batch->earliest;
  GstClockTime latest = batch->latest;

  if (GST_CLOCK_TIME_IS_VALID (time)) {
    gboolean first = !GST_CLOCK_TIME_IS_VALID (earliest);

    earliest = first ? time : MIN (earliest, time);
    latest = first ? time : MAX (latest, time);
  }

  if (!fits (batch, size, earliest, latest))
    return FALSE;

  batch->earliest = earliest;
  batch->latest = latest;
  batch->bytes += size;
  g_array_append_val (batch->pieces, piece);

  return TRUE;
}

static gboolean
keeps_memory_only (GstBuffer *buffer, GstMeta **meta, gpointer user_data)
{
  gboolean *only_memory = user_data;
  GType api = (*meta)->info->api;

  *only_memory =
      gst_meta_api_type_has_tag (api, g_quark_from_static_string (GST_META_TAG_MEMORY_STR)) ||
      gst_meta_api_type_has_tag (api,
          g_quark_from_static_string (GST_META_TAG_MEMORY_REFERENCE_STR));

  return *only_memory;
}

static gboolean
is_copyable (const GstGioSocketBatch *batch, const Piece *piece)
{
  gboolean only_memory = TRUE;

  if (piece->size == 0 || piece->size >= batch->copy_threshold)
    return FALSE;

  gst_buffer_foreach_meta (piece->buffer, keeps_memory_only, &only_memory);
  return only_memory;
}

static gboolean
can_share (const Piece *first, const Piece *next)
{
  guint flags = GST_BUFFER_FLAGS (next->buffer);

  return (flags & BEGIN_FLAGS) == 0 &&
      ((flags ^ GST_BUFFER_FLAGS (first->buffer)) & WHOLE_FLAGS) == 0;
}

/* How many of the pieces share a block, and how many bytes those have. */
static guint
run_length (const GstGioSocketBatch *batch, const Piece *pieces, guint n_pieces, gsize *size)
{
  guint n = 1;

  *size = pieces[0].size;
  if (!is_copyable (batch, &pieces[0]))
    return n;

  for (; n < n_pieces; n++) {
    if (!can_share (&pieces[0], &pieces[n]) || !is_copyable (batch, &pieces[n]))
      break;
    *size += pieces[n].size;
  }

  return n;
}

static GstClockTime
block_duration (const Piece *pieces, guint n_pieces)
{
  GstClockTime begin = GST_BUFFER_PTS (pieces[0].buffer);
  GstClockTime end = 0;

  for (guint i = 0; i < n_pieces; i++) {
    GstBuffer *buffer = pieces[i].buffer;

    if (!GST_BUFFER_PTS_IS_VALID (buffer) || !GST_BUFFER_DURATION_IS_VALID (buffer))
      return GST_CLOCK_TIME_NONE;
    end = MAX (end, GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer));
  }

  return end >= begin ? end - begin : GST_CLOCK_TIME_NONE;
}

static void
describe_block (GstBuffer *block, const Piece *pieces, guint n_pieces)
{
  GstBuffer *first = pieces[0].buffer;
  guint flags = GST_BUFFER_FLAGS (first) & DATA_FLAGS;

  for (guint i = 1; i < n_pieces; i++)
    flags |= GST_BUFFER_FLAGS (pieces[i].buffer) & END_FLAGS;

  GST_BUFFER_FLAG_SET (block, flags);
  GST_BUFFER_FLAG_UNSET (block, GST_BUFFER_FLAG_TAG_MEMORY);
  GST_BUFFER_PTS (block) = GST_BUFFER_PTS (first);
  GST_BUFFER_DTS (block) = GST_BUFFER_DTS (first);
  GST_BUFFER_DURATION (block) = block_duration (pieces, n_pieces);
  GST_BUFFER_OFFSET (block) = GST_BUFFER_OFFSET (first);
  GST_BUFFER_OFFSET_END (block) = GST_BUFFER_OFFSET_END (pieces[n_pieces - 1].buffer);
}

/* Not gst_buffer_extract(), which stumbles over memory that refuses to be mapped. */
static gboolean
copy_piece (const Piece *piece, guint8 *data)
{
  for (guint i = 0; i < gst_buffer_n_memory (piece->buffer); i++) {
    GstMemory *memory = gst_buffer_peek_memory (piece->buffer, i);
    GstMapInfo map;

    if (!gst_memory_map (memory, &map, GST_MAP_READ))
      return FALSE;
    memcpy (data, map.data, map.size);
    data += map.size;
    gst_memory_unmap (memory, &map);
  }

  return TRUE;
}

/* NULL when a piece cannot be read: the elements downstream may know how to. */
static GstBuffer *
make_block (const Piece *pieces, guint n_pieces, gsize size)
{
  g_autoptr (GstBuffer) block = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;
  gboolean whole = TRUE;
  gsize offset = 0;

  if (block == NULL || !gst_buffer_map (block, &map, GST_MAP_WRITE))
    return NULL;

  for (guint i = 0; i < n_pieces && whole; i++) {
    whole = copy_piece (&pieces[i], map.data + offset);
    offset += pieces[i].size;
  }
  gst_buffer_unmap (block, &map);
  if (!whole)
    return NULL;

  describe_block (block, pieces, n_pieces);
  return g_steal_pointer (&block);
}

/**
 * gst_gio_socket_batch_take: (skip)
 * @batch: the batch
 * @bytes_copied: (out): how many bytes were copied
 *
 * Makes the list of what was added, and leaves the batch empty.
 *
 * Returns: (transfer full) (nullable): the list; %NULL when nothing was added
 *
 * Since: 0.1
 */
GstBufferList *
gst_gio_socket_batch_take (GstGioSocketBatch *batch, gsize *bytes_copied)
{
  const Piece *pieces = (const Piece *)(gpointer)batch->pieces->data;
  guint n_pieces = batch->pieces->len;
  GstBufferList *list = n_pieces > 0 ? gst_buffer_list_new () : NULL;

  *bytes_copied = 0;
  for (guint i = 0, n; i < n_pieces; i += n) {
    gsize size;
    GstBuffer *block;

    n = run_length (batch, pieces + i, n_pieces - i, &size);
    block = n > 1 ? make_block (pieces + i, n, size) : NULL;
    if (block != NULL) {
      gst_buffer_list_add (list, block);
      *bytes_copied += size;
    }
    for (guint j = i; j < i + n; j++) {
      if (block != NULL)
        gst_buffer_unref (pieces[j].buffer);
      else
        gst_buffer_list_add (list, pieces[j].buffer);
    }
  }
  g_array_set_size (batch->pieces, 0); /* they are in the list or gone */
  gst_gio_socket_batch_drop (batch);

  return list;
}

/**
 * gst_gio_socket_batch_drop: (skip)
 * @batch: the batch
 *
 * Throws away what was added.
 *
 * Since: 0.1
 */
void
gst_gio_socket_batch_drop (GstGioSocketBatch *batch)
{
  for (guint i = 0; i < batch->pieces->len; i++)
    gst_buffer_unref (g_array_index (batch->pieces, Piece, i).buffer);

  g_array_set_size (batch->pieces, 0);
  batch->bytes = 0;
  batch->earliest = GST_CLOCK_TIME_NONE;
  batch->latest = GST_CLOCK_TIME_NONE;
}
