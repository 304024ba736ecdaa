/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/support/framed.h"
#include "tests/support/support.h"

#include <gst/app/app.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include <string.h>

#include "lib/slab-pool.h"

/* --- every header -------------------------------------------------------- */

typedef struct
{
  const gchar *properties;
  const gchar *headers[3]; /* of messages of 5, 0 and 300 bytes */
  gsize sizes[3];
} Header;

static const Header headers[] = {
  { "framing=uint16-be", { "\0\5", "\0\0", "\1\x2c" }, { 2, 2, 2 } },
  { "framing=uint32-be", { "\0\0\0\5", "\0\0\0\0", "\0\0\1\x2c" }, { 4, 4, 4 } },
  { "framing=uint32-le", { "\5\0\0\0", "\0\0\0\0", "\x2c\1\0\0" }, { 4, 4, 4 } },
  { "framing=varint", { "\5", "\0", "\xac\2" }, { 1, 1, 2 } },
  { "framing=xpra", { "P\1\2\3\0\0\0\5", "P\0\0\0\0\0\0\0", "P\0\0\0\0\0\1\x2c" }, { 8, 8, 8 } },
  { "framing=spice-mini", { "\x65\0\5\0\0\0", "\1\2\0\0\0\0", "\0\0\x2c\1\0\0" }, { 6, 6, 6 } },
  { "framing=custom header-size=5 length-offset=1 length-size=3 length-endianness=little-endian",
      { "a\5\0\0z", "b\0\0\0y", "c\x2c\1\0x" }, { 5, 5, 5 } },
  { "framing=custom header-size=3 length-size=2 length-includes-header=true",
      { "\0\10-", "\0\3-", "\1\x2f-" }, { 3, 3, 3 } },
};

static const gsize payloads[] = { 5, 0, 300 };

static GByteArray *
make_stream (const Header *header, const guint8 *payload)
{
  GByteArray *stream = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (payloads); i++) {
    g_byte_array_append (stream, (const guint8 *)header->headers[i], header->sizes[i]);
    g_byte_array_append (stream, payload, payloads[i]);
  }

  return stream;
}

static void
check_messages (GstHarness *h, const Header *header, const guint8 *payload, gboolean strip)
{
  fail_unless_equals_int (gst_harness_buffers_received (h), G_N_ELEMENTS (payloads));

  for (guint i = 0; i < G_N_ELEMENTS (payloads); i++) {
    GstBuffer *buffer = gst_harness_pull (h);
    gsize skip = strip ? 0 : header->sizes[i];

    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), skip + payloads[i]);
    fail_unless_equals_int (gst_buffer_memcmp (buffer, 0, header->headers[i], skip), 0);
    fail_unless_equals_int (gst_buffer_memcmp (buffer, skip, payload, payloads[i]), 0);
    gst_buffer_unref (buffer);
  }
}

GST_START_TEST (test_every_header_is_understood_and_stripped_or_not)
{
  const Header *header = &headers[__i__ / 2];
  gboolean strip = __i__ % 2;
  g_autoptr (GBytes) payload = support_make_bytes (300, __i__);
  const guint8 *bytes = g_bytes_get_data (payload, NULL);
  GByteArray *stream = make_stream (header, bytes);

  for (guint step = 1; step <= stream->len; step = step * 7 + 1) {
    g_autofree gchar *line =
        g_strdup_printf ("recvpool %s strip-header=%d", header->properties, strip);
    GstHarness *h = gst_harness_new_parse (line);

    gst_harness_set_src_caps_str (h, "application/octet-stream");
    for (gsize at = 0; at < stream->len; at += step)
      gst_harness_push (h, gst_buffer_new_memdup (stream->data + at, MIN (step, stream->len - at)));
    check_messages (h, header, bytes, strip);
    gst_harness_teardown (h);
  }

  g_byte_array_unref (stream);
}

GST_END_TEST

GST_START_TEST (test_a_header_that_cannot_be_is_an_error_and_no_start)
{
  g_autoptr (GstElement) pipeline =
      support_launch ("fakesrc ! recvpool framing=custom header-size=4 length-offset=3 ! fakesink");
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  fail_unless (strstr (text, "check header-size, length-offset and length-size") != NULL, "%s",
      text);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST

/* --- what downstream wants ----------------------------------------------- */

GST_START_TEST (test_upstream_learns_what_downstream_wants_of_memory)
{
  GstHarness *h = gst_harness_new_parse ("recvpool framing=uint32-be");
  const GstAllocationParams params = { .align = 255, .prefix = 7, .padding = 9 };
  g_autoptr (GstQuery) query = gst_query_new_allocation (NULL, FALSE);
  g_autoptr (GstGioSocketSlabPool) pool = NULL;
  GstAllocationParams got;
  GInputVector vectors[2];

  gst_harness_set_propose_allocator (h, NULL, &params);
  gst_harness_set_src_caps_str (h, "application/octet-stream");
  fail_unless (gst_pad_peer_query (h->srcpad, query));
  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 1);
  gst_query_parse_nth_allocation_param (query, 0, NULL, &got);
  fail_unless_equals_uint64 (got.align, 255);
  fail_unless_equals_uint64 (got.prefix, 7);
  fail_unless_equals_uint64 (got.padding, 9);

  pool = gst_gio_socket_slab_pool_find (query);
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  fail_unless_equals_int (gst_gio_socket_slab_pool_reserve (pool, 100, vectors, NULL), 1);
  fail_unless_equals_uint64 (((guintptr)vectors[0].buffer + 4) % 256, 0);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_harness_teardown (h);
}

GST_END_TEST

/* --- the limit, with bytes that are copied ------------------------------- */

#define MESSAGES 200
#define MESSAGE_SIZE 500
#define LIMITED "recvpool name=pool framing=uint32-be slab-size=4096 max-slabs=2"

static GByteArray *
many_new (void)
{
  gsize sizes[MESSAGES];

  for (guint i = 0; i < MESSAGES; i++)
    sizes[i] = MESSAGE_SIZE;

  return framed_stream_new (sizes, MESSAGES);
}

static GstElement *
open_limited (void)
{
  GstElement *pipeline = support_launch ("appsrc name=src ! " LIMITED " ! "
                                         "appsink name=sink sync=false");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  GByteArray *stream = many_new ();

  g_object_set (src, "max-bytes", G_GUINT64_CONSTANT (0), NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_app_src_push_buffer (GST_APP_SRC (src), gst_buffer_new_memdup (stream->data, stream->len));
  gst_app_src_end_of_stream (GST_APP_SRC (src));
  g_byte_array_unref (stream);

  return pipeline;
}

/* Those in the queue of the sink are held too. */
GST_START_TEST (test_a_slow_sink_bounds_the_memory_and_gets_everything)
{
  GstElement *pipeline = open_limited ();
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstElement) pool = gst_bin_get_by_name (GST_BIN (pipeline), "pool");
  GstSample *sample;
  guint n = 0;

  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink))) != NULL) {
    framed_assert_message (gst_sample_get_buffer (sample), n++, MESSAGE_SIZE, FALSE);
    gst_sample_unref (sample);
  }

  fail_unless_equals_int (n, MESSAGES);
  fail_unless (support_get_stat (pool, "peak-bytes") <= (2 + 1) * 4096);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST

/* Whoever holds all there is keeps the source waiting, but nobody who wants to stop. */
GST_START_TEST (test_a_wait_for_slabs_ends_with_the_state)
{
  for (guint i = 0; i < 10; i++) {
    GstElement *pipeline = open_limited ();
    g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
    g_autoptr (GstSample) sample = gst_app_sink_pull_sample (GST_APP_SINK (sink));

    fail_unless (sample != NULL);
    fail_unless_equals_int (gst_element_set_state (pipeline,
                                i % 2 == 0 ? GST_STATE_READY : GST_STATE_NULL),
        GST_STATE_CHANGE_SUCCESS);
    gst_element_set_state (pipeline, GST_STATE_NULL);
    gst_object_unref (pipeline);
  }
}

GST_END_TEST

static gpointer
push_cb (gpointer data)
{
  GByteArray *stream = many_new ();
  GstBuffer *buffer = gst_buffer_new_memdup (stream->data, stream->len);

  g_byte_array_unref (stream);
  return GINT_TO_POINTER (gst_harness_push (data, buffer));
}

GST_START_TEST (test_a_flush_ends_a_wait_for_slabs)
{
  GstHarness *h = gst_harness_new_parse (LIMITED);
  GstSegment segment;
  GByteArray *stream = many_new ();
  GThread *thread;

  gst_harness_set_src_caps_str (h, "application/octet-stream");
  thread = g_thread_new ("push", push_cb, h);
  gst_buffer_unref (gst_harness_pull (h));
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_start ()));
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);

  /* It goes on from there as if nothing had been. */
  while (gst_harness_buffers_in_queue (h) > 0)
    gst_buffer_unref (gst_harness_pull (h));
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_stop (TRUE)));
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  fail_unless_equals_int (gst_harness_push (h, gst_buffer_new_memdup (stream->data, 504)),
      GST_FLOW_OK);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

/* --- before it and behind it --------------------------------------------- */

static const gchar *const companies[] = {
  "recvpool name=pool framing=uint32-be ! appsink name=sink sync=false",
  "queue ! recvpool name=pool framing=uint32-be ! queue ! appsink name=sink sync=false",
  "recvpool name=pool framing=uint32-be ! tee name=tee ! queue ! appsink name=sink sync=false "
  "tee. ! queue ! fakesink sync=false",
  "recvpool name=pool framing=uint32-be ! identity ! queue2 ! appsink name=sink sync=false",
};

/* Sends all of @stream to who connects and closes; checks what comes out. */
static GstElement *
receive_from (const gchar *source, const gchar *company, const GByteArray *stream,
    const gsize *sizes, guint n_sizes)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  g_autofree gchar *line =
      g_strdup_printf ("%s host=127.0.0.1 port=%u ! %s", source, port, company);
  GstElement *pipeline = support_launch (line);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GSocket) peer = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);
  for (gsize at = 0; at < stream->len;) {
    gssize sent =
        g_socket_send (peer, (const gchar *)stream->data + at, stream->len - at, NULL, NULL);

    fail_unless (sent > 0);
    at += sent;
  }
  g_socket_close (peer, NULL);

  for (guint i = 0; i < n_sizes; i++) {
    g_autoptr (GstSample) sample =
        gst_app_sink_try_pull_sample (GST_APP_SINK (sink), SUPPORT_PATIENCE);

    fail_unless (sample != NULL);
    framed_assert_message (gst_sample_get_buffer (sample), i, sizes[i], FALSE);
  }
  support_wait_eos (pipeline);

  return pipeline;
}

static const gsize mixed[] = { 1, 100000, 7, 500000, 65536, 30, 2000000, 400, 65532, 65536, 65540 };

GST_START_TEST (test_behind_tcpclientsrc_every_byte_is_copied_once)
{
  GByteArray *stream = framed_stream_new (mixed, G_N_ELEMENTS (mixed));
  GstElement *pipeline =
      receive_from ("tcpclientsrc", companies[__i__], stream, mixed, G_N_ELEMENTS (mixed));
  g_autoptr (GstElement) pool = gst_bin_get_by_name (GST_BIN (pipeline), "pool");

  fail_unless (support_get_stat (pool, "bytes-copied") >= stream->len);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_pointer (&stream, g_byte_array_unref);
  gst_object_unref (pipeline);
}

GST_END_TEST

/* At most one read of each message that does not fit where it begins, a queue between them or not. */
GST_START_TEST (test_behind_giosocketsrc_hardly_anything_is_copied)
{
  const gsize size = 4000000;
  const gsize sizes[] = { size, size, size, size };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstElement *pipeline =
      receive_from ("giosocketsrc", companies[__i__], stream, sizes, G_N_ELEMENTS (sizes));
  g_autoptr (GstElement) pool = gst_bin_get_by_name (GST_BIN (pipeline), "pool");

  fail_unless (support_get_stat (pool, "bytes-copied") <= 65536 * G_N_ELEMENTS (sizes));
  fail_unless_equals_uint64 (support_get_stat (pool, "messages"), G_N_ELEMENTS (sizes));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_pointer (&stream, g_byte_array_unref);
  gst_object_unref (pipeline);
}

GST_END_TEST

static Suite *
recvpool_company_suite (void)
{
  Suite *suite = suite_create ("recvpool-company");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_every_header_is_understood_and_stripped_or_not, 0,
      2 * G_N_ELEMENTS (headers));
  tcase_add_test (tcase, test_a_header_that_cannot_be_is_an_error_and_no_start);
  tcase_add_test (tcase, test_upstream_learns_what_downstream_wants_of_memory);
  tcase_add_test (tcase, test_a_slow_sink_bounds_the_memory_and_gets_everything);
  tcase_add_test (tcase, test_a_wait_for_slabs_ends_with_the_state);
  tcase_add_test (tcase, test_a_flush_ends_a_wait_for_slabs);
  tcase_add_loop_test (tcase, test_behind_tcpclientsrc_every_byte_is_copied_once, 0,
      G_N_ELEMENTS (companies));
  tcase_add_loop_test (tcase, test_behind_giosocketsrc_hardly_anything_is_copied, 0,
      G_N_ELEMENTS (companies));

  return suite;
}

GST_CHECK_MAIN (recvpool_company)
