/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/gap.h"

#include <gst/check/gstcheck.h>

#define LONGEST (100 * GST_USECOND)
#define PRICE GST_GIO_SOCKET_GAP_PRICE

/* What a gap was shown, and what came of it. */
typedef struct
{
  GstGioSocketGap gap;
  guint longer;
  guint cut;
} Course;

static void
course_init (Course *course)
{
  *course = (Course){ .longer = 0 };
  gst_gio_socket_gap_init (&course->gap, LONGEST);
}

static void
silence (Course *course, gint64 nanoseconds)
{
  if (nanoseconds >= LONGEST)
    course->longer++;
  else if (nanoseconds >= gst_gio_socket_gap_get (&course->gap))
    course->cut++;
  gst_gio_socket_gap_add (&course->gap, nanoseconds);
}

static void
bursts (Course *course, guint n, guint length, gint64 within)
{
  for (guint i = 0; i < n; i++) {
    for (guint j = 1; j < length; j++)
      silence (course, within);
    silence (course, 5 * LONGEST);
  }
}

GST_START_TEST (test_begins_with_the_longest)
{
  Course course;

  course_init (&course);
  fail_unless_equals_int64 (gst_gio_socket_gap_get (&course.gap), LONGEST);
  bursts (&course, PRICE - 1, 1, 0);
  fail_unless_equals_int64 (gst_gio_socket_gap_get (&course.gap), LONGEST);
}

GST_END_TEST

GST_START_TEST (test_where_nothing_follows_it_does_not_wait)
{
  Course course;

  course_init (&course);
  bursts (&course, PRICE, 1, 0);
  fail_unless_equals_int64 (gst_gio_socket_gap_get (&course.gap), 0);
}

GST_END_TEST

GST_START_TEST (test_is_longer_than_the_silences_inside_bursts)
{
  static const struct
  {
    gint64 within, chosen;
  } cases[] = {
    { 0, LONGEST / 256 * 3 / 2 },
    { 20 * GST_USECOND, LONGEST / 4 },
    { 25 * GST_USECOND, LONGEST * 3 / 8 },
    { 74 * GST_USECOND, LONGEST * 3 / 4 },
    { 75 * GST_USECOND, LONGEST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Course course;

    course_init (&course);
    bursts (&course, 10 * PRICE, 8, cases[i].within);
    silence (&course, cases[i].within);
    fail_unless (ABS (gst_gio_socket_gap_get (&course.gap) - cases[i].chosen) < 1000,
        "%" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT, gst_gio_socket_gap_get (&course.gap),
        cases[i].chosen);
    fail_unless_equals_int (course.cut, 0);
  }
}

GST_END_TEST

GST_START_TEST (test_pairs_wait_for_the_second_and_not_for_a_third)
{
  Course course;

  course_init (&course);
  bursts (&course, 2 * PRICE, 2, 30 * GST_USECOND);
  fail_unless_equals_int64 (gst_gio_socket_gap_get (&course.gap), LONGEST);
  silence (&course, 30 * GST_USECOND);
  fail_unless_equals_int64 (gst_gio_socket_gap_get (&course.gap), 0);
}

GST_END_TEST

GST_START_TEST (test_traffic_that_never_rests_keeps_the_longest)
{
  Course course;

  course_init (&course);
  for (guint i = 0; i < 100000; i++)
    silence (&course, (i % 90) * GST_USECOND);
  fail_unless_equals_int64 (gst_gio_socket_gap_get (&course.gap), LONGEST);
}

GST_END_TEST

GST_START_TEST (test_follows_when_the_traffic_changes)
{
  Course course;

  course_init (&course);
  bursts (&course, 100 * PRICE, 1, 0);
  fail_unless_equals_int64 (gst_gio_socket_gap_get (&course.gap), 0);
  bursts (&course, 8, 2, 50 * GST_USECOND);
  fail_unless (gst_gio_socket_gap_get (&course.gap) > 50 * GST_USECOND);

  bursts (&course, 30 * PRICE, 1, 0);
  fail_unless_equals_int64 (gst_gio_socket_gap_get (&course.gap), 0);
}

GST_END_TEST

/* Shows it, whenever it can be hurt, just the silence that hurts. */
GST_START_TEST (test_not_even_an_enemy_gets_more_bursts_cut_than_the_price_allows)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4953);
  Course course;

  course_init (&course);
  for (guint i = 0; i < 200000; i++) {
    gint64 chosen = gst_gio_socket_gap_get (&course.gap);
    gboolean hurts = chosen < LONGEST && g_rand_boolean (rand);

    silence (&course, hurts ? g_rand_int_range (rand, chosen, LONGEST) : LONGEST);
    fail_unless (course.cut * PRICE <= course.longer);
  }
  fail_unless (course.cut > 0);
}

GST_END_TEST

static Suite *
gap_suite (void)
{
  Suite *suite = suite_create ("gap");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_begins_with_the_longest);
  tcase_add_test (tcase, test_where_nothing_follows_it_does_not_wait);
  tcase_add_test (tcase, test_is_longer_than_the_silences_inside_bursts);
  tcase_add_test (tcase, test_pairs_wait_for_the_second_and_not_for_a_third);
  tcase_add_test (tcase, test_traffic_that_never_rests_keeps_the_longest);
  tcase_add_test (tcase, test_follows_when_the_traffic_changes);
  tcase_add_test (tcase, test_not_even_an_enemy_gets_more_bursts_cut_than_the_price_allows);

  return suite;
}

GST_CHECK_MAIN (gap)
