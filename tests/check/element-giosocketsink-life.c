/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What giosocketsink sends over one connection after the other, and without any. */

#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>
#include <sys/socket.h>

#define AGAIN "auto-reconnect=true retry-backoff-factor=0.001 retry-backoff-max=0.01 "

static guint fds_before;
static guint threads_before;
static GSocket *listener;
static guint port;
static GstElement *pipeline;
static GstElement *source;
static GstElement *sink;

static void
open_pipeline (const gchar *sink_description)
{
  g_autofree gchar *launch = g_strdup_printf ("appsrc name=source max-bytes=0 format=time "
                                              "! giosocketsink name=sink host=127.0.0.1 "
                                              "async=false sync=false %s",
      sink_description);

  pipeline = support_launch (launch);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
}

static void
close_pipeline (void)
{
  if (pipeline == NULL)
    return;

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_clear_object (&source);
  gst_clear_object (&sink);
  gst_clear_object (&pipeline);
}

static GSocket *
open_connected (const gchar *properties)
{
  g_autofree gchar *description = g_strdup_printf ("port=%u " AGAIN "%s", port, properties);

  open_pipeline (description);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  return support_accept (listener);
}

static void
setup (void)
{
  /* What GLib and GStreamer keep for good shall be there before anything is counted. */
  open_pipeline ("port=1");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_free (support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
  close_pipeline ();

  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
  listener = support_listen (&port);
}

static void
teardown (void)
{
  close_pipeline ();
  g_clear_object (&listener);
  support_assert_no_more (fds_before, threads_before);
}

/* --- buffers ------------------------------------------------------------- */

static GstBuffer *
make_text (const gchar *text, GstBufferFlags flags)
{
  GstBuffer *buffer = gst_buffer_new_memdup (text, strlen (text));

  GST_BUFFER_FLAG_SET (buffer, flags);

  return buffer;
}

static void
push (GstBuffer *buffer)
{
  fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (source), buffer), GST_FLOW_OK);
}

static void
push_text (const gchar *text, GstBufferFlags flags)
{
  push (make_text (text, flags));
}

static void
finish (void)
{
  fail_unless_equals_int (gst_app_src_end_of_stream (GST_APP_SRC (source)), GST_FLOW_OK);
}

static guint64
get_stat (const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, field, &value);

  return value;
}

static void
wait_stat (const gchar *field, guint64 value)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (get_stat (field) < value) {
    fail_unless (g_get_monotonic_time () < end, "%s stays at %" G_GUINT64_FORMAT, field,
        get_stat (field));
    g_thread_yield ();
  }
}

static void
expect_text (GSocket *peer, const gchar *text)
{
  g_autofree gchar *got = g_malloc0 (strlen (text) + 1);

  support_read_exactly (peer, got, strlen (text));
  fail_unless_equals_string (got, text);
}

static void
reset_peer (GSocket **peer)
{
  struct linger abort = { 1, 0 };

  fail_unless_equals_int (setsockopt (g_socket_get_fd (*peer), SOL_SOCKET, SO_LINGER, &abort,
                              sizeof abort),
      0);
  g_clear_object (peer);
}

static void
expect_message (const gchar *name)
{
  g_autoptr (GstMessage) message =
      support_wait_message (pipeline, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);

  fail_unless (gst_message_has_name (message, name), "%" GST_PTR_FORMAT, (gpointer)message);
}

/* --- a buffer is whole or does not come ---------------------------------- */

static gchar *
wait_warning (void)
{
  g_autoptr (GstMessage) message =
      support_wait_message (pipeline, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE), "%s",
      error->message);

  return g_strdup (error->message);
}

GST_START_TEST (test_the_rest_of_a_buffer_does_not_go_to_another_peer)
{
  GSocket *peer = open_connected ("");
  g_autoptr (GBytes) large = support_make_bytes (20 * 1024 * 1024, 1);
  g_autofree gchar *warning = NULL;
  g_autoptr (GByteArray) got = NULL;

  push (gst_buffer_new_wrapped_bytes (large));
  push_text ("second", 0);
  push_text ("third", 0);
  finish ();
  wait_stat ("send-waits", 1);
  reset_peer (&peer);
  peer = support_accept (listener);
  warning = wait_warning ();
  fail_unless (strstr (warning, "bytes that were sent were not acknowledged") != NULL, "%s",
      warning);
  fail_unless (strstr (warning, " 0 bytes") == NULL, "%s", warning);
  support_wait_eos (pipeline);
  got = support_read_all (peer);
  fail_unless_equals_int (got->len, strlen ("secondthird"));
  fail_unless (memcmp (got->data, "secondthird", got->len) == 0);
  fail_unless_equals_uint64 (get_stat ("buffers-dropped"), 1);
  fail_unless_equals_uint64 (get_stat ("bytes-dropped"), 20 * 1024 * 1024);
  fail_unless (get_stat ("bytes-lost") > 0);
  fail_unless_equals_uint64 (get_stat ("connections"), 2);
  g_object_unref (peer);
  close_pipeline ();
}

GST_END_TEST

/* Of a list, too, only the buffer that has begun is lost. */
GST_START_TEST (test_of_a_list_the_buffers_that_have_not_begun_come_whole)
{
  GSocket *peer = open_connected ("");
  g_autoptr (GBytes) large = support_make_bytes (20 * 1024 * 1024, 1);
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, make_text ("first", 0));
  gst_buffer_list_add (list, gst_buffer_new_wrapped_bytes (large));
  gst_buffer_list_add (list, make_text ("third", 0));
  gst_buffer_list_add (list, make_text ("fourth", 0));
  fail_unless_equals_int (gst_app_src_push_buffer_list (GST_APP_SRC (source), list), GST_FLOW_OK);
  expect_text (peer, "first");
  wait_stat ("send-waits", 1);
  reset_peer (&peer);
  peer = support_accept (listener);
  expect_text (peer, "thirdfourth");
  fail_unless_equals_uint64 (get_stat ("buffers-dropped"), 1);
  g_object_unref (peer);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_messages_tell_of_each_connection_in_order)
{
  GSocket *peer = open_connected ("");

  for (guint i = 0; i < 3; i++) {
    expect_message ("GstGioSocketConnected");
    push_text ("text", 0);
    expect_text (peer, "text");
    reset_peer (&peer);
    expect_message ("GstGioSocketDisconnected");
    expect_message ("GstGioSocketReconnecting");
    peer = support_accept (listener);
  }
  g_object_unref (peer);
  close_pipeline ();
}

GST_END_TEST

/* --- where another peer begins ------------------------------------------- */

static void
set_headers (const gchar *first, const gchar *second)
{
  g_autoptr (GstBuffer) one = make_text (first, GST_BUFFER_FLAG_HEADER);
  g_autoptr (GstBuffer) two = make_text (second, GST_BUFFER_FLAG_HEADER);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-test");
  g_auto (GValue) headers = G_VALUE_INIT;
  g_auto (GValue) header = G_VALUE_INIT;

  g_value_init (&headers, GST_TYPE_ARRAY);
  g_value_init (&header, GST_TYPE_BUFFER);
  gst_value_set_buffer (&header, one);
  gst_value_array_append_value (&headers, &header);
  gst_value_set_buffer (&header, two);
  gst_value_array_append_value (&headers, &header);
  gst_caps_set_value (caps, "streamheader", &headers);
  gst_app_src_set_caps (GST_APP_SRC (source), caps);
  push (gst_buffer_ref (one));
  push (gst_buffer_ref (two));
}

GST_START_TEST (test_every_peer_begins_with_the_stream_headers)
{
  GSocket *peer = open_connected ("");

  set_headers ("[head]", "[er]");
  push_text ("a", 0);
  expect_text (peer, "[head][er]a");
  for (guint i = 0; i < 3; i++) {
    reset_peer (&peer);
    peer = support_accept (listener);
    push_text ("b", 0);
    expect_text (peer, "[head][er]b");
    push_text ("c", 0);
    expect_text (peer, "c");
  }
  fail_unless_equals_uint64 (get_stat ("buffers-dropped"), 0);
  g_object_unref (peer);
  close_pipeline ();
}

GST_END_TEST

typedef struct
{
  const gchar *resume_on;
  GstBufferFlags flags[5]; /* of what is sent to the second peer; the texts are 0, 1, 2 … */
  const gchar *expected;
} Resume;

#define DELTA GST_BUFFER_FLAG_DELTA_UNIT
#define MARKER GST_BUFFER_FLAG_MARKER

static const Resume resumes[] = {
  { "resume-on=keyframe", { DELTA, DELTA, 0, DELTA, 0 }, "234" },
  { "resume-on=keyframe", { 0, DELTA, DELTA, DELTA, DELTA }, "01234" },
  { "resume-on=marker", { 0, MARKER, 0, MARKER, 0 }, "234" },
  { "resume-on=marker+keyframe", { DELTA, MARKER | DELTA, DELTA, DELTA, 0 }, "234" },
  { "", { DELTA, DELTA, DELTA, DELTA, DELTA }, "01234" },
};

GST_START_TEST (test_another_peer_begins_where_the_stream_says_that_something_does)
{
  const Resume *resume = &resumes[__i__];
  GSocket *peer = open_connected (resume->resume_on);

  set_headers ("<", ">");
  push_text ("first", 0);
  expect_text (peer, "<>first");
  reset_peer (&peer);
  peer = support_accept (listener);
  for (guint i = 0; i < G_N_ELEMENTS (resume->flags); i++) {
    const gchar text[] = { '0' + i, '\0' };

    push_text (text, resume->flags[i]);
  }
  expect_text (peer, "<>");
  expect_text (peer, resume->expected);
  fail_unless_equals_uint64 (get_stat ("buffers-dropped"), 5 - strlen (resume->expected));
  g_object_unref (peer);
  close_pipeline ();
}

GST_END_TEST

/* --- nobody there -------------------------------------------------------- */

#define DROPPING "mode=listen port=0 wait-for-connection=false "

GST_START_TEST (test_without_a_peer_buffers_are_dropped_and_counted_and_nothing_waits)
{
  open_pipeline (DROPPING);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 100; i++)
    push_text ("four", 0);
  finish ();
  support_wait_eos (pipeline);
  fail_unless_equals_uint64 (get_stat ("buffers-dropped"), 100);
  fail_unless_equals_uint64 (get_stat ("bytes-dropped"), 400);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_who_comes_late_begins_with_the_headers_at_a_keyframe)
{
  g_autoptr (GSocket) peer = NULL;

  open_pipeline (DROPPING "resume-on=keyframe");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  set_headers ("<", ">");
  push_text ("key", 0);
  push_text ("delta", DELTA);
  wait_stat ("buffers-dropped", 2);
  peer = support_connect (support_wait_port (sink));
  expect_message ("GstGioSocketConnected");
  push_text ("delta", DELTA);
  wait_stat ("buffers-dropped", 3);
  push_text ("key", 0);
  push_text ("delta", DELTA);
  expect_text (peer, "<>keydelta");
  fail_unless_equals_uint64 (get_stat ("buffers-dropped"), 3);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_between_two_peers_buffers_are_dropped_where_nothing_shall_wait)
{
  GSocket *peer;

  open_pipeline (DROPPING "keep-listening=true");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_connect (support_wait_port (sink));
  expect_message ("GstGioSocketConnected");
  push_text ("one", 0);
  expect_text (peer, "one");
  g_object_unref (peer);
  expect_message ("GstGioSocketDisconnected");
  push_text ("two", 0);
  wait_stat ("buffers-dropped", 1);
  peer = support_connect (support_wait_port (sink));
  expect_message ("GstGioSocketConnected");
  push_text ("three", 0);
  expect_text (peer, "three");
  fail_unless_equals_uint64 (get_stat ("buffers-dropped"), 1);
  g_object_unref (peer);
  close_pipeline ();
}

GST_END_TEST

/* --- peers that do not read ---------------------------------------------- */

GST_START_TEST (test_a_peer_that_stops_reading_is_left_after_the_timeout)
{
  g_autoptr (GSocket) stuck = open_connected ("timeout=1");
  g_autoptr (GBytes) large = support_make_bytes (20 * 1024 * 1024, 1);
  g_autoptr (GSocket) peer = NULL;
  g_autofree gchar *warning = NULL;

  push (gst_buffer_new_wrapped_bytes (large));
  push_text ("next", 0);
  warning = wait_warning ();
  fail_unless (strstr (warning, "stuck") != NULL, "%s", warning);
  peer = support_accept (listener);
  expect_text (peer, "next");
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_it_stops_while_it_is_connecting_again)
{
  GSocket *peer = open_connected ("retry-backoff-factor=3600 retry-backoff-max=3600");

  expect_message ("GstGioSocketConnected");
  reset_peer (&peer);
  expect_message ("GstGioSocketDisconnected");
  expect_message ("GstGioSocketReconnecting");
  push_text ("nobody", 0);
  close_pipeline ();
}

GST_END_TEST

/* GstBaseSink would begin with the first buffer before the transition does, and that waits for it. */
GST_START_TEST (test_playing_does_not_wait_until_the_first_buffer_has_gone)
{
  g_autofree gchar *launch =
      g_strdup_printf ("fakesrc filltype=nothing sizetype=fixed sizemax=10 ! "
                       "giosocketsink mode=listen host=127.0.0.1 port=0 %s",
          __i__ == 0 ? "async=false" : "");

  pipeline = support_launch (launch);
  for (guint i = 0; i < 200; i++) {
    gst_element_set_state (pipeline, GST_STATE_READY);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, SUPPORT_PATIENCE),
        GST_STATE_CHANGE_SUCCESS);
  }
  close_pipeline ();
}

GST_END_TEST

static Suite *
giosocketsink_life_suite (void)
{
  Suite *suite = suite_create ("giosocketsink-life");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_rest_of_a_buffer_does_not_go_to_another_peer);
  tcase_add_test (tcase, test_of_a_list_the_buffers_that_have_not_begun_come_whole);
  tcase_add_test (tcase, test_messages_tell_of_each_connection_in_order);
  tcase_add_test (tcase, test_every_peer_begins_with_the_stream_headers);
  tcase_add_loop_test (tcase, test_another_peer_begins_where_the_stream_says_that_something_does, 0,
      G_N_ELEMENTS (resumes));
  tcase_add_test (tcase, test_without_a_peer_buffers_are_dropped_and_counted_and_nothing_waits);
  tcase_add_test (tcase, test_who_comes_late_begins_with_the_headers_at_a_keyframe);
  tcase_add_test (tcase, test_between_two_peers_buffers_are_dropped_where_nothing_shall_wait);
  tcase_add_test (tcase, test_a_peer_that_stops_reading_is_left_after_the_timeout);
  tcase_add_test (tcase, test_it_stops_while_it_is_connecting_again);
  tcase_add_loop_test (tcase, test_playing_does_not_wait_until_the_first_buffer_has_gone, 0, 2);

  return suite;
}

GST_CHECK_MAIN (giosocketsink_life)
