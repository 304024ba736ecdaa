/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What giosocketsrc makes of one connection after the other. */

#include "tests/support/support.h"

#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>

#define LISTENING "giosocketsrc name=source host=127.0.0.1 port=0 mode=listen keep-listening=true"
#define OUT " ! appsink name=out sync=false"

static guint fds_before;
static guint threads_before;
static GstElement *pipeline;
static GstElement *source;
static GstAppSink *out;

static void
open_pipeline (const gchar *description)
{
  pipeline = support_launch (description);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  out = GST_APP_SINK (gst_bin_get_by_name (GST_BIN (pipeline), "out"));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

static void
close_pipeline (void)
{
  if (pipeline == NULL)
    return;

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_clear_object (&source);
  gst_clear_object (&out);
  gst_clear_object (&pipeline);
}

static void
setup (void)
{
  /* What GLib and GStreamer keep for good shall be there before anything is counted. */
  open_pipeline ("giosocketsrc name=source host=127.0.0.1 port=1" OUT);
  g_free (support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
  close_pipeline ();

  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
}

static void
teardown (void)
{
  close_pipeline ();
  support_assert_no_more (fds_before, threads_before);
}

static void
send_text (GSocket *peer, const gchar *text, gsize size)
{
  fail_unless_equals_int (g_socket_send (peer, text, size, NULL, NULL), size);
}

static void
expect_buffer (const gchar *text, gboolean is_discont)
{
  g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (out, SUPPORT_PATIENCE);
  GstBuffer *buffer;

  fail_unless (sample != NULL, "%s did not come", text);
  buffer = gst_sample_get_buffer (sample);
  fail_unless_equals_int (gst_buffer_get_size (buffer), strlen (text));
  fail_unless_equals_int (gst_buffer_memcmp (buffer, 0, text, strlen (text)), 0);
  fail_unless_equals_int (GST_BUFFER_IS_DISCONT (buffer), is_discont);
}

GST_START_TEST (test_the_first_buffer_of_each_peer_is_marked_and_none_is_the_last)
{
  open_pipeline (LISTENING OUT);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = support_connect (support_wait_port (source));

    send_text (peer, "abc", 3);
    expect_buffer ("abc", TRUE);
    send_text (peer, "defg", 4);
    expect_buffer ("defg", FALSE);
  }
  fail_if (gst_app_sink_is_eos (out));
  close_pipeline ();
}

GST_END_TEST

static void
expect_warning (const gchar *text)
{
  g_autoptr (GstMessage) message =
      support_wait_message (pipeline, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &error, &debug);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX));
  fail_unless (strstr (debug, text) != NULL, "%s", debug);
}

/* Also through a queue, behind which recvpool's thread is another one. */
static const gchar *const framed[] = {
  LISTENING " ! recvpool framing=uint16-be strip-header=true" OUT,
  LISTENING " ! queue ! recvpool framing=uint16-be strip-header=true" OUT,
};

GST_START_TEST (test_a_message_that_the_peer_did_not_complete_is_dropped_with_a_warning)
{
  open_pipeline (framed[__i__]);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = support_connect (support_wait_port (source));

    send_text (peer, "\0\3abc\0\5de", 9);
    expect_buffer ("abc", TRUE);
    g_clear_object (&peer);
    expect_warning ("dropped 4 bytes");
  }
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_it_connects_again_to_a_peer_that_has_ended)
{
  g_autofree gchar *description = NULL;
  g_autoptr (GSocket) listener = NULL;
  guint port;

  listener = support_listen (&port);
  description = g_strdup_printf ("giosocketsrc name=source host=127.0.0.1 port=%u "
                                 "auto-reconnect=true retry-backoff-factor=0.001 "
                                 "retry-backoff-max=0.01" OUT,
      port);
  open_pipeline (description);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = support_accept (listener);

    send_text (peer, "abc", 3);
    expect_buffer ("abc", TRUE);
  }
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_without_being_asked_to_go_on_the_end_is_the_end)
{
  GSocket *peer;

  open_pipeline ("giosocketsrc name=source host=127.0.0.1 port=0 mode=listen" OUT);
  peer = support_connect (support_wait_port (source));
  send_text (peer, "abc", 3);
  expect_buffer ("abc", TRUE);
  g_object_unref (peer);
  support_wait_eos (pipeline);
  close_pipeline ();
}

GST_END_TEST

static Suite *
giosocketsrc_life_suite (void)
{
  Suite *suite = suite_create ("giosocketsrc-life");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_first_buffer_of_each_peer_is_marked_and_none_is_the_last);
  tcase_add_loop_test (tcase,
      test_a_message_that_the_peer_did_not_complete_is_dropped_with_a_warning, 0,
      G_N_ELEMENTS (framed));
  tcase_add_test (tcase, test_it_connects_again_to_a_peer_that_has_ended);
  tcase_add_test (tcase, test_without_being_asked_to_go_on_the_end_is_the_end);

  return suite;
}

GST_CHECK_MAIN (giosocketsrc_life)
