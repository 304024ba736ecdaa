/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/giosocket.h"
#include "tests/support/element-test.h"
#include "tests/support/support.h"
#include "tests/support/wakeups.h"

#include <gst/check/gstcheck.h>

static void
setup (void)
{
  element_test_setup ("appsrc name=source max-bytes=0 format=bytes ! "
                      "giosocketsink name=sink host=127.0.0.1",
      NULL);
}

static void
push (GBytes *bytes)
{
  element_test_push (gst_buffer_new_wrapped_bytes (bytes));
}

/* Until the kernel takes no more and the streaming thread waits. */
static void
wait_until_blocked (void)
{
  element_test_wait_stat ("send-waits", 1);
}

static gpointer
read_all_thread (gpointer data)
{
  return support_read_all (data);
}

static void
fail_unless_bytes (GByteArray *got, guint n_expected, GBytes *const *expected)
{
  gsize at = 0;

  for (guint i = 0; i < n_expected; i++) {
    gsize size;
    gconstpointer data = g_bytes_get_data (expected[i], &size);

    fail_unless (got->len >= at + size, "%u bytes came", got->len);
    fail_unless (memcmp (got->data + at, data, size) == 0, "part %u differs", i);
    at += size;
  }
  fail_unless_equals_int (got->len, at);
}

GST_START_TEST (test_a_buffer_list_leaves_in_one_call_and_is_not_merged)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) all = support_make_bytes (600, 3);
  GstBufferList *list = gst_buffer_list_new ();
  g_autoptr (GByteArray) got = NULL;

  for (guint i = 0; i < 200; i++) {
    GstBuffer *buffer = gst_buffer_new ();

    for (guint j = 0; j < 3; j++) {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (all, 3 * i + j, 1);
      g_autoptr (GstBuffer) one = gst_buffer_new_wrapped_bytes (part);

      gst_buffer_append_memory (buffer, gst_buffer_get_memory (one, 0));
    }
    gst_buffer_list_add (list, buffer);
  }
  element_test_push_list (list);
  element_test_finish ();
  support_wait_eos (pipeline);

  got = support_read_all (peer);
  fail_unless_bytes (got, 1, &all);
  fail_unless_equals_uint64 (element_test_stat ("send-calls"), 1);
  fail_unless_equals_uint64 (element_test_stat ("bytes-sent"), 600);
  fail_unless (element_test_stat ("rendered") > 0);
  element_test_close ();
}

GST_END_TEST

static void
pause_and_play (GstEvent *in_pause)
{
  wait_until_blocked ();
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, SUPPORT_PATIENCE),
      GST_STATE_CHANGE_SUCCESS);
  if (in_pause != NULL)
    gst_element_send_event (sink, in_pause);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, SUPPORT_PATIENCE),
      GST_STATE_CHANGE_SUCCESS);
}

static void
expect_stream (GSocket *peer, GBytes *bytes)
{
  g_autoptr (GByteArray) got = NULL;
  GThread *reader = g_thread_new ("reader", read_all_thread, peer);

  support_wait_eos (pipeline);
  element_test_close ();
  got = g_thread_join (reader);
  fail_unless_bytes (got, 1, &bytes);
}

GST_START_TEST (test_no_wait_makes_a_descriptor_of_its_own)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (32 * 1024 * 1024, 4);
  const gsize step = 1024 * 1024;
  g_autofree guint8 *got = g_malloc (step);
  guint64 waits;
  gint before;

  element_test_push (gst_buffer_new_wrapped_bytes (bytes));
  wait_until_blocked ();
  before = wakeups_count ();
  fail_unless (before > 0, "they are not counted");
  waits = element_test_stat ("send-waits");
  for (guint i = 0; i < 16; i++)
    support_read_exactly (peer, got, step);
  element_test_wait_stat ("send-waits", waits + 1);
  fail_unless_equals_int (wakeups_count (), before);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_paused_while_blocked_then_played_loses_nothing)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 4);

  push (bytes);
  element_test_finish ();
  for (guint i = 0; i < 3; i++)
    pause_and_play (NULL);

  expect_stream (peer, bytes);
}

GST_END_TEST

/* The element is taken to PLAYING by what comes next, and not by a transition of its own. */
GST_START_TEST (test_a_pause_that_ends_before_it_has_begun_does_not_hold_up_the_end)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 4);
  g_autofree gchar *got = g_malloc (1000);

  push (bytes);
  support_read_exactly (peer, got, 1000);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_PAUSED), GST_STATE_CHANGE_ASYNC);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_PLAYING), GST_STATE_CHANGE_ASYNC);
  push (bytes);
  element_test_finish ();
  expect_stream (peer, bytes);
}

GST_END_TEST

/* GstBaseSink has what a step found waiting rendered again. */
GST_START_TEST (test_a_step_while_blocked_loses_and_repeats_nothing)
{
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 4);
  g_autoptr (GSocket) peer = NULL;

  element_test_open ("");
  g_object_set (source, "format", GST_FORMAT_TIME, NULL);
  g_object_set (sink, "port", port, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);

  push (bytes);
  element_test_finish ();
  for (guint i = 0; i < 3; i++)
    pause_and_play (gst_event_new_step (GST_FORMAT_BUFFERS, 1, 1.0, FALSE, FALSE));

  expect_stream (peer, bytes);
}

GST_END_TEST

GST_START_TEST (test_a_flush_completes_the_buffer_that_has_begun_and_drops_the_others)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) begun = support_make_bytes (20 * 1024 * 1024, 5);
  g_autoptr (GBytes) dropped = support_make_bytes (1000, 6);
  g_autoptr (GBytes) later = support_make_bytes (1000, 7);
  GBytes *const expected[] = { begun, later };
  g_autoptr (GByteArray) got = NULL;
  GThread *reader;
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, gst_buffer_new_wrapped_bytes (begun));
  gst_buffer_list_add (list, gst_buffer_new_wrapped_bytes (dropped));
  element_test_push_list (list);
  wait_until_blocked ();
  element_test_flush ();
  push (later);
  element_test_finish ();

  reader = g_thread_new ("reader", read_all_thread, peer);
  support_wait_eos (pipeline);
  got = g_thread_join (reader);
  fail_unless_bytes (got, G_N_ELEMENTS (expected), expected);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_corked_buffers_wait_for_the_uncork)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  gchar got[21] = "";
  guint64 segments;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  push (bytes);
  support_read_exactly (peer, got, 10);
  segments = element_test_stat ("segments-sent");

  gst_pad_send_event (pad, gst_event_new_gio_socket_cork (TRUE));
  push (bytes);
  while (element_test_stat ("bytes-sent") < 20)
    g_thread_yield ();
  fail_unless_equals_uint64 (element_test_stat ("bytes-unsent"), 10);
  fail_unless_equals_uint64 (element_test_stat ("segments-sent"), segments);

  gst_pad_send_event (pad, gst_event_new_gio_socket_cork (FALSE));
  gst_pad_send_event (pad, gst_event_new_gio_socket_cork (FALSE));
  support_read_exactly (peer, got + 10, 10);
  fail_unless_equals_string (got, "01234567890123456789");
  fail_unless_equals_uint64 (element_test_stat ("flushes"), 1);
  fail_unless_equals_uint64 (element_test_stat ("option-calls"), 2);
  element_test_close ();
}

GST_END_TEST

static gpointer
send_cork_thread (gpointer corked)
{
  return GINT_TO_POINTER (
      gst_element_send_event (sink, gst_event_new_gio_socket_cork (corked != NULL)));
}

static void
send_cork_from_thread (gboolean corked)
{
  GThread *thread = g_thread_new ("app", send_cork_thread, GINT_TO_POINTER (corked));

  fail_unless (g_thread_join (thread) != NULL);
}

GST_START_TEST (test_an_application_corks_the_element_from_any_thread)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  gchar got[11] = "";

  send_cork_from_thread (TRUE);
  push (bytes);
  while (element_test_stat ("bytes-sent") < 10)
    g_thread_yield ();
  fail_unless_equals_uint64 (element_test_stat ("bytes-unsent"), 10);

  send_cork_from_thread (FALSE);
  support_read_exactly (peer, got, 10);
  fail_unless_equals_string (got, "0123456789");
  fail_unless_equals_uint64 (element_test_stat ("flushes"), 1);
  element_test_close ();
}

GST_END_TEST

#define MARK 16384
#define SEGMENT 65536

GST_START_TEST (test_notsent_lowat_holds_for_every_connection_and_a_change_at_once)
{
  g_autofree gchar *description = g_strdup_printf ("port=%u notsent-lowat=%u", port, MARK);
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 21);
  guint mark = 0;

  element_test_open (description);
  g_object_get (sink, "notsent-lowat", &mark, NULL);
  fail_unless_equals_int (mark, MARK);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GSocket) peer = NULL;
    guint64 sent;

    g_object_set (sink, "notsent-lowat", MARK, NULL);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    peer = support_accept (listener);
    push (bytes);
    wait_until_blocked ();
    fail_unless (element_test_stat ("bytes-unsent") < MARK + SEGMENT);

    sent = element_test_stat ("bytes-sent");
    g_object_set (sink, "notsent-lowat", 0, NULL);
    while (element_test_stat ("bytes-unsent") < MARK + SEGMENT ||
        element_test_stat ("bytes-sent") <= sent)
      g_thread_yield ();
    gst_element_set_state (pipeline, GST_STATE_READY);
  }
  element_test_close ();
}

GST_END_TEST

/* With the mark the backlog is where somebody can do something about it. */
GST_START_TEST (test_what_leaks_upstream_leaks_before_the_kernel_is_full)
{
  g_autofree gchar *launch = g_strdup_printf (
      "appsrc name=source max-bytes=0 format=bytes ! "
      "queue leaky=downstream max-size-buffers=4 max-size-bytes=0 max-size-time=0 ! "
      "giosocketsink name=sink host=127.0.0.1 port=%u notsent-lowat=%u",
      port, MARK);
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GBytes) bytes = support_make_bytes (4096, 22);

  element_test_launch (launch);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);

  while (element_test_stat ("send-waits") == 0)
    push (bytes);

  /* Without it the kernel would have taken 4 MB. */
  fail_unless (element_test_stat ("bytes-sent") < 1024 * 1024);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_eos_uncorks_and_waits_for_the_acknowledgement)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (10, 8);
  g_autoptr (GByteArray) got = NULL;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  push (bytes);
  gst_pad_send_event (pad, gst_event_new_gio_socket_cork (TRUE));
  element_test_finish ();
  support_wait_eos (pipeline);
  fail_unless_equals_uint64 (element_test_stat ("bytes-unacknowledged"), 0);
  got = support_read_all (peer);
  fail_unless_bytes (got, 1, &bytes);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_eos_without_acknowledgement_is_an_error_with_the_number)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("linger-timeout=50000000");
  g_autoptr (GBytes) bytes = support_make_bytes (64 * 1024, 9);
  g_autofree gchar *text = NULL;
  guint64 acknowledged_limit;

  /* What the peer's kernel takes is acknowledged: send on until it takes no more. */
  support_shrink_buffers (peer);
  while (element_test_stat ("bytes-unacknowledged") < 256 * 1024 &&
      element_test_stat ("send-waits") == 0)
    push (bytes);
  acknowledged_limit = element_test_stat ("bytes-unacknowledged");
  fail_unless (acknowledged_limit > 0);
  element_test_flush ();
  element_test_finish ();

  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  fail_unless (strstr (text, "were not acknowledged") != NULL, "%s", text);
  element_test_close ();
}

GST_END_TEST

/* The rest of a buffer that has begun belongs to the stream, and is waited for no longer than for
 * acknowledgements. */
GST_START_TEST (test_eos_behind_a_buffer_that_the_peer_does_not_take_is_an_error)
{
  g_autoptr (GSocket) peer G_GNUC_UNUSED = element_test_play_connected ("linger-timeout=50000000");
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 9);
  g_autofree gchar *text = NULL;

  push (bytes);
  wait_until_blocked ();
  element_test_flush ();
  element_test_finish ();

  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  fail_unless (strstr (text, "were not acknowledged") != NULL, "%s", text);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_peer_that_goes_away_is_one_error)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 10);
  g_autofree gchar *text = NULL;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) second = NULL;

  push (bytes);
  wait_until_blocked ();
  g_socket_close (peer, NULL);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  fail_unless (strstr (text, "The peer has gone") != NULL, "%s", text);

  /* Another one may come from upstream, but none from here. */
  gst_element_set_state (pipeline, GST_STATE_READY);
  while ((second = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR)) != NULL) {
    fail_if (GST_MESSAGE_SRC (second) == GST_OBJECT (sink));
    gst_clear_message (&second);
  }
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_an_idle_sink_sees_that_its_peer_was_reset)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (10, 11);
  g_autofree gchar *text = NULL;

  push (bytes);
  while (element_test_stat ("bytes-sent") < 10)
    g_thread_yield ();
  /* Closing with unread bytes is a reset. */
  fail_unless (g_socket_condition_wait (peer, G_IO_IN, NULL, NULL));
  g_socket_close (peer, NULL);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_what_the_peer_sends_is_discarded)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (16 * 1024 * 1024, 12);
  gsize size;
  const gchar *data = g_bytes_get_data (bytes, &size);

  /* Far more than two kernels hold: would block if nobody read. */
  for (gsize sent = 0; sent < size;) {
    gssize n = g_socket_send (peer, data + sent, size - sent, NULL, NULL);

    fail_unless (n > 0);
    sent += n;
  }
  while (element_test_stat ("bytes-received") < size)
    g_thread_yield ();
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_failure_to_connect_is_an_error_message)
{
  element_test_fails_to_connect (__i__);
}

GST_END_TEST

static void
push_some (void)
{
  g_autoptr (GBytes) bytes = support_make_bytes (10, 13);

  push (bytes);
}

GST_START_TEST (test_ready_ends_a_connect_and_an_accept_at_once)
{
  element_test_ready_ends_a_connect_and_an_accept (push_some);
}

GST_END_TEST

GST_START_TEST (test_a_listening_sink_tells_its_port_and_serves_one)
{
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 14);
  g_autoptr (GByteArray) got = NULL;

  element_test_play ("port=0 mode=listen");
  push (bytes);
  element_test_finish ();
  peer = support_connect (support_wait_port (sink));
  support_wait_eos (pipeline);
  got = support_read_all (peer);
  fail_unless_bytes (got, 1, &bytes);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_socket_of_the_application_is_used_and_not_closed)
{
  g_autoptr (GSocket) left = NULL;
  g_autoptr (GSocket) right = NULL;
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 15);
  g_autoptr (GByteArray) got = NULL;

  support_make_pair (&left, &right);
  element_test_open ("");
  g_object_set (sink, "socket", left, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  push (bytes);
  element_test_finish ();
  support_wait_eos (pipeline);
  element_test_close ();

  fail_unless (g_socket_is_connected (left));
  got = support_read_all (right);
  fail_unless_bytes (got, 1, &bytes);
}

GST_END_TEST

GST_START_TEST (test_it_can_be_started_again)
{
  g_autofree gchar *description = g_strdup_printf ("port=%u", port);
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 16);

  element_test_open (description);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = NULL;
    g_autoptr (GByteArray) got = NULL;

    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    peer = support_accept (listener);
    push (bytes);
    element_test_finish ();
    support_wait_eos (pipeline);
    got = support_read_all (peer);
    fail_unless_bytes (got, 1, &bytes);
    gst_element_set_state (pipeline, GST_STATE_READY);
    fail_unless_equals_uint64 (element_test_stat ("bytes-sent"), 1000);
  }
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_the_uri_handler_refuses_what_it_cannot_take)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) made = NULL;
  g_autofree gchar *uri = NULL;

  made = gst_element_make_from_uri (GST_URI_SINK, "tcp://127.0.0.1:7?mode=listen", NULL, &error);
  fail_unless (made != NULL, "%s", error ? error->message : "");
  uri = gst_uri_handler_get_uri (GST_URI_HANDLER (made));
  fail_unless_equals_string (uri, "tcp://127.0.0.1:7?mode=listen");
  fail_if (gst_uri_handler_set_uri (GST_URI_HANDLER (made), "tcp://127.0.0.1:7?parent=x", &error));
  fail_unless (strstr (error->message, "'parent'") != NULL, "%s", error->message);
}

GST_END_TEST

static Suite *
giosocketsink_suite (void)
{
  Suite *suite = suite_create ("giosocketsink");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, element_test_teardown);
  tcase_add_test (tcase, test_a_buffer_list_leaves_in_one_call_and_is_not_merged);
  tcase_add_test (tcase, test_no_wait_makes_a_descriptor_of_its_own);
  tcase_add_test (tcase, test_paused_while_blocked_then_played_loses_nothing);
  tcase_add_test (tcase, test_a_pause_that_ends_before_it_has_begun_does_not_hold_up_the_end);
  tcase_add_test (tcase, test_a_step_while_blocked_loses_and_repeats_nothing);
  tcase_add_test (tcase, test_a_flush_completes_the_buffer_that_has_begun_and_drops_the_others);
  tcase_add_test (tcase, test_corked_buffers_wait_for_the_uncork);
  tcase_add_test (tcase, test_an_application_corks_the_element_from_any_thread);
  tcase_add_test (tcase, test_notsent_lowat_holds_for_every_connection_and_a_change_at_once);
  tcase_add_test (tcase, test_what_leaks_upstream_leaks_before_the_kernel_is_full);
  tcase_add_test (tcase, test_eos_uncorks_and_waits_for_the_acknowledgement);
  tcase_add_test (tcase, test_eos_without_acknowledgement_is_an_error_with_the_number);
  tcase_add_test (tcase, test_eos_behind_a_buffer_that_the_peer_does_not_take_is_an_error);
  tcase_add_test (tcase, test_a_peer_that_goes_away_is_one_error);
  tcase_add_test (tcase, test_an_idle_sink_sees_that_its_peer_was_reset);
  tcase_add_test (tcase, test_what_the_peer_sends_is_discarded);
  tcase_add_loop_test (tcase, test_a_failure_to_connect_is_an_error_message, 0,
      ELEMENT_TEST_N_FAILURES);
  tcase_add_test (tcase, test_ready_ends_a_connect_and_an_accept_at_once);
  tcase_add_test (tcase, test_a_listening_sink_tells_its_port_and_serves_one);
  tcase_add_test (tcase, test_a_socket_of_the_application_is_used_and_not_closed);
  tcase_add_test (tcase, test_it_can_be_started_again);
  tcase_add_test (tcase, test_the_uri_handler_refuses_what_it_cannot_take);

  return suite;
}

GST_CHECK_MAIN (giosocketsink)
