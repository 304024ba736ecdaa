/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/benchmarks/axis.h"

#include <gst/check/gstcheck.h>

#include <math.h>

static gboolean
is_near (double a, double b)
{
  return fabs (a - b) <= 1e-9 * fabs (b);
}

GST_START_TEST (test_a_linear_axis_ends_with_a_round_tick)
{
  static const struct
  {
    double largest, max;
    guint n_ticks;
  } rows[] = { { 10348, 15000, 4 }, { 3, 3, 4 }, { 4.8, 5, 11 }, { 0, 1, 0 }, { 1e-6, 1e-6, 0 },
    { 3e12, 3e12, 4 }, { 0.3, 0.3, 4 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Axis axis = axis_linear (rows[i].largest, rows[i].n_ticks > 4 ? 10 : 4);

    fail_unless (is_near (axis.max, rows[i].max), "%g: %g", rows[i].largest, axis.max);
    fail_unless (is_near (axis.ticks[axis.n_ticks - 1], axis.max), "%g", rows[i].largest);
    fail_unless (axis.ticks[0] == 0);
    fail_unless (rows[i].n_ticks == 0 || axis.n_ticks == rows[i].n_ticks, "%g: %u ticks",
        rows[i].largest, axis.n_ticks);
  }
}

GST_END_TEST

GST_START_TEST (test_a_logarithmic_axis_has_its_values_between_round_ends)
{
  static const struct
  {
    double smallest, largest, min, max;
  } rows[] = { { 0.008, 4.796, 0.005, 5 }, { 1, 1000, 1, 1000 }, { 7, 7, 5, 10 }, { 1, 1, 1, 10 },
    { 1e-6, 1e9, 1e-6, 1e9 }, { 0.021, 0.9, 0.02, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Axis axis = axis_logarithmic (rows[i].smallest, rows[i].largest);

    fail_unless (is_near (axis.min, rows[i].min), "%g: %g", rows[i].smallest, axis.min);
    fail_unless (is_near (axis.max, rows[i].max), "%g: %g", rows[i].largest, axis.max);
    fail_unless (axis.n_ticks >= 2, "%g to %g: %u ticks", axis.min, axis.max, axis.n_ticks);
    for (guint k = 1; k < axis.n_ticks; k++)
      fail_unless (axis.ticks[k] > axis.ticks[k - 1]);
  }
}

GST_END_TEST

GST_START_TEST (test_a_range_is_logarithmic_only_where_it_is_wide)
{
  fail_if (axis_for_range (1690, 10348, 4).logarithmic);
  fail_unless (axis_for_range (100, 1000000, 4).logarithmic);
  fail_if (axis_for_range (0, 1000000, 4).logarithmic);
  fail_if (axis_for_range (INFINITY, 0, 4).logarithmic);
}

GST_END_TEST

GST_START_TEST (test_values_are_placed_within_the_axis)
{
  Axis linear = axis_linear (10, 5), logarithmic = axis_logarithmic (1, 100);

  fail_unless (is_near (axis_place (&linear, 5), 0.5));
  fail_unless (is_near (axis_place (&logarithmic, 10), 0.5));
  fail_unless (axis_place (&linear, 11) == 1 && axis_place (&logarithmic, 1000) == 1);
  fail_unless (axis_place (&linear, 0) == 0 && axis_place (&logarithmic, 0) == 0);
}

GST_END_TEST

static Suite *
axis_suite (void)
{
  Suite *suite = suite_create ("axis");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_a_linear_axis_ends_with_a_round_tick);
  tcase_add_test (tcase, test_a_logarithmic_axis_has_its_values_between_round_ends);
  tcase_add_test (tcase, test_a_range_is_logarithmic_only_where_it_is_wide);
  tcase_add_test (tcase, test_values_are_placed_within_the_axis);

  return suite;
}

GST_CHECK_MAIN (axis)
