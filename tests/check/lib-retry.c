/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/retry.h"

#include <gst/check/gstcheck.h>

static GRand *rand_gen;

static void
setup (void)
{
  rand_gen = g_rand_new_with_seed (7);
}

static void
teardown (void)
{
  g_clear_pointer (&rand_gen, g_rand_free);
}

static void
fail_unless_between (GstClockTime delay, GstClockTime limit)
{
  fail_unless (delay >= limit / 2 && delay <= limit,
      "%" G_GUINT64_FORMAT " is not between half of %" G_GUINT64_FORMAT " and all of it", delay,
      limit);
}

GST_START_TEST (test_waits_double_up_to_the_limit)
{
  const guint limits[] = { 2, 4, 8, 16, 20, 20, 20 };
  GstGioSocketRetry retry;

  gst_gio_socket_retry_init (&retry, 2.0, 20.0);
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    fail_unless_between (gst_gio_socket_retry_next (&retry, 0, rand_gen), limits[i] * GST_SECOND);
    fail_unless_equals_int (retry.attempt, i + 1);
  }
}

GST_END_TEST

GST_START_TEST (test_a_limit_below_the_first_wait_holds)
{
  GstGioSocketRetry retry;

  gst_gio_socket_retry_init (&retry, 5.0, 1.0);
  for (guint i = 0; i < 5; i++)
    fail_unless_between (gst_gio_socket_retry_next (&retry, 0, rand_gen), GST_SECOND);
}

GST_END_TEST

GST_START_TEST (test_very_many_attempts_overflow_nothing)
{
  GstGioSocketRetry retry;

  gst_gio_socket_retry_init (&retry, 0.001, 86400.0);
  retry.attempt = G_MAXUINT - 2;
  for (guint i = 0; i < 5; i++)
    fail_unless_between (gst_gio_socket_retry_next (&retry, 0, rand_gen), 86400 * GST_SECOND);
  fail_unless_equals_int (retry.attempt, G_MAXUINT);
}

GST_END_TEST

GST_START_TEST (test_a_connection_that_stood_begins_a_new_count)
{
  GstGioSocketRetry retry;
  GstClockTime delay = 0;

  gst_gio_socket_retry_init (&retry, 1.0, 60.0);
  for (guint i = 0; i < 4; i++)
    delay = gst_gio_socket_retry_next (&retry, 0, rand_gen);
  fail_unless_between (gst_gio_socket_retry_next (&retry, delay + 1, rand_gen), GST_SECOND);
  fail_unless_equals_int (retry.attempt, 1);
}

GST_END_TEST

/* A peer that accepts and hangs up. */
GST_START_TEST (test_a_connection_that_broke_at_once_counts_as_an_attempt)
{
  GstGioSocketRetry retry;

  gst_gio_socket_retry_init (&retry, 1.0, 60.0);
  gst_gio_socket_retry_next (&retry, GST_SECOND, rand_gen);
  fail_unless_between (gst_gio_socket_retry_next (&retry, GST_MSECOND, rand_gen), 2 * GST_SECOND);
  fail_unless_between (gst_gio_socket_retry_next (&retry, GST_MSECOND, rand_gen), 4 * GST_SECOND);
  fail_unless_equals_int (retry.attempt, 3);
}

GST_END_TEST

GST_START_TEST (test_two_who_lost_the_same_peer_do_not_wait_equally_long)
{
  g_autoptr (GRand) other_rand = g_rand_new_with_seed (8);
  GstGioSocketRetry one, other;
  guint n_equal = 0;

  gst_gio_socket_retry_init (&one, 1.0, 60.0);
  gst_gio_socket_retry_init (&other, 1.0, 60.0);
  for (guint i = 0; i < 20; i++)
    n_equal += gst_gio_socket_retry_next (&one, 0, rand_gen) ==
        gst_gio_socket_retry_next (&other, 0, other_rand);
  fail_unless_equals_int (n_equal, 0);
}

GST_END_TEST

static Suite *
retry_suite (void)
{
  Suite *suite = suite_create ("retry");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_waits_double_up_to_the_limit);
  tcase_add_test (tcase, test_a_limit_below_the_first_wait_holds);
  tcase_add_test (tcase, test_very_many_attempts_overflow_nothing);
  tcase_add_test (tcase, test_a_connection_that_stood_begins_a_new_count);
  tcase_add_test (tcase, test_a_connection_that_broke_at_once_counts_as_an_attempt);
  tcase_add_test (tcase, test_two_who_lost_the_same_peer_do_not_wait_equally_long);

  return suite;
}

GST_CHECK_MAIN (retry)
