/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/burst.h"

#include <gst/check/gstcheck.h>

GST_START_TEST (test_quiet_ends_a_burst)
{
  GstGioSocketBurst burst;

  gst_gio_socket_burst_init (&burst, 100, 2000, 0);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), G_MAXINT64);

  gst_gio_socket_burst_add (&burst, 1000, 10);
  gst_gio_socket_burst_add (&burst, 1050, 10);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), 1150);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, 1149), GST_GIO_SOCKET_BURST_OPEN);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, 1150), GST_GIO_SOCKET_BURST_QUIET);
}

GST_END_TEST

GST_START_TEST (test_age_ends_a_burst_that_is_never_quiet)
{
  GstGioSocketBurst burst;

  gst_gio_socket_burst_init (&burst, 100, 2000, 0);
  for (gint64 now = 5000; now < 7000; now += 50)
    gst_gio_socket_burst_add (&burst, now, 10);

  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), 7000);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, 7000), GST_GIO_SOCKET_BURST_AGE);
}

GST_END_TEST

GST_START_TEST (test_size_and_boundary_end_a_burst_at_once)
{
  GstGioSocketBurst burst;

  gst_gio_socket_burst_init (&burst, 0, G_MAXINT64, 20);
  gst_gio_socket_burst_mark_boundary (&burst);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), G_MAXINT64);

  gst_gio_socket_burst_add (&burst, 1, 10);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), G_MAXINT64);
  gst_gio_socket_burst_add (&burst, 2, 10);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), G_MININT64);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, 2), GST_GIO_SOCKET_BURST_SIZE);

  gst_gio_socket_burst_mark_boundary (&burst);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, 2), GST_GIO_SOCKET_BURST_BOUNDARY);

  gst_gio_socket_burst_reset (&burst);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, 9), GST_GIO_SOCKET_BURST_OPEN);
}

GST_END_TEST

GST_START_TEST (test_without_max_latency_a_burst_is_over_as_it_begins)
{
  GstGioSocketBurst burst;

  gst_gio_socket_burst_init (&burst, 0, 0, 0);
  gst_gio_socket_burst_add (&burst, 77, 1);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, 77), GST_GIO_SOCKET_BURST_AGE);
}

GST_END_TEST

GST_START_TEST (test_time_stands_still_while_paused)
{
  GstGioSocketBurst burst;

  gst_gio_socket_burst_init (&burst, 100, 2000, 0);
  gst_gio_socket_burst_add (&burst, 1000, 10);
  gst_gio_socket_burst_pause (&burst, 1010);
  gst_gio_socket_burst_pause (&burst, 1500);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), G_MAXINT64);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, 9000), GST_GIO_SOCKET_BURST_OPEN);

  gst_gio_socket_burst_resume (&burst, 9010);
  gst_gio_socket_burst_resume (&burst, 9999);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), 9100);
  for (gint64 now = 9020; now < 11000; now += 20)
    gst_gio_socket_burst_add (&burst, now, 10);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), 11000);
}

GST_END_TEST

GST_START_TEST (test_new_limits_hold_for_the_burst_under_way)
{
  GstGioSocketBurst burst;

  gst_gio_socket_burst_init (&burst, 0, G_MAXINT64, 0);
  gst_gio_socket_burst_add (&burst, 1000, 10);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), G_MAXINT64);

  gst_gio_socket_burst_set_limits (&burst, 100, 2000, 0);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), 1100);
  gst_gio_socket_burst_set_limits (&burst, 100, 50, 0);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), 1050);
}

GST_END_TEST

GST_START_TEST (test_an_adaptive_burst_learns_that_it_is_alone)
{
  GstGioSocketBurst burst;
  gint64 now = 0;

  gst_gio_socket_burst_init (&burst, 100, 2000, 0);
  gst_gio_socket_burst_set_adaptive (&burst, TRUE);
  fail_unless_equals_int64 (gst_gio_socket_burst_get_gap (&burst), 100);

  for (guint i = 0; i <= GST_GIO_SOCKET_GAP_PRICE; i++) {
    now += 5000;
    gst_gio_socket_burst_reset (&burst);
    gst_gio_socket_burst_add (&burst, now, 10);
  }
  fail_unless_equals_int64 (gst_gio_socket_burst_get_gap (&burst), 0);
  fail_unless_equals_int (gst_gio_socket_burst_check (&burst, now), GST_GIO_SOCKET_BURST_QUIET);

  gst_gio_socket_burst_set_adaptive (&burst, FALSE);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), now + 100);
}

GST_END_TEST

/* A push of 5000 between two arrivals is no silence. */
GST_START_TEST (test_what_is_learned_is_silence_and_not_the_network)
{
  GstGioSocketBurst burst;
  gint64 now = 0;

  gst_gio_socket_burst_init (&burst, 100, 2000, 0);
  gst_gio_socket_burst_set_adaptive (&burst, TRUE);
  for (guint i = 0; i < 5 * GST_GIO_SOCKET_GAP_PRICE; i++) {
    gst_gio_socket_burst_add (&burst, now, 10);
    gst_gio_socket_burst_pause (&burst, now);
    now += 5000;
    gst_gio_socket_burst_resume (&burst, now);
    gst_gio_socket_burst_reset (&burst);
    now += 50;
  }
  fail_unless_equals_int64 (gst_gio_socket_burst_get_gap (&burst), 100);
}

GST_END_TEST

GST_START_TEST (test_another_quiet_time_bounds_the_gap_at_once)
{
  GstGioSocketBurst burst;

  gst_gio_socket_burst_init (&burst, 100, 2000, 0);
  gst_gio_socket_burst_set_adaptive (&burst, TRUE);
  gst_gio_socket_burst_add (&burst, 1000, 10);
  gst_gio_socket_burst_set_limits (&burst, 20, 2000, 0);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), 1020);
  gst_gio_socket_burst_set_limits (&burst, 0, 2000, 0);
  fail_unless_equals_int64 (gst_gio_socket_burst_deadline (&burst), 3000);
}

GST_END_TEST

static Suite *
burst_suite (void)
{
  Suite *suite = suite_create ("burst");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_quiet_ends_a_burst);
  tcase_add_test (tcase, test_age_ends_a_burst_that_is_never_quiet);
  tcase_add_test (tcase, test_size_and_boundary_end_a_burst_at_once);
  tcase_add_test (tcase, test_without_max_latency_a_burst_is_over_as_it_begins);
  tcase_add_test (tcase, test_time_stands_still_while_paused);
  tcase_add_test (tcase, test_new_limits_hold_for_the_burst_under_way);
  tcase_add_test (tcase, test_an_adaptive_burst_learns_that_it_is_alone);
  tcase_add_test (tcase, test_what_is_learned_is_silence_and_not_the_network);
  tcase_add_test (tcase, test_another_quiet_time_bounds_the_gap_at_once);

  return suite;
}

GST_CHECK_MAIN (burst)
