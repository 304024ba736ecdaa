/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/slab-pool.h"
#include "tests/support/framed.h"

#include <gst/check/gstcheck.h>

#include <string.h>

/* All slabs together are never more than the largest message and a slab for each buffer that is held
 * downstream, and two.  A held message that has a slab of its own counts with its size. */

#define HEADER_SIZE 4
#define MAX_HELD 40

typedef struct
{
  const gchar *description;
  gsize slab_size;
  gsize read_size;
  gsize most;   /* of a message */
  guint n_held; /* so many are kept, the others go at once */
  guint n_messages;
} Row;

static const Row rows[] = {
  { "pictures that nobody keeps", 1 << 20, 65536, 8294400, 0, 40 },
  { "pictures of which one is kept", 1 << 20, 65536, 8294400, 1, 40 },
  { "all sizes, none kept", 16384, 4096, 50000, 0, 3000 },
  { "all sizes, some kept", 16384, 4096, 50000, 7, 3000 },
  { "reads larger than a slab", 4096, 65536, 20000, 5, 3000 },
  { "messages as large as a slab", 16384, 16384, 16384, 3, 3000 },
  { "messages of which few fit into a slab", 65536, 8192, 40000, 10, 3000 },
  { "small ones", 8192, 4096, 100, 30, 20000 },
};

typedef struct
{
  const Row *row;
  GstGioSocketSlabPool *pool;
  GstBuffer *held[MAX_HELD];
  gsize largest;
  guint most_held;
  gsize most_held_bytes; /* in slabs of their own */
} Peak;

static gsize
own_bytes (const Peak *self, GstBuffer *message)
{
  gsize size = message != NULL ? gst_buffer_get_size (message) + HEADER_SIZE : 0;

  return size > self->row->slab_size ? size : 0;
}

/* What is on its way downstream is held there, too. */
static void
note (Peak *self, const GPtrArray *arriving)
{
  guint n = arriving->len;
  gsize bytes = 0;

  for (guint i = 0; i < arriving->len; i++) {
    GstBuffer *message = g_ptr_array_index (arriving, i);

    bytes += own_bytes (self, message);
    self->largest = MAX (self->largest, gst_buffer_get_size (message) + HEADER_SIZE);
  }
  for (guint i = 0; i < self->row->n_held; i++) {
    n += self->held[i] != NULL;
    bytes += own_bytes (self, self->held[i]);
  }

  self->most_held = MAX (self->most_held, n);
  self->most_held_bytes = MAX (self->most_held_bytes, bytes);
}

static void
check (const Peak *self)
{
  gsize begun = gst_gio_socket_slab_pool_get_pending (self->pool) > 0 ? self->row->most : 0;
  gsize bound = MAX (self->largest, begun + HEADER_SIZE) +
      self->row->slab_size * (self->most_held + 2) + self->most_held_bytes;
  GstGioSocketSlabPoolStats stats;

  gst_gio_socket_slab_pool_get_stats (self->pool, &stats);
  fail_unless (stats.peak_bytes <= bound,
      "%s: %" G_GUINT64_FORMAT " bytes, at most %" G_GSIZE_FORMAT " with %u held",
      self->row->description, stats.peak_bytes, bound, self->most_held);
}

static gsize
read_once (Peak *self, const guint8 *data, gsize size, GPtrArray *arriving)
{
  GInputVector vectors[2];
  guint n = gst_gio_socket_slab_pool_reserve (self->pool, self->row->read_size, vectors, NULL);
  gsize done = 0;

  size = MIN (size, (gsize)g_random_int_range (1, 2 * self->row->read_size));
  for (guint i = 0; i < n; i++) {
    gsize part = MIN (size - done, vectors[i].size);

    memcpy (vectors[i].buffer, data + done, part);
    done += part;
  }
  framed_collect (arriving, gst_gio_socket_slab_pool_commit (self->pool, done));

  return done;
}

static void
keep_some (Peak *self, GPtrArray *arriving)
{
  for (guint i = 0; i < arriving->len && self->row->n_held > 0; i++)
    gst_buffer_replace (&self->held[g_random_int_range (0, self->row->n_held)],
        g_ptr_array_index (arriving, i));
  g_ptr_array_set_size (arriving, 0);

  if (g_random_int_range (0, 50) == 0)
    for (guint i = 0; i < self->row->n_held; i++)
      gst_clear_buffer (&self->held[i]);
}

static GByteArray *
make_stream (const Row *row)
{
  g_autofree gsize *sizes = g_new (gsize, row->n_messages);

  for (guint i = 0; i < row->n_messages; i++)
    sizes[i] = i % 3 == 0 ? row->most : (gsize)g_random_int_range (0, i % 3 == 1 ? 100 : row->most);

  return framed_stream_new (sizes, row->n_messages);
}

GST_START_TEST (test_slabs_take_a_message_and_as_many_as_are_held_and_two)
{
  const Row *row = &rows[__i__];
  const GstGioSocketSlabPoolSettings settings = {
    .slab_size = row->slab_size,
    .layout = *gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_UINT32_BE),
    .strip_header = TRUE,
    .max_message_size = row->most,
  };
  Peak self = { .row = row, .pool = gst_gio_socket_slab_pool_new (&settings) };
  GPtrArray *arriving = framed_messages_new ();
  GByteArray *stream = make_stream (row);

  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (self.pool), TRUE));
  for (gsize at = 0; at < stream->len;) {
    at += read_once (&self, stream->data + at, stream->len - at, arriving);
    note (&self, arriving);
    check (&self);
    keep_some (&self, arriving);
  }

  for (guint i = 0; i < row->n_held; i++)
    gst_clear_buffer (&self.held[i]);
  g_ptr_array_unref (arriving);
  g_byte_array_unref (stream);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (self.pool), FALSE);
  gst_object_unref (self.pool);
}

GST_END_TEST

static Suite *
slab_peak_suite (void)
{
  Suite *suite = suite_create ("slab-peak");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_slabs_take_a_message_and_as_many_as_are_held_and_two, 0,
      G_N_ELEMENTS (rows));

  return suite;
}

GST_CHECK_MAIN (slab_peak)
