/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What giosocketsrc makes of one connection after the other. */

#include "tests/support/element-test.h"
#include "tests/support/support.h"

#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>

#define LISTENING "port=0 mode=listen keep-listening=true"

static void
expect_buffer (const gchar *text, gboolean is_discont)
{
  g_autoptr (GstSample) sample = element_test_pull ();
  GstBuffer *buffer = gst_sample_get_buffer (sample);

  fail_unless_equals_int (gst_buffer_get_size (buffer), strlen (text));
  fail_unless_equals_int (gst_buffer_memcmp (buffer, 0, text, strlen (text)), 0);
  fail_unless_equals_int (GST_BUFFER_IS_DISCONT (buffer), is_discont);
}

GST_START_TEST (test_the_first_buffer_of_each_peer_is_marked_and_none_is_the_last)
{
  element_test_play (LISTENING);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = support_connect (support_wait_port (source));

    support_send (peer, "abc", 3);
    expect_buffer ("abc", TRUE);
    support_send (peer, "defg", 4);
    expect_buffer ("defg", FALSE);
  }
  fail_if (gst_app_sink_is_eos (GST_APP_SINK (sink)));
  element_test_close ();
}

GST_END_TEST

static void
expect_warning (const gchar *text)
{
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = support_wait_warning (pipeline, &debug);

  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX));
  fail_unless (strstr (debug, text) != NULL, "%s", debug);
}

/* Also through a queue, behind which recvpool's thread is another one. */
static const gchar *const framed[] = {
  LISTENING " ! recvpool framing=uint16-be strip-header=true",
  LISTENING " ! queue ! recvpool framing=uint16-be strip-header=true",
};

GST_START_TEST (test_a_message_that_the_peer_did_not_complete_is_dropped_with_a_warning)
{
  element_test_play (framed[__i__]);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = support_connect (support_wait_port (source));

    support_send (peer, "\0\3abc\0\5de", 9);
    expect_buffer ("abc", TRUE);
    g_clear_object (&peer);
    expect_warning ("dropped 4 bytes");
  }
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_it_connects_again_to_a_peer_that_has_ended)
{
  g_autofree gchar *properties = g_strdup_printf (
      "port=%u auto-reconnect=true retry-backoff-factor=0.001 retry-backoff-max=0.01", port);

  element_test_play (properties);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = support_accept (listener);

    support_send (peer, "abc", 3);
    expect_buffer ("abc", TRUE);
  }
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_without_being_asked_to_go_on_the_end_is_the_end)
{
  GSocket *peer;

  element_test_play ("port=0 mode=listen");
  peer = support_connect (support_wait_port (source));
  support_send (peer, "abc", 3);
  expect_buffer ("abc", TRUE);
  g_object_unref (peer);
  support_wait_eos (pipeline);
  element_test_close ();
}

GST_END_TEST

static Suite *
giosocketsrc_life_suite (void)
{
  Suite *suite = suite_create ("giosocketsrc-life");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, element_test_setup_source, element_test_teardown);
  tcase_add_test (tcase, test_the_first_buffer_of_each_peer_is_marked_and_none_is_the_last);
  tcase_add_loop_test (tcase,
      test_a_message_that_the_peer_did_not_complete_is_dropped_with_a_warning, 0,
      G_N_ELEMENTS (framed));
  tcase_add_test (tcase, test_it_connects_again_to_a_peer_that_has_ended);
  tcase_add_test (tcase, test_without_being_asked_to_go_on_the_end_is_the_end);

  return suite;
}

GST_CHECK_MAIN (giosocketsrc_life)
