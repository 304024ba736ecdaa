/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/boundary.h"

#include <gst/check/gstcheck.h>

#define MARKER GST_GIO_SOCKET_FLUSH_ON_MARKER
#define KEYFRAME GST_GIO_SOCKET_FLUSH_ON_KEYFRAME
#define TIMESTAMP GST_GIO_SOCKET_FLUSH_ON_TIMESTAMP

#define NONE GST_GIO_SOCKET_BOUNDARY_NONE
#define BEFORE GST_GIO_SOCKET_BOUNDARY_BEFORE
#define AFTER GST_GIO_SOCKET_BOUNDARY_AFTER

#define DELTA GST_BUFFER_FLAG_DELTA_UNIT

static guint
look (GstGioSocketBoundary *boundary, GstClockTime pts, guint flags)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_FLAG_SET (buffer, flags);

  return gst_gio_socket_boundary_look (boundary, buffer);
}

GST_START_TEST (test_nothing_is_cut_unless_asked_for)
{
  GstGioSocketBoundary boundary;

  gst_gio_socket_boundary_init (&boundary, 0);
  fail_unless_equals_int (look (&boundary, 1, GST_BUFFER_FLAG_MARKER), NONE);
  fail_unless_equals_int (look (&boundary, 2, GST_BUFFER_FLAG_MARKER | DELTA), NONE);
}

GST_END_TEST

GST_START_TEST (test_a_marker_is_the_last_of_its_frame)
{
  GstGioSocketBoundary boundary;

  gst_gio_socket_boundary_init (&boundary, MARKER);
  fail_unless_equals_int (look (&boundary, 1, 0), NONE);
  fail_unless_equals_int (look (&boundary, 2, GST_BUFFER_FLAG_MARKER), AFTER);
  fail_unless_equals_int (look (&boundary, 3, 0), NONE);
}

GST_END_TEST

GST_START_TEST (test_a_keyframe_is_the_first_of_its_group)
{
  GstGioSocketBoundary boundary;

  gst_gio_socket_boundary_init (&boundary, KEYFRAME);
  fail_unless_equals_int (look (&boundary, 1, 0), BEFORE);
  fail_unless_equals_int (look (&boundary, 2, DELTA), NONE);
  fail_unless_equals_int (look (&boundary, 3, DELTA | GST_BUFFER_FLAG_MARKER), NONE);
  fail_unless_equals_int (look (&boundary, 4, 0), BEFORE);
}

GST_END_TEST

GST_START_TEST (test_buffers_of_one_time_belong_together)
{
  GstGioSocketBoundary boundary;

  gst_gio_socket_boundary_init (&boundary, TIMESTAMP);
  fail_unless_equals_int (look (&boundary, GST_CLOCK_TIME_NONE, 0), NONE);
  fail_unless_equals_int (look (&boundary, 0, 0), NONE);
  fail_unless_equals_int (look (&boundary, 0, 0), NONE);
  fail_unless_equals_int (look (&boundary, GST_CLOCK_TIME_NONE, 0), NONE);
  fail_unless_equals_int (look (&boundary, 0, 0), NONE);
  fail_unless_equals_int (look (&boundary, 7, 0), BEFORE);
  fail_unless_equals_int (look (&boundary, 7, 0), NONE);
  fail_unless_equals_int (look (&boundary, 3, 0), BEFORE);
}

GST_END_TEST

GST_START_TEST (test_after_a_reset_no_time_is_known)
{
  GstGioSocketBoundary boundary;

  gst_gio_socket_boundary_init (&boundary, TIMESTAMP);
  look (&boundary, 5, 0);
  gst_gio_socket_boundary_reset (&boundary);
  fail_unless_equals_int (look (&boundary, 6, 0), NONE);
  fail_unless_equals_int (look (&boundary, 5, 0), BEFORE);
}

GST_END_TEST

GST_START_TEST (test_what_is_asked_for_may_change)
{
  GstGioSocketBoundary boundary;

  gst_gio_socket_boundary_init (&boundary, 0);
  look (&boundary, 5, 0);
  look (&boundary, 6, 0);
  gst_gio_socket_boundary_set_flush_on (&boundary, TIMESTAMP | MARKER);
  fail_unless_equals_int (look (&boundary, 6, 0), NONE);
  fail_unless_equals_int (look (&boundary, 7, GST_BUFFER_FLAG_MARKER), BEFORE | AFTER);
}

GST_END_TEST

GST_START_TEST (test_flags_have_the_names_of_the_properties_values)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_GIO_SOCKET_FLUSH_ON);
  fail_unless (gst_value_deserialize (&value, "marker+keyframe+timestamp"));
  fail_unless_equals_int (g_value_get_flags (&value), MARKER | KEYFRAME | TIMESTAMP);
  g_value_unset (&value);
}

GST_END_TEST

static Suite *
boundary_suite (void)
{
  Suite *suite = suite_create ("boundary");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_nothing_is_cut_unless_asked_for);
  tcase_add_test (tcase, test_a_marker_is_the_last_of_its_frame);
  tcase_add_test (tcase, test_a_keyframe_is_the_first_of_its_group);
  tcase_add_test (tcase, test_buffers_of_one_time_belong_together);
  tcase_add_test (tcase, test_after_a_reset_no_time_is_known);
  tcase_add_test (tcase, test_what_is_asked_for_may_change);
  tcase_add_test (tcase, test_flags_have_the_names_of_the_properties_values);

  return suite;
}

GST_CHECK_MAIN (boundary)
