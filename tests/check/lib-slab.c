/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/slab.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define SLAB_SIZE 65536

/* So that a size that cannot be had is an error and not the end of the test. */
const char *__asan_default_options (void);

__attribute__ ((visibility ("default"))) const char *
__asan_default_options (void)
{
  return "allocator_may_return_null=1";
}

static GstGioSocketSlabAllocator *allocator;

static void
setup (void)
{
  allocator = gst_gio_socket_slab_allocator_new (SLAB_SIZE, 4, 0);
  gst_gio_socket_slab_allocator_attach (allocator);
}

static void
teardown (void)
{
  gst_gio_socket_slab_allocator_detach (allocator);
  ASSERT_OBJECT_REFCOUNT (allocator, "allocator", 1);
  gst_clear_object (&allocator);
}

static GstGioSocketSlab *
take (gsize size)
{
  GError *error = NULL;
  GstGioSocketSlab *slab = gst_gio_socket_slab_allocator_take (allocator, size, &error);

  g_assert_no_error (error);
  return slab;
}

static GstGioSocketSlabStats
get_stats (void)
{
  GstGioSocketSlabStats stats;

  gst_gio_socket_slab_allocator_get_stats (allocator, &stats);
  return stats;
}

/* A buffer of one memory that has a reference of its own. */
static GstBuffer *
buffer_at (GstGioSocketSlab *slab, gsize offset, gsize size)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_gio_socket_slab_ref_many (slab, 1);
  gst_buffer_append_memory (buffer, gst_gio_socket_slab_new_memory (slab, offset, size));
  return buffer;
}

GST_START_TEST (test_a_slab_returns_with_its_last_reference)
{
  GstGioSocketSlab *slab = take (100);
  GstBuffer *a = buffer_at (slab, 0, 10);
  GstBuffer *b = buffer_at (slab, 10, 10);

  fail_unless_equals_uint64 (gst_gio_socket_slab_get_size (slab), SLAB_SIZE);
  fail_if (gst_gio_socket_slab_is_alone (slab));
  gst_buffer_unref (a);
  fail_if (gst_gio_socket_slab_is_alone (slab));
  gst_gio_socket_slab_unref (slab);
  fail_unless_equals_uint64 (get_stats ().in_use, 1);

  gst_buffer_unref (b);
  fail_unless_equals_uint64 (get_stats ().in_use, 0);
  fail_unless_equals_uint64 (get_stats ().bytes, SLAB_SIZE);

  fail_unless (take (SLAB_SIZE) == slab);
  fail_unless (gst_gio_socket_slab_is_alone (slab));
  fail_unless_equals_uint64 (get_stats ().allocated, 1);
  fail_unless_equals_uint64 (get_stats ().reused, 1);
  gst_gio_socket_slab_unref (slab);
}

GST_END_TEST

GST_START_TEST (test_the_byte_behind_a_header_is_aligned)
{
  GstGioSocketSlab *slab = take (SLAB_SIZE);
  GstGioSocketSlab *large = take (10 * SLAB_SIZE);

  fail_unless_equals_int ((guintptr)(gst_gio_socket_slab_get_data (slab) + 4) % 64, 0);
  fail_unless_equals_int ((guintptr)(gst_gio_socket_slab_get_data (large) + 4) % 64, 0);
  memset (gst_gio_socket_slab_get_data (slab), 1, SLAB_SIZE);
  memset (gst_gio_socket_slab_get_data (large), 1, 10 * SLAB_SIZE);
  gst_gio_socket_slab_unref (slab);
  gst_gio_socket_slab_unref (large);
}

GST_END_TEST

GST_START_TEST (test_the_free_list_holds_what_is_in_use_and_two)
{
  GstGioSocketSlab *slabs[10];

  for (guint i = 0; i < 10; i++)
    slabs[i] = take (SLAB_SIZE);
  fail_unless_equals_uint64 (get_stats ().bytes, 10 * SLAB_SIZE);

  for (guint i = 0; i < 10; i++) {
    GstGioSocketSlabStats stats;

    gst_gio_socket_slab_unref (slabs[i]);
    stats = get_stats ();
    fail_unless_equals_uint64 (stats.in_use, 9 - i);
    fail_unless (stats.bytes <= (2 * stats.in_use + 2) * SLAB_SIZE);
  }

  fail_unless_equals_uint64 (get_stats ().bytes, 2 * SLAB_SIZE);
  fail_unless_equals_uint64 (get_stats ().peak_bytes, 10 * SLAB_SIZE);
}

GST_END_TEST

GST_START_TEST (test_one_larger_slab_is_kept_and_goes_before_a_larger_one_comes)
{
  GstGioSocketSlab *slab = take (10 * SLAB_SIZE);
  GstGioSocketSlab *other = take (10 * SLAB_SIZE);

  gst_gio_socket_slab_unref (other);
  gst_gio_socket_slab_unref (slab);
  fail_unless_equals_uint64 (get_stats ().bytes, 10 * SLAB_SIZE);

  fail_unless (take (10 * SLAB_SIZE - 5) == slab);
  fail_unless_equals_uint64 (get_stats ().reused, 1);
  gst_gio_socket_slab_unref (slab);

  slab = take (21 * SLAB_SIZE);
  fail_unless_equals_uint64 (get_stats ().bytes, 21 * SLAB_SIZE);
  fail_unless_equals_uint64 (get_stats ().peak_bytes, 21 * SLAB_SIZE);
  gst_gio_socket_slab_unref (slab);

  /* Not for something so much smaller: it would hold all of it. */
  slab = take (2 * SLAB_SIZE);
  fail_unless_equals_uint64 (gst_gio_socket_slab_get_size (slab), 2 * SLAB_SIZE);
  fail_unless_equals_uint64 (get_stats ().bytes, 2 * SLAB_SIZE);
  gst_gio_socket_slab_unref (slab);
}

GST_END_TEST

GST_START_TEST (test_without_a_receiver_slabs_are_freed_at_once)
{
  GstGioSocketSlab *slab = take (SLAB_SIZE);
  GstGioSocketSlab *large = take (2 * SLAB_SIZE);
  GstGioSocketSlab *free_slab = take (SLAB_SIZE);

  gst_gio_socket_slab_unref (free_slab);
  fail_unless_equals_uint64 (get_stats ().bytes, 4 * SLAB_SIZE);

  gst_gio_socket_slab_allocator_detach (allocator);
  fail_unless_equals_uint64 (get_stats ().bytes, 3 * SLAB_SIZE);
  gst_gio_socket_slab_unref (large);
  fail_unless_equals_uint64 (get_stats ().bytes, SLAB_SIZE);
  gst_gio_socket_slab_unref (slab);
  fail_unless_equals_uint64 (get_stats ().bytes, 0);
  gst_gio_socket_slab_allocator_attach (allocator);
}

GST_END_TEST

GST_START_TEST (test_what_cannot_be_allocated_is_an_error_that_names_the_size)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_gio_socket_slab_allocator_take (allocator, G_MAXSSIZE / 2, &error) == NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT));
  fail_unless (strstr (error->message, "4611686018427") != NULL || sizeof (gsize) < 8);
  fail_unless_equals_uint64 (get_stats ().in_use, 0);
  fail_unless_equals_uint64 (get_stats ().bytes, 0);
}

GST_END_TEST

GST_START_TEST (test_a_memory_is_writable_in_place_and_ends_where_it_ends)
{
  GstGioSocketSlab *slab = take (SLAB_SIZE);
  guint8 *data = gst_gio_socket_slab_get_data (slab);
  GstBuffer *a, *b;
  GstMapInfo map;
  GstMemory *memory;
  gsize offset, maxsize;

  memset (data, 'x', 20);
  a = buffer_at (slab, 0, 10);
  b = buffer_at (slab, 10, 10);
  gst_gio_socket_slab_unref (slab);

  memory = gst_buffer_peek_memory (a, 0);
  fail_unless (gst_memory_is_type (memory, GST_GIO_SOCKET_SLAB_MEMORY_TYPE));
  fail_unless (memory->parent == NULL);
  fail_unless (gst_memory_is_writable (memory));
  fail_unless_equals_uint64 (gst_memory_get_sizes (memory, &offset, &maxsize), 10);
  fail_unless_equals_uint64 (offset, 0);
  fail_unless_equals_uint64 (maxsize, 10);

  fail_unless (gst_buffer_map (a, &map, GST_MAP_READWRITE));
  fail_unless (map.data == data);
  memset (map.data, 'a', map.maxsize);
  gst_buffer_unmap (a, &map);

  fail_unless (gst_buffer_memcmp (a, 0, "aaaaaaaaaa", 10) == 0);
  fail_unless (gst_buffer_memcmp (b, 0, "xxxxxxxxxx", 10) == 0);
  gst_buffer_unref (a);
  gst_buffer_unref (b);
}

GST_END_TEST

GST_START_TEST (test_a_share_is_read_only_and_keeps_the_slab)
{
  GstGioSocketSlab *slab = take (SLAB_SIZE);
  GstBuffer *buffer;
  GstMemory *share, *inner;
  GstMapInfo map;

  memcpy (gst_gio_socket_slab_get_data (slab), "0123456789", 10);
  buffer = buffer_at (slab, 0, 10);
  gst_gio_socket_slab_unref (slab);

  share = gst_memory_share (gst_buffer_peek_memory (buffer, 0), 3, -1);
  fail_unless (share->parent == gst_buffer_peek_memory (buffer, 0));
  inner = gst_memory_share (share, 1, 2);
  fail_unless (inner->parent == gst_buffer_peek_memory (buffer, 0));
  fail_if (gst_memory_map (share, &map, GST_MAP_WRITE));
  gst_buffer_unref (buffer);

  fail_unless (gst_memory_map (share, &map, GST_MAP_READ));
  fail_unless_equals_uint64 (map.size, 7);
  fail_unless (memcmp (map.data, "3456789", 7) == 0);
  gst_memory_unmap (share, &map);
  gst_memory_unref (share);

  fail_unless (gst_memory_map (inner, &map, GST_MAP_READ));
  fail_unless_equals_uint64 (map.size, 2);
  fail_unless (memcmp (map.data, "45", 2) == 0);
  gst_memory_unmap (inner, &map);

  fail_unless_equals_uint64 (get_stats ().in_use, 1);
  gst_memory_unref (inner);
  fail_unless_equals_uint64 (get_stats ().in_use, 0);
}

GST_END_TEST

GST_START_TEST (test_a_copy_does_not_keep_the_slab)
{
  GstGioSocketSlab *slab = take (SLAB_SIZE);
  GstMemory *copy;
  GstMapInfo map;
  GstBuffer *buffer, *deep;

  memcpy (gst_gio_socket_slab_get_data (slab), "0123456789", 10);
  buffer = buffer_at (slab, 0, 10);
  gst_gio_socket_slab_unref (slab);

  copy = gst_memory_copy (gst_buffer_peek_memory (buffer, 0), 2, -1);
  deep = gst_buffer_copy_deep (buffer);
  gst_buffer_unref (buffer);
  fail_unless_equals_uint64 (get_stats ().in_use, 0);

  fail_unless (gst_memory_map (copy, &map, GST_MAP_READWRITE));
  fail_unless_equals_uint64 (map.size, 8);
  fail_unless (memcmp (map.data, "23456789", 8) == 0);
  gst_memory_unmap (copy, &map);
  fail_unless (gst_buffer_memcmp (deep, 0, "0123456789", 10) == 0);
  gst_memory_unref (copy);
  gst_buffer_unref (deep);
}

GST_END_TEST

GST_START_TEST (test_buffers_resize_merge_and_become_writable_as_always)
{
  GstGioSocketSlab *slab = take (SLAB_SIZE);
  GstBuffer *a, *b, *whole, *region;
  GstMapInfo map;

  memcpy (gst_gio_socket_slab_get_data (slab), "0123456789abcdefghij", 20);
  a = buffer_at (slab, 0, 10);
  b = buffer_at (slab, 10, 10);
  gst_gio_socket_slab_unref (slab);

  region = gst_buffer_copy_region (a, GST_BUFFER_COPY_MEMORY, 4, 3);
  fail_unless (gst_buffer_memcmp (region, 0, "456", 3) == 0);
  gst_buffer_unref (region);

  /* A second reference to the memory: writing makes a copy and leaves the other as it is. */
  region = gst_buffer_make_writable (gst_buffer_ref (a));
  fail_unless (gst_buffer_map (region, &map, GST_MAP_READWRITE));
  map.data[0] = '#';
  gst_buffer_unmap (region, &map);
  fail_unless (gst_buffer_memcmp (a, 0, "0123456789", 10) == 0);
  gst_buffer_unref (region);

  gst_buffer_resize (a, 2, 5);
  fail_unless (gst_buffer_memcmp (a, 0, "23456", 5) == 0);
  gst_buffer_resize (a, -2, 10);

  whole = gst_buffer_append (a, b);
  fail_unless_equals_int (gst_buffer_n_memory (whole), 2);
  fail_unless (gst_buffer_map (whole, &map, GST_MAP_READ));
  fail_unless (memcmp (map.data, "0123456789abcdefghij", 20) == 0);
  gst_buffer_unmap (whole, &map);
  gst_buffer_unref (whole);
  fail_unless_equals_uint64 (get_stats ().in_use, 0);
}

GST_END_TEST

GST_START_TEST (test_more_memories_live_in_a_slab_than_an_object_takes_shares)
{
  const guint n = 100000;
  GstGioSocketSlab *slab = take (n);
  GPtrArray *memories = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_memory_unref);

  gst_gio_socket_slab_ref_many (slab, n);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (memories, gst_gio_socket_slab_new_memory (slab, i, 1));
  gst_gio_socket_slab_unref (slab);

  for (guint i = 0; i < n; i++) {
    GstMapInfo map;

    g_assert_true (gst_memory_map (g_ptr_array_index (memories, i), &map, GST_MAP_WRITE));
    g_assert_cmpuint (map.maxsize, ==, 1);
    map.data[0] = i;
    gst_memory_unmap (g_ptr_array_index (memories, i), &map);
  }
  fail_unless_equals_uint64 (get_stats ().in_use, 1);
  g_ptr_array_unref (memories);
  fail_unless_equals_uint64 (get_stats ().in_use, 0);
}

GST_END_TEST

/* Each thread fills slabs with its own byte, makes memories, and gives half of them to the next one
 * to free. */
#define N_THREADS 4
#define N_ROUNDS 400

static GAsyncQueue *queues[N_THREADS];

static void
check_and_free (GstBuffer *buffer)
{
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 1; i < map.size; i++)
    g_assert_cmpuint (map.data[i], ==, map.data[0]);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
}

static gpointer
use_slabs (gpointer data)
{
  guint self = GPOINTER_TO_UINT (data);
  GstGioSocketSlab *slab = NULL;

  for (guint i = 0; i < N_ROUNDS; i++) {
    GstBuffer *buffer;

    if (slab == NULL || !gst_gio_socket_slab_is_alone (slab)) {
      if (slab != NULL)
        gst_gio_socket_slab_unref (slab);
      slab = take (i % 7 == 0 ? 3 * SLAB_SIZE : SLAB_SIZE);
    }
    memset (gst_gio_socket_slab_get_data (slab), self * N_ROUNDS + i, 2000);
    g_async_queue_push (queues[(self + 1) % N_THREADS], buffer_at (slab, 0, 1000));
    check_and_free (buffer_at (slab, 1000, 1000));

    while ((buffer = g_async_queue_try_pop (queues[self])) != NULL)
      check_and_free (buffer);
  }

  gst_gio_socket_slab_unref (slab);
  return NULL;
}

GST_START_TEST (test_slabs_return_from_any_thread)
{
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    queues[i] = g_async_queue_new_full ((GDestroyNotify)gst_buffer_unref);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("slabs", use_slabs, GUINT_TO_POINTER (i));
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_THREADS; i++)
    g_async_queue_unref (queues[i]);

  fail_unless_equals_uint64 (get_stats ().in_use, 0);
  fail_unless (get_stats ().bytes <= 5 * SLAB_SIZE);
}

GST_END_TEST

static Suite *
slab_suite (void)
{
  Suite *suite = suite_create ("slab");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_slab_returns_with_its_last_reference);
  tcase_add_test (tcase, test_the_byte_behind_a_header_is_aligned);
  tcase_add_test (tcase, test_the_free_list_holds_what_is_in_use_and_two);
  tcase_add_test (tcase, test_one_larger_slab_is_kept_and_goes_before_a_larger_one_comes);
  tcase_add_test (tcase, test_without_a_receiver_slabs_are_freed_at_once);
  tcase_add_test (tcase, test_what_cannot_be_allocated_is_an_error_that_names_the_size);
  tcase_add_test (tcase, test_a_memory_is_writable_in_place_and_ends_where_it_ends);
  tcase_add_test (tcase, test_a_share_is_read_only_and_keeps_the_slab);
  tcase_add_test (tcase, test_a_copy_does_not_keep_the_slab);
  tcase_add_test (tcase, test_buffers_resize_merge_and_become_writable_as_always);
  tcase_add_test (tcase, test_more_memories_live_in_a_slab_than_an_object_takes_shares);
  tcase_add_test (tcase, test_slabs_return_from_any_thread);

  return suite;
}

GST_CHECK_MAIN (slab)
