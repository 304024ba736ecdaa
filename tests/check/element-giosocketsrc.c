/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/support/element-test.h"
#include "tests/support/support.h"
#include "tests/support/wakeups.h"

#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gsttestclock.h>
#include <netinet/in.h>

/* So that a size that cannot be had is an error and not the end of the test. */
const char *__asan_default_options (void);

__attribute__ ((visibility ("default"))) const char *
__asan_default_options (void)
{
  return "allocator_may_return_null=1";
}

static void
send_text (GSocket *peer, const gchar *text)
{
  support_send (peer, text, strlen (text));
}

static void
expect_buffer (gconstpointer data, gsize size)
{
  g_autoptr (GstSample) sample = element_test_pull ();
  GstBuffer *buffer = gst_sample_get_buffer (sample);

  fail_unless_equals_int (gst_buffer_get_size (buffer), size);
  fail_unless_equals_int (gst_buffer_memcmp (buffer, 0, data, size), 0);
}

GST_START_TEST (test_a_lone_small_message_comes_out_at_once)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");

  for (guint i = 0; i < 3; i++) {
    send_text (peer, "twenty bytes exactly");
    expect_buffer ("twenty bytes exactly", 20);
  }
  fail_unless_equals_uint64 (support_get_stat (source, "bytes-received"), 60);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_no_wait_makes_a_descriptor_of_its_own)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  gint before;

  fail_unless (wakeups_count () > 0, "they are not counted");
  send_text (peer, "begin");
  expect_buffer ("begin", 5);
  before = wakeups_count ();
  for (guint i = 0; i < 100; i++) {
    send_text (peer, "again");
    expect_buffer ("again", 5);
  }
  fail_unless_equals_int (wakeups_count (), before);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_half_close_is_eos_and_nothing_before_it_is_lost)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("caps=application/x-test");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = NULL;

  send_text (peer, "the end");
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  expect_buffer ("the end", 7);
  support_wait_eos (pipeline);
  caps = gst_pad_get_current_caps (pad);
  fail_unless (gst_structure_has_name (gst_caps_get_structure (caps, 0), "application/x-test"));
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_blocksize_is_the_most_that_one_buffer_has)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("blocksize=10");
  g_autoptr (GByteArray) got = g_byte_array_new ();

  send_text (peer, "0123456789abcdefghijABCDEFGHIJ");
  while (got->len < 30) {
    g_autoptr (GstSample) sample = element_test_pull ();
    guint8 block[10];
    gsize size;

    size = gst_buffer_get_size (gst_sample_get_buffer (sample));
    fail_unless (size <= 10);
    gst_buffer_extract (gst_sample_get_buffer (sample), 0, block, size);
    g_byte_array_append (got, block, size);
  }
  fail_unless (memcmp (got->data, "0123456789abcdefghijABCDEFGHIJ", 30) == 0);
  element_test_close ();
}

GST_END_TEST

/* Which is what GstBaseSrc says -1 is for. */
GST_START_TEST (test_a_blocksize_of_0_or_minus_1_is_the_default)
{
  g_autofree gchar *properties = g_strdup_printf ("blocksize=%u", __i__ == 0 ? 0 : G_MAXUINT);
  g_autoptr (GSocket) peer = element_test_play_connected (properties);
  g_autoptr (GstSample) sample = NULL;
  GstMemory *memory;
  gsize room;

  send_text (peer, "0123456789");
  sample = element_test_pull ();
  memory = gst_buffer_peek_memory (gst_sample_get_buffer (sample), 0);
  fail_unless_equals_int (gst_memory_get_sizes (memory, NULL, &room), 10);
  element_test_close ();
}

GST_END_TEST

/* 2^48 bytes, where a length has 8 bytes and the limit allows it. */
GST_START_TEST (test_a_message_for_which_there_is_no_memory_is_an_error_that_says_so)
{
  static const gchar header[] = "\0\1\0\0\0\0\0\0";
  g_autoptr (GSocket) peer =
      element_test_play_connected ("! recvpool framing=custom header-size=8 "
                                   "length-size=8 max-message-size=1152921504606846976");
  g_autofree gchar *text = NULL;

  g_socket_send (peer, header, sizeof (header) - 1, NULL, NULL);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT);
  fail_unless (strstr (text, "281474976710664") != NULL, "%s", text);
  element_test_close ();
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
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autoptr (GBytes) bytes = support_make_bytes (1000000, 1);
  gint64 position = -1;

  for (gsize at = 0; at < 1000000;)
    at += g_socket_send (peer, (const gchar *)g_bytes_get_data (bytes, NULL) + at, 1000000 - at,
        NULL, NULL);
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  fail_unless (pull_all () > 0);
  fail_unless (gst_element_query_position (source, GST_FORMAT_BYTES, &position));
  fail_unless_equals_int64 (position, 1000000);
  element_test_close ();
}

GST_END_TEST

/* No read brings more than can be counted. */
GST_START_TEST (test_num_buffers_is_the_number_of_buffers)
{
  g_autoptr (GSocket) peer = NULL;
  g_autofree gchar *properties = g_strdup_printf ("port=%u num-buffers=3 blocksize=10", port);

  element_test_play (properties);
  peer = support_accept (listener);
  for (guint i = 0; i < 10; i++)
    send_text (peer, "0123456789");
  fail_unless_equals_int (pull_all (), 3);
  element_test_close ();
}

GST_END_TEST

/* A message a byte at a time, and several at once, are the same messages. */
GST_START_TEST (test_recvpool_behind_it_makes_one_buffer_of_each_message)
{
  static const gchar stream[] = "\0\0\0\5hello\0\0\0\1x\0\0\0\0\0\0\0\3end";
  g_autoptr (GSocket) peer = element_test_play_connected ("! recvpool framing=uint32-be");

  g_socket_set_option (peer, IPPROTO_TCP, 1 /* TCP_NODELAY */, 1, NULL);
  for (guint round = 0; round < 2; round++) {
    gsize step = round == 0 ? 1 : sizeof (stream) - 1;

    for (gsize at = 0; at < sizeof (stream) - 1; at += step)
      support_send (peer, stream + at, step);
    expect_buffer ("hello", 5);
    expect_buffer ("x", 1);
    expect_buffer ("", 0);
    expect_buffer ("end", 3);
  }
  element_test_close ();
}

GST_END_TEST

static void
expect_time (const gchar *text, GstClockTime time)
{
  g_autoptr (GstSample) sample = element_test_pull ();
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
  element_test_open (properties);
  g_object_set (sink, "async", FALSE, NULL);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (pipeline, 0);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, SUPPORT_PATIENCE),
      GST_STATE_CHANGE_SUCCESS);

  gst_test_clock_set_time (GST_TEST_CLOCK (clock), 1 * GST_SECOND);
  support_send (peer, "\0\0\0\1a\0\0\0\5fi", 11);
  expect_time ("a", 1 * GST_SECOND);
  gst_test_clock_set_time (GST_TEST_CLOCK (clock), 2 * GST_SECOND);
  support_send (peer, "rst\0\0\0\1b\0\0", 10);
  expect_time ("first", 1 * GST_SECOND);
  expect_time ("b", 2 * GST_SECOND);
  gst_test_clock_set_time (GST_TEST_CLOCK (clock), 3 * GST_SECOND);
  support_send (peer, "\0\6second\0\0\0\1c", 13);
  expect_time ("second", 2 * GST_SECOND);
  expect_time ("c", 3 * GST_SECOND);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_new_caps_and_a_flush_inside_a_message_lose_none_of_it)
{
  /* Caps that come for the first time behind a segment are none that GStreamer likes. */
  g_autoptr (GSocket) peer =
      element_test_play_connected ("caps=application/x-first ! recvpool framing=uint32-be");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  for (guint i = 0; i < 10; i++) {
    g_autofree gchar *type = g_strdup_printf ("application/x-test%u", i);
    g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (type);
    g_autoptr (GstCaps) current = NULL;

    /* When the first is out, the beginning of the second lies in the slab. */
    support_send (peer, "\0\0\0\1a\0\0\0\5fi", 11);
    expect_buffer ("a", 1);
    g_object_set (source, "caps", caps, NULL);
    if (i % 2 == 0)
      element_test_flush ();
    support_send (peer, "rst\0\0\0\1b", 8);
    expect_buffer ("first", 5);
    expect_buffer ("b", 1);
    support_send (peer, "\0\0\0\1c", 5);
    expect_buffer ("c", 1);
    current = gst_pad_get_current_caps (pad);
    fail_unless (gst_caps_is_equal (current, caps));
  }
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_stream_that_ends_inside_a_message_is_an_error)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("! recvpool framing=uint32-be");
  g_autofree gchar *text = NULL;

  support_send (peer, "\0\0\0\5hel", 7);
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  text = support_wait_error (pipeline, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX);
  fail_unless (strstr (text, "2 of its 5") != NULL, "%s", text);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_length_over_the_limit_is_an_error)
{
  g_autoptr (GSocket) peer =
      element_test_play_connected ("! recvpool framing=uint32-be max-message-size=1000");
  g_autofree gchar *text = NULL;

  support_send (peer, "\377\377\377\377", 4);
  text = support_wait_error (pipeline, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX);
  fail_unless (strstr (text, "4294967295") != NULL && strstr (text, "1000") != NULL, "%s", text);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_reset_is_an_error_that_names_the_peer)
{
  g_autoptr (GSocket) peer = element_test_play_connected ("");
  g_autofree gchar *text = NULL;

  /* Connected for certain: otherwise it is connecting that fails. */
  send_text (peer, "x");
  expect_buffer ("x", 1);
  support_reset (&peer);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ);
  fail_unless (strstr (text, "tcp://127.0.0.1:") != NULL, "%s", text);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_silence_longer_than_the_timeout_is_an_error)
{
  g_autoptr (GSocket) peer G_GNUC_UNUSED = element_test_play_connected ("timeout=1");
  g_autofree gchar *text =
      support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ);

  fail_unless (strstr (text, "'timeout'") != NULL, "%s", text);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_failure_to_connect_is_an_error_message)
{
  element_test_fails_to_connect (__i__);
}

GST_END_TEST

GST_START_TEST (test_a_port_in_use_is_an_error_message)
{
  g_autofree gchar *description = g_strdup_printf ("mode=listen port=%u", port);
  g_autofree gchar *text = NULL;

  element_test_play (description);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE);
  fail_unless (strstr (text, "Somebody else listens there") != NULL, "%s", text);
  element_test_close ();
}

GST_END_TEST

GST_START_TEST (test_ready_ends_a_connect_an_accept_and_a_receive_at_once)
{
  g_autoptr (GSocket) peer G_GNUC_UNUSED = element_test_play_connected ("");

  gst_element_set_state (pipeline, GST_STATE_READY);
  element_test_close ();
  element_test_ready_ends_a_connect_and_an_accept (NULL);
}

GST_END_TEST

GST_START_TEST (test_it_can_be_started_again)
{
  g_autofree gchar *description = g_strdup_printf ("port=%u", port);

  element_test_open (description);
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
  element_test_close ();
}

GST_END_TEST

static Suite *
giosocketsrc_suite (void)
{
  Suite *suite = suite_create ("giosocketsrc");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, element_test_setup_source, element_test_teardown);
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
      ELEMENT_TEST_N_FAILURES);
  tcase_add_test (tcase, test_a_port_in_use_is_an_error_message);
  tcase_add_test (tcase, test_ready_ends_a_connect_an_accept_and_a_receive_at_once);
  tcase_add_test (tcase, test_it_can_be_started_again);

  return suite;
}

GST_CHECK_MAIN (giosocketsrc)
