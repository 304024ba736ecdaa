/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/backlog.h"

#include <gst/check/gstcheck.h>

static GstGioSocketBacklog backlog;

static void
set_limits (gint64 quiet_time, gint64 max_latency, gsize max_bytes, gsize copy_threshold)
{
  const GstGioSocketBacklogLimits limits = {
    .quiet_time = quiet_time,
    .max_latency = max_latency,
    .max_bytes = max_bytes,
    .max_span = 10,
    .copy_threshold = copy_threshold,
  };

  gst_gio_socket_backlog_set_limits (&backlog, &limits);
}

/* quiet 100, age 2000, size 1000, span 10: the tests say what time it is. */
static void
setup (void)
{
  gst_gio_socket_backlog_init (&backlog);
  set_limits (100, 2000, 1000, 0);
}

static void
teardown (void)
{
  g_list_free_full (gst_gio_socket_backlog_clear (&backlog), (GDestroyNotify)gst_event_unref);
}

static void
add (gsize size, GstClockTime pts, gint64 now)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  GST_BUFFER_PTS (buffer) = pts;
  if (!gst_gio_socket_backlog_add (&backlog, buffer, size, now))
    gst_buffer_unref (buffer);
}

static void
add_header (gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);
  fail_unless (gst_gio_socket_backlog_add (&backlog, buffer, size, 0));
}

/* 0: nothing is there. */
static gsize
take (void)
{
  GstGioSocketBacklogItem item;

  if (!gst_gio_socket_backlog_take (&backlog, &item))
    return 0;

  fail_unless (item.object == NULL);
  gst_gio_socket_batch_free (item.batch);

  return item.bytes;
}

static GstMiniObject *
take_object (void)
{
  GstGioSocketBacklogItem item;

  fail_unless (gst_gio_socket_backlog_take (&backlog, &item));
  fail_unless (item.batch == NULL);

  return item.object;
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
  fail_unless_equals_uint64 (take (), 10);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_BOUNDARY);
  fail_unless (take_object () == GST_MINI_OBJECT_CAST (event));
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
  set_limits (5, 2000, 1000, 0);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_QUIET);
  set_limits (0, 10, 1000, 0);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_AGE);
  set_limits (0, 2000, 500, 0);
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

  set_limits (0, 0, 1000, 0);
  add (10, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_cut (&backlog);
  add (20, GST_CLOCK_TIME_NONE, 5000);
  fail_unless_equals_uint64 (take (), 30);

  set_limits (0, 1000, 1000, 0);
  add (10, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_cut (&backlog);
  add (20, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_add_object (&backlog, GST_MINI_OBJECT_CAST (event));
  fail_unless_equals_uint64 (take (), 30);
}

GST_END_TEST

/* What may have to go one by one. */
static void
keep_apart (void)
{
  const GstGioSocketBacklogLimits limits = { .quiet_time = 100,
    .max_latency = 2000,
    .max_bytes = 1000,
    .max_span = 10,
    .copy_threshold = 100,
    .keeps_apart = TRUE };

  gst_gio_socket_backlog_set_limits (&backlog, &limits);
}

static gboolean
lose (gsize expected)
{
  GstGioSocketBacklogItem lost;

  if (!gst_gio_socket_backlog_lose_oldest (&backlog, &lost))
    return FALSE;

  fail_unless_equals_uint64 (lost.bytes, expected);
  gst_gio_socket_batch_free (lost.batch);
  return TRUE;
}

GST_START_TEST (test_what_is_kept_apart_leaves_together)
{
  keep_apart ();
  for (guint i = 0; i < 12; i++)
    add (90, GST_CLOCK_TIME_NONE, 5000);
  fail_unless_equals_int (check (5000), GST_GIO_SOCKET_BURST_SIZE);
  fail_unless_equals_uint64 (take (), 990);
  fail_unless_equals_int (check (5000), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_uint64 (take (), 90);
}

GST_END_TEST

GST_START_TEST (test_the_oldest_is_lost_and_the_next_one_knows)
{
  GstGioSocketBacklogItem item;
  g_autoptr (GstBufferList) list = NULL;
  gsize copied;

  keep_apart ();
  for (guint i = 0; i < 3; i++)
    add (10 + i, GST_CLOCK_TIME_NONE, 5000);
  fail_unless (lose (10));

  fail_unless (gst_gio_socket_backlog_take (&backlog, &item));
  list = gst_gio_socket_batch_take (item.batch, &copied);
  gst_gio_socket_batch_free (item.batch);
  fail_unless_equals_int (gst_buffer_list_length (list), 2);
  fail_unless (GST_BUFFER_IS_DISCONT (gst_buffer_list_get (list, 0)));
  fail_if (GST_BUFFER_IS_DISCONT (gst_buffer_list_get (list, 1)));
}

GST_END_TEST

GST_START_TEST (test_what_has_been_gathered_is_lost_as_a_whole_but_not_headers)
{
  GstGioSocketBacklogItem item;

  add (10, GST_CLOCK_TIME_NONE, 5000);
  add_header (20);
  gst_gio_socket_backlog_cut (&backlog);
  add (30, GST_CLOCK_TIME_NONE, 5000);
  add (40, GST_CLOCK_TIME_NONE, 5000);
  keep_apart ();
  add (50, GST_CLOCK_TIME_NONE, 5000);

  fail_unless (gst_gio_socket_backlog_lose_oldest (&backlog, &item));
  fail_unless_equals_int (item.n_buffers, 2);
  fail_unless_equals_uint64 (item.bytes, 70);
  gst_gio_socket_batch_free (item.batch);
  fail_unless_equals_uint64 (take (), 30);
  fail_unless_equals_uint64 (take (), 50);
}

GST_END_TEST

GST_START_TEST (test_losing_the_oldest_leaves_cuts_and_ages_to_the_others)
{
  keep_apart ();
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

GST_START_TEST (test_small_neighbours_are_copied_on_arrival)
{
  GstBuffer *kept = gst_buffer_new_allocate (NULL, 10, NULL);
  GstBuffer *spent = gst_buffer_new_allocate (NULL, 10, NULL);

  set_limits (100, 2000, 1000, 100);
  fail_unless (gst_gio_socket_backlog_add (&backlog, kept, 10, 5000));
  fail_if (gst_gio_socket_backlog_add (&backlog, spent, 10, 5000));
  gst_buffer_unref (spent);
  fail_unless_equals_uint64 (take (), 20);
}

GST_END_TEST

GST_START_TEST (test_objects_are_not_lost_and_stay_where_they_are)
{
  GstEvent *event = gst_event_new_eos ();

  keep_apart ();
  gst_gio_socket_backlog_add_object (&backlog, GST_MINI_OBJECT_CAST (event));
  add (10, GST_CLOCK_TIME_NONE, 5000);
  add (20, GST_CLOCK_TIME_NONE, 5000);
  fail_unless (lose (10));
  fail_unless (take_object () == GST_MINI_OBJECT_CAST (event));
  gst_event_unref (event);
  fail_unless_equals_uint64 (take (), 20);
}

GST_END_TEST

GST_START_TEST (test_limits_apply_to_the_batch_that_is_open)
{
  add (500, GST_CLOCK_TIME_NONE, 5000);
  set_limits (100, 2000, 600, 0);
  add (200, GST_CLOCK_TIME_NONE, 5000);
  fail_unless_equals_uint64 (take (), 500);
  fail_unless_equals_uint64 (take (), 200);
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
  tcase_add_test (tcase, test_what_is_kept_apart_leaves_together);
  tcase_add_test (tcase, test_the_oldest_is_lost_and_the_next_one_knows);
  tcase_add_test (tcase, test_what_has_been_gathered_is_lost_as_a_whole_but_not_headers);
  tcase_add_test (tcase, test_small_neighbours_are_copied_on_arrival);
  tcase_add_test (tcase, test_limits_apply_to_the_batch_that_is_open);
  tcase_add_test (tcase, test_losing_the_oldest_leaves_cuts_and_ages_to_the_others);
  tcase_add_test (tcase, test_objects_are_not_lost_and_stay_where_they_are);

  return suite;
}

GST_CHECK_MAIN (backlog)
