/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "writer.h"

/* One buffer: its vectors are those from the end of the buffer before to its own end. */
typedef struct
{
  GstBuffer *buffer;
  guint end;
} Entry;

struct _GstGioSocketWriter
{
  GArray *entries; /* of Entry */
  GArray *maps;    /* of GstMapInfo, one for each vector */
  GArray *vectors; /* of GOutputVector */
  guint position;  /* the first vector that has not gone in full */
};

/**
 * gst_gio_socket_writer_new: (skip)
 *
 * Makes an empty writer.
 *
 * Returns: (transfer full): a writer that has nothing to do
 *
 * Since: 0.1
 */
GstGioSocketWriter *
gst_gio_socket_writer_new (void)
{
  GstGioSocketWriter *self = g_new0 (GstGioSocketWriter, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->maps = g_array_new (FALSE, FALSE, sizeof (GstMapInfo));
  self->vectors = g_array_new (FALSE, FALSE, sizeof (GOutputVector));

  return self;
}

static void
unmap_from (GstGioSocketWriter *self, guint first)
{
  for (guint i = first; i < self->maps->len; i++) {
    GstMapInfo *map = &g_array_index (self->maps, GstMapInfo, i);

    gst_memory_unmap (map->memory, map);
  }
  g_array_set_size (self->maps, first);
  g_array_set_size (self->vectors, first);
}

/**
 * gst_gio_socket_writer_clear: (skip)
 * @self: the writer
 *
 * Forgets everything, also what has left in part.
 *
 * Since: 0.1
 */
void
gst_gio_socket_writer_clear (GstGioSocketWriter *self)
{
  unmap_from (self, 0);
  for (guint i = 0; i < self->entries->len; i++)
    gst_buffer_unref (g_array_index (self->entries, Entry, i).buffer);
  g_array_set_size (self->entries, 0);
  self->position = 0;
}

/**
 * gst_gio_socket_writer_free: (skip)
 * @self: (transfer full): the writer
 *
 * Frees the writer and what was added.
 *
 * Since: 0.1
 */
void
gst_gio_socket_writer_free (GstGioSocketWriter *self)
{
  gst_gio_socket_writer_clear (self);
  g_array_unref (self->entries);
  g_array_unref (self->maps);
  g_array_unref (self->vectors);
  g_free (self);
}

static gboolean
map_memory (GstGioSocketWriter *self, GstMemory *memory)
{
  GOutputVector vector;
  GstMapInfo map;

  if (gst_memory_get_sizes (memory, NULL, NULL) == 0)
    return TRUE;
  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    return FALSE;

  vector.buffer = map.data;
  vector.size = map.size;
  g_array_append_val (self->maps, map);
  g_array_append_val (self->vectors, vector);

  return TRUE;
}

/**
 * gst_gio_socket_writer_add: (skip)
 * @self: the writer
 * @buffer: what to send behind what is there; a reference is kept until it is sent
 *
 * Adds a buffer behind what is there.
 *
 * Returns: %FALSE if @buffer cannot be read; then nothing of it is sent
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_writer_add (GstGioSocketWriter *self, GstBuffer *buffer)
{
  guint first = self->vectors->len;
  guint n = gst_buffer_n_memory (buffer);
  Entry entry;

  for (guint i = 0; i < n; i++) {
    if (!map_memory (self, gst_buffer_peek_memory (buffer, i))) {
      unmap_from (self, first);
      return FALSE;
    }
  }

  if (self->vectors->len > first) {
    entry.buffer = gst_buffer_ref (buffer);
    entry.end = self->vectors->len;
    g_array_append_val (self->entries, entry);
  }

  return TRUE;
}

/**
 * gst_gio_socket_writer_run: (skip)
 * @self: the writer
 * @connection: where to
 * @hold: whether an incomplete segment or record may be held back until the next flush
 * @cancellable: (nullable): ends the wait
 * @error: as gst_gio_socket_connection_send()
 *
 * Sends all there is.
 *
 * Returns: %TRUE when all has gone, and the writer has nothing to do again
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_writer_run (GstGioSocketWriter *self, GstGioSocketConnection *connection,
    gboolean hold, GCancellable *cancellable, GError **error)
{
  GOutputVector *first = (GOutputVector *)(gpointer)self->vectors->data;
  GOutputVector *rest = first + self->position;
  guint n_rest = self->vectors->len - self->position;

  if (self->entries->len == 0)
    return TRUE;

  /* Also when nothing is left: a transport that was interrupted may have taken what has not left. */
  if (!gst_gio_socket_connection_send (connection, &rest, &n_rest, hold, cancellable, error)) {
    self->position = rest - first;
    return FALSE;
  }

  gst_gio_socket_writer_clear (self);

  return TRUE;
}

/* Whether the first byte of the buffer whose vectors begin at @begin has left. */
static gboolean
is_started (GstGioSocketWriter *self, guint begin)
{
  const GstMapInfo *map = &g_array_index (self->maps, GstMapInfo, begin);
  const GOutputVector *vector = &g_array_index (self->vectors, GOutputVector, begin);

  return self->position > begin || vector->buffer != map->data;
}

/* Returns: the first buffer of which something is left to send; @begun: whether something of it has
 * left */
static guint
find_rest (GstGioSocketWriter *self, gboolean *begun)
{
  guint begin = 0;
  guint i = 0;

  while (i < self->entries->len && g_array_index (self->entries, Entry, i).end <= self->position)
    begin = g_array_index (self->entries, Entry, i++).end;
  *begun = i < self->entries->len && is_started (self, begin);

  return i;
}

/**
 * gst_gio_socket_writer_drop_unstarted: (skip)
 * @self: the writer
 *
 * Forgets every buffer but the one that has left in part, if there is one: the rest of that is sent
 * by the next run, before anything new.
 *
 * Since: 0.1
 */
void
gst_gio_socket_writer_drop_unstarted (GstGioSocketWriter *self)
{
  gboolean begun;
  guint keep = find_rest (self, &begun);

  if (!begun) {
    gst_gio_socket_writer_clear (self);
    return;
  }

  keep++;
  unmap_from (self, g_array_index (self->entries, Entry, keep - 1).end);
  for (guint i = keep; i < self->entries->len; i++)
    gst_buffer_unref (g_array_index (self->entries, Entry, i).buffer);
  g_array_set_size (self->entries, keep);
}

/**
 * gst_gio_socket_writer_has_begun: (skip)
 * @self: the writer
 *
 * Looks whether an end now would be one in the middle of a buffer.
 *
 * Returns: whether there is a buffer that has left in part
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_writer_has_begun (GstGioSocketWriter *self)
{
  gboolean begun;

  find_rest (self, &begun);

  return begun;
}

/**
 * gst_gio_socket_writer_take_unstarted: (skip)
 * @self: the writer
 * @begun: (out) (optional) (transfer full) (nullable): the buffer that has left in part
 *
 * Forgets everything, because it goes on elsewhere: there, the rest of a buffer is worth nothing.
 *
 * Returns: (transfer full) (element-type GstBuffer): the buffers of which nothing has left, in order
 *
 * Since: 0.1
 */
GPtrArray *
gst_gio_socket_writer_take_unstarted (GstGioSocketWriter *self, GstBuffer **begun)
{
  GPtrArray *rest = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);
  gboolean has_begun;
  guint first = find_rest (self, &has_begun);

  if (begun != NULL)
    *begun = has_begun ? gst_buffer_ref (g_array_index (self->entries, Entry, first).buffer) : NULL;
  if (has_begun)
    first++;
  for (guint i = first; i < self->entries->len; i++)
    g_ptr_array_add (rest, gst_buffer_ref (g_array_index (self->entries, Entry, i).buffer));
  gst_gio_socket_writer_clear (self);

  return rest;
}
