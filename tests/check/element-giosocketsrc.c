/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/support/support.h"

#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gsttestclock.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* So that a size that cannot be had is an error and not the end of the test. */
const char *__asan_default_options (void);

__attribute__ ((visibility ("default"))) const char *
__asan_default_options (void)
{
  return "allocator_may_return_null=1";
}

/* How often GLib makes what wakes a thread that waits. */
static gint n_wakeups;

__attribute__ ((visibility ("default"))) int
eventfd (unsigned int value, int flags)
{
  g_atomic_int_inc (&n_wakeups);
  return syscall (SYS_eventfd2, value, flags);
}

static guint fds_before;
static guint threads_before;
static GSocket *listener;
static guint port;
static GstElement *pipeline;
static GstElement *source;
static GstElement *sink;

static void
open_pipeline (const gchar *description)
{
  g_autofree gchar *launch =
      g_strdup_printf ("giosocketsrc name=source host=127.0.0.1 %s ! appsink name=sink sync=false",
          description);

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
open_connected (const gchar *description)
{
  g_autofree gchar *all = g_strdup_printf ("port=%u %s", port, description);

  open_pipeline (all);
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
  g_clear_object (&listener);
  support_assert_no_more (fds_before, threads_before);
}

static void
send_text (GSocket *peer, const gchar *text)
{
  fail_unless_equals_int (g_socket_send (peer, text, strlen (text), NULL, NULL),
      (gssize)strlen (text));
}

static void
expect_buffer (gconstpointer data, gsize size)
{
  g_autoptr (GstSample) sample =
      gst_app_sink_try_pull_sample (GST_APP_SINK (sink), SUPPORT_PATIENCE);
  GstBuffer *buffer;

  fail_unless (sample != NULL, "no buffer came");
  buffer = gst_sample_get_buffer (sample);
  fail_unless_equals_int (gst_buffer_get_size (buffer), size);
  fail_unless_equals_int (gst_buffer_memcmp (buffer, 0, data, size), 0);
}

GST_START_TEST (test_a_lone_small_message_comes_out_at_once)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GstStructure) stats = NULL;
  guint64 bytes = 0;

  for (guint i = 0; i < 3; i++) {
    send_text (peer, "twenty bytes exactly");
    expect_buffer ("twenty bytes exactly", 20);
  }
  g_object_get (source, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "bytes-received", &bytes));
  fail_unless_equals_uint64 (bytes, 60);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_no_wait_makes_a_descriptor_of_its_own)
{
  g_autoptr (GSocket) peer = open_connected ("");
  gint before;

  fail_unless (g_atomic_int_get (&n_wakeups) > 0, "they are not counted");
  send_text (peer, "begin");
  expect_buffer ("begin", 5);
  before = g_atomic_int_get (&n_wakeups);
  for (guint i = 0; i < 100; i++) {
    send_text (peer, "again");
    expect_buffer ("again", 5);
  }
  fail_unless_equals_int (g_atomic_int_get (&n_wakeups), before);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_a_half_close_is_eos_and_nothing_before_it_is_lost)
{
  g_autoptr (GSocket) peer = open_connected ("caps=application/x-test");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = NULL;

  send_text (peer, "the end");
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  expect_buffer ("the end", 7);
  support_wait_eos (pipeline);
  caps = gst_pad_get_current_caps (pad);
  fail_unless (gst_structure_has_name (gst_caps_get_structure (caps, 0), "application/x-test"));
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_blocksize_is_the_most_that_one_buffer_has)
{
  g_autoptr (GSocket) peer = open_connected ("blocksize=10");
  g_autoptr (GByteArray) got = g_byte_array_new ();

  send_text (peer, "0123456789abcdefghijABCDEFGHIJ");
  while (got->len < 30) {
    g_autoptr (GstSample) sample =
        gst_app_sink_try_pull_sample (GST_APP_SINK (sink), SUPPORT_PATIENCE);
    guint8 block[10];
    gsize size;

    fail_unless (sample != NULL, "only %u bytes came", got->len);
    size = gst_buffer_get_size (gst_sample_get_buffer (sample));
    fail_unless (size <= 10);
    gst_buffer_extract (gst_sample_get_buffer (sample), 0, block, size);
    g_byte_array_append (got, block, size);
  }
  fail_unless (memcmp (got->data, "0123456789abcdefghijABCDEFGHIJ", 30) == 0);
  close_pipeline ();
}

GST_END_TEST

/* Which is what GstBaseSrc says -1 is for. */
GST_START_TEST (test_a_blocksize_of_0_or_minus_1_is_the_default)
{
  g_autofree gchar *properties = g_strdup_printf ("blocksize=%u", __i__ == 0 ? 0 : G_MAXUINT);
  g_autoptr (GSocket) peer = open_connected (properties);
  g_autoptr (GstSample) sample = NULL;
  GstMemory *memory;
  gsize room;

  send_text (peer, "0123456789");
  sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), SUPPORT_PATIENCE);
  fail_unless (sample != NULL);
  memory = gst_buffer_peek_memory (gst_sample_get_buffer (sample), 0);
  fail_unless_equals_int (gst_memory_get_sizes (memory, NULL, &room), 10);
  close_pipeline ();
}

GST_END_TEST

/* 2^48 bytes, where a length has 8 bytes and the limit allows it. */
GST_START_TEST (test_a_message_for_which_there_is_no_memory_is_an_error_that_says_so)
{
  static const gchar header[] = "\0\1\0\0\0\0\0\0";
  g_autoptr (GSocket) peer = open_connected ("! recvpool framing=custom header-size=8 "
                                             "length-size=8 max-message-size=1152921504606846976");
  g_autofree gchar *text = NULL;

  g_socket_send (peer, header, sizeof (header) - 1, NULL, NULL);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT);
  fail_unless (strstr (text, "281474976710664") != NULL, "%s", text);
  close_pipeline ();
}

GST_END_TEST

/* To the end.  Returns: how many buffers came */
static guint
pull_all (void)
{
  GstSample *sample;
  guint n = 0;

  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink))) != NULL) {
    gst_sample_unref (sample);
    n++;
  }

  return n;
}

/* Also of what leaves in lists. */
GST_START_TEST (test_its_position_is_the_number_of_bytes)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (1000000, 1);
  gint64 position = -1;

  for (gsize at = 0; at < 1000000;)
    at += g_socket_send (peer, (const gchar *)g_bytes_get_data (bytes, NULL) + at, 1000000 - at,
        NULL, NULL);
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  fail_unless (pull_all () > 0);
  fail_unless (gst_element_query_position (source, GST_FORMAT_BYTES, &position));
  fail_unless_equals_int64 (position, 1000000);
  close_pipeline ();
}

GST_END_TEST

/* No read brings more than can be counted. */
GST_START_TEST (test_num_buffers_is_the_number_of_buffers)
{
  g_autoptr (GSocket) peer = NULL;
  g_autofree gchar *properties = g_strdup_printf ("port=%u num-buffers=3 blocksize=10", port);

  open_pipeline (properties);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);
  for (guint i = 0; i < 10; i++)
    send_text (peer, "0123456789");
  fail_unless_equals_int (pull_all (), 3);
  close_pipeline ();
}

GST_END_TEST

/* A message a byte at a time, and several at once, are the same messages. */
GST_START_TEST (test_recvpool_behind_it_makes_one_buffer_of_each_message)
{
  static const gchar stream[] = "\0\0\0\5hello\0\0\0\1x\0\0\0\0\0\0\0\3end";
  g_autoptr (GSocket) peer = open_connected ("! recvpool framing=uint32-be");

  g_socket_set_option (peer, IPPROTO_TCP, 1 /* TCP_NODELAY */, 1, NULL);
  for (guint round = 0; round < 2; round++) {
    gsize step = round == 0 ? 1 : sizeof (stream) - 1;

    for (gsize at = 0; at < sizeof (stream) - 1; at += step)
      fail_unless_equals_int (g_socket_send (peer, stream + at, step, NULL, NULL), (gssize)step);
    expect_buffer ("hello", 5);
    expect_buffer ("x", 1);
    expect_buffer ("", 0);
    expect_buffer ("end", 3);
  }
  close_pipeline ();
}

GST_END_TEST

static void
send_bytes (GSocket *peer, const gchar *bytes, gsize size)
{
  fail_unless_equals_int (g_socket_send (peer, bytes, size, NULL, NULL), (gssize)size);
}

static void
expect_time (const gchar *text, GstClockTime time)
{
  g_autoptr (GstSample) sample =
      gst_app_sink_try_pull_sample (GST_APP_SINK (sink), SUPPORT_PATIENCE);
  GstBuffer *buffer = gst_sample_get_buffer (sample);

  fail_unless_equals_int (gst_buffer_memcmp (buffer, 0, text, strlen (text)), 0);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), time);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (buffer), time);
}

/* Each step brings the end of one message and the beginning of the next; when the first is out, the
 * second has its time. */
GST_START_TEST (test_with_do_timestamp_a_message_has_the_time_of_its_first_byte)
{
  g_autoptr (GstClock) clock = gst_test_clock_new ();
  g_autofree gchar *properties = g_strdup_printf ("port=%u do-timestamp=true ! recvpool "
                                                  "framing=uint32-be",
      port);
  g_autoptr (GSocket) peer = NULL;

  /* Playing, and with a clock, before anything comes. */
  open_pipeline (properties);
  g_object_set (sink, "async", FALSE, NULL);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (pipeline, 0);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, SUPPORT_PATIENCE),
      GST_STATE_CHANGE_SUCCESS);

  gst_test_clock_set_time (GST_TEST_CLOCK (clock), 1 * GST_SECOND);
  send_bytes (peer, "\0\0\0\1a\0\0\0\5fi", 11);
  expect_time ("a", 1 * GST_SECOND);
  gst_test_clock_set_time (GST_TEST_CLOCK (clock), 2 * GST_SECOND);
  send_bytes (peer, "rst\0\0\0\1b\0\0", 10);
  expect_time ("first", 1 * GST_SECOND);
  expect_time ("b", 2 * GST_SECOND);
  gst_test_clock_set_time (GST_TEST_CLOCK (clock), 3 * GST_SECOND);
  send_bytes (peer, "\0\6second\0\0\0\1c", 13);
  expect_time ("second", 2 * GST_SECOND);
  expect_time ("c", 3 * GST_SECOND);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_new_caps_and_a_flush_inside_a_message_lose_none_of_it)
{
  /* Caps that come for the first time behind a segment are none that GStreamer likes. */
  g_autoptr (GSocket) peer =
      open_connected ("caps=application/x-first ! recvpool framing=uint32-be");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  for (guint i = 0; i < 10; i++) {
    g_autofree gchar *type = g_strdup_printf ("application/x-test%u", i);
    g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (type);
    g_autoptr (GstCaps) current = NULL;

    /* When the first is out, the beginning of the second lies in the slab. */
    send_bytes (peer, "\0\0\0\1a\0\0\0\5fi", 11);
    expect_buffer ("a", 1);
    g_object_set (source, "caps", caps, NULL);
    if (i % 2 == 0) {
      /* A flush in the middle of a state change is GstBin's business, not ours. */
      fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, SUPPORT_PATIENCE),
          GST_STATE_CHANGE_SUCCESS);
      fail_unless (gst_element_send_event (source, gst_event_new_flush_start ()));
      fail_unless (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
    }
    send_bytes (peer, "rst\0\0\0\1b", 8);
    expect_buffer ("first", 5);
    expect_buffer ("b", 1);
    send_bytes (peer, "\0\0\0\1c", 5);
    expect_buffer ("c", 1);
    current = gst_pad_get_current_caps (pad);
    fail_unless (gst_caps_is_equal (current, caps));
  }
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_a_stream_that_ends_inside_a_message_is_an_error)
{
  g_autoptr (GSocket) peer = open_connected ("! recvpool framing=uint32-be");
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (g_socket_send (peer, "\0\0\0\5hel", 7, NULL, NULL), 7);
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  text = support_wait_error (pipeline, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX);
  fail_unless (strstr (text, "2 of its 5") != NULL, "%s", text);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_a_length_over_the_limit_is_an_error)
{
  g_autoptr (GSocket) peer = open_connected ("! recvpool framing=uint32-be max-message-size=1000");
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (g_socket_send (peer, "\377\377\377\377", 4, NULL, NULL), 4);
  text = support_wait_error (pipeline, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX);
  fail_unless (strstr (text, "4294967295") != NULL && strstr (text, "1000") != NULL, "%s", text);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_a_reset_is_an_error_that_names_the_peer)
{
  g_autoptr (GSocket) peer = open_connected ("");
  g_autofree gchar *text = NULL;
  struct linger abort = { 1, 0 };

  /* Connected for certain: otherwise it is connecting that fails. */
  send_text (peer, "x");
  expect_buffer ("x", 1);
  setsockopt (g_socket_get_fd (peer), SOL_SOCKET, SO_LINGER, &abort, sizeof (abort));
  g_socket_close (peer, NULL);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ);
  fail_unless (strstr (text, "tcp://127.0.0.1:") != NULL, "%s", text);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_silence_longer_than_the_timeout_is_an_error)
{
  g_autoptr (GSocket) peer G_GNUC_UNUSED = open_connected ("timeout=1");
  g_autofree gchar *text =
      support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ);

  fail_unless (strstr (text, "'timeout'") != NULL, "%s", text);
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
  { "socket-path=/no/such/socket mode=listen", GST_RESOURCE_ERROR_NOT_FOUND, "Make the folder" },
  { "uri=tcp://nowhere", GST_RESOURCE_ERROR_SETTINGS, "names no port" },
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

GST_START_TEST (test_a_port_in_use_is_an_error_message)
{
  g_autofree gchar *description = g_strdup_printf ("mode=listen port=%u", port);
  g_autofree gchar *text = NULL;

  open_pipeline (description);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE);
  fail_unless (strstr (text, "Somebody else listens there") != NULL, "%s", text);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_ready_ends_a_connect_an_accept_and_a_receive_at_once)
{
  g_autoptr (GSocket) peer G_GNUC_UNUSED = open_connected ("");
  g_autoptr (GSocket) waiting = NULL;
  g_autofree gchar *connecting = g_strdup_printf ("port=%u", port);
  const gchar *descriptions[] = { connecting, "port=0 mode=listen" };

  gst_element_set_state (pipeline, GST_STATE_READY);
  close_pipeline ();

  /* A full backlog answers no SYN, so a connect waits. */
  fail_unless_equals_int (listen (g_socket_get_fd (listener), 0), 0);
  waiting = support_connect (port);
  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++) {
    open_pipeline (descriptions[i]);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    gst_element_set_state (pipeline, GST_STATE_READY);
    close_pipeline ();
  }
}

GST_END_TEST

GST_START_TEST (test_it_can_be_started_again)
{
  g_autofree gchar *description = g_strdup_printf ("port=%u", port);

  open_pipeline (description);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = NULL;

    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    peer = support_accept (listener);
    send_text (peer, "again");
    expect_buffer ("again", 5);
    fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
    support_wait_eos (pipeline);
    /* appsink forgets an EOS only there. */
    gst_element_set_state (pipeline, GST_STATE_NULL);
  }
  close_pipeline ();
}

GST_END_TEST

static Suite *
giosocketsrc_suite (void)
{
  Suite *suite = suite_create ("giosocketsrc");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_lone_small_message_comes_out_at_once);
  tcase_add_test (tcase, test_no_wait_makes_a_descriptor_of_its_own);
  tcase_add_test (tcase, test_a_half_close_is_eos_and_nothing_before_it_is_lost);
  tcase_add_test (tcase, test_blocksize_is_the_most_that_one_buffer_has);
  tcase_add_loop_test (tcase, test_a_blocksize_of_0_or_minus_1_is_the_default, 0, 2);
  tcase_add_test (tcase, test_its_position_is_the_number_of_bytes);
  tcase_add_test (tcase, test_num_buffers_is_the_number_of_buffers);
  tcase_add_test (tcase, test_recvpool_behind_it_makes_one_buffer_of_each_message);
  tcase_add_test (tcase, test_with_do_timestamp_a_message_has_the_time_of_its_first_byte);
  tcase_add_test (tcase, test_new_caps_and_a_flush_inside_a_message_lose_none_of_it);
  tcase_add_test (tcase, test_a_stream_that_ends_inside_a_message_is_an_error);
  tcase_add_test (tcase, test_a_length_over_the_limit_is_an_error);
  tcase_add_test (tcase, test_a_message_for_which_there_is_no_memory_is_an_error_that_says_so);
  tcase_add_test (tcase, test_a_reset_is_an_error_that_names_the_peer);
  tcase_add_test (tcase, test_silence_longer_than_the_timeout_is_an_error);
  tcase_add_loop_test (tcase, test_a_failure_to_connect_is_an_error_message, 0,
      G_N_ELEMENTS (failures));
  tcase_add_test (tcase, test_a_port_in_use_is_an_error_message);
  tcase_add_test (tcase, test_ready_ends_a_connect_an_accept_and_a_receive_at_once);
  tcase_add_test (tcase, test_it_can_be_started_again);

  return suite;
}

GST_CHECK_MAIN (giosocketsrc)
