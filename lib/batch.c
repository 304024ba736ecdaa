/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "batch.h"
#include "block.h"

/* Small enough for malloc() to have it at hand. */
#define MAX_BLOCK_SIZE 65536

struct _GstGioSocketBatch
{
  gsize max_bytes;
  gsize copy_threshold;
  GstClockTime max_span;

  /* What was added: the list, and behind it a block or a small buffer without a neighbour. */
  GstBufferList *list;
  GstGioSocketBlock block;
  GstBuffer *lone;
  GSList *spent; /* not needed: who adds may hold a lock that freeing them would take */

  gsize bytes;
  gsize bytes_copied;
  guint n_buffers;
  GstClockTime earliest;
  GstClockTime latest;
};

static void
reset (GstGioSocketBatch *batch)
{
  batch->bytes = 0;
  batch->bytes_copied = 0;
  batch->n_buffers = 0;
  batch->earliest = GST_CLOCK_TIME_NONE;
  batch->latest = GST_CLOCK_TIME_NONE;
}

/**
 * gst_gio_socket_batch_new: (skip)
 *
 * Makes an empty batch without limits that copies nothing.
 *
 * Returns: (transfer full): the batch
 *
 * Since: 0.1
 */
GstGioSocketBatch *
gst_gio_socket_batch_new (void)
{
  GstGioSocketBatch *batch = g_new0 (GstGioSocketBatch, 1);

  gst_gio_socket_batch_set_limits (batch, G_MAXSIZE, G_MAXUINT64, 0);
  reset (batch);

  return batch;
}

/**
 * gst_gio_socket_batch_free: (skip)
 * @batch: (transfer full): the batch
 *
 * Frees the batch and what was added.
 *
 * Since: 0.1
 */
void
gst_gio_socket_batch_free (GstGioSocketBatch *batch)
{
  gsize bytes_copied;
  GstBufferList *list = gst_gio_socket_batch_take (batch, &bytes_copied);

  gst_clear_buffer_list (&list);
  g_free (batch);
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

/* --- what fits ------------------------------------------------------------ */

static gboolean
fits_size (const GstGioSocketBatch *batch, gsize size)
{
  return batch->n_buffers == 0 ||
      (batch->bytes <= batch->max_bytes && size <= batch->max_bytes - batch->bytes);
}

/* Widens the span of the batch, if it may. */
static gboolean
fits_span (GstGioSocketBatch *batch, GstClockTime earliest, GstClockTime latest)
{
  if (!GST_CLOCK_TIME_IS_VALID (earliest))
    return TRUE;

  if (GST_CLOCK_TIME_IS_VALID (batch->earliest)) {
    earliest = MIN (batch->earliest, earliest);
    latest = MAX (batch->latest, latest);
    if (latest - earliest > batch->max_span)
      return FALSE;
  }

  batch->earliest = earliest;
  batch->latest = latest;
  return TRUE;
}

/* --- what is copied ------------------------------------------------------- */

static gboolean
is_about_memory (const GstMeta *meta)
{
  GType api = meta->info->api;

  return gst_meta_api_type_has_tag (api, g_quark_from_static_string (GST_META_TAG_MEMORY_STR)) ||
      gst_meta_api_type_has_tag (api,
          g_quark_from_static_string (GST_META_TAG_MEMORY_REFERENCE_STR));
}

static gboolean
is_copyable (const GstGioSocketBatch *batch, GstBuffer *buffer, gsize size)
{
  gpointer state = NULL;
  const GstMeta *meta;

  if (size == 0 || size >= batch->copy_threshold)
    return FALSE;

  while ((meta = gst_buffer_iterate_meta (buffer, &state)) != NULL) {
    if (!is_about_memory (meta))
      return FALSE;
  }

  return TRUE;
}

static void
add_to_list (GstGioSocketBatch *batch, GstBuffer *buffer)
{
  if (batch->list == NULL)
    batch->list = gst_buffer_list_new ();
  gst_buffer_list_add (batch->list, buffer);
}

static void
finish_block (GstGioSocketBatch *batch)
{
  if (batch->block.buffer != NULL) {
    batch->bytes_copied += batch->block.used;
    add_to_list (batch, gst_gio_socket_block_end (&batch->block));
  } else if (batch->lone != NULL) {
    add_to_list (batch, g_steal_pointer (&batch->lone));
  }
}

/* With the small buffer before it, of which there is one. */
static gboolean
begin_block (GstGioSocketBatch *batch, GstBuffer *buffer, gsize size)
{
  gsize lone_size = gst_buffer_get_size (batch->lone);
  gsize room = batch->max_bytes - (batch->bytes - lone_size);
  gsize capacity = MIN (room, MAX (MAX_BLOCK_SIZE, lone_size + size));

  return gst_gio_socket_block_can_share (batch->lone, buffer) &&
      gst_gio_socket_block_begin (&batch->block, batch->lone, buffer, capacity);
}

static GstGioSocketBatchAdded
add_small (GstGioSocketBatch *batch, GstBuffer *buffer, gsize size)
{
  if (batch->block.buffer != NULL && gst_gio_socket_block_add (&batch->block, buffer, size))
    return GST_GIO_SOCKET_BATCH_COPIED;

  if (batch->lone != NULL && begin_block (batch, buffer, size)) {
    batch->spent = g_slist_prepend (batch->spent, g_steal_pointer (&batch->lone));
    return GST_GIO_SOCKET_BATCH_COPIED;
  }

  finish_block (batch);
  batch->lone = buffer;
  return GST_GIO_SOCKET_BATCH_KEPT;
}

/**
 * gst_gio_socket_batch_add: (skip)
 * @batch: the batch
 * @buffer: the next buffer
 * @size: how many bytes it has
 * @time: its timestamp or %GST_CLOCK_TIME_NONE
 *
 * Adds @buffer if it fits; an empty batch takes any.  It frees nothing.
 *
 * Returns: what became of @buffer
 *
 * Since: 0.1
 */
GstGioSocketBatchAdded
gst_gio_socket_batch_add (GstGioSocketBatch *batch, GstBuffer *buffer, gsize size,
    GstClockTime time)
{
  GstGioSocketBatchAdded added = GST_GIO_SOCKET_BATCH_KEPT;

  if (!fits_size (batch, size) || !fits_span (batch, time, time))
    return GST_GIO_SOCKET_BATCH_FULL;

  if (is_copyable (batch, buffer, size)) {
    added = add_small (batch, buffer, size);
  } else {
    finish_block (batch);
    add_to_list (batch, buffer);
  }
  batch->bytes += size;
  batch->n_buffers++;

  return added;
}

static gboolean
move_to_list (GstBuffer **buffer, guint i, gpointer user_data)
{
  add_to_list (user_data, gst_buffer_ref (*buffer));

  return TRUE;
}

/**
 * gst_gio_socket_batch_join: (skip)
 * @batch: the batch
 * @next: the batch behind it
 *
 * Moves what was added to @next to the end of @batch, if all of it fits.
 *
 * Returns: whether it did; then @next is empty
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_batch_join (GstGioSocketBatch *batch, GstGioSocketBatch *next)
{
  GstBufferList *list;
  gsize bytes_copied;

  if (!fits_size (batch, next->bytes) || !fits_span (batch, next->earliest, next->latest))
    return FALSE;

  finish_block (batch);
  batch->bytes += next->bytes;
  batch->n_buffers += next->n_buffers;
  batch->spent = g_slist_concat (g_steal_pointer (&next->spent), batch->spent);
  list = gst_gio_socket_batch_take (next, &bytes_copied);
  batch->bytes_copied += bytes_copied;
  gst_buffer_list_foreach (list, move_to_list, batch);
  gst_buffer_list_unref (list);

  return TRUE;
}

/**
 * gst_gio_socket_batch_peek: (skip)
 * @batch: the batch
 *
 * Shows what a batch begins with, and leaves it there.
 *
 * Returns: (transfer none) (nullable): the first buffer of the list as it would be taken now
 *
 * Since: 0.1
 */
GstBuffer *
gst_gio_socket_batch_peek (GstGioSocketBatch *batch)
{
  if (batch->list != NULL && gst_buffer_list_length (batch->list) > 0)
    return gst_buffer_list_get (batch->list, 0);

  return batch->block.buffer != NULL ? batch->block.buffer : batch->lone;
}

/* What somebody else holds, too, is kept until it is freed with the spent ones: if it were given up
 * here, ours could turn out to be the last reference. */
static GstBuffer *
make_lone_writable (GstGioSocketBatch *batch)
{
  if (!gst_buffer_is_writable (batch->lone)) {
    batch->spent = g_slist_prepend (batch->spent, batch->lone);
    batch->lone = gst_buffer_copy (batch->lone);
  }

  return batch->lone;
}

static GstBuffer *
make_first_writable (GstGioSocketBatch *batch)
{
  GstBuffer *first = gst_buffer_list_get (batch->list, 0);

  if (!gst_buffer_is_writable (first))
    batch->spent = g_slist_prepend (batch->spent, gst_buffer_ref (first));

  return gst_buffer_list_get_writable (batch->list, 0);
}

/**
 * gst_gio_socket_batch_mark_gap: (skip)
 * @batch: a batch that is not empty
 *
 * Tells downstream, with %GST_BUFFER_FLAG_DISCONT, that something was lost before it.  A buffer that
 * somebody else holds, too, stays as it is: a copy of it is marked.  It frees nothing.
 *
 * Since: 0.1
 */
void
gst_gio_socket_batch_mark_gap (GstGioSocketBatch *batch)
{
  GstBuffer *first;

  if (batch->list != NULL && gst_buffer_list_length (batch->list) > 0)
    first = make_first_writable (batch);
  else if (batch->block.buffer != NULL)
    first = batch->block.buffer;
  else
    first = make_lone_writable (batch);

  GST_BUFFER_FLAG_SET (first, GST_BUFFER_FLAG_DISCONT);
}

/**
 * gst_gio_socket_batch_take: (skip)
 * @batch: the batch
 * @bytes_copied: (out): how many bytes were copied
 *
 * Takes the list of what was added, and leaves the batch empty.
 *
 * Returns: (transfer full) (nullable): the list; %NULL when nothing was added
 *
 * Since: 0.1
 */
GstBufferList *
gst_gio_socket_batch_take (GstGioSocketBatch *batch, gsize *bytes_copied)
{
  finish_block (batch);
  *bytes_copied = batch->bytes_copied;
  reset (batch);
  g_slist_free_full (g_steal_pointer (&batch->spent), (GDestroyNotify)gst_buffer_unref);

  return g_steal_pointer (&batch->list);
}
