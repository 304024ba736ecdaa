/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/slab-pool.h"
#include "lib/slab.h"
#include "tests/support/framed.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define SLAB_SIZE 65536
#define READ_SIZE 8192
#define MAX_MESSAGE_SIZE (64 * 1024 * 1024)

/* What there is room for behind a large message. */
#define BEHIND_LARGE 4096

static GstGioSocketSlabPool *
pool_new_inactive (gsize slab_size, GstGioSocketFraming framing, gboolean strip_header)
{
  GstGioSocketSlabPoolSettings settings = {
    .slab_size = slab_size,
    .layout = *gst_gio_socket_framing_get_layout (framing),
    .strip_header = strip_header,
    .max_message_size = MAX_MESSAGE_SIZE,
  };

  return gst_gio_socket_slab_pool_new (&settings);
}

static GstGioSocketSlabPool *
pool_new (gsize slab_size, GstGioSocketFraming framing, gboolean strip_header)
{
  GstGioSocketSlabPool *pool = pool_new_inactive (slab_size, framing, strip_header);

  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  return pool;
}

static void
pool_free (GstGioSocketSlabPool *pool)
{
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  ASSERT_OBJECT_REFCOUNT (pool, "pool", 1);
  gst_object_unref (pool);
}

static GstGioSocketSlabPoolStats
get_stats (GstGioSocketSlabPool *pool)
{
  GstGioSocketSlabPoolStats stats;

  gst_gio_socket_slab_pool_get_stats (pool, &stats);
  return stats;
}

/* One read of at most @size bytes, as a socket would: as much as there is room for. */
static gsize
read_once (GstGioSocketSlabPool *pool, const guint8 *data, gsize size, gsize wanted,
    GPtrArray *messages)
{
  GInputVector vectors[2];
  GError *error = NULL;
  guint n_vectors = gst_gio_socket_slab_pool_reserve (pool, wanted, vectors, &error);
  gsize room = 0, done = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < n_vectors; i++) {
    gsize n = MIN (size - done, vectors[i].size);

    room += vectors[i].size;
    memcpy (vectors[i].buffer, data + done, n);
    done += n;
  }
  g_assert_cmpuint (room, >=, MIN (wanted, 1000));
  framed_collect (messages, gst_gio_socket_slab_pool_commit (pool, done));

  return done;
}

static gsize
random_size (gsize min, gsize max, gsize limit)
{
  gsize size = g_random_int_range (min, max + 1);

  return MIN (size, limit);
}

static void
read_all (GstGioSocketSlabPool *pool, const GByteArray *stream, gsize wanted, GPtrArray *messages)
{
  for (gsize at = 0; at < stream->len;)
    at += read_once (pool, stream->data + at, stream->len - at, wanted, messages);
}

static void
assert_reserve_fails (GstGioSocketSlabPool *pool, GQuark domain, gint code, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  GInputVector vectors[2];

  fail_unless_equals_int (gst_gio_socket_slab_pool_reserve (pool, READ_SIZE, vectors, &error), 0);
  fail_unless (g_error_matches (error, domain, code), "%s", error->message);
  fail_unless (strstr (error->message, text) != NULL, "%s", error->message);
}

/* --- every byte ---------------------------------------------------------- */

static const gsize read_sizes[] = { 1, 3, 7, 100, 4096, READ_SIZE };

static GArray *
edge_sizes_new (gsize slab_size)
{
  GArray *sizes = g_array_new (FALSE, FALSE, sizeof (gsize));
  const gsize edges[] = { 0, 1, 0, 0, 3, 4, slab_size - 5, slab_size - 4, slab_size - 3,
    slab_size - 1, slab_size, 0, slab_size + 1, slab_size + 1, 2 * slab_size, 3 * slab_size + 7,
    slab_size / 2, slab_size / 2, slab_size / 2 + 1, 1, 10 * slab_size, 2 };

  g_array_append_vals (sizes, edges, G_N_ELEMENTS (edges));
  for (guint i = 0; i < 300; i++) {
    gsize size = g_random_int_range (0, i % 10 == 0 ? slab_size * 3 / 2 : 300);

    g_array_append_val (sizes, size);
  }

  return sizes;
}

static void
check_messages (GPtrArray *messages, GArray *sizes, guint from, gboolean with_header)
{
  for (guint i = 0; i < messages->len; i++)
    framed_assert_message (g_ptr_array_index (messages, i), from + i,
        g_array_index (sizes, gsize, from + i), with_header);
}

GST_START_TEST (test_every_byte_arrives_however_the_stream_is_cut)
{
  gsize slab_size = SLAB_SIZE;
  gsize read_size = read_sizes[__i__];

  for (guint strip = 0; strip < 2; strip++) {
    GstGioSocketSlabPool *pool = pool_new (slab_size, GST_GIO_SOCKET_FRAMING_UINT32_BE, strip);
    GArray *sizes = edge_sizes_new (slab_size);
    GByteArray *stream = framed_stream_new ((gsize *)sizes->data, sizes->len);
    GPtrArray *messages = framed_messages_new ();

    for (gsize at = 0; at < stream->len;) {
      gsize n = random_size (0, read_size, stream->len - at);

      at += read_once (pool, stream->data + at, n, READ_SIZE, messages);
    }

    fail_unless_equals_int (messages->len, sizes->len);
    check_messages (messages, sizes, 0, !strip);
    fail_unless (gst_gio_socket_slab_pool_finish (pool, NULL));
    fail_unless_equals_uint64 (get_stats (pool).messages, sizes->len);
    fail_unless_equals_uint64 (get_stats (pool).bytes, stream->len);

    g_ptr_array_unref (messages);
    g_array_unref (sizes);
    g_byte_array_unref (stream);
    pool_free (pool);
  }
}

GST_END_TEST

static guint
n_held (GstBuffer **held, guint n)
{
  guint n_messages = 0;

  for (guint i = 0; i < n; i++)
    n_messages += held[i] != NULL;

  return n_messages;
}

/* Some are kept for a while and some are not, so slabs are rewound, reused and left in any order. */
GST_START_TEST (test_no_message_is_overwritten_while_somebody_holds_it)
{
  const guint n = 20000;
  GstGioSocketSlabPool *pool = pool_new (16384, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  gsize *sizes = g_new (gsize, n);
  GstBuffer *held[64] = { NULL };
  guint held_number[64];
  GPtrArray *messages = framed_messages_new ();
  GByteArray *stream;
  guint number = 0;

  for (guint i = 0; i < n; i++)
    sizes[i] = g_random_int_range (0, i % 100 == 0 ? 30000 : 200);
  stream = framed_stream_new (sizes, n);

  for (gsize at = 0; at < stream->len;) {
    gsize size = random_size (1, 5000, stream->len - at);

    at += read_once (pool, stream->data + at, size, 4096, messages);
    for (guint i = 0; i < messages->len; i++, number++) {
      guint slot = g_random_int_range (0, G_N_ELEMENTS (held));

      if (number / 1000 % 2 == 0 && number % 3 == 0)
        continue;
      if (held[slot] != NULL)
        framed_assert_message (held[slot], held_number[slot], sizes[held_number[slot]], FALSE);
      gst_buffer_replace (&held[slot], g_ptr_array_index (messages, i));
      held_number[slot] = number;
    }
    g_ptr_array_set_size (messages, 0);

    if (g_random_int_range (0, 10) == 0)
      for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
        if (held[i] != NULL)
          framed_assert_message (held[i], held_number[i], sizes[held_number[i]], FALSE);
        gst_buffer_replace (&held[i], NULL);
      }

    if (n_held (held, G_N_ELEMENTS (held)) == 0)
      g_assert_cmpuint (get_stats (pool).slabs_in_use, <=, 2);
  }

  fail_unless_equals_int (number, n);
  fail_unless (get_stats (pool).slabs_rewound > 0);
  fail_unless (get_stats (pool).slabs_reused > 0);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_replace (&held[i], NULL);
  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  g_free (sizes);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_without_framing_each_read_is_a_buffer)
{
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_NONE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  guint8 data[SLAB_SIZE];
  const guint8 *end = NULL;
  guint n_slabs = 0;
  gsize at = 0;

  for (gsize i = 0; i < sizeof (data); i++)
    data[i] = i % 251;

  for (guint i = 0; i < 100; i++)
    read_once (pool, data, 1000 + i, READ_SIZE, messages);
  framed_collect (messages, gst_gio_socket_slab_pool_commit (pool, 0));

  fail_unless_equals_int (messages->len, 100);
  for (guint i = 0; i < 100; i++) {
    GstMapInfo map;

    fail_unless (gst_buffer_map (g_ptr_array_index (messages, i), &map, GST_MAP_READ));
    fail_unless_equals_uint64 (map.size, 1000 + i);
    fail_unless (memcmp (map.data, data, map.size) == 0);
    if (map.data != end)
      n_slabs++;
    end = map.data + map.size;
    at += map.size;
    gst_buffer_unmap (g_ptr_array_index (messages, i), &map);
  }

  fail_unless_equals_int (n_slabs, at / (SLAB_SIZE - READ_SIZE) + 1);
  fail_unless_equals_uint64 (get_stats (pool).slabs_allocated, n_slabs);
  fail_unless_equals_uint64 (get_stats (pool).bytes_copied, 0);
  fail_unless (gst_gio_socket_slab_pool_finish (pool, NULL));
  g_ptr_array_unref (messages);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_a_lone_message_costs_no_list)
{
  const gsize sizes[] = { 10, 20 };
  GByteArray *stream = framed_stream_new (sizes, 2);
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GInputVector vectors[2];
  GstMiniObject *object;

  for (guint both = 0; both < 2; both++) {
    gsize n = both ? stream->len : 14;

    fail_unless_equals_int (gst_gio_socket_slab_pool_reserve (pool, READ_SIZE, vectors, NULL), 1);
    memcpy (vectors[0].buffer, stream->data, n);
    object = gst_gio_socket_slab_pool_commit (pool, n);
    fail_unless (GST_IS_BUFFER (object) == !both);
    fail_unless (GST_IS_BUFFER_LIST (object) == both);
    fail_unless (!both || gst_buffer_list_length (GST_BUFFER_LIST (object)) == 2);
    gst_mini_object_unref (object);
  }

  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

/* --- large messages ------------------------------------------------------ */

GST_START_TEST (test_a_large_message_is_one_piece_and_hardly_copied)
{
  const gsize sizes[] = { 20, 8294400, 8294400, 8294400, 20, 60 * 1024 * 1024, 8294400, 0 };
  const gsize slab_size = 1024 * 1024;
  const gsize read_size = 65536;
  GstGioSocketSlabPool *pool = pool_new (slab_size, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GPtrArray *messages = framed_messages_new ();
  gsize n_large = 0;
  guint number = 0;

  for (gsize at = 0; at < stream->len;) {
    gsize n = random_size (1, read_size, stream->len - at);

    at += read_once (pool, stream->data + at, n, read_size, messages);
    for (guint i = 0; i < messages->len; i++, number++) {
      framed_assert_message (g_ptr_array_index (messages, i), number, sizes[number], FALSE);
      n_large += sizes[number] > slab_size;
    }
    g_ptr_array_set_size (messages, 0);
  }

  fail_unless_equals_int (number, G_N_ELEMENTS (sizes));
  /* What comes behind one that is not large may be a read, for once. */
  fail_unless (get_stats (pool).bytes_copied <= 2 * read_size + n_large * BEHIND_LARGE);
  /* The largest and the slab behind it: what was for another message has gone. */
  fail_unless (get_stats (pool).peak_bytes <= 60 * 1024 * 1024 + 4 + slab_size);

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_one_read_fills_the_rest_of_a_message_and_room_behind_it)
{
  const gsize sizes[] = { 5 * SLAB_SIZE, 100, 200 };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, FALSE);
  GPtrArray *messages = framed_messages_new ();
  GInputVector vectors[2];
  gsize rest = sizes[0] + 4 - 10;

  read_once (pool, stream->data, 10, READ_SIZE, messages);
  fail_unless_equals_int (messages->len, 0);
  fail_unless_equals_uint64 (gst_gio_socket_slab_pool_get_pending (pool), 10);

  fail_unless_equals_int (gst_gio_socket_slab_pool_reserve (pool, READ_SIZE, vectors, NULL), 2);
  fail_unless_equals_uint64 (vectors[0].size, rest);
  fail_unless_equals_uint64 (vectors[1].size, BEHIND_LARGE);
  memcpy (vectors[0].buffer, stream->data + 10, rest);
  memcpy (vectors[1].buffer, stream->data + 10 + rest, 104 + 204);
  framed_collect (messages, gst_gio_socket_slab_pool_commit (pool, rest + 104 + 204));

  fail_unless_equals_int (messages->len, 3);
  for (guint i = 0; i < 3; i++)
    framed_assert_message (g_ptr_array_index (messages, i), i, sizes[i], TRUE);
  fail_unless_equals_uint64 (get_stats (pool).bytes_copied, 10);
  fail_unless_equals_uint64 (get_stats (pool).slabs_allocated, 2);

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_a_message_that_comes_byte_by_byte_is_moved_once)
{
  const gsize sizes[] = { 3000, 60000, 3000 };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();

  for (gsize at = 0; at < stream->len; at++)
    read_once (pool, stream->data + at, 1, READ_SIZE, messages);

  fail_unless_equals_int (messages->len, 3);
  fail_unless (get_stats (pool).bytes_copied <= 3 * 4, "%u", (guint)get_stats (pool).bytes_copied);
  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

/* What is not known to be a message of its own gets no more than a slab. */
GST_START_TEST (test_a_read_larger_than_a_slab_takes_several)
{
  const gsize sizes[] = { 100, 200000, 5, 3000, 70000, 8000 };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstGioSocketSlabPool *pool = pool_new (4096, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  GInputVector vectors[2];

  fail_unless_equals_int (gst_gio_socket_slab_pool_reserve (pool, 65536, vectors, NULL), 1);
  fail_unless_equals_uint64 (vectors[0].size, 4096);
  read_all (pool, stream, 65536, messages);
  fail_unless_equals_int (messages->len, G_N_ELEMENTS (sizes));
  for (guint i = 0; i < messages->len; i++)
    framed_assert_message (g_ptr_array_index (messages, i), i, sizes[i], FALSE);
  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

/* --- lives --------------------------------------------------------------- */

GST_START_TEST (test_100000_messages_of_one_slab_live_at_once)
{
  const guint n = 100000;
  GstGioSocketSlabPool *pool = pool_new (1024 * 1024, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  gsize *sizes = g_new (gsize, n);
  GPtrArray *messages = framed_messages_new ();
  GByteArray *stream;

  for (guint i = 0; i < n; i++)
    sizes[i] = i % 4;
  stream = framed_stream_new (sizes, n);
  read_all (pool, stream, 65536, messages);

  fail_unless_equals_int (messages->len, n);
  fail_unless_equals_uint64 (get_stats (pool).slabs_allocated, 1);
  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = g_ptr_array_index (messages, i);
    GstMapInfo map;

    framed_assert_message (buffer, i, sizes[i], FALSE);
    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
    memset (map.data, 0xee, map.maxsize);
    gst_buffer_unmap (buffer, &map);
  }

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  g_free (sizes);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_a_slab_is_used_again_only_when_its_messages_have_gone)
{
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_NONE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  GPtrArray *others = framed_messages_new ();
  guint8 data[READ_SIZE];

  memset (data, 'a', sizeof (data));
  for (guint i = 0; i < 16; i++)
    read_once (pool, data, READ_SIZE, READ_SIZE, messages);
  fail_unless_equals_uint64 (get_stats (pool).slabs_allocated, 2);
  fail_unless_equals_uint64 (get_stats (pool).slabs_reused, 0);
  fail_unless_equals_uint64 (get_stats (pool).slabs_rewound, 0);

  memset (data, 'b', sizeof (data));
  read_once (pool, data, READ_SIZE, READ_SIZE, others);
  for (guint i = 0; i < 16; i++) {
    GstMapInfo map;

    fail_unless (gst_buffer_map (g_ptr_array_index (messages, i), &map, GST_MAP_READ));
    fail_unless (map.data[0] == 'a' && memcmp (map.data, map.data + 1, map.size - 1) == 0);
    gst_buffer_unmap (g_ptr_array_index (messages, i), &map);
  }

  /* The pool fills the third slab; the first two are free again and there is no need of a fourth. */
  g_ptr_array_set_size (messages, 0);
  for (guint i = 0; i < 16; i++)
    read_once (pool, data, READ_SIZE, READ_SIZE, others);
  fail_unless_equals_uint64 (get_stats (pool).slabs_allocated, 3);
  fail_unless_equals_uint64 (get_stats (pool).slabs_reused, 2);

  /* All messages are gone: the slab at hand begins again, for ever. */
  g_ptr_array_set_size (others, 0);
  for (guint i = 0; i < 100; i++) {
    read_once (pool, data, READ_SIZE, READ_SIZE, others);
    g_ptr_array_set_size (others, 0);
  }
  fail_unless_equals_uint64 (get_stats (pool).slabs_reused, 2);
  fail_unless_equals_uint64 (get_stats (pool).slabs_rewound, 100);

  g_ptr_array_unref (messages);
  g_ptr_array_unref (others);
  pool_free (pool);
}

GST_END_TEST

/* A slab was put behind the one at hand, which then begins again and has room for all. */
GST_START_TEST (test_a_slab_that_is_not_needed_any_more_is_left)
{
  const gsize sizes[] = { 30000, 27000, 2000, 5 * SLAB_SIZE };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GByteArray start = { stream->data, 30004 + 27004 + 100 };
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  gsize at = start.len;

  read_all (pool, &start, READ_SIZE, messages);
  at += read_once (pool, stream->data + at, 1, READ_SIZE, messages);
  fail_unless_equals_int (messages->len, 2);
  fail_unless_equals_uint64 (get_stats (pool).slabs_in_use, 2);

  g_ptr_array_set_size (messages, 0);
  at += read_once (pool, stream->data + at, 2000, READ_SIZE, messages);
  fail_unless_equals_int (messages->len, 1);
  fail_unless_equals_uint64 (get_stats (pool).slabs_rewound, 1);

  while (at < stream->len)
    at += read_once (pool, stream->data + at, stream->len - at, READ_SIZE, messages);
  fail_unless_equals_int (messages->len, 2);
  framed_assert_message (g_ptr_array_index (messages, 0), 2, sizes[2], FALSE);
  framed_assert_message (g_ptr_array_index (messages, 1), 3, sizes[3], FALSE);
  g_ptr_array_set_size (messages, 0);
  fail_unless_equals_uint64 (get_stats (pool).slabs_in_use, 1);

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_messages_outlive_the_pool)
{
  const gsize sizes[] = { 10, 5 * SLAB_SIZE, 20 };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  GstAllocator *allocator;

  read_all (pool, stream, READ_SIZE, messages);
  allocator = gst_buffer_peek_memory (g_ptr_array_index (messages, 0), 0)->allocator;
  g_object_add_weak_pointer (G_OBJECT (allocator), (gpointer *)&allocator);
  pool_free (pool);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    framed_assert_message (g_ptr_array_index (messages, i), i, sizes[i], FALSE);
  fail_unless (allocator != NULL);
  g_ptr_array_unref (messages);
  fail_unless (allocator == NULL);
  g_byte_array_unref (stream);
}

GST_END_TEST

GST_START_TEST (test_writing_into_a_message_leaves_its_neighbours)
{
  const gsize sizes[] = { 100, 100, 100 };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  GstMapInfo map;
  gpointer data;

  read_all (pool, stream, READ_SIZE, messages);
  fail_unless (gst_buffer_map (g_ptr_array_index (messages, 1), &map, GST_MAP_READ));
  data = map.data;
  gst_buffer_unmap (g_ptr_array_index (messages, 1), &map);

  fail_unless (gst_buffer_is_writable (g_ptr_array_index (messages, 1)));
  fail_unless (gst_buffer_map (g_ptr_array_index (messages, 1), &map, GST_MAP_WRITE));
  fail_unless (map.data == data);
  fail_unless_equals_uint64 (map.maxsize, 100);
  memset (map.data, 0, map.maxsize);
  gst_buffer_unmap (g_ptr_array_index (messages, 1), &map);

  framed_assert_message (g_ptr_array_index (messages, 0), 0, 100, FALSE);
  framed_assert_message (g_ptr_array_index (messages, 2), 2, 100, FALSE);
  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

static gpointer
check_messages_in_thread (gpointer data)
{
  GAsyncQueue *queue = data;
  GstBuffer *buffer;
  guint number = 0;

  while (gst_buffer_get_size (buffer = g_async_queue_pop (queue)) > 0) {
    framed_assert_message (buffer, number, 1 + number % 900, FALSE);
    gst_buffer_unref (buffer);
    number++;
  }
  gst_buffer_unref (buffer);

  return GUINT_TO_POINTER (number);
}

GST_START_TEST (test_another_thread_may_free_while_this_one_receives)
{
  const guint n = 20000;
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GAsyncQueue *queue = g_async_queue_new ();
  GThread *thread = g_thread_new ("messages", check_messages_in_thread, queue);
  gsize *sizes = g_new (gsize, n);
  GPtrArray *messages = framed_messages_new ();
  GByteArray *stream;

  for (guint i = 0; i < n; i++)
    sizes[i] = 1 + i % 900;
  stream = framed_stream_new (sizes, n);

  for (gsize at = 0; at < stream->len;) {
    gsize size = random_size (1, READ_SIZE, stream->len - at);

    at += read_once (pool, stream->data + at, size, READ_SIZE, messages);
    for (guint i = 0; i < messages->len; i++)
      g_async_queue_push (queue, gst_buffer_ref (g_ptr_array_index (messages, i)));
    g_ptr_array_set_size (messages, 0);
  }

  g_async_queue_push (queue, gst_buffer_new ());
  fail_unless_equals_int (GPOINTER_TO_UINT (g_thread_join (thread)), n);
  fail_unless_equals_uint64 (get_stats (pool).slabs_in_use, 1);

  g_async_queue_unref (queue);
  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  g_free (sizes);
  pool_free (pool);
}

GST_END_TEST

/* --- the end, and errors ------------------------------------------------- */

GST_START_TEST (test_a_length_over_the_limit_is_an_error_behind_the_messages_before_it)
{
  const gsize sizes[] = { 10, 20 };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  g_autoptr (GError) error = NULL;

  g_byte_array_append (stream, (const guint8 *)"\xff\xff\xff\xff....", 8);
  read_once (pool, stream->data, stream->len, READ_SIZE, messages);
  fail_unless_equals_int (messages->len, 2);
  framed_assert_message (g_ptr_array_index (messages, 1), 1, 20, FALSE);

  for (guint i = 0; i < 2; i++) {
    assert_reserve_fails (pool, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX, "4294967295 bytes");
    assert_reserve_fails (pool, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX, "67108864 bytes");
  }
  fail_unless_equals_uint64 (get_stats (pool).peak_bytes, SLAB_SIZE);

  fail_if (gst_gio_socket_slab_pool_finish (pool, &error));
  fail_unless (strstr (error->message, "4294967295 bytes") != NULL);

  /* All is forgotten: a new stream may begin. */
  g_ptr_array_set_size (messages, 0);
  read_once (pool, stream->data, 14, READ_SIZE, messages);
  fail_unless_equals_int (messages->len, 1);
  framed_assert_message (g_ptr_array_index (messages, 0), 0, 10, FALSE);

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

static const struct
{
  gsize size;
  gsize arrived;
  const gchar *text;
} ends[] = {
  { 10, 0, NULL },
  { 10, 1, "inside a header: 3 of its 4 bytes" },
  { 10, 3, "inside a header: 1 of its 4 bytes" },
  { 10, 4, "inside a message: 10 of its 10 bytes" },
  { 10, 13, "inside a message: 1 of its 10 bytes" },
  { 10, 14, NULL },
  { 0, 4, NULL },
  { 8294400, 1000004, "inside a message: 7294400 of its 8294400 bytes" },
};

GST_START_TEST (test_a_stream_that_ends_too_early_says_what_is_missing)
{
  GByteArray *stream = framed_stream_new (&ends[__i__].size, 1);
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  g_autoptr (GError) error = NULL;

  g_byte_array_set_size (stream, ends[__i__].arrived);
  read_all (pool, stream, READ_SIZE, messages);

  if (ends[__i__].text == NULL) {
    fail_unless (gst_gio_socket_slab_pool_finish (pool, &error));
    g_assert_no_error (error);
  } else {
    fail_if (gst_gio_socket_slab_pool_finish (pool, &error));
    fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX));
    fail_unless (strstr (error->message, ends[__i__].text) != NULL, "%s", error->message);
  }
  fail_unless_equals_uint64 (gst_gio_socket_slab_pool_get_pending (pool), 0);
  fail_unless (gst_gio_socket_slab_pool_finish (pool, NULL));

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_reset_forgets_the_message_at_hand)
{
  const gsize sizes[] = { 5 * SLAB_SIZE, 30 };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();
  const gsize partial[] = { 2, 4, 100, 2 * SLAB_SIZE };

  for (guint i = 0; i < G_N_ELEMENTS (partial); i++) {
    GByteArray part = { stream->data, partial[i] };
    GByteArray whole = { stream->data + sizes[0] + 4, 34 };

    read_all (pool, &part, READ_SIZE, messages);
    gst_gio_socket_slab_pool_reset (pool);
    read_all (pool, &whole, READ_SIZE, messages);
    fail_unless_equals_int (messages->len, i + 1);
    framed_assert_message (g_ptr_array_index (messages, i), 1, 30, FALSE);
  }

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_a_flushing_pool_reserves_nothing_and_forgets_nothing)
{
  const gsize size = 100;
  GByteArray *stream = framed_stream_new (&size, 1);
  GstGioSocketSlabPool *pool =
      pool_new_inactive (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GPtrArray *messages = framed_messages_new ();

  assert_reserve_fails (pool, G_IO_ERROR, G_IO_ERROR_CANCELLED, "flushing");
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  read_once (pool, stream->data, 50, READ_SIZE, messages);

  gst_buffer_pool_set_flushing (GST_BUFFER_POOL (pool), TRUE);
  assert_reserve_fails (pool, G_IO_ERROR, G_IO_ERROR_CANCELLED, "flushing");
  gst_buffer_pool_set_flushing (GST_BUFFER_POOL (pool), FALSE);

  read_once (pool, stream->data + 50, 54, READ_SIZE, messages);
  fail_unless_equals_int (messages->len, 1);
  framed_assert_message (g_ptr_array_index (messages, 0), 0, 100, FALSE);

  /* Only one that was inactive begins anew. */
  read_once (pool, stream->data, 50, READ_SIZE, messages);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  assert_reserve_fails (pool, G_IO_ERROR, G_IO_ERROR_CANCELLED, "flushing");
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  fail_unless_equals_uint64 (gst_gio_socket_slab_pool_get_pending (pool), 0);

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (pool);
}

GST_END_TEST

/* --- in a pipeline ------------------------------------------------------- */

GST_START_TEST (test_a_plain_acquire_gives_an_ordinary_buffer)
{
  GstGioSocketSlabPool *pool = pool_new_inactive (4096, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GstStructure *config = gst_buffer_pool_get_config (GST_BUFFER_POOL (pool));
  GstBuffer *buffer = NULL;

  gst_buffer_pool_config_set_params (config, NULL, 100000, 0, 0);
  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool), config));
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (pool), &buffer, NULL),
      GST_FLOW_OK);
  fail_unless_equals_uint64 (gst_buffer_get_size (buffer), 100000);
  fail_unless_equals_uint64 (gst_buffer_memset (buffer, 0, 1, 100000), 100000);
  fail_if (gst_gio_socket_slab_pool_owns (pool, buffer));
  gst_buffer_unref (buffer);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_only_who_knows_it_finds_the_pool_in_a_query)
{
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_NONE, TRUE);
  GstQuery *query = gst_query_new_allocation (NULL, TRUE);
  GstGioSocketSlabPool *found;

  fail_unless (gst_gio_socket_slab_pool_find (query) == NULL);
  gst_gio_socket_slab_pool_propose (pool, query);
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 0);
  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 0);

  found = gst_gio_socket_slab_pool_find (query);
  fail_unless (found == pool);
  gst_object_unref (found);
  gst_query_unref (query);

  /* A meta of the name without a pool is none. */
  query = gst_query_new_allocation (NULL, TRUE);
  gst_query_add_allocation_meta (query, GST_GIO_SOCKET_SLAB_POOL_API_TYPE, NULL);
  fail_unless (gst_gio_socket_slab_pool_find (query) == NULL);
  gst_query_unref (query);
  pool_free (pool);
}

GST_END_TEST

GST_START_TEST (test_siblings_share_slabs_but_not_a_stream)
{
  const gsize size = 100;
  GByteArray *stream = framed_stream_new (&size, 1);
  GstGioSocketSlabPool *pool = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GstGioSocketSlabPool *other = pool_new (SLAB_SIZE, GST_GIO_SOCKET_FRAMING_UINT32_BE, TRUE);
  GstGioSocketSlabPool *sibling = gst_gio_socket_slab_pool_new_sibling (pool);
  GPtrArray *messages = framed_messages_new ();

  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (sibling), TRUE));
  read_once (pool, stream->data, 50, READ_SIZE, messages);
  read_once (sibling, stream->data, 60, READ_SIZE, messages);
  read_once (pool, stream->data + 50, 54, READ_SIZE, messages);
  read_once (sibling, stream->data + 60, 44, READ_SIZE, messages);

  fail_unless_equals_int (messages->len, 2);
  for (guint i = 0; i < 2; i++) {
    framed_assert_message (g_ptr_array_index (messages, i), 0, 100, FALSE);
    fail_unless (gst_gio_socket_slab_pool_owns (pool, g_ptr_array_index (messages, i)));
    fail_if (gst_gio_socket_slab_pool_owns (other, g_ptr_array_index (messages, i)));
  }
  fail_unless_equals_uint64 (get_stats (pool).messages, 1);
  fail_unless_equals_uint64 (get_stats (pool).slabs_allocated, 2);

  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  pool_free (sibling);
  pool_free (other);
  pool_free (pool);
}

GST_END_TEST

static Suite *
slab_pool_suite (void)
{
  Suite *suite = suite_create ("slab-pool");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_every_byte_arrives_however_the_stream_is_cut, 0,
      G_N_ELEMENTS (read_sizes));
  tcase_add_test (tcase, test_no_message_is_overwritten_while_somebody_holds_it);
  tcase_add_test (tcase, test_without_framing_each_read_is_a_buffer);
  tcase_add_test (tcase, test_a_lone_message_costs_no_list);
  tcase_add_test (tcase, test_a_large_message_is_one_piece_and_hardly_copied);
  tcase_add_test (tcase, test_one_read_fills_the_rest_of_a_message_and_room_behind_it);
  tcase_add_test (tcase, test_a_message_that_comes_byte_by_byte_is_moved_once);
  tcase_add_test (tcase, test_a_read_larger_than_a_slab_takes_several);
  tcase_add_test (tcase, test_100000_messages_of_one_slab_live_at_once);
  tcase_add_test (tcase, test_a_slab_is_used_again_only_when_its_messages_have_gone);
  tcase_add_test (tcase, test_a_slab_that_is_not_needed_any_more_is_left);
  tcase_add_test (tcase, test_messages_outlive_the_pool);
  tcase_add_test (tcase, test_writing_into_a_message_leaves_its_neighbours);
  tcase_add_test (tcase, test_another_thread_may_free_while_this_one_receives);
  tcase_add_test (tcase, test_a_length_over_the_limit_is_an_error_behind_the_messages_before_it);
  tcase_add_loop_test (tcase, test_a_stream_that_ends_too_early_says_what_is_missing, 0,
      G_N_ELEMENTS (ends));
  tcase_add_test (tcase, test_reset_forgets_the_message_at_hand);
  tcase_add_test (tcase, test_a_flushing_pool_reserves_nothing_and_forgets_nothing);
  tcase_add_test (tcase, test_a_plain_acquire_gives_an_ordinary_buffer);
  tcase_add_test (tcase, test_only_who_knows_it_finds_the_pool_in_a_query);
  tcase_add_test (tcase, test_siblings_share_slabs_but_not_a_stream);

  return suite;
}

GST_CHECK_MAIN (slab_pool)
