/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/slab-pool.h"

#include <string.h>

/*
 * A stream that was made to break the cutting of it.  The first eight bytes of the input choose the
 * framing, the sizes and the reads, the rest is the stream.  However it is cut into reads, the
 * messages must be those that the parser finds in the whole of it, and the error, if any, the same.
 */

#define OPTIONS 8
#define MAX_MESSAGE_SIZE 100000
#define MAX_HELD 64

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct
{
  GstGioSocketSlabPoolSettings settings;
  gsize read_size;
  guint keep; /* every message of this many is kept for a while */

  const guint8 *stream;
  gsize size;
  gsize checked; /* where the next message begins */
  gsize received;

  GstBuffer *held[MAX_HELD];
  guint n_messages;
} Fuzz;

static void
init_once (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    /* No plugin is needed. */
    g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init (NULL, NULL);
    g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
    g_once_init_leave (&done, 1);
  }
}

static GstGioSocketFramingLayout
choose_layout (const guint8 *options)
{
  guint framing = options[0] % (GST_GIO_SOCKET_FRAMING_CUSTOM + 1);
  const GstGioSocketFramingLayout custom = {
    .header_size = options[1] % 20,
    .length_offset = options[2] % 20,
    .length_size = options[3] % 10,
    .endianness = options[3] & 0x40 ? G_BIG_ENDIAN : G_LITTLE_ENDIAN,
    .length_includes_header = options[3] >> 7,
    .magic = -1,
  };

  if (framing != GST_GIO_SOCKET_FRAMING_CUSTOM)
    return *gst_gio_socket_framing_get_layout (framing);

  return gst_gio_socket_framing_layout_check (&custom, NULL)
      ? custom
      : *gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_UINT32_BE);
}

static void
check_message (Fuzz *self, GstBuffer *buffer)
{
  const guint8 *data = self->stream + self->checked;
  GstGioSocketFrame frame = { 0, gst_buffer_get_size (buffer) };
  gsize skip;

  if (self->settings.layout.header_size > 0)
    g_assert_true (gst_gio_socket_framing_parse (&self->settings.layout, MAX_MESSAGE_SIZE, data,
        self->received - self->checked, &frame, NULL));

  skip = self->settings.strip_header ? frame.header_size : 0;
  g_assert_cmpuint (frame.size, <=, self->received - self->checked);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, frame.size - skip);
  g_assert_cmpint (gst_buffer_memcmp (buffer, 0, data + skip, frame.size - skip), ==, 0);
  self->checked += frame.size;
}

/* Who has a message may write into it, and nobody else notices. */
static void
scribble (GstBuffer *buffer)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  GstMapInfo map;

  g_assert_true (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, 0xee, map.size);
  gst_memory_unmap (memory, &map);
}

static void
take_message (Fuzz *self, GstBuffer *buffer)
{
  check_message (self, buffer);
  scribble (buffer);
  if (self->n_messages++ % self->keep == 0)
    gst_buffer_replace (&self->held[self->n_messages % MAX_HELD], buffer);
  gst_buffer_unref (buffer);
}

static void
take_messages (Fuzz *self, GstMiniObject *messages)
{
  if (messages == NULL)
    return;

  if (GST_IS_BUFFER (messages)) {
    take_message (self, GST_BUFFER (messages));
    return;
  }

  for (guint i = 0; i < gst_buffer_list_length (GST_BUFFER_LIST (messages)); i++)
    take_message (self, gst_buffer_ref (gst_buffer_list_get (GST_BUFFER_LIST (messages), i)));
  gst_mini_object_unref (messages);
}

static void
release_all (Fuzz *self)
{
  for (guint i = 0; i < MAX_HELD; i++)
    gst_clear_buffer (&self->held[i]);
}

/* Returns: FALSE if the stream cannot be cut any further */
static gboolean
read_once (Fuzz *self, GstGioSocketSlabPool *pool)
{
  GInputVector vectors[2];
  guint n_vectors;
  gsize read = 0;

  /* It would wait for what this very thread holds. */
  if (self->settings.max_slabs > 0)
    release_all (self);

  n_vectors = gst_gio_socket_slab_pool_reserve (pool, self->read_size, vectors, NULL);
  for (guint i = 0; i < n_vectors; i++) {
    gsize n = MIN (vectors[i].size, self->size - self->received);

    n = MIN (n, self->read_size - read);
    memcpy (vectors[i].buffer, self->stream + self->received, n);
    self->received += n;
    read += n;
    if (n < vectors[i].size)
      break;
  }

  take_messages (self, gst_gio_socket_slab_pool_commit (pool, read));

  return n_vectors > 0;
}

/* What is left begins with what is no header, or ends inside a message, or there is nothing left. */
static void
check_end (Fuzz *self, GstGioSocketSlabPool *pool, gboolean failed)
{
  GstGioSocketFrame frame;
  gboolean valid = gst_gio_socket_framing_parse (&self->settings.layout, MAX_MESSAGE_SIZE,
      self->stream + self->checked, self->received - self->checked, &frame, NULL);

  g_assert_true (valid || self->received > self->checked);
  g_assert_false (failed && valid);
  g_assert_true (
      gst_gio_socket_slab_pool_finish (pool, NULL) == (valid && self->received == self->checked));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  Fuzz self = { .stream = data + OPTIONS, .size = size - OPTIONS };
  GstGioSocketSlabPool *pool;
  gboolean failed = FALSE;

  if (size < OPTIONS)
    return 0;

  init_once ();
  self.settings.layout = choose_layout (data);
  self.settings.strip_header = data[4] & 1;
  self.settings.max_slabs = data[4] & 2;
  self.settings.slab_size = 64 << data[4] / 4 % 8;
  self.settings.max_message_size = MAX_MESSAGE_SIZE;
  self.read_size = 1 + (data[5] | data[6] << 8) % 2048;
  self.keep = 1 + data[7];

  pool = gst_gio_socket_slab_pool_new (&self.settings);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  while (self.received < self.size && !failed)
    failed = !read_once (&self, pool);
  check_end (&self, pool, failed);

  release_all (&self);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_object_unref (pool);

  return 0;
}
