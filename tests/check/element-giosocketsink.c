/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/giosocket.h"
#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

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
  g_autofree gchar *launch = g_strdup_printf (
      "appsrc name=source max-bytes=0 format=bytes ! giosocketsink name=sink host=127.0.0.1 %s",
      sink_description);

  pipeline = support_launch (launch);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
}

/* Also at the end of each test: the check library waits for tasks before it calls the teardown. */
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
  g_autofree gchar *description = g_strdup_printf ("port=%u %s", port, properties);
  GSocket *peer;

  open_pipeline (description);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);

  return peer;
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

static void
push (GBytes *bytes)
{
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (bytes);

  fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (source), buffer), GST_FLOW_OK);
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

/* Until the kernel takes no more and the streaming thread waits. */
static void
wait_until_blocked (void)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (get_stat ("send-waits") == 0) {
    fail_unless (g_get_monotonic_time () < end, "the sink never had to wait");
    g_thread_yield ();
  }
}

/* A flush in the middle of a state change is GstBin's business, not ours. */
static void
flush (void)
{
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, SUPPORT_PATIENCE),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless (gst_element_send_event (source, gst_event_new_flush_start ()));
  fail_unless (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
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
  g_autoptr (GSocket) peer = open_connected ("");
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
  fail_unless_equals_int (gst_app_src_push_buffer_list (GST_APP_SRC (source), list), GST_FLOW_OK);
  finish ();
  support_wait_eos (pipeline);

  got = support_read_all (peer);
  fail_unless_bytes (got, 1, &all);
  fail_unless_equals_uint64 (get_stat ("send-calls"), 1);
  fail_unless_equals_uint64 (get_stat ("bytes-sent"), 600);
  fail_unless (get_stat ("rendered") > 0);
  close_pipeline ();
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
  close_pipeline ();
  got = g_thread_join (reader);
  fail_unless_bytes (got, 1, &bytes);
}

GST_START_TEST (test_paused_while_blocked_then_played_loses_nothing)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 4);

  push (bytes);
  finish ();
  for (guint i = 0; i < 3; i++)
    pause_and_play (NULL);

  expect_stream (peer, bytes);
}

GST_END_TEST

/* The element is taken to PLAYING by what comes next, and not by a transition of its own. */
GST_START_TEST (test_a_pause_that_ends_before_it_has_begun_does_not_hold_up_the_end)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 4);
  g_autofree gchar *got = g_malloc (1000);

  push (bytes);
  support_read_exactly (peer, got, 1000);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_PAUSED), GST_STATE_CHANGE_ASYNC);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_PLAYING), GST_STATE_CHANGE_ASYNC);
  push (bytes);
  finish ();
  expect_stream (peer, bytes);
}

GST_END_TEST

/* GstBaseSink has what a step found waiting rendered again. */
GST_START_TEST (test_a_step_while_blocked_loses_and_repeats_nothing)
{
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 4);
  g_autoptr (GSocket) peer = NULL;

  open_pipeline ("");
  g_object_set (source, "format", GST_FORMAT_TIME, NULL);
  g_object_set (sink, "port", port, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);

  push (bytes);
  finish ();
  for (guint i = 0; i < 3; i++)
    pause_and_play (gst_event_new_step (GST_FORMAT_BUFFERS, 1, 1.0, FALSE, FALSE));

  expect_stream (peer, bytes);
}

GST_END_TEST

GST_START_TEST (test_a_flush_completes_the_buffer_that_has_begun_and_drops_the_others)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) begun = support_make_bytes (20 * 1024 * 1024, 5);
  g_autoptr (GBytes) dropped = support_make_bytes (1000, 6);
  g_autoptr (GBytes) later = support_make_bytes (1000, 7);
  GBytes *const expected[] = { begun, later };
  g_autoptr (GByteArray) got = NULL;
  GThread *reader;
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, gst_buffer_new_wrapped_bytes (begun));
  gst_buffer_list_add (list, gst_buffer_new_wrapped_bytes (dropped));
  fail_unless_equals_int (gst_app_src_push_buffer_list (GST_APP_SRC (source), list), GST_FLOW_OK);
  wait_until_blocked ();
  flush ();
  push (later);
  finish ();

  reader = g_thread_new ("reader", read_all_thread, peer);
  support_wait_eos (pipeline);
  got = g_thread_join (reader);
  fail_unless_bytes (got, G_N_ELEMENTS (expected), expected);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_corked_buffers_wait_for_the_uncork)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  gchar got[21] = "";
  guint64 segments;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  push (bytes);
  support_read_exactly (peer, got, 10);
  segments = get_stat ("segments-sent");

  gst_pad_send_event (pad, gst_event_new_gio_socket_cork (TRUE));
  push (bytes);
  while (get_stat ("bytes-sent") < 20)
    g_thread_yield ();
  fail_unless_equals_uint64 (get_stat ("bytes-unsent"), 10);
  fail_unless_equals_uint64 (get_stat ("segments-sent"), segments);

  gst_pad_send_event (pad, gst_event_new_gio_socket_cork (FALSE));
  gst_pad_send_event (pad, gst_event_new_gio_socket_cork (FALSE));
  support_read_exactly (peer, got + 10, 10);
  fail_unless_equals_string (got, "01234567890123456789");
  fail_unless_equals_uint64 (get_stat ("flushes"), 1);
  fail_unless_equals_uint64 (get_stat ("option-calls"), 2);
  close_pipeline ();
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
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  gchar got[11] = "";

  send_cork_from_thread (TRUE);
  push (bytes);
  while (get_stat ("bytes-sent") < 10)
    g_thread_yield ();
  fail_unless_equals_uint64 (get_stat ("bytes-unsent"), 10);

  send_cork_from_thread (FALSE);
  support_read_exactly (peer, got, 10);
  fail_unless_equals_string (got, "0123456789");
  fail_unless_equals_uint64 (get_stat ("flushes"), 1);
  close_pipeline ();
}

GST_END_TEST

#define MARK 16384
#define SEGMENT 65536

GST_START_TEST (test_notsent_lowat_holds_for_every_connection_and_a_change_at_once)
{
  g_autofree gchar *description = g_strdup_printf ("port=%u notsent-lowat=%u", port, MARK);
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 21);
  guint mark = 0;

  open_pipeline (description);
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
    fail_unless (get_stat ("bytes-unsent") < MARK + SEGMENT);

    sent = get_stat ("bytes-sent");
    g_object_set (sink, "notsent-lowat", 0, NULL);
    while (get_stat ("bytes-unsent") < MARK + SEGMENT || get_stat ("bytes-sent") <= sent)
      g_thread_yield ();
    gst_element_set_state (pipeline, GST_STATE_READY);
  }
  close_pipeline ();
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

  pipeline = support_launch (launch);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);

  while (get_stat ("send-waits") == 0)
    push (bytes);

  /* Without it the kernel would have taken 4 MB. */
  fail_unless (get_stat ("bytes-sent") < 1024 * 1024);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_eos_uncorks_and_waits_for_the_acknowledgement)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (10, 8);
  g_autoptr (GByteArray) got = NULL;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  push (bytes);
  gst_pad_send_event (pad, gst_event_new_gio_socket_cork (TRUE));
  finish ();
  support_wait_eos (pipeline);
  fail_unless_equals_uint64 (get_stat ("bytes-unacknowledged"), 0);
  got = support_read_all (peer);
  fail_unless_bytes (got, 1, &bytes);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_eos_without_acknowledgement_is_an_error_with_the_number)
{
  g_autoptr (GSocket) peer = open_connected ("linger-timeout=50000000");
  g_autoptr (GBytes) bytes = support_make_bytes (64 * 1024, 9);
  g_autofree gchar *text = NULL;
  guint64 acknowledged_limit;

  /* What the peer's kernel takes is acknowledged: send on until it takes no more. */
  support_shrink_buffers (peer);
  while (get_stat ("bytes-unacknowledged") < 256 * 1024 && get_stat ("send-waits") == 0)
    push (bytes);
  acknowledged_limit = get_stat ("bytes-unacknowledged");
  fail_unless (acknowledged_limit > 0);
  flush ();
  finish ();

  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  fail_unless (strstr (text, "were not acknowledged") != NULL, "%s", text);
  close_pipeline ();
}

GST_END_TEST

/* The rest of a buffer that has begun belongs to the stream, and is waited for no longer than for
 * acknowledgements. */
GST_START_TEST (test_eos_behind_a_buffer_that_the_peer_does_not_take_is_an_error)
{
  g_autoptr (GSocket) peer G_GNUC_UNUSED = open_connected ("linger-timeout=50000000");
  g_autoptr (GBytes) bytes = support_make_bytes (20 * 1024 * 1024, 9);
  g_autofree gchar *text = NULL;

  push (bytes);
  wait_until_blocked ();
  flush ();
  finish ();

  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  fail_unless (strstr (text, "were not acknowledged") != NULL, "%s", text);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_a_peer_that_goes_away_is_one_error)
{
  g_autoptr (GSocket) peer = open_connected ("");
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
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_an_idle_sink_sees_that_its_peer_was_reset)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (10, 11);
  g_autofree gchar *text = NULL;

  push (bytes);
  while (get_stat ("bytes-sent") < 10)
    g_thread_yield ();
  /* Closing with unread bytes is a reset. */
  fail_unless (g_socket_condition_wait (peer, G_IO_IN, NULL, NULL));
  g_socket_close (peer, NULL);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_what_the_peer_sends_is_discarded)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (16 * 1024 * 1024, 12);
  gsize size;
  const gchar *data = g_bytes_get_data (bytes, &size);

  /* Far more than two kernels hold: would block if nobody read. */
  for (gsize sent = 0; sent < size;) {
    gssize n = g_socket_send (peer, data + sent, size - sent, NULL, NULL);

    fail_unless (n > 0);
    sent += n;
  }
  while (get_stat ("bytes-received") < size)
    g_thread_yield ();
  close_pipeline ();
}

GST_END_TEST

static const struct
{
  const gchar *properties;
  GstResourceError code;
  const gchar *part;
} failures[] = {
  { "port=1", GST_RESOURCE_ERROR_OPEN_READ_WRITE, "tcp://127.0.0.1:1" },
  { "host=no-such-host.invalid", GST_RESOURCE_ERROR_NOT_FOUND, "no-such-host.invalid" },
  { "socket-path=/no/such/socket", GST_RESOURCE_ERROR_NOT_FOUND, "unix:/no/such/socket" },
  { "uri=tcp://nowhere", GST_RESOURCE_ERROR_SETTINGS, "names no port" },
  { "port=0", GST_RESOURCE_ERROR_SETTINGS, "Port 0" },
};

GST_START_TEST (test_a_failure_to_connect_is_an_error_message)
{
  g_autofree gchar *text = NULL;

  open_pipeline (failures[__i__].properties);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, failures[__i__].code);
  fail_unless (strstr (text, failures[__i__].part) != NULL, "%s", text);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_ready_ends_a_connect_and_an_accept_at_once)
{
  g_autoptr (GSocket) waiting = NULL;
  g_autofree gchar *connecting = g_strdup_printf ("port=%u", port);
  g_autoptr (GBytes) bytes = support_make_bytes (10, 13);
  const gchar *descriptions[] = { connecting, "port=0 mode=listen" };

  /* A full backlog answers no SYN, so a connect waits. */
  fail_unless_equals_int (listen (g_socket_get_fd (listener), 0), 0);
  waiting = support_connect (port);

  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++) {
    open_pipeline (descriptions[i]);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    push (bytes);
    gst_element_set_state (pipeline, GST_STATE_READY);
    close_pipeline ();
  }
}

GST_END_TEST

GST_START_TEST (test_a_listening_sink_tells_its_port_and_serves_one)
{
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 14);
  g_autoptr (GByteArray) got = NULL;

  open_pipeline ("port=0 mode=listen");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  push (bytes);
  finish ();
  peer = support_connect (support_wait_port (sink));
  support_wait_eos (pipeline);
  got = support_read_all (peer);
  fail_unless_bytes (got, 1, &bytes);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_a_socket_of_the_application_is_used_and_not_closed)
{
  g_autoptr (GSocket) left = NULL;
  g_autoptr (GSocket) right = NULL;
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 15);
  g_autoptr (GByteArray) got = NULL;

  support_make_pair (&left, &right);
  open_pipeline ("");
  g_object_set (sink, "socket", left, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  push (bytes);
  finish ();
  support_wait_eos (pipeline);
  close_pipeline ();

  fail_unless (g_socket_is_connected (left));
  got = support_read_all (right);
  fail_unless_bytes (got, 1, &bytes);
}

GST_END_TEST

GST_START_TEST (test_it_can_be_started_again)
{
  g_autofree gchar *description = g_strdup_printf ("port=%u", port);
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 16);

  open_pipeline (description);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = NULL;
    g_autoptr (GByteArray) got = NULL;

    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    peer = support_accept (listener);
    push (bytes);
    finish ();
    support_wait_eos (pipeline);
    got = support_read_all (peer);
    fail_unless_bytes (got, 1, &bytes);
    gst_element_set_state (pipeline, GST_STATE_READY);
    fail_unless_equals_uint64 (get_stat ("bytes-sent"), 1000);
  }
  close_pipeline ();
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
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_buffer_list_leaves_in_one_call_and_is_not_merged);
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
      G_N_ELEMENTS (failures));
  tcase_add_test (tcase, test_ready_ends_a_connect_and_an_accept_at_once);
  tcase_add_test (tcase, test_a_listening_sink_tells_its_port_and_serves_one);
  tcase_add_test (tcase, test_a_socket_of_the_application_is_used_and_not_closed);
  tcase_add_test (tcase, test_it_can_be_started_again);
  tcase_add_test (tcase, test_the_uri_handler_refuses_what_it_cannot_take);

  return suite;
}

GST_CHECK_MAIN (giosocketsink)
