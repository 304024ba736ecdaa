/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/backlog.h"

#include <gst/check/gstcheck.h>

static GstGioSocketBacklog backlog;
static GstGioSocketBatch batch;

/* quiet 100, age 2000, size 1000, span 10: the tests say what time it is. */
static void
setup (void)
{
  gst_gio_socket_batch_init (&batch);
  gst_gio_socket_batch_set_limits (&batch, 1000, 10, 0);
  gst_gio_socket_backlog_init (&backlog);
  gst_gio_socket_backlog_set_limits (&backlog, 100, 2000, 1000, 10);
}

static void
teardown (void)
{
  g_list_free_full (gst_gio_socket_backlog_clear (&backlog), (GDestroyNotify)gst_event_unref);
  gst_gio_socket_batch_clear (&batch);
}

static void
add (gsize size, GstClockTime pts, gint64 now)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstGioSocketBacklogItem item;

  GST_BUFFER_PTS (buffer) = pts;
  item = gst_gio_socket_backlog_item (buffer);
  gst_gio_socket_backlog_add (&backlog, &item, now);
}

static gsize
take (void)
{
  gsize bytes = backlog.bytes;

  gst_gio_socket_backlog_take_buffers (&backlog, &batch);
  gst_gio_socket_batch_drop (&batch);

  return bytes - backlog.bytes;
}

static GstGioSocketBurstEnd
check (gint64 now)
{
  return gst_gio_socket_backlog_check (&backlog, now);
}

GST_START_TEST (test_nothing_is_never_due)
{
  fail_unless_equals_int (check (G_MAXINT64), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_int64 (gst_gio_socket_backlog_deadline (&backlog), G_MAXINT64);
  fail_unless (gst_gio_socket_backlog_take_object (&backlog) == NULL);
  fail_unless_equals_uint64 (take (), 0);
}

GST_END_TEST

GST_START_TEST (test_what_is_left_over_has_waited_since_its_arrival)
{
  add (900, GST_CLOCK_TIME_NONE, 5000);
  add (300, GST_CLOCK_TIME_NONE, 5050);
  add (100, GST_CLOCK_TIME_NONE, 5080);
  fail_unless_equals_int (check (5080), GST_GIO_SOCKET_BURST_SIZE);
  fail_unless_equals_uint64 (take (), 900);

  fail_unless_equals_int64 (gst_gio_socket_backlog_deadline (&backlog), 5180);
  for (gint64 now = 5100; now < 7050; now += 50)
    add (0, GST_CLOCK_TIME_NONE, now);
  fail_unless_equals_int64 (gst_gio_socket_backlog_deadline (&backlog), 7050);
  fail_unless_equals_int (check (7049), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_int (check (7050), GST_GIO_SOCKET_BURST_AGE);
}

GST_END_TEST

GST_START_TEST (test_quiet_counts_from_the_last_arrival)
{
  add (10, GST_CLOCK_TIME_NONE, 5000);
  add (10, GST_CLOCK_TIME_NONE, 5090);
  fail_unless_equals_int (check (5189), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_int (check (5190), GST_GIO_SOCKET_BURST_QUIET);
  fail_unless_equals_uint64 (take (), 20);
  fail_unless_equals_int (check (9000), GST_GIO_SOCKET_BURST_OPEN);
}

GST_END_TEST

GST_START_TEST (test_an_object_is_due_and_so_is_what_stands_before_it)
{
  GstEvent *event = gst_event_new_eos ();

  add (10, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_add_object (&backlog, GST_MINI_OBJECT_CAST (event));
  add (20, GST_CLOCK_TIME_NONE, 5010);

  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_BOUNDARY);
  fail_unless (gst_gio_socket_backlog_take_object (&backlog) == NULL);
  fail_unless_equals_uint64 (take (), 10);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_BOUNDARY);
  fail_unless (gst_gio_socket_backlog_take_object (&backlog) == GST_MINI_OBJECT_CAST (event));
  gst_event_unref (event);

  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_int64 (gst_gio_socket_backlog_deadline (&backlog), 5110);
}

GST_END_TEST

GST_START_TEST (test_a_span_that_no_list_can_hold_is_due)
{
  add (10, 100, 5000);
  add (10, 110, 5001);
  fail_unless_equals_int (check (5001), GST_GIO_SOCKET_BURST_OPEN);
  add (10, 111, 5002);
  add (10, 122, 5003);
  fail_unless_equals_int (check (5003), GST_GIO_SOCKET_BURST_BOUNDARY);
  fail_unless_equals_uint64 (take (), 20);
  fail_unless_equals_int (check (5003), GST_GIO_SOCKET_BURST_BOUNDARY);
  fail_unless_equals_uint64 (take (), 10);
  fail_unless_equals_int (check (5003), GST_GIO_SOCKET_BURST_OPEN);
}

GST_END_TEST

GST_START_TEST (test_a_query_can_be_retracted_and_is_not_owned)
{
  GstQuery *query = gst_query_new_drain ();

  add (10, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_add_object (&backlog, GST_MINI_OBJECT_CAST (query));
  fail_unless_equals_int (check (5000), GST_GIO_SOCKET_BURST_BOUNDARY);
  gst_gio_socket_backlog_retract (&backlog, GST_MINI_OBJECT_CAST (query));
  gst_gio_socket_backlog_retract (&backlog, GST_MINI_OBJECT_CAST (query));
  fail_unless_equals_int (check (5000), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_int64 (gst_gio_socket_backlog_deadline (&backlog), 5100);

  gst_gio_socket_backlog_add_object (&backlog, GST_MINI_OBJECT_CAST (query));
  fail_unless (gst_gio_socket_backlog_clear (&backlog) == NULL);
  gst_gio_socket_backlog_init (&backlog);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT (query), 1);
  gst_query_unref (query);
}

GST_END_TEST

GST_START_TEST (test_small_buffers_weigh_more_than_their_bytes)
{
  add (0, GST_CLOCK_TIME_NONE, 0);
  add (1, GST_CLOCK_TIME_NONE, 0);
  add (33, GST_CLOCK_TIME_NONE, 0);
  fail_unless_equals_uint64 (backlog.bytes, 34);
  fail_unless_equals_uint64 (backlog.weight, 97);
  fail_unless_equals_uint64 (take (), 34);
  fail_unless_equals_uint64 (backlog.weight, 0);
}

GST_END_TEST

GST_START_TEST (test_limits_apply_to_what_is_there)
{
  add (500, GST_CLOCK_TIME_NONE, 5000);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_OPEN);
  gst_gio_socket_backlog_set_limits (&backlog, 5, 2000, 1000, 10);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_QUIET);
  gst_gio_socket_backlog_set_limits (&backlog, 0, 10, 1000, 10);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_AGE);
  gst_gio_socket_backlog_set_limits (&backlog, 0, 2000, 500, 10);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_SIZE);
}

GST_END_TEST

GST_START_TEST (test_what_is_before_a_cut_is_due_and_what_is_behind_it_waits)
{
  add (10, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_cut (&backlog);
  add (20, GST_CLOCK_TIME_NONE, 5010);
  gst_gio_socket_backlog_cut (&backlog);
  add (40, GST_CLOCK_TIME_NONE, 5020);

  fail_unless_equals_int (check (5020), GST_GIO_SOCKET_BURST_BOUNDARY);
  fail_unless_equals_uint64 (take (), 30);
  fail_unless_equals_int (check (5020), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_int64 (gst_gio_socket_backlog_deadline (&backlog), 5120);
  fail_unless_equals_uint64 (take (), 40);
}

GST_END_TEST

GST_START_TEST (test_a_cut_before_everything_ends_nothing)
{
  gst_gio_socket_backlog_cut (&backlog);
  add (10, GST_CLOCK_TIME_NONE, 5000);
  fail_unless_equals_int (check (5000), GST_GIO_SOCKET_BURST_OPEN);
}

GST_END_TEST

GST_START_TEST (test_what_is_before_a_cut_leaves_in_as_many_batches_as_it_needs)
{
  for (guint i = 0; i < 4; i++)
    add (400, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_cut (&backlog);
  add (10, GST_CLOCK_TIME_NONE, 5000);

  fail_unless_equals_uint64 (take (), 800);
  fail_unless_equals_int (check (5000), GST_GIO_SOCKET_BURST_BOUNDARY);
  fail_unless_equals_uint64 (take (), 800);
  fail_unless_equals_int (check (5000), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_uint64 (take (), 10);
}

GST_END_TEST

GST_START_TEST (test_a_cut_divides_nothing_that_is_due_anyway)
{
  GstEvent *event = gst_event_new_eos ();

  gst_gio_socket_backlog_set_limits (&backlog, 0, 0, 1000, 10);
  add (10, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_cut (&backlog);
  add (20, GST_CLOCK_TIME_NONE, 5000);
  fail_unless_equals_uint64 (take (), 30);

  gst_gio_socket_backlog_set_limits (&backlog, 0, 1000, 1000, 10);
  add (10, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_cut (&backlog);
  add (20, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_add_object (&backlog, GST_MINI_OBJECT_CAST (event));
  fail_unless_equals_uint64 (take (), 30);
}

GST_END_TEST

static gboolean
lose (gsize expected)
{
  g_autoptr (GPtrArray) trash =
      g_ptr_array_new_with_free_func ((GDestroyNotify)gst_mini_object_unref);
  GstGioSocketBacklogItem lost;

  if (!gst_gio_socket_backlog_lose_oldest (&backlog, &lost, trash))
    return FALSE;

  fail_unless_equals_uint64 (lost.size, expected);
  gst_mini_object_unref (lost.object);
  return TRUE;
}

GST_START_TEST (test_losing_the_oldest_leaves_cuts_and_ages_to_the_others)
{
  add (10, GST_CLOCK_TIME_NONE, 5000);
  add (20, GST_CLOCK_TIME_NONE, 6000);
  gst_gio_socket_backlog_cut (&backlog);
  add (40, GST_CLOCK_TIME_NONE, 6050);

  fail_unless (lose (10));
  fail_unless_equals_uint64 (backlog.bytes, 60);
  fail_unless_equals_int (check (6050), GST_GIO_SOCKET_BURST_BOUNDARY);
  fail_unless (lose (20));
  fail_unless_equals_int (check (6149), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_int (check (6150), GST_GIO_SOCKET_BURST_QUIET);
  fail_if (backlog.gap);
  fail_unless (lose (40));
  fail_unless (backlog.gap);
  fail_if (lose (0));
  fail_unless_equals_int (check (9000), GST_GIO_SOCKET_BURST_OPEN);
}

GST_END_TEST

GST_START_TEST (test_objects_are_not_lost_and_stay_where_they_are)
{
  GstEvent *event = gst_event_new_eos ();

  gst_gio_socket_backlog_add_object (&backlog, GST_MINI_OBJECT_CAST (event));
  add (10, GST_CLOCK_TIME_NONE, 5000);
  add (20, GST_CLOCK_TIME_NONE, 5000);
  fail_unless (lose (10));
  fail_unless (gst_gio_socket_backlog_take_object (&backlog) == GST_MINI_OBJECT_CAST (event));
  gst_event_unref (event);
  fail_unless_equals_uint64 (take (), 20);
}

GST_END_TEST

static Suite *
backlog_suite (void)
{
  Suite *suite = suite_create ("backlog");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_nothing_is_never_due);
  tcase_add_test (tcase, test_what_is_left_over_has_waited_since_its_arrival);
  tcase_add_test (tcase, test_quiet_counts_from_the_last_arrival);
  tcase_add_test (tcase, test_an_object_is_due_and_so_is_what_stands_before_it);
  tcase_add_test (tcase, test_a_span_that_no_list_can_hold_is_due);
  tcase_add_test (tcase, test_a_query_can_be_retracted_and_is_not_owned);
  tcase_add_test (tcase, test_small_buffers_weigh_more_than_their_bytes);
  tcase_add_test (tcase, test_limits_apply_to_what_is_there);
  tcase_add_test (tcase, test_what_is_before_a_cut_is_due_and_what_is_behind_it_waits);
  tcase_add_test (tcase, test_a_cut_before_everything_ends_nothing);
  tcase_add_test (tcase, test_what_is_before_a_cut_leaves_in_as_many_batches_as_it_needs);
  tcase_add_test (tcase, test_a_cut_divides_nothing_that_is_due_anyway);
  tcase_add_test (tcase, test_losing_the_oldest_leaves_cuts_and_ages_to_the_others);
  tcase_add_test (tcase, test_objects_are_not_lost_and_stay_where_they_are);

  return suite;
}

GST_CHECK_MAIN (backlog)
