/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/batch.h"

#include <gst/check/gstcheck.h>

#define THRESHOLD 4096

static GstGioSocketBatch *batch;
static gsize copied;

static void
setup (void)
{
  batch = gst_gio_socket_batch_new ();
  gst_gio_socket_batch_set_limits (batch, 65536, 10 * GST_MSECOND, THRESHOLD);
}

static void
teardown (void)
{
  gst_gio_socket_batch_free (batch);
}

static GstBuffer *
make_buffer (gsize size, guint8 fill)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, fill, size);
  return buffer;
}

static gboolean
add (GstBuffer *buffer)
{
  GstGioSocketBatchAdded added = gst_gio_socket_batch_add (batch, buffer,
      gst_buffer_get_size (buffer), GST_BUFFER_DTS_OR_PTS (buffer));

  if (added == GST_GIO_SOCKET_BATCH_COPIED)
    gst_buffer_unref (buffer);

  return added != GST_GIO_SOCKET_BATCH_FULL;
}

static GstBufferList *
take (void)
{
  return gst_gio_socket_batch_take (batch, &copied);
}

GST_START_TEST (test_nothing_makes_no_list)
{
  fail_unless (take () == NULL);
  fail_unless_equals_uint64 (copied, 0);
}

GST_END_TEST

GST_START_TEST (test_a_lone_small_buffer_is_passed_on)
{
  GstBuffer *buffer = make_buffer (100, 1);
  GstBufferList *list;

  fail_unless (add (buffer));
  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), 1);
  fail_unless (gst_buffer_list_get (list, 0) == buffer);
  fail_unless_equals_uint64 (copied, 0);
  gst_buffer_list_unref (list);
  fail_unless (take () == NULL);
}

GST_END_TEST

GST_START_TEST (test_small_neighbours_are_copied_once_and_large_ones_are_passed_on)
{
  static const gsize sizes[] = { 1, 100, THRESHOLD - 1, THRESHOLD, 3, 4, 5000, 7 };
  static const struct
  {
    gsize size;
    guint8 first, last;
    gint piece;
  } expected[] = {
    { 100 + THRESHOLD, 0, 2, -1 },
    { THRESHOLD, 3, 3, 3 },
    { 7, 4, 5, -1 },
    { 5000, 6, 6, 6 },
    { 7, 7, 7, 7 },
  };
  GstBuffer *pieces[G_N_ELEMENTS (sizes)];
  GstBufferList *list;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    fail_unless (add (pieces[i] = make_buffer (sizes[i], i)));
  list = take ();

  fail_unless_equals_int (gst_buffer_list_length (list), G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);
    guint8 byte;

    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), expected[i].size);
    fail_unless_equals_int (gst_buffer_n_memory (buffer), 1);
    gst_buffer_extract (buffer, 0, &byte, 1);
    fail_unless_equals_int (byte, expected[i].first);
    gst_buffer_extract (buffer, expected[i].size - 1, &byte, 1);
    fail_unless_equals_int (byte, expected[i].last);
    if (expected[i].piece >= 0)
      fail_unless (buffer == pieces[expected[i].piece]);
  }
  fail_unless_equals_uint64 (copied, 100 + THRESHOLD + 7);
  gst_buffer_list_unref (list);
}

GST_END_TEST

GST_START_TEST (test_max_bytes_is_kept_and_a_larger_buffer_goes_alone)
{
  GstBuffer *large = make_buffer (70000, 0);
  GstBuffer *small = make_buffer (1, 0);

  fail_unless (add (make_buffer (65535, 0)));
  fail_if (add (large));
  fail_unless (add (small));
  small = make_buffer (1, 0);
  fail_if (add (small));
  gst_buffer_list_unref (take ());

  fail_unless (add (large));
  fail_if (add (small));
  gst_buffer_unref (small);
  gst_buffer_list_unref (take ());
}

GST_END_TEST

static gboolean
add_at (GstClockTime pts, GstClockTime dts)
{
  GstBuffer *buffer = make_buffer (10, 0);

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DTS (buffer) = dts;
  if (add (buffer))
    return TRUE;

  gst_buffer_unref (buffer);
  return FALSE;
}

GST_START_TEST (test_timestamps_in_a_batch_span_no_more_than_allowed)
{
  const GstClockTime none = GST_CLOCK_TIME_NONE;

  fail_unless (add_at (none, none));
  fail_unless (add_at (20 * GST_MSECOND, none));
  fail_unless (add_at (30 * GST_MSECOND, none));
  fail_if (add_at (30 * GST_MSECOND + 1, none));
  fail_if (add_at (20 * GST_MSECOND - 1, none));
  fail_if (add_at (25 * GST_MSECOND, 1));
  fail_unless (add_at (0, 25 * GST_MSECOND));
  fail_unless (add_at (none, none));
  gst_buffer_list_unref (take ());

  fail_unless (add_at (5 * GST_SECOND, none));
  gst_buffer_list_unref (take ());
  fail_unless (add_at (0, none));
}

GST_END_TEST

typedef struct
{
  GstClockTime pts, duration;
} Times;

static void
assert_duration (const Times *times, guint n, GstClockTime expected)
{
  GstBufferList *list;
  GstBuffer *block;

  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = make_buffer (10, 0);

    GST_BUFFER_PTS (buffer) = times[i].pts;
    GST_BUFFER_DURATION (buffer) = times[i].duration;
    fail_unless (add (buffer));
  }
  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), 1);
  block = gst_buffer_list_get (list, 0);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (block), times[0].pts);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (block), expected);
  gst_buffer_list_unref (list);
}

GST_START_TEST (test_a_block_lasts_until_the_end_of_its_pieces_if_that_is_known)
{
  const GstClockTime none = GST_CLOCK_TIME_NONE;
  const Times plain[] = { { 100, 10 }, { 110, 10 }, { 130, 10 } };
  const Times reordered[] = { { 100, 10 }, { 130, 10 }, { 110, 10 } };
  const Times backwards[] = { { 100, 10 }, { 10, 10 } };
  const Times all_before[] = { { 100, 0 }, { 10, 10 } };
  const Times no_duration[] = { { 100, 10 }, { 110, none } };
  const Times no_pts[] = { { none, 10 }, { 110, 10 } };

  assert_duration (plain, 3, 40);
  assert_duration (reordered, 3, 40);
  assert_duration (backwards, 2, 10);
  assert_duration (all_before, 2, 0);
  assert_duration (no_duration, 2, none);
  assert_duration (no_pts, 2, none);
}

GST_END_TEST

GST_START_TEST (test_a_block_begins_where_its_first_piece_does)
{
  GstBufferList *list;
  GstBuffer *block;

  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = make_buffer (10, 0);

    GST_BUFFER_PTS (buffer) = 50 + i;
    GST_BUFFER_DTS (buffer) = 40 + i;
    GST_BUFFER_OFFSET (buffer) = 1000 + 10 * i;
    GST_BUFFER_OFFSET_END (buffer) = 1010 + 10 * i;
    fail_unless (add (buffer));
  }
  list = take ();
  block = gst_buffer_list_get (list, 0);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (block), 50);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (block), 40);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (block), 1000);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET_END (block), 1030);
  gst_buffer_list_unref (list);
}

GST_END_TEST

/* The flags of three neighbours, and how many bytes (of 10 each) and which flags the buffers that
 * come out have. */
static const struct
{
  guint in[3];
  struct
  {
    gsize size;
    guint flags;
  } out[3];
} flag_cases[] = {
  { { 0, 0, 0 }, { { 30, 0 } } },
  { { GST_BUFFER_FLAG_DISCONT, 0, 0 }, { { 30, GST_BUFFER_FLAG_DISCONT } } },
  { { 0, GST_BUFFER_FLAG_DISCONT, 0 }, { { 10, 0 }, { 20, GST_BUFFER_FLAG_DISCONT } } },
  { { 0, 0, GST_BUFFER_FLAG_RESYNC }, { { 20, 0 }, { 10, GST_BUFFER_FLAG_RESYNC } } },
  { { 0, GST_BUFFER_FLAG_MARKER, 0 }, { { 30, GST_BUFFER_FLAG_MARKER } } },
  { { 0, 0, GST_BUFFER_FLAG_SYNC_AFTER }, { { 30, GST_BUFFER_FLAG_SYNC_AFTER } } },
  { { GST_BUFFER_FLAG_HEADER, GST_BUFFER_FLAG_HEADER, 0 },
      { { 20, GST_BUFFER_FLAG_HEADER }, { 10, 0 } } },
  { { 0, GST_BUFFER_FLAG_DELTA_UNIT, GST_BUFFER_FLAG_DELTA_UNIT },
      { { 10, 0 }, { 20, GST_BUFFER_FLAG_DELTA_UNIT } } },
  { { GST_BUFFER_FLAG_LIVE, GST_BUFFER_FLAG_LIVE, GST_BUFFER_FLAG_LIVE },
      { { 30, GST_BUFFER_FLAG_LIVE } } },
  { { GST_BUFFER_FLAG_LAST, 0, GST_BUFFER_FLAG_LAST },
      { { 10, GST_BUFFER_FLAG_LAST }, { 10, 0 }, { 10, GST_BUFFER_FLAG_LAST } } },
  { { GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_GAP, GST_BUFFER_FLAG_GAP | GST_BUFFER_FLAG_MARKER,
        GST_BUFFER_FLAG_GAP },
      { { 30, GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_GAP | GST_BUFFER_FLAG_MARKER } } },
};

GST_START_TEST (test_flags_keep_their_meaning)
{
  const guint mask = ~(GST_MINI_OBJECT_FLAG_LAST - 1) & ~GST_BUFFER_FLAG_TAG_MEMORY;
  GstBufferList *list;
  guint n_out = 0;

  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = make_buffer (10, 0);

    GST_BUFFER_FLAG_SET (buffer, flag_cases[__i__].in[i]);
    fail_unless (add (buffer));
  }
  while (n_out < 3 && flag_cases[__i__].out[n_out].size > 0)
    n_out++;

  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), n_out);
  for (guint i = 0; i < n_out; i++) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);

    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), flag_cases[__i__].out[i].size);
    fail_unless_equals_int_hex (GST_BUFFER_FLAGS (buffer) & mask, flag_cases[__i__].out[i].flags);
  }
  gst_buffer_list_unref (list);
}

GST_END_TEST

GST_START_TEST (test_metas_that_outlive_their_memory_are_kept)
{
  g_autoptr (GstCaps) reference = gst_caps_new_empty_simple ("timestamp/x-ntp");
  GstBuffer *parent = make_buffer (100, 0);
  GstBuffer *stamped = make_buffer (10, 0);
  GstBufferList *list;

  for (guint i = 0; i < 2; i++) {
    GstBuffer *child = make_buffer (10, 0);

    gst_buffer_add_parent_buffer_meta (child, parent);
    fail_unless (add (child));
  }
  gst_buffer_unref (parent);
  gst_buffer_add_reference_timestamp_meta (stamped, reference, 1, GST_CLOCK_TIME_NONE);
  fail_unless (add (stamped));
  fail_unless (add (make_buffer (10, 0)));
  fail_unless (add (make_buffer (10, 0)));

  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), 3);
  fail_unless_equals_uint64 (gst_buffer_get_size (gst_buffer_list_get (list, 0)), 20);
  fail_if (gst_buffer_get_parent_buffer_meta (gst_buffer_list_get (list, 0)));
  fail_unless (gst_buffer_list_get (list, 1) == stamped);
  fail_unless_equals_uint64 (copied, 40);
  gst_buffer_list_unref (list);
}

GST_END_TEST

GST_START_TEST (test_a_buffer_without_bytes_is_passed_on_in_its_place)
{
  GstBuffer *empty = gst_buffer_new ();
  GstBufferList *list;

  fail_unless (add (make_buffer (10, 0)));
  fail_unless (add (make_buffer (10, 0)));
  fail_unless (add (empty));
  fail_unless (add (make_buffer (10, 0)));

  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), 3);
  fail_unless (gst_buffer_list_get (list, 1) == empty);
  fail_unless_equals_uint64 (copied, 20);
  gst_buffer_list_unref (list);
}

GST_END_TEST

GST_START_TEST (test_many_memories_are_copied_when_small_and_passed_on_when_large)
{
  GstBuffer *small = gst_buffer_new ();
  GstBuffer *large = gst_buffer_new ();
  GstBufferList *list;

  for (guint i = 0; i < 16; i++) {
    gst_buffer_append_memory (small, gst_allocator_alloc (NULL, 10, NULL));
    gst_buffer_append_memory (large, gst_allocator_alloc (NULL, 1000, NULL));
    gst_buffer_memset (small, 10 * i, i, 10);
  }
  fail_unless (add (make_buffer (10, 0)));
  fail_unless (add (small));
  fail_unless (add (large));

  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), 2);
  fail_unless_equals_int (gst_buffer_n_memory (gst_buffer_list_get (list, 0)), 1);
  for (guint i = 0; i < 16; i++) {
    guint8 byte;

    gst_buffer_extract (gst_buffer_list_get (list, 0), 10 + 10 * i + 9, &byte, 1);
    fail_unless_equals_int (byte, i);
  }
  fail_unless (gst_buffer_list_get (list, 1) == large);
  fail_unless_equals_int (gst_buffer_n_memory (large), 16);
  gst_buffer_list_unref (list);
}

GST_END_TEST

static gpointer
refuse_map (GstMemory *memory, gsize size, GstMapFlags flags)
{
  return NULL;
}

static void
free_memory (GstAllocator *allocator, GstMemory *memory)
{
  g_free (memory);
}

typedef GstAllocator UnmappableAllocator;
typedef GstAllocatorClass UnmappableAllocatorClass;
GType unmappable_allocator_get_type (void);
G_DEFINE_TYPE (UnmappableAllocator, unmappable_allocator, GST_TYPE_ALLOCATOR)

static void
unmappable_allocator_class_init (UnmappableAllocatorClass *klass)
{
  klass->free = free_memory;
}

static void
unmappable_allocator_init (UnmappableAllocator *allocator)
{
  allocator->mem_type = "unmappable";
  allocator->mem_map = refuse_map;
  GST_OBJECT_FLAG_SET (allocator, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
}

GST_START_TEST (test_what_cannot_be_read_is_passed_on)
{
  g_autoptr (GstAllocator) allocator = g_object_new (unmappable_allocator_get_type (), NULL);
  GstMemory *memory = g_new0 (GstMemory, 1);
  GstBuffer *secret = gst_buffer_new ();
  GstBufferList *list;

  gst_object_ref_sink (allocator);
  gst_memory_init (memory, 0, allocator, NULL, 10, 0, 0, 10);
  gst_buffer_append_memory (secret, memory);
  fail_unless (add (make_buffer (10, 0)));
  fail_unless (add (secret));

  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), 2);
  fail_unless (gst_buffer_list_get (list, 1) == secret);
  fail_unless_equals_uint64 (copied, 0);
  gst_buffer_list_unref (list);
}

GST_END_TEST

GST_START_TEST (test_threshold_zero_copies_nothing)
{
  GstBufferList *list;

  gst_gio_socket_batch_set_limits (batch, 65536, 0, 0);
  for (guint i = 0; i < 100; i++)
    fail_unless (add (make_buffer (1, i)));
  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), 100);
  fail_unless_equals_uint64 (copied, 0);
  gst_buffer_list_unref (list);
}

GST_END_TEST

static void
note_free (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

/* Whoever adds may hold a lock that freeing a buffer would take. */
GST_START_TEST (test_adding_frees_nothing)
{
  static guint8 bytes[10];
  gboolean freed[3] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (freed); i++) {
    GstBuffer *buffer = gst_buffer_new_wrapped_full (0, bytes, 10, 0, 10, &freed[i], note_free);
    GstGioSocketBatchAdded added =
        gst_gio_socket_batch_add (batch, buffer, 10, GST_CLOCK_TIME_NONE);

    fail_unless_equals_int (added,
        i == 0 ? GST_GIO_SOCKET_BATCH_KEPT : GST_GIO_SOCKET_BATCH_COPIED);
    fail_if (freed[0] || freed[i]);
    if (i > 0)
      gst_buffer_unref (buffer);
  }
  gst_buffer_list_unref (take ());
  fail_unless (freed[0]);
}

GST_END_TEST

GST_START_TEST (test_a_block_ends_where_the_next_piece_does_not_fit)
{
  GstBufferList *list;

  gst_gio_socket_batch_set_limits (batch, 200000, GST_CLOCK_TIME_NONE, 40000);
  for (guint i = 0; i < 5; i++)
    fail_unless (add (make_buffer (30000, i)));
  list = take ();
  fail_unless_equals_int (gst_buffer_list_length (list), 3);
  fail_unless_equals_uint64 (gst_buffer_get_size (gst_buffer_list_get (list, 0)), 60000);
  fail_unless_equals_uint64 (gst_buffer_get_size (gst_buffer_list_get (list, 1)), 60000);
  fail_unless_equals_uint64 (gst_buffer_get_size (gst_buffer_list_get (list, 2)), 30000);
  fail_unless_equals_uint64 (copied, 120000);
  gst_buffer_list_unref (list);
}

GST_END_TEST

/* Once as a small buffer without a neighbour, once in the list. */
GST_START_TEST (test_marking_a_gap_frees_nothing_and_leaves_what_others_hold)
{
  GstBuffer *buffer = make_buffer (__i__ == 0 ? 10 : THRESHOLD, 1);
  GstBufferList *list;

  fail_unless (add (gst_buffer_ref (buffer)));
  gst_gio_socket_batch_mark_gap (batch);
  ASSERT_MINI_OBJECT_REFCOUNT (buffer, "buffer", 2);
  fail_if (GST_BUFFER_IS_DISCONT (buffer));

  list = take ();
  ASSERT_MINI_OBJECT_REFCOUNT (buffer, "buffer", 1);
  fail_unless_equals_int (gst_buffer_list_length (list), 1);
  fail_unless (GST_BUFFER_IS_DISCONT (gst_buffer_list_get (list, 0)));
  gst_buffer_list_unref (list);
  gst_buffer_unref (buffer);
}

GST_END_TEST

static Suite *
batch_suite (void)
{
  Suite *suite = suite_create ("batch");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_nothing_makes_no_list);
  tcase_add_test (tcase, test_a_lone_small_buffer_is_passed_on);
  tcase_add_test (tcase, test_small_neighbours_are_copied_once_and_large_ones_are_passed_on);
  tcase_add_test (tcase, test_max_bytes_is_kept_and_a_larger_buffer_goes_alone);
  tcase_add_test (tcase, test_timestamps_in_a_batch_span_no_more_than_allowed);
  tcase_add_test (tcase, test_a_block_lasts_until_the_end_of_its_pieces_if_that_is_known);
  tcase_add_test (tcase, test_a_block_begins_where_its_first_piece_does);
  tcase_add_loop_test (tcase, test_flags_keep_their_meaning, 0, G_N_ELEMENTS (flag_cases));
  tcase_add_test (tcase, test_metas_that_outlive_their_memory_are_kept);
  tcase_add_test (tcase, test_a_buffer_without_bytes_is_passed_on_in_its_place);
  tcase_add_test (tcase, test_many_memories_are_copied_when_small_and_passed_on_when_large);
  tcase_add_test (tcase, test_what_cannot_be_read_is_passed_on);
  tcase_add_test (tcase, test_threshold_zero_copies_nothing);
  tcase_add_test (tcase, test_adding_frees_nothing);
  tcase_add_loop_test (tcase, test_marking_a_gap_frees_nothing_and_leaves_what_others_hold, 0, 2);
  tcase_add_test (tcase, test_a_block_ends_where_the_next_piece_does_not_fit);

  return suite;
}

GST_CHECK_MAIN (batch)
