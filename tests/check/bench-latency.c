/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/benchmarks/figures.h"
#include "tests/benchmarks/latency.h"

#include <gst/check/gstcheck.h>

#include <math.h>

GST_START_TEST (test_a_histogram_is_right_to_1_in_256)
{
  for (guint64 value = 1; value < G_MAXINT64 / 3; value = value * 3 + 1) {
    g_autofree Histogram *histogram = g_new0 (Histogram, 1);
    guint64 median;

    histogram_add (histogram, value);
    histogram_add (histogram, value);
    histogram_add (histogram, value * 3);
    median = histogram_quantile (histogram, 0.5);
    fail_unless (median >= value - value / 256 && median <= value + value / 256,
        "%" G_GUINT64_FORMAT " for %" G_GUINT64_FORMAT, median, value);
    fail_unless_equals_uint64 (histogram->max, value * 3);
  }
}

GST_END_TEST

GST_START_TEST (test_quantiles_are_those_of_the_sorted_values)
{
  g_autofree Histogram *histogram = g_new0 (Histogram, 1);

  fail_unless_equals_uint64 (histogram_quantile (histogram, 0.5), 0);
  for (guint i = 0; i < 200; i++)
    histogram_add (histogram, (i * 77) % 200);
  fail_unless_equals_uint64 (histogram_quantile (histogram, 0), 0);
  fail_unless_equals_uint64 (histogram_quantile (histogram, 0.5), 100);
  fail_unless_equals_uint64 (histogram_quantile (histogram, 0.99), 198);
  fail_unless_equals_uint64 (histogram_quantile (histogram, 1), 199);
}

GST_END_TEST

GST_START_TEST (test_a_message_has_arrived_with_its_last_byte)
{
  g_autofree LatencyRing *ring = g_new0 (LatencyRing, 1);
  g_autofree Histogram *latencies = g_new0 (Histogram, 1);

  latency_note (ring, 10, 1000);
  latency_note (ring, 30, 1100);
  latency_take (ring, 9, 1150, latencies);
  fail_unless_equals_uint64 (latencies->count, 0);

  latency_take (ring, 29, 1200, latencies);
  fail_unless_equals_uint64 (latencies->count, 1);
  fail_unless_equals_uint64 (latencies->max, 200);

  latency_take (ring, 30, 1500, latencies);
  fail_unless_equals_uint64 (latencies->count, 2);
  fail_unless_equals_uint64 (latencies->max, 400);
}

GST_END_TEST

GST_START_TEST (test_messages_beyond_the_room_are_counted)
{
  g_autofree LatencyRing *ring = g_new0 (LatencyRing, 1);
  g_autofree Histogram *latencies = g_new0 (Histogram, 1);
  guint64 end = 0;

  for (guint i = 0; i < LATENCY_ROOM + 5; i++)
    latency_note (ring, ++end, 100);
  fail_unless_equals_uint64 (ring->n_untimed, 5);

  latency_take (ring, end, 200, latencies);
  fail_unless_equals_uint64 (latencies->count, LATENCY_ROOM);
  latency_note (ring, ++end, 300);
  latency_take (ring, end, 900, latencies);
  fail_unless_equals_uint64 (latencies->max, 600);
}

GST_END_TEST

GST_START_TEST (test_a_median_leaves_out_what_is_not_known)
{
  Figures runs[4] = { 0 }, median;

  for (guint i = 0; i < 4; i++) {
    runs[i].values[FIGURE_PACKETS] = (double[]){ 9, 2, 7, 5 }[i];
    runs[i].values[FIGURE_SENDS] = (double[]){ 3, NAN, 1, 2 }[i];
    runs[i].values[FIGURE_WIRE_BYTES] = NAN;
  }
  median = figures_median (runs, 4);
  fail_unless (median.values[FIGURE_PACKETS] == 5);
  fail_unless (median.values[FIGURE_SENDS] == 2);
  fail_unless (isnan (median.values[FIGURE_WIRE_BYTES]));
}

GST_END_TEST

static Suite *
latency_suite (void)
{
  Suite *suite = suite_create ("latency");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_a_histogram_is_right_to_1_in_256);
  tcase_add_test (tcase, test_quantiles_are_those_of_the_sorted_values);
  tcase_add_test (tcase, test_a_message_has_arrived_with_its_last_byte);
  tcase_add_test (tcase, test_messages_beyond_the_room_are_counted);
  tcase_add_test (tcase, test_a_median_leaves_out_what_is_not_known);

  return suite;
}

GST_CHECK_MAIN (latency)
