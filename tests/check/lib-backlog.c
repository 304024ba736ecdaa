/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/backlog.h"

#include <gst/check/gstcheck.h>

static GstGioSocketBacklog backlog;

/* quiet 100, age 2000, size 1000, span 10: the tests say what time it is. */
static void
setup (void)
{
  gst_gio_socket_backlog_init (&backlog);
  gst_gio_socket_backlog_set_limits (&backlog, 100, 2000, 1000, 10, 0);
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
  gst_gio_socket_backlog_set_limits (&backlog, 5, 2000, 1000, 10, 0);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_QUIET);
  gst_gio_socket_backlog_set_limits (&backlog, 0, 10, 1000, 10, 0);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_AGE);
  gst_gio_socket_backlog_set_limits (&backlog, 0, 2000, 500, 10, 0);
  fail_unless_equals_int (check (5010), GST_GIO_SOCKET_BURST_SIZE);
}

GST_END_TEST

GST_START_TEST (test_small_neighbours_are_copied_on_arrival)
{
  GstBuffer *kept = gst_buffer_new_allocate (NULL, 10, NULL);
  GstBuffer *spent = gst_buffer_new_allocate (NULL, 10, NULL);

  gst_gio_socket_backlog_set_limits (&backlog, 100, 2000, 1000, 10, 100);
  fail_unless (gst_gio_socket_backlog_add (&backlog, kept, 10, 5000));
  fail_if (gst_gio_socket_backlog_add (&backlog, spent, 10, 5000));
  gst_buffer_unref (spent);
  fail_unless_equals_uint64 (take (), 20);
}

GST_END_TEST

GST_START_TEST (test_limits_apply_to_the_batch_that_is_open)
{
  add (500, GST_CLOCK_TIME_NONE, 5000);
  gst_gio_socket_backlog_set_limits (&backlog, 100, 2000, 600, 10, 0);
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
  tcase_add_test (tcase, test_small_neighbours_are_copied_on_arrival);
  tcase_add_test (tcase, test_limits_apply_to_the_batch_that_is_open);

  return suite;
}

GST_CHECK_MAIN (backlog)
