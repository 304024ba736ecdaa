/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What giosocketsink sends over one connection after the other, and without any. */

#include "tests/support/element-test.h"
#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

#define AGAIN "auto-reconnect=true retry-backoff-factor=0.001 retry-backoff-max=0.01 "

static void
setup (void)
{
  element_test_setup ("appsrc name=source max-bytes=0 format=time ! giosocketsink name=sink "
                      "host=127.0.0.1 async=false sync=false",
      NULL);
}

static GSocket *
open_connected (const gchar *properties)
{
  g_autofree gchar *all = g_strconcat (AGAIN, properties, NULL);

  return element_test_play_connected (all);
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
push_text (const gchar *text, GstBufferFlags flags)
{
  element_test_push (make_text (text, flags));
}

static void
expect_text (GSocket *peer, const gchar *text)
{
  g_autofree gchar *got = g_malloc0 (strlen (text) + 1);

  support_read_exactly (peer, got, strlen (text));
  fail_unless_equals_string (got, text);
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
  g_autoptr (GError) error = support_wait_warning (pipeline, NULL);

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

  element_test_push (gst_buffer_new_wrapped_bytes (large));
  push_text ("second", 0);
  push_text ("third", 0);
  element_test_finish ();
  element_test_wait_stat ("send-waits", 1);
  support_reset (&peer);
  peer = support_accept (listener);
  warning = wait_warning ();
  fail_unless (strstr (warning, "bytes that were sent were not acknowledged") != NULL, "%s",
      warning);
  fail_unless (strstr (warning, " 0 bytes") == NULL, "%s", warning);
  support_wait_eos (pipeline);
  got = support_read_all (peer);
  fail_unless_equals_int (got->len, strlen ("secondthird"));
  fail_unless (memcmp (got->data, "secondthird", got->len) == 0);
  fail_unless_equals_uint64 (element_test_stat ("buffers-dropped"), 1);
  fail_unless_equals_uint64 (element_test_stat ("bytes-dropped"), 20 * 1024 * 1024);
  fail_unless (element_test_stat ("bytes-lost") > 0);
  fail_unless_equals_uint64 (element_test_stat ("connections"), 2);
  g_object_unref (peer);
  element_test_close ();
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
  element_test_push_list (list);
  expect_text (peer, "first");
  element_test_wait_stat ("send-waits", 1);
  support_reset (&peer);
  peer = support_accept (listener);
  expect_text (peer, "thirdfourth");
  fail_unless_equals_uint64 (element_test_stat ("buffers-dropped"), 1);
  g_object_unref (peer);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_messages_tell_of_each_connection_in_order)
{
  GSocket *peer = open_connected ("");

  for (guint i = 0; i < 3; i++) {
    expect_message ("GstGioSocketConnected");
    push_text ("text", 0);
    expect_text (peer, "text");
    support_reset (&peer);
    expect_message ("GstGioSocketDisconnected");
    expect_message ("GstGioSocketReconnecting");
    peer = support_accept (listener);
  }
  g_object_unref (peer);
  element_test_close ();
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
  element_test_push (gst_buffer_ref (one));
  element_test_push (gst_buffer_ref (two));
}

GST_START_TEST (test_every_peer_begins_with_the_stream_headers)
{
  GSocket *peer = open_connected ("");

  set_headers ("[head]", "[er]");
  push_text ("a", 0);
  expect_text (peer, "[head][er]a");
  for (guint i = 0; i < 3; i++) {
    support_reset (&peer);
    peer = support_accept (listener);
    push_text ("b", 0);
    expect_text (peer, "[head][er]b");
    push_text ("c", 0);
    expect_text (peer, "c");
  }
  fail_unless_equals_uint64 (element_test_stat ("buffers-dropped"), 0);
  g_object_unref (peer);
  element_test_close ();
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
  support_reset (&peer);
  peer = support_accept (listener);
  for (guint i = 0; i < G_N_ELEMENTS (resume->flags); i++) {
    const gchar text[] = { '0' + i, '\0' };

    push_text (text, resume->flags[i]);
  }
  expect_text (peer, "<>");
  expect_text (peer, resume->expected);
  fail_unless_equals_uint64 (element_test_stat ("buffers-dropped"), 5 - strlen (resume->expected));
  g_object_unref (peer);
  element_test_close ();
}

GST_END_TEST

/* --- nobody there -------------------------------------------------------- */

#define DROPPING "mode=listen port=0 wait-for-connection=false "

GST_START_TEST (test_without_a_peer_buffers_are_dropped_and_counted_and_nothing_waits)
{
  element_test_play (DROPPING);
  for (guint i = 0; i < 100; i++)
    push_text ("four", 0);
  element_test_finish ();
  support_wait_eos (pipeline);
  fail_unless_equals_uint64 (element_test_stat ("buffers-dropped"), 100);
  fail_unless_equals_uint64 (element_test_stat ("bytes-dropped"), 400);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_who_comes_late_begins_with_the_headers_at_a_keyframe)
{
  g_autoptr (GSocket) peer = NULL;

  element_test_play (DROPPING "resume-on=keyframe");
  set_headers ("<", ">");
  push_text ("key", 0);
  push_text ("delta", DELTA);
  element_test_wait_stat ("buffers-dropped", 2);
  peer = support_connect (support_wait_port (sink));
  expect_message ("GstGioSocketConnected");
  push_text ("delta", DELTA);
  element_test_wait_stat ("buffers-dropped", 3);
  push_text ("key", 0);
  push_text ("delta", DELTA);
  expect_text (peer, "<>keydelta");
  fail_unless_equals_uint64 (element_test_stat ("buffers-dropped"), 3);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_between_two_peers_buffers_are_dropped_where_nothing_shall_wait)
{
  GSocket *peer;

  element_test_play (DROPPING "keep-listening=true");
  peer = support_connect (support_wait_port (sink));
  expect_message ("GstGioSocketConnected");
  push_text ("one", 0);
  expect_text (peer, "one");
  g_object_unref (peer);
  expect_message ("GstGioSocketDisconnected");
  push_text ("two", 0);
  element_test_wait_stat ("buffers-dropped", 1);
  peer = support_connect (support_wait_port (sink));
  expect_message ("GstGioSocketConnected");
  push_text ("three", 0);
  expect_text (peer, "three");
  fail_unless_equals_uint64 (element_test_stat ("buffers-dropped"), 1);
  g_object_unref (peer);
  element_test_close ();
}

GST_END_TEST

/* --- peers that do not read ---------------------------------------------- */

GST_START_TEST (test_a_peer_that_stops_reading_is_left_after_the_timeout)
{
  g_autoptr (GSocket) stuck = open_connected ("timeout=1");
  g_autoptr (GBytes) large = support_make_bytes (20 * 1024 * 1024, 1);
  g_autoptr (GSocket) peer = NULL;
  g_autofree gchar *warning = NULL;

  element_test_push (gst_buffer_new_wrapped_bytes (large));
  push_text ("next", 0);
  warning = wait_warning ();
  fail_unless (strstr (warning, "stuck") != NULL, "%s", warning);
  peer = support_accept (listener);
  expect_text (peer, "next");
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_it_stops_while_it_is_connecting_again)
{
  GSocket *peer = open_connected ("retry-backoff-factor=3600 retry-backoff-max=3600");

  expect_message ("GstGioSocketConnected");
  support_reset (&peer);
  expect_message ("GstGioSocketDisconnected");
  expect_message ("GstGioSocketReconnecting");
  push_text ("nobody", 0);
  element_test_close ();
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
  element_test_close ();
}

GST_END_TEST

static Suite *
giosocketsink_life_suite (void)
{
  Suite *suite = suite_create ("giosocketsink-life");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, element_test_teardown);
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
