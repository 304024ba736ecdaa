/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/slab-pool.h"
#include "lib/slab.h"
#include "tests/support/framed.h"
#include "tests/support/support.h"

#include <gst/app/app.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include <glib/gstdio.h>
#include <string.h>

#define READ_SIZE 65536

static GstHarness *
harness_new (const gchar *description)
{
  GstHarness *h = gst_harness_new_parse (description);
  g_autoptr (GstBus) bus = gst_bus_new ();

  gst_element_set_bus (h->element, bus);
  gst_harness_set_src_caps_str (h, "application/octet-stream");
  return h;
}

static guint64
get_stat (GstElement *element, const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = G_MAXUINT64;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless_equals_string (gst_structure_get_name (stats), "GstRecvPoolStats");
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "no field %s", field);
  return value;
}

static guint64
harness_stat (GstHarness *h, const gchar *field)
{
  g_autoptr (GstElement) element = gst_harness_find_element (h, "recvpool");

  return get_stat (element, field);
}

/* The pool, as a source finds it. */
static GstGioSocketSlabPool *
harness_find_pool (GstHarness *h)
{
  g_autoptr (GstQuery) query = gst_query_new_allocation (NULL, TRUE);
  GstGioSocketSlabPool *pool;

  fail_unless (gst_pad_peer_query (h->srcpad, query));
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 0);
  pool = gst_gio_socket_slab_pool_find (query);
  fail_unless (pool != NULL);
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  return pool;
}

/* What a source receives with one call. */
static GstMiniObject *
receive (GstGioSocketSlabPool *pool, const guint8 *data, gsize size, gsize *received)
{
  GInputVector vectors[2];
  GError *error = NULL;
  guint n = gst_gio_socket_slab_pool_reserve (pool, READ_SIZE, vectors, &error);

  g_assert_no_error (error);
  *received = 0;
  for (guint i = 0; i < n; i++) {
    gsize part = MIN (size - *received, vectors[i].size);

    memcpy (vectors[i].buffer, data + *received, part);
    *received += part;
  }

  return gst_gio_socket_slab_pool_commit (pool, *received);
}

static GstFlowReturn
push (GstHarness *h, GstMiniObject *object)
{
  return GST_IS_BUFFER (object) ? gst_pad_push (h->srcpad, GST_BUFFER (object))
                                : gst_pad_push_list (h->srcpad, GST_BUFFER_LIST (object));
}

static GstBuffer *
buffer_of (const GByteArray *stream, gsize at, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_fill (buffer, 0, stream->data + at, size);
  GST_BUFFER_PTS (buffer) = at;
  GST_BUFFER_DTS (buffer) = 2 * at;
  return buffer;
}

static GArray *
random_sizes_new (guint n)
{
  GArray *sizes = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (guint i = 0; i < n; i++) {
    gsize size = i % 20 == 0 ? 0 : g_random_int_range (0, i % 50 == 1 ? 300000 : 600);

    g_array_append_val (sizes, size);
  }

  return sizes;
}

/* --- messages that are cut already --------------------------------------- */

static const gchar *const around_source[] = {
  "recvpool framing=uint32-be",
  "queue max-size-buffers=0 max-size-bytes=0 ! recvpool framing=uint32-be",
  "queue max-size-bytes=0 ! queue max-size-buffers=0 max-size-bytes=0 ! recvpool framing=uint32-be",
  "identity ! queue max-size-buffers=0 max-size-bytes=0 ! capsfilter ! recvpool framing=uint32-be",
};

/* Not the buffers: some element on the way may have made them writable, and an empty one has then
 * lost its memory. */
static void
note_memories (GstMiniObject *object, GPtrArray *memories)
{
  if (GST_IS_BUFFER (object)) {
    g_ptr_array_add (memories, gst_buffer_peek_memory (GST_BUFFER (object), 0));
    return;
  }

  for (guint i = 0; i < gst_buffer_list_length (GST_BUFFER_LIST (object)); i++)
    note_memories (GST_MINI_OBJECT (gst_buffer_list_get (GST_BUFFER_LIST (object), i)), memories);
}

GST_START_TEST (test_messages_of_its_pool_pass_untouched)
{
  GstHarness *h = harness_new (around_source[__i__]);
  GArray *sizes = random_sizes_new (500);
  GByteArray *stream = framed_stream_new ((gsize *)sizes->data, sizes->len);
  GstGioSocketSlabPool *pool = harness_find_pool (h);
  GPtrArray *pushed = g_ptr_array_new ();
  guint64 bytes = 0;
  gsize n;

  for (gsize at = 0; at < stream->len; at += n) {
    gsize size = MIN (stream->len - at, READ_SIZE);
    GstMiniObject *object = receive (pool, stream->data + at, size, &n);

    if (object == NULL)
      continue;
    note_memories (object, pushed);
    fail_unless_equals_int (push (h, object), GST_FLOW_OK);
  }

  fail_unless_equals_int (pushed->len, sizes->len);
  for (guint i = 0; i < sizes->len; i++) {
    GstBuffer *buffer = gst_harness_pull (h);
    gsize size = g_array_index (sizes, gsize, i);

    if (size > 0 || gst_buffer_n_memory (buffer) > 0) {
      fail_unless (gst_buffer_peek_memory (buffer, 0) == g_ptr_array_index (pushed, i));
      framed_assert_message (buffer, i, size, FALSE);
    }
    bytes += size;
    gst_buffer_unref (buffer);
  }

  fail_unless_equals_uint64 (harness_stat (h, "messages"), sizes->len);
  fail_unless_equals_uint64 (harness_stat (h, "bytes"), bytes);
  /* What had come of the message that did not fit into the rest of its slab: at most one read. */
  fail_unless (harness_stat (h, "bytes-copied") <=
      READ_SIZE * (harness_stat (h, "slabs-allocated") + harness_stat (h, "slabs-reused")));

  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_object_unref (pool);
  g_ptr_array_unref (pushed);
  g_byte_array_unref (stream);
  g_array_unref (sizes);
  gst_harness_teardown (h);
}

GST_END_TEST

static GstPadProbeReturn
count_cb (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  guint *count = data;

  (*count)++;
  return GST_PAD_PROBE_OK;
}

static void
count_on_src_pad (GstHarness *h, GstPadProbeType type, guint *count)
{
  g_autoptr (GstElement) element = gst_harness_find_element (h, "recvpool");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_pad_add_probe (pad, type, count_cb, count, NULL);
}

GST_START_TEST (test_several_at_once_are_one_list_and_one_is_a_buffer)
{
  const gsize sizes[] = { 10, 20, 30, 40 };
  GByteArray *stream = framed_stream_new (sizes, 4);
  GstHarness *h = harness_new ("recvpool framing=uint32-be");
  guint lists = 0, singles = 0;

  count_on_src_pad (h, GST_PAD_PROBE_TYPE_BUFFER_LIST, &lists);
  count_on_src_pad (h, GST_PAD_PROBE_TYPE_BUFFER, &singles);

  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 14)), GST_FLOW_OK);
  fail_unless_equals_int (lists, 0);
  fail_unless_equals_int (singles, 1);
  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 14, stream->len - 14)),
      GST_FLOW_OK);
  fail_unless_equals_int (lists, 1);
  fail_unless_equals_int (gst_harness_buffers_received (h), 4);

  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

/* --- bytes of any source ------------------------------------------------- */

GST_START_TEST (test_buffers_of_any_source_are_cut)
{
  GArray *sizes = random_sizes_new (2000);
  GByteArray *stream = framed_stream_new ((gsize *)sizes->data, sizes->len);
  GstHarness *h = harness_new ("recvpool framing=uint32-be slab-size=20000 strip-header=false");

  for (gsize at = 0; at < stream->len;) {
    gsize n = g_random_int_range (0, g_random_boolean () ? 10 : 100000);

    n = MIN (n, stream->len - at);
    fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, at, n)), GST_FLOW_OK);
    at += n;
  }
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));

  fail_unless_equals_int (gst_harness_buffers_received (h), sizes->len);
  for (guint i = 0; i < sizes->len; i++) {
    GstBuffer *buffer = gst_harness_pull (h);

    framed_assert_message (buffer, i, g_array_index (sizes, gsize, i), TRUE);
    gst_buffer_unref (buffer);
  }

  fail_unless_equals_uint64 (harness_stat (h, "messages"), sizes->len);
  fail_unless_equals_uint64 (harness_stat (h, "bytes"), stream->len);
  fail_unless (harness_stat (h, "bytes-copied") >= stream->len);
  fail_unless (harness_stat (h, "bytes-copied") <= 2 * stream->len);

  g_byte_array_unref (stream);
  g_array_unref (sizes);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_a_list_of_any_source_is_cut)
{
  const gsize sizes[] = { 10, 20, 30, 40 };
  GByteArray *stream = framed_stream_new (sizes, 4);
  GstHarness *h = harness_new ("recvpool framing=uint32-be");
  GstBufferList *list = gst_buffer_list_new ();
  GstBuffer *split = gst_buffer_append (buffer_of (stream, 7, 20), buffer_of (stream, 27, 50));

  gst_buffer_list_add (list, buffer_of (stream, 0, 7));
  gst_buffer_list_add (list, split);
  gst_buffer_list_add (list, buffer_of (stream, 77, stream->len - 77));
  fail_unless_equals_int (gst_pad_push_list (h->srcpad, list), GST_FLOW_OK);

  fail_unless_equals_int (gst_harness_buffers_received (h), 4);
  for (guint i = 0; i < 4; i++) {
    GstBuffer *buffer = gst_harness_pull (h);

    framed_assert_message (buffer, i, sizes[i], FALSE);
    gst_buffer_unref (buffer);
  }

  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_a_message_has_the_time_of_its_first_byte)
{
  const gsize sizes[] = { 16, 16, 16, 16, 16 };
  const GstClockTime pts[] = { 0, 10, 30, 50, 50 };
  const gboolean discont[] = { TRUE, FALSE, FALSE, FALSE, FALSE };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GstHarness *h = harness_new ("recvpool framing=uint32-be");
  const gsize cuts[] = { 0, 10, 30, 50, 100 };

  for (guint i = 0; i + 1 < G_N_ELEMENTS (cuts); i++) {
    GstBuffer *buffer = buffer_of (stream, cuts[i], cuts[i + 1] - cuts[i]);

    if (i == 0)
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
  }

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    GstBuffer *buffer = gst_harness_pull (h);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), pts[i]);
    fail_unless_equals_uint64 (GST_BUFFER_DTS (buffer), 2 * pts[i]);
    fail_unless_equals_int (GST_BUFFER_IS_DISCONT (buffer), discont[i]);
    gst_buffer_unref (buffer);
  }

  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_without_framing_buffers_pass_as_they_are)
{
  GstHarness *h = harness_new ("recvpool");
  GstGioSocketSlabPool *pool = harness_find_pool (h);
  GstBuffer *foreign = gst_buffer_new_memdup ("hello", 5);
  GstBuffer *pulled;
  GstMiniObject *own;
  gsize n;

  fail_unless_equals_int (gst_harness_push (h, foreign), GST_FLOW_OK);
  pulled = gst_harness_pull (h);
  fail_unless (pulled == foreign);
  gst_buffer_unref (pulled);

  own = receive (pool, (const guint8 *)"world!", 6, &n);
  fail_unless_equals_int (push (h, own), GST_FLOW_OK);
  pulled = gst_harness_pull (h);
  fail_unless (GST_MINI_OBJECT (pulled) == own);
  gst_check_buffer_data (pulled, "world!", 6);
  gst_buffer_unref (pulled);

  fail_unless_equals_uint64 (harness_stat (h, "messages"), 2);
  fail_unless_equals_uint64 (harness_stat (h, "bytes"), 11);
  fail_unless_equals_uint64 (harness_stat (h, "bytes-copied"), 0);
  gst_object_unref (pool);
  gst_harness_teardown (h);
}

GST_END_TEST

/* --- errors, the end, flush ---------------------------------------------- */

/* The one error that must be on the bus, if @text is not NULL. */
static void
assert_error (GstHarness *h, const gchar *text)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (h->element);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GstMessage) second_message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  fail_unless ((message != NULL) == (text != NULL));
  fail_unless (second_message == NULL);
  if (text == NULL)
    return;

  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX));
  fail_unless (strstr (error->message, text) != NULL, "%s", error->message);
}

static gboolean
got_eos (GstHarness *h)
{
  gboolean eos = FALSE;
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (h)) != NULL) {
    eos |= GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }

  return eos;
}

GST_START_TEST (test_eos_inside_a_message_is_an_error)
{
  static const struct
  {
    gsize arrived;
    const gchar *text;
  } rows[] = {
    { 0, NULL },
    { 2, "inside a header: 2 of its 4 bytes are missing" },
    { 50, "inside a message: 54 of its 100 bytes are missing" },
    { 104, NULL },
  };
  const gsize size = 100;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GByteArray *stream = framed_stream_new (&size, 1);
    GstHarness *h = harness_new ("recvpool framing=uint32-be");

    fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, rows[i].arrived)),
        GST_FLOW_OK);
    gst_harness_push_event (h, gst_event_new_eos ());
    assert_error (h, rows[i].text);
    fail_unless (got_eos (h));
    g_byte_array_unref (stream);
    gst_harness_teardown (h);
  }
}

GST_END_TEST

GST_START_TEST (test_a_length_over_the_limit_is_an_error_at_once)
{
  const gsize sizes[] = { 10, 1000 };
  GByteArray *stream = framed_stream_new (sizes, 2);
  GstHarness *h = harness_new ("recvpool framing=uint32-be max-message-size=999");

  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 17)), GST_FLOW_OK);
  assert_error (h, NULL);
  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 17, 1)), GST_FLOW_ERROR);
  assert_error (h, "1000 bytes, over the limit of 999 bytes");
  fail_unless_equals_int (gst_harness_buffers_received (h), 1);

  g_byte_array_unref (stream);
  gst_harness_teardown (h);

  /* All in one buffer: the message before it is delivered. */
  h = harness_new ("recvpool framing=uint32-be");
  stream = framed_stream_new (sizes, 1);
  g_byte_array_append (stream, (const guint8 *)"\xff\xff\xff\xff...", 7);
  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, stream->len)), GST_FLOW_ERROR);
  assert_error (h, "4294967295 bytes, over the limit of 67108864 bytes");
  fail_unless_equals_int (gst_harness_buffers_received (h), 1);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_a_flush_drops_what_is_incomplete)
{
  const gsize size = 100;
  GByteArray *stream = framed_stream_new (&size, 1);
  GstHarness *h = harness_new ("recvpool framing=uint32-be");
  GstSegment segment;
  GstBuffer *buffer;

  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 50)), GST_FLOW_OK);
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_start ()));
  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 50, 1)), GST_FLOW_FLUSHING);
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_stop (TRUE)));
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));

  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 104)), GST_FLOW_OK);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  assert_error (h, NULL);
  fail_unless_equals_int (gst_harness_buffers_received (h), 1);
  buffer = gst_harness_pull (h);
  framed_assert_message (buffer, 0, 100, FALSE);
  gst_buffer_unref (buffer);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_a_gap_in_the_stream_drops_what_is_incomplete_and_warns)
{
  const gsize size = 100;
  GByteArray *stream = framed_stream_new (&size, 1);
  GstHarness *h = harness_new ("recvpool framing=uint32-be");
  g_autoptr (GstBus) bus = gst_element_get_bus (h->element);
  g_autoptr (GstMessage) warning = NULL;
  GstBuffer *buffer = buffer_of (stream, 0, 104);

  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 50)), GST_FLOW_OK);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);

  warning = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (warning != NULL);
  buffer = gst_harness_pull (h);
  framed_assert_message (buffer, 0, 100, FALSE);
  fail_unless (GST_BUFFER_IS_DISCONT (buffer));
  gst_buffer_unref (buffer);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_what_downstream_says_comes_back)
{
  const gsize sizes[] = { 10, 10, 10 };
  GByteArray *stream = framed_stream_new (sizes, 3);
  GstHarness *h = harness_new ("recvpool framing=uint32-be");
  g_autoptr (GstElement) element = gst_harness_find_element (h, "recvpool");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_pad_unlink (pad, GST_PAD_PEER (pad));
  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 20)), GST_FLOW_NOT_LINKED);

  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

/* --- whole pipelines ----------------------------------------------------- */

static GstMessage *
pop_error (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  return gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
}

/* Runs to the end and collects what comes out. */
static GPtrArray *
run_pipeline (GstElement *pipeline)
{
  GPtrArray *messages = framed_messages_new ();
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstSample *sample;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink))) != NULL) {
    g_ptr_array_add (messages, gst_buffer_ref (gst_sample_get_buffer (sample)));
    gst_sample_unref (sample);
  }

  return messages;
}

/* Its path: the caller unlinks and frees it. */
static gchar *
write_file (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("recvpool-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, (const gchar *)data, size, &error);
  g_assert_no_error (error);
  return path;
}

static const struct
{
  gint blocksize;
  gsize missing;
  const gchar *between;
} files[] = {
  { 7, 0, "" },
  { 1000, 3, "queue !" },
  { 65536, 0, "queue !" },
  { 1000000, 0, "" },
  { 1000000, 5, "" },
};

GST_START_TEST (test_a_file_is_cut_whatever_the_blocksize)
{
  GArray *sizes = random_sizes_new (100);
  const gsize last = 10;
  GByteArray *stream;
  g_autofree gchar *path = NULL;
  g_autofree gchar *line = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) element = NULL;
  g_autoptr (GstMessage) error = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  g_array_append_val (sizes, last);
  stream = framed_stream_new ((gsize *)sizes->data, sizes->len);
  path = write_file (stream->data, stream->len - files[__i__].missing);
  line = g_strdup_printf ("filesrc location=%s blocksize=%d ! %s recvpool name=pool "
                          "slab-size=4096 framing=uint32-be ! appsink name=sink sync=false",
      path, files[__i__].blocksize, files[__i__].between);
  pipeline = support_launch (line);
  element = gst_bin_get_by_name (GST_BIN (pipeline), "pool");
  messages = run_pipeline (pipeline);
  error = pop_error (pipeline);

  fail_unless ((error != NULL) == (files[__i__].missing > 0));
  fail_unless_equals_int (messages->len, sizes->len - (files[__i__].missing > 0));
  for (guint i = 0; i < messages->len; i++)
    framed_assert_message (g_ptr_array_index (messages, i), i, g_array_index (sizes, gsize, i),
        FALSE);
  fail_unless (get_stat (element, "bytes-copied") >= stream->len - files[__i__].missing);
  fail_unless_equals_uint64 (get_stat (element, "messages"), messages->len);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_unlink (path);
  g_byte_array_unref (stream);
  g_array_unref (sizes);
}

GST_END_TEST

/* In the middle of a message; what comes then is another stream, from its beginning. */
GST_START_TEST (test_after_a_seek_messages_begin_anew)
{
  GArray *sizes = random_sizes_new (400);
  GByteArray *stream = framed_stream_new ((gsize *)sizes->data, sizes->len);
  g_autofree gchar *path = write_file (stream->data, stream->len);
  g_autofree gchar *line =
      g_strdup_printf ("filesrc name=src location=%s blocksize=777 ! recvpool framing=uint32-be "
                       "! appsink name=sink sync=false max-buffers=5",
          path);
  g_autoptr (GstElement) pipeline = support_launch (line);
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GPtrArray) messages = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 20; i++) {
    for (guint n = 0; n < 3 + i; n++)
      gst_sample_unref (gst_app_sink_pull_sample (GST_APP_SINK (sink)));
    fail_unless (gst_element_seek_simple (src, GST_FORMAT_BYTES, GST_SEEK_FLAG_FLUSH, 0));
  }

  messages = run_pipeline (pipeline);
  fail_unless_equals_int (messages->len, sizes->len);
  for (guint i = 0; i < messages->len; i++)
    framed_assert_message (g_ptr_array_index (messages, i), i, g_array_index (sizes, gsize, i),
        FALSE);
  fail_unless (pop_error (pipeline) == NULL);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_unlink (path);
  g_byte_array_unref (stream);
  g_array_unref (sizes);
}

GST_END_TEST

GST_START_TEST (test_an_application_pushes_what_it_likes)
{
  GstElement *pipeline = support_launch ("appsrc name=src ! queue ! recvpool framing=uint32-be "
                                         "name=pool ! queue ! appsink name=sink sync=false");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  GArray *sizes = random_sizes_new (300);
  GByteArray *stream = framed_stream_new ((gsize *)sizes->data, sizes->len);
  GPtrArray *messages;

  g_object_set (src, "max-bytes", G_GUINT64_CONSTANT (0), NULL);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  for (gsize at = 0; at < stream->len;) {
    gsize n = g_random_int_range (1, 50000);

    n = MIN (n, stream->len - at);
    fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (src),
                                gst_buffer_new_memdup (stream->data + at, n)),
        GST_FLOW_OK);
    at += n;
  }
  gst_app_src_end_of_stream (GST_APP_SRC (src));

  messages = run_pipeline (pipeline);
  fail_unless_equals_int (messages->len, sizes->len);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);

  /* The pipeline and its element are gone, the messages are not. */
  for (guint i = 0; i < messages->len; i++)
    framed_assert_message (g_ptr_array_index (messages, i), i, g_array_index (sizes, gsize, i),
        FALSE);
  g_ptr_array_unref (messages);
  g_byte_array_unref (stream);
  g_array_unref (sizes);
}

GST_END_TEST

/* --- states, properties, events ------------------------------------------ */

GST_START_TEST (test_each_start_has_a_new_pool_and_new_numbers)
{
  const gsize size = 100;
  GByteArray *stream = framed_stream_new (&size, 1);
  GstHarness *h = harness_new ("recvpool framing=uint32-be");
  g_autoptr (GstElement) element = gst_harness_find_element (h, "recvpool");
  GstGioSocketSlabPool *before = harness_find_pool (h);
  GstGioSocketSlabPool *after;
  GstBuffer *kept;

  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 104)), GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 50)), GST_FLOW_OK);
  kept = gst_harness_pull (h);

  /* Incomplete bytes go, numbers stay to be read until the next start. */
  gst_element_set_state (element, GST_STATE_NULL);
  fail_unless_equals_uint64 (get_stat (element, "messages"), 1);
  fail_unless_equals_uint64 (get_stat (element, "bytes-copied"), 154);
  fail_unless_equals_uint64 (get_stat (element, "slabs-allocated"), 1);
  framed_assert_message (kept, 0, 100, FALSE);

  for (guint i = 0; i < 5; i++) {
    gst_element_set_state (element, GST_STATE_PAUSED);
    gst_element_set_state (element, GST_STATE_READY);
  }
  fail_unless_equals_uint64 (get_stat (element, "messages"), 0);
  fail_unless_equals_uint64 (get_stat (element, "slabs-allocated"), 0);

  g_object_set (element, "strip-header", FALSE, NULL);
  gst_harness_play (h);
  gst_element_set_state (element, GST_STATE_PLAYING);
  gst_harness_set_src_caps_str (h, "application/octet-stream");
  after = harness_find_pool (h);
  fail_unless (after != before);
  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 104)), GST_FLOW_OK);
  gst_buffer_unref (kept);
  kept = gst_harness_pull (h);
  framed_assert_message (kept, 0, 100, TRUE);
  gst_buffer_unref (kept);

  gst_object_unref (before);
  gst_object_unref (after);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_a_property_waits_for_the_next_start)
{
  const gsize sizes[] = { 10, 10 };
  GByteArray *stream = framed_stream_new (sizes, 2);
  GstHarness *h = harness_new ("recvpool framing=uint32-be");
  g_autoptr (GstElement) element = gst_harness_find_element (h, "recvpool");

  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 0, 20)), GST_FLOW_OK);
  g_object_set (element, "framing", GST_GIO_SOCKET_FRAMING_NONE, "slab-size", 4096, NULL);
  fail_unless_equals_int (gst_harness_push (h, buffer_of (stream, 20, 8)), GST_FLOW_OK);
  for (guint i = 0; i < 2; i++) {
    GstBuffer *buffer = gst_harness_pull (h);

    framed_assert_message (buffer, i, 10, FALSE);
    gst_buffer_unref (buffer);
  }

  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_caps_and_segments_pass_as_they_are)
{
  GstHarness *h = gst_harness_new ("recvpool");
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstEvent) event = NULL;
  const GstSegment *passed;
  GstSegment segment;

  g_object_set (h->element, "framing", GST_GIO_SOCKET_FRAMING_UINT32_BE, NULL);
  gst_harness_set_src_caps_str (h, "video/x-raw,width=16");
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  segment.start = 1234;
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));

  caps = gst_pad_get_current_caps (h->sinkpad);
  fail_unless (gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"));
  event = gst_pad_get_sticky_event (h->sinkpad, GST_EVENT_SEGMENT, 0);
  gst_event_parse_segment (event, &passed);
  fail_unless_equals_int (passed->format, GST_FORMAT_BYTES);
  fail_unless_equals_uint64 (passed->start, 1234);
  gst_harness_teardown (h);
}

GST_END_TEST

GST_START_TEST (test_stats_are_eight_numbers_before_the_first_start)
{
  GstElement *element = gst_element_factory_make ("recvpool", NULL);
  GstStructure *stats;
  guint64 value;

  gst_object_ref_sink (element);
  g_object_get (element, "stats", &stats, NULL);
  fail_unless_equals_int (gst_structure_n_fields (stats), 8);
  for (gint i = 0; i < gst_structure_n_fields (stats); i++) {
    fail_unless (gst_structure_get_uint64 (stats, gst_structure_nth_field_name (stats, i), &value));
    fail_unless_equals_uint64 (value, 0);
  }
  gst_structure_free (stats);
  gst_object_unref (element);
}

GST_END_TEST

static Suite *
recvpool_suite (void)
{
  Suite *suite = suite_create ("recvpool");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_messages_of_its_pool_pass_untouched, 0,
      G_N_ELEMENTS (around_source));
  tcase_add_test (tcase, test_several_at_once_are_one_list_and_one_is_a_buffer);
  tcase_add_test (tcase, test_buffers_of_any_source_are_cut);
  tcase_add_test (tcase, test_a_list_of_any_source_is_cut);
  tcase_add_test (tcase, test_a_message_has_the_time_of_its_first_byte);
  tcase_add_test (tcase, test_without_framing_buffers_pass_as_they_are);
  tcase_add_test (tcase, test_eos_inside_a_message_is_an_error);
  tcase_add_test (tcase, test_a_length_over_the_limit_is_an_error_at_once);
  tcase_add_test (tcase, test_a_flush_drops_what_is_incomplete);
  tcase_add_test (tcase, test_a_gap_in_the_stream_drops_what_is_incomplete_and_warns);
  tcase_add_test (tcase, test_what_downstream_says_comes_back);
  tcase_add_loop_test (tcase, test_a_file_is_cut_whatever_the_blocksize, 0, G_N_ELEMENTS (files));
  tcase_add_test (tcase, test_after_a_seek_messages_begin_anew);
  tcase_add_test (tcase, test_an_application_pushes_what_it_likes);
  tcase_add_test (tcase, test_each_start_has_a_new_pool_and_new_numbers);
  tcase_add_test (tcase, test_a_property_waits_for_the_next_start);
  tcase_add_test (tcase, test_caps_and_segments_pass_as_they_are);
  tcase_add_test (tcase, test_stats_are_eight_numbers_before_the_first_start);

  return suite;
}

GST_CHECK_MAIN (recvpool)
