/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/cork-event.h"
#include "lib/flush-event.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

GST_START_TEST (test_keeps_its_place_among_the_buffers)
{
  g_autoptr (GstEvent) event = gst_event_new_gio_socket_flush ();

  fail_unless (GST_EVENT_IS_SERIALIZED (event));
  fail_unless (GST_EVENT_IS_DOWNSTREAM (event));
  fail_if (GST_EVENT_IS_UPSTREAM (event));
  fail_if (GST_EVENT_IS_STICKY (event));
}

GST_END_TEST

/* Anyone may build it by hand, so its form is part of the contract. */
static const struct
{
  GstEventType type;
  const gchar *structure;
  gboolean is_flush;
} forms[] = {
  { GST_EVENT_CUSTOM_DOWNSTREAM, "GstGioSocketFlush", TRUE },
  { GST_EVENT_CUSTOM_DOWNSTREAM, "GstGioSocketFlush, a=(int)1", TRUE },
  { GST_EVENT_CUSTOM_DOWNSTREAM, "Flush", FALSE },
  { GST_EVENT_CUSTOM_DOWNSTREAM_OOB, "GstGioSocketFlush", FALSE },
  { GST_EVENT_CUSTOM_DOWNSTREAM_STICKY, "GstGioSocketFlush", FALSE },
  { GST_EVENT_CUSTOM_UPSTREAM, "GstGioSocketFlush", FALSE },
};

GST_START_TEST (test_form)
{
  g_autoptr (GstEvent) event = gst_event_new_custom (forms[__i__].type,
      gst_structure_from_string (forms[__i__].structure, NULL));

  fail_unless_equals_int (gst_event_is_gio_socket_flush (event), forms[__i__].is_flush);
}

GST_END_TEST

GST_START_TEST (test_is_itself_and_nothing_else)
{
  g_autoptr (GstEvent) flush = gst_event_new_gio_socket_flush ();
  g_autoptr (GstEvent) cork = gst_event_new_gio_socket_cork (FALSE);
  g_autoptr (GstEvent) flush_start = gst_event_new_flush_start ();

  fail_unless (gst_event_is_gio_socket_flush (flush));
  fail_if (gst_event_is_gio_socket_flush (cork));
  fail_if (gst_event_is_gio_socket_flush (flush_start));
  fail_if (gst_event_parse_gio_socket_cork (flush, NULL));
}

GST_END_TEST

static const gchar *elements[] = { "identity", "queue", "writeaggregate", "tcpcork" };

GST_START_TEST (test_goes_on_downstream)
{
  GstHarness *h = gst_harness_new (elements[__i__]);
  gboolean found = FALSE;

  gst_harness_set_src_caps_str (h, "application/octet-stream");
  fail_unless (gst_harness_push_event (h, gst_event_new_gio_socket_flush ()));
  while (!found) {
    GstEvent *event = gst_harness_pull_event (h);

    fail_unless (event != NULL);
    found = gst_event_is_gio_socket_flush (event);
    gst_event_unref (event);
  }
  gst_harness_teardown (h);
}

GST_END_TEST

static Suite *
flush_event_suite (void)
{
  Suite *suite = suite_create ("flush-event");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_keeps_its_place_among_the_buffers);
  tcase_add_loop_test (tcase, test_form, 0, G_N_ELEMENTS (forms));
  tcase_add_test (tcase, test_is_itself_and_nothing_else);
  tcase_add_loop_test (tcase, test_goes_on_downstream, 0, G_N_ELEMENTS (elements));

  return suite;
}

GST_CHECK_MAIN (flush_event)
