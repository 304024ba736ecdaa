/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Messages through a stream of bytes and back: one buffer into writeaggregate is one buffer out of
 * recvpool, for every framing that both know. */

#include "tests/support/framed.h"
#include "tests/support/support.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

#define UINT16_LIMIT 65535

static const struct
{
  const gchar *framing;
  gsize limit;
} framings[] = {
  { "framing=uint16-be", UINT16_LIMIT },
  { "framing=uint32-be", G_MAXSIZE },
  { "framing=uint32-le", G_MAXSIZE },
  { "framing=varint", G_MAXSIZE },
  { "framing=xpra", G_MAXSIZE },
  { "framing=spice-mini", G_MAXSIZE },
  { "framing=custom header-size=12 length-offset=5 length-size=3 length-endianness=little-endian "
    "length-includes-header=true",
      0xffffff - 12 },
};

static const gsize sizes[] = { 0, 1, 127, 128, 4095, 4096, 16383, 16384, 65535, 65536, 1048576, 0,
  0, 5, 65535, 3, 0 };

static guint
push_messages (GstElement *sender, gsize limit, gboolean in_list)
{
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (sender), "in");
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    if (sizes[i] <= limit)
      gst_buffer_list_add (list, framed_message_new (n++, sizes[i]));
  }
  for (guint i = 0; i < n && !in_list; i++) {
    GstBuffer *buffer = gst_buffer_ref (gst_buffer_list_get (list, i));

    gst_app_src_push_buffer (GST_APP_SRC (appsrc), buffer);
  }
  if (in_list)
    gst_app_src_push_buffer_list (GST_APP_SRC (appsrc), g_steal_pointer (&list));
  gst_app_src_end_of_stream (GST_APP_SRC (appsrc));

  return n;
}

static GstFlowReturn
new_sample_cb (GstAppSink *appsink, gpointer user_data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  GstBufferList *list = gst_sample_get_buffer_list (sample);

  framed_collect (user_data,
      list != NULL ? GST_MINI_OBJECT_CAST (gst_buffer_list_ref (list))
                   : GST_MINI_OBJECT_CAST (gst_buffer_ref (gst_sample_get_buffer (sample))));

  return GST_FLOW_OK;
}

static GstElement *
start_receiver (const gchar *framing, GPtrArray *received)
{
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  g_autofree gchar *description = g_strdup_printf (
      "giosocketsrc name=peer host=127.0.0.1 mode=listen port=0 ! recvpool name=pool %s ! "
      "appsink name=out sync=false buffer-list=true",
      framing);
  GstElement *receiver = support_launch (description);
  g_autoptr (GstElement) appsink = gst_bin_get_by_name (GST_BIN (receiver), "out");

  gst_app_sink_set_callbacks (GST_APP_SINK (appsink), &callbacks, received, NULL);
  gst_element_set_state (receiver, GST_STATE_PLAYING);

  return receiver;
}

static guint
wait_port (GstElement *receiver)
{
  g_autoptr (GstElement) peer = gst_bin_get_by_name (GST_BIN (receiver), "peer");

  return support_wait_port (peer);
}

static void
stop (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static GstElement *
start_sender (const gchar *framing, guint port)
{
  g_autofree gchar *description =
      g_strdup_printf ("appsrc name=in format=bytes ! writeaggregate name=ours %s ! tcpcork ! "
                       "giosocketsink host=127.0.0.1 port=%u",
          framing, port);
  GstElement *sender = support_launch (description);

  gst_element_set_state (sender, GST_STATE_PLAYING);

  return sender;
}

static void
wait_for_message (GstElement *receiver)
{
  g_autoptr (GstElement) pool = gst_bin_get_by_name (GST_BIN (receiver), "pool");
  guint64 messages = 0;

  while (messages == 0) {
    g_autoptr (GstStructure) stats = NULL;

    g_object_get (pool, "stats", &stats, NULL);
    fail_unless (gst_structure_get_uint64 (stats, "messages", &messages));
    g_thread_yield ();
  }
}

static void
assert_messages (GPtrArray *received, gsize limit, guint n_sent)
{
  guint n = 0;

  fail_unless_equals_int (received->len, n_sent);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    if (sizes[i] > limit)
      continue;
    framed_assert_message (g_ptr_array_index (received, n), n, sizes[i], FALSE);
    n++;
  }
}

GST_START_TEST (test_what_is_pushed_as_a_message_arrives_as_one)
{
  for (guint in_list = 0; in_list < 2; in_list++) {
    g_autoptr (GPtrArray) received = framed_messages_new ();
    GstElement *receiver = start_receiver (framings[__i__].framing, received);
    GstElement *sender = start_sender (framings[__i__].framing, wait_port (receiver));
    guint n = push_messages (sender, framings[__i__].limit, in_list);

    support_wait_eos (sender);
    support_wait_eos (receiver);
    stop (sender);
    stop (receiver);
    assert_messages (received, framings[__i__].limit, n);
  }
}

GST_END_TEST

GST_START_TEST (test_a_message_too_long_for_its_header_is_an_error_and_nothing_of_it_leaves)
{
  g_autoptr (GPtrArray) received = framed_messages_new ();
  GstElement *receiver = start_receiver ("framing=uint16-be", received);
  GstElement *sender = start_sender ("framing=uint16-be", wait_port (receiver));
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (sender), "in");
  g_autofree gchar *text = NULL;

  gst_app_src_push_buffer (GST_APP_SRC (appsrc), framed_message_new (0, UINT16_LIMIT));
  wait_for_message (receiver);
  gst_app_src_push_buffer (GST_APP_SRC (appsrc), framed_message_new (1, UINT16_LIMIT + 1));
  text = support_wait_error (sender, GST_STREAM_ERROR, GST_STREAM_ERROR_MUX);
  fail_unless (strstr (text, "65536 bytes") && strstr (text, "65535 bytes"), "%s", text);

  /* Nothing of it has left, or the receiver would complain. */
  stop (sender);
  support_wait_eos (receiver);
  stop (receiver);
  fail_unless_equals_int (received->len, 1);
  fail_unless_equals_uint64 (gst_buffer_get_size (g_ptr_array_index (received, 0)), UINT16_LIMIT);
}

GST_END_TEST

static Suite *
framed_suite (void)
{
  Suite *suite = suite_create ("framed");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_what_is_pushed_as_a_message_arrives_as_one, 0,
      G_N_ELEMENTS (framings));
  tcase_add_test (tcase,
      test_a_message_too_long_for_its_header_is_an_error_and_nothing_of_it_leaves);

  return suite;
}

GST_CHECK_MAIN (framed)
