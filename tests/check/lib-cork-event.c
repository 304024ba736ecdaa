/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/cork-event.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

GST_START_TEST (test_says_what_it_was_made_for)
{
  const gboolean states[] = { TRUE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autoptr (GstEvent) event = gst_event_new_gio_socket_cork (states[i]);
    gboolean corked = !states[i];

    fail_unless (gst_event_parse_gio_socket_cork (event, &corked));
    fail_unless_equals_int (corked, states[i]);
    fail_unless (gst_event_parse_gio_socket_cork (event, NULL));
  }
}

GST_END_TEST

GST_START_TEST (test_keeps_its_place_among_the_buffers)
{
  g_autoptr (GstEvent) event = gst_event_new_gio_socket_cork (TRUE);

  fail_unless (GST_EVENT_IS_SERIALIZED (event));
  fail_unless (GST_EVENT_IS_DOWNSTREAM (event));
  fail_if (GST_EVENT_IS_UPSTREAM (event));
  fail_if (GST_EVENT_IS_STICKY (event));
}

GST_END_TEST

/* Anyone may build it by hand, so its form is part of the contract. */
GST_START_TEST (test_form)
{
  const struct
  {
    const gchar *description;
    GstEventType type;
    const gchar *structure;
    gboolean is_cork;
  } rows[] = {
    { "by hand", GST_EVENT_CUSTOM_DOWNSTREAM, "GstGioSocketCork, corked=(boolean)true", TRUE },
    { "more fields", GST_EVENT_CUSTOM_DOWNSTREAM,
        "GstGioSocketCork, a=(int)1, corked=(boolean)true", TRUE },
    { "no field", GST_EVENT_CUSTOM_DOWNSTREAM, "GstGioSocketCork", FALSE },
    { "wrong type", GST_EVENT_CUSTOM_DOWNSTREAM, "GstGioSocketCork, corked=(int)1", FALSE },
    { "other name", GST_EVENT_CUSTOM_DOWNSTREAM, "Cork, corked=(boolean)true", FALSE },
    { "out of band", GST_EVENT_CUSTOM_DOWNSTREAM_OOB, "GstGioSocketCork, corked=(boolean)true",
        FALSE },
    { "upstream", GST_EVENT_CUSTOM_UPSTREAM, "GstGioSocketCork, corked=(boolean)true", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstEvent) event =
        gst_event_new_custom (rows[i].type, gst_structure_from_string (rows[i].structure, NULL));
    gboolean corked = FALSE;

    fail_unless_equals_int (gst_event_parse_gio_socket_cork (event, &corked), rows[i].is_cork);
    fail_unless (corked == rows[i].is_cork, "%s", rows[i].description);
  }
}

GST_END_TEST

GST_START_TEST (test_an_event_without_a_structure_is_none)
{
  g_autoptr (GstEvent) event = gst_event_new_eos ();

  fail_if (gst_event_parse_gio_socket_cork (event, NULL));
}

GST_END_TEST

GST_START_TEST (test_other_elements_pass_it_on)
{
  GstHarness *h = gst_harness_new ("identity");
  gboolean corked = FALSE;
  GstEvent *event;

  gst_harness_set_src_caps_str (h, "application/octet-stream");
  fail_unless (gst_harness_push_event (h, gst_event_new_gio_socket_cork (TRUE)));

  while ((event = gst_harness_try_pull_event (h)) != NULL) {
    gst_event_parse_gio_socket_cork (event, &corked);
    gst_event_unref (event);
  }
  fail_unless (corked);
  gst_harness_teardown (h);
}

GST_END_TEST

static Suite *
cork_event_suite (void)
{
  Suite *suite = suite_create ("cork-event");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_says_what_it_was_made_for);
  tcase_add_test (tcase, test_keeps_its_place_among_the_buffers);
  tcase_add_test (tcase, test_form);
  tcase_add_test (tcase, test_an_event_without_a_structure_is_none);
  tcase_add_test (tcase, test_other_elements_pass_it_on);

  return suite;
}

GST_CHECK_MAIN (cork_event)
