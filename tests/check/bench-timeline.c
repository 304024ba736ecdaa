/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/benchmarks/timeline.h"

#include <gst/check/gstcheck.h>

static guint64
sum (const Timeline *timeline)
{
  guint64 total = 0;

  for (guint i = 0; i < TIMELINE_INTERVALS; i++)
    total += timeline->amounts[i];
  return total;
}

GST_START_TEST (test_any_length_fits_and_nothing_is_lost)
{
  g_autofree Timeline *timeline = g_new0 (Timeline, 1);
  guint64 total = 0;

  for (gint64 time_ns = 1; time_ns < G_GINT64_CONSTANT (1) << 50; time_ns *= 3) {
    timeline_add (timeline, time_ns, 7);
    total += 7;
    fail_unless (timeline->n <= TIMELINE_INTERVALS);
    fail_unless (timeline->amounts[time_ns / timeline->interval_ns] >= 7);
    fail_unless_equals_uint64 (sum (timeline), total);
  }
  fail_unless (timeline->n > TIMELINE_INTERVALS / 20);
}

GST_END_TEST

GST_START_TEST (test_what_came_before_the_beginning_came_at_the_beginning)
{
  g_autofree Timeline *timeline = g_new0 (Timeline, 1);

  timeline_add (timeline, -5, 3);
  fail_unless_equals_uint64 (timeline->amounts[0], 3);
  fail_unless (timeline->n == 1);
}

GST_END_TEST

GST_START_TEST (test_a_shortened_timeline_has_the_same_sums)
{
  static const guint lengths[] = { 1, 200, 201, 399, 400, 401, 1000, 1001, 1999, 2000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autofree Timeline *timeline = g_new0 (Timeline, 1);
    guint64 times;

    for (guint k = 0; k < lengths[i]; k++)
      timeline_add (timeline, k * 1000, 1);
    timeline_shorten (timeline, 200);

    times = timeline->interval_ns / 1000;
    fail_unless (timeline->n <= 200 && timeline->n * times >= lengths[i], "%u", lengths[i]);
    fail_unless (timeline->amounts[0] == MIN (times, lengths[i]), "%u", lengths[i]);
    fail_unless_equals_uint64 (sum (timeline), lengths[i]);
  }
}

GST_END_TEST

static Suite *
timeline_suite (void)
{
  Suite *suite = suite_create ("timeline");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_any_length_fits_and_nothing_is_lost);
  tcase_add_test (tcase, test_what_came_before_the_beginning_came_at_the_beginning);
  tcase_add_test (tcase, test_a_shortened_timeline_has_the_same_sums);

  return suite;
}

GST_CHECK_MAIN (timeline)
