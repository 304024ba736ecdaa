/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/slab-pool.h"
#include "tests/support/framed.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define SLAB_SIZE 4096
#define READ_SIZE 1000
#define MAX_SLABS 2

/* One message of this size and a part of another fit into a slab. */
#define MESSAGE_SIZE 3000

static GstGioSocketSlabPool *pool;
static GPtrArray *messages;
static GByteArray *stream;
static gsize at;

static void
setup_with (guint max_slabs)
{
  const gsize sizes[] = { MESSAGE_SIZE, MESSAGE_SIZE, MESSAGE_SIZE, 3 * SLAB_SIZE, 10 };
  GstGioSocketSlabPoolSettings settings = {
    .slab_size = SLAB_SIZE,
    .max_slabs = max_slabs,
    .layout = *gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_UINT32_BE),
    .strip_header = TRUE,
    .max_message_size = 1 << 20,
  };

  pool = gst_gio_socket_slab_pool_new (&settings);
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  messages = framed_messages_new ();
  stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  at = 0;
}

static void
setup (void)
{
  setup_with (MAX_SLABS);
}

static void
teardown (void)
{
  g_clear_pointer (&messages, g_ptr_array_unref);
  g_clear_pointer (&stream, g_byte_array_unref);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  ASSERT_OBJECT_REFCOUNT (pool, "pool", 1);
  gst_clear_object (&pool);
}

static GstGioSocketSlabPoolStats
get_stats (void)
{
  GstGioSocketSlabPoolStats stats;

  gst_gio_socket_slab_pool_get_stats (pool, &stats);
  return stats;
}

/* Reads until @end of the stream, not a byte more.  Returns: the room that there was at last */
static gsize
read_to (gsize end)
{
  gsize room = 0;

  while (at < end) {
    GInputVector vectors[2];
    GError *error = NULL;
    guint n_vectors = gst_gio_socket_slab_pool_reserve (pool, READ_SIZE, vectors, &error);
    gsize done = 0;

    g_assert_no_error (error);
    room = 0;
    for (guint i = 0; i < n_vectors; i++) {
      gsize n = MIN (vectors[i].size, end - at - done);

      memcpy (vectors[i].buffer, stream->data + at + done, n);
      room += vectors[i].size;
      done += n;
    }
    at += done;
    framed_collect (messages, gst_gio_socket_slab_pool_commit (pool, done));
  }

  return room;
}

static gsize
end_of (guint n)
{
  return n * (MESSAGE_SIZE + 4);
}

/* Two slabs are held, and the third message has begun. */
static void
fill_up (void)
{
  read_to (end_of (2));
  fail_unless_equals_int (messages->len, 2);
  read_to (end_of (2) + 100);
  fail_unless_equals_uint64 (get_stats ().slabs_in_use, MAX_SLABS);
}

static gpointer
reserve_cb (gpointer data)
{
  GInputVector vectors[2];

  return GUINT_TO_POINTER (gst_gio_socket_slab_pool_reserve (pool, READ_SIZE, vectors, data));
}

GST_START_TEST (test_the_message_at_hand_gets_its_slab_and_nothing_behind_it)
{
  GInputVector vectors[2];

  fill_up ();
  fail_unless_equals_int (gst_gio_socket_slab_pool_reserve (pool, READ_SIZE, vectors, NULL), 1);
  fail_unless_equals_uint64 (vectors[0].size, end_of (3) - at);
  read_to (end_of (3));
  fail_unless_equals_int (messages->len, 3);
  fail_unless_equals_uint64 (get_stats ().slabs_in_use, MAX_SLABS + 1);
  for (guint i = 0; i < 3; i++)
    framed_assert_message (g_ptr_array_index (messages, i), i, MESSAGE_SIZE, FALSE);
}

GST_END_TEST

/* Two bytes of it have come, at the end of a slab that has room for no read, and the other is held. */
GST_START_TEST (test_a_header_that_has_begun_is_completed_byte_for_byte)
{
  const gsize sizes[] = { 1000, 1000, 1000, 1000, 1000, 1000, 3 * SLAB_SIZE };
  GInputVector vectors[2];

  g_byte_array_unref (stream);
  stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  read_to (3 * 1004);
  read_to (5 * 1004);
  read_to (6 * 1004 + 2);
  fail_unless_equals_int (messages->len, 6);
  fail_unless_equals_uint64 (get_stats ().slabs_in_use, MAX_SLABS);

  fail_unless_equals_int (gst_gio_socket_slab_pool_reserve (pool, READ_SIZE, vectors, NULL), 1);
  fail_unless_equals_uint64 (vectors[0].size, 2);
  read_to (6 * 1004 + 4 + 3 * SLAB_SIZE);
  fail_unless_equals_int (messages->len, 7);
  framed_assert_message (g_ptr_array_index (messages, 6), 6, 3 * SLAB_SIZE, FALSE);
  fail_unless_equals_uint64 (get_stats ().slabs_in_use, MAX_SLABS + 1);
}

GST_END_TEST

GST_START_TEST (test_between_messages_it_waits_until_a_slab_comes_back)
{
  g_autoptr (GError) error = NULL;
  GThread *thread;

  fill_up ();
  read_to (end_of (3));
  thread = g_thread_new ("reserve", reserve_cb, &error);
  g_ptr_array_remove_index (messages, 0);
  fail_unless (GPOINTER_TO_UINT (g_thread_join (thread)) > 0);
  g_assert_no_error (error);
  fail_unless (get_stats ().slabs_in_use <= MAX_SLABS);
}

GST_END_TEST

GST_START_TEST (test_flushing_ends_the_wait_and_forgets_nothing)
{
  g_autoptr (GError) error = NULL;
  GThread *thread;

  fill_up ();
  read_to (end_of (3));
  for (guint i = 0; i < 20; i++) {
    thread = g_thread_new ("reserve", reserve_cb, &error);
    if (i % 2 == 0)
      g_thread_yield ();
    gst_buffer_pool_set_flushing (GST_BUFFER_POOL (pool), TRUE);
    fail_unless_equals_int (GPOINTER_TO_UINT (g_thread_join (thread)), 0);
    fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    g_clear_error (&error);
    gst_buffer_pool_set_flushing (GST_BUFFER_POOL (pool), FALSE);
  }

  g_ptr_array_set_size (messages, 0);
  read_to (stream->len);
  fail_unless_equals_int (messages->len, 2);
  framed_assert_message (g_ptr_array_index (messages, 0), 3, 3 * SLAB_SIZE, FALSE);
  framed_assert_message (g_ptr_array_index (messages, 1), 4, 10, FALSE);
}

GST_END_TEST

/* As a sink does, with its last sample. */
GST_START_TEST (test_one_slab_is_enough_for_who_keeps_the_last_message)
{
  teardown ();
  setup_with (1);

  for (guint n = 1; n <= 3; n++) {
    read_to (end_of (n));
    g_ptr_array_remove_range (messages, 0, messages->len - 1);
  }
  read_to (stream->len);
  fail_unless (get_stats ().peak_bytes <= 6 * SLAB_SIZE);
}

GST_END_TEST

static gpointer
release_cb (gpointer data)
{
  GAsyncQueue *queue = data;
  GstBuffer *held[20] = { NULL };
  guint n = 0;
  GstBuffer *buffer;

  /* The empty one is the last. */
  while (gst_buffer_get_size (buffer = g_async_queue_pop (queue)) > 0) {
    gst_clear_buffer (&held[n % G_N_ELEMENTS (held)]);
    framed_assert_message (buffer, n, 1 + n % 900, FALSE);
    held[n++ % G_N_ELEMENTS (held)] = buffer;
  }

  gst_buffer_unref (buffer);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_clear_buffer (&held[i]);
  return GUINT_TO_POINTER (n);
}

/* Twenty messages of 900 bytes lie in five slabs or six. */
GST_START_TEST (test_a_slow_consumer_bounds_what_is_allocated)
{
  GAsyncQueue *queue = g_async_queue_new ();
  g_autofree gsize *sizes = g_new (gsize, 5000);
  GThread *thread;

  teardown ();
  setup_with (8);
  for (guint i = 0; i < 5000; i++)
    sizes[i] = 1 + i % 900;
  g_byte_array_unref (stream);
  stream = framed_stream_new (sizes, 5000);

  thread = g_thread_new ("release", release_cb, queue);
  while (at < stream->len) {
    gsize end = at + g_random_int_range (1, 2 * READ_SIZE);

    read_to (MIN (end, stream->len));
    for (guint i = 0; i < messages->len; i++)
      g_async_queue_push (queue, gst_buffer_ref (g_ptr_array_index (messages, i)));
    g_ptr_array_set_size (messages, 0);
  }
  g_async_queue_push (queue, gst_buffer_new ());

  fail_unless_equals_int (GPOINTER_TO_UINT (g_thread_join (thread)), 5000);
  fail_unless (get_stats ().slabs_allocated + get_stats ().slabs_reused > 100);
  g_async_queue_unref (queue);
}

GST_END_TEST

/* --- alignment, prefix and padding --------------------------------------- */

GST_START_TEST (test_slabs_are_aligned_and_surrounded_as_downstream_wants)
{
  const GstAllocationParams params = { .align = 4095, .prefix = 100, .padding = 5000 };
  GstMapInfo map;
  GstBuffer *buffer;

  gst_gio_socket_slab_pool_set_params (pool, &params);
  for (guint n = 1; n <= 2; n++) {
    read_to (end_of (n));
    buffer = g_ptr_array_index (messages, n - 1);
    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
    fail_unless_equals_uint64 ((guintptr)map.data % 4096, 0);
    /* What is nobody else's: a sanitizer looks. */
    memset (map.data - 4 - params.prefix, 1, params.prefix);
    memset (map.data - 4 + SLAB_SIZE, 2, params.padding);
    gst_buffer_unmap (buffer, &map);
    framed_assert_message (buffer, n - 1, MESSAGE_SIZE, FALSE);
  }
}

GST_END_TEST

GST_START_TEST (test_what_downstream_wants_may_change_at_any_byte)
{
  for (guint i = 0; at < stream->len; i++) {
    const GstAllocationParams params = { .align = (1 << i % 13) - 1, .prefix = i % 3 };

    gst_gio_socket_slab_pool_set_params (pool, &params);
    read_to (MIN (at + 700, stream->len));
    g_ptr_array_set_size (messages, 0);
  }
  fail_unless_equals_uint64 (get_stats ().messages, 5);
}

GST_END_TEST

static Suite *
slab_limit_suite (void)
{
  Suite *suite = suite_create ("slab-limit");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_message_at_hand_gets_its_slab_and_nothing_behind_it);
  tcase_add_test (tcase, test_a_header_that_has_begun_is_completed_byte_for_byte);
  tcase_add_test (tcase, test_between_messages_it_waits_until_a_slab_comes_back);
  tcase_add_test (tcase, test_flushing_ends_the_wait_and_forgets_nothing);
  tcase_add_test (tcase, test_one_slab_is_enough_for_who_keeps_the_last_message);
  tcase_add_test (tcase, test_a_slow_consumer_bounds_what_is_allocated);
  tcase_add_test (tcase, test_slabs_are_aligned_and_surrounded_as_downstream_wants);
  tcase_add_test (tcase, test_what_downstream_wants_may_change_at_any_byte);

  return suite;
}

GST_CHECK_MAIN (slab_limit)
