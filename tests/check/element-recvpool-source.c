/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* recvpool behind giosocketsrc: what one system call brings, what is held back, and what is wrong. */

#include "tests/support/element-test.h"
#include "tests/support/framed.h"
#include "tests/support/support.h"

#include <gst/app/app.h>
#include <gst/check/gstcheck.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

static GstElement *pool;
static GSocket *peer;

static void
prepare_pipeline (const gchar *between)
{
  g_autofree gchar *behind = g_strdup_printf ("! %s", between);

  element_test_open (behind);
  pool = gst_bin_get_by_name (GST_BIN (pipeline), "pool");
}

static void
play (void)
{
  g_object_set (source, "port", port, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  peer = support_accept (listener);
}

static void
open_pipeline (const gchar *between)
{
  prepare_pipeline (between);
  play ();
}

static void
close_pipeline (void)
{
  g_clear_object (&peer);
  gst_clear_object (&pool);
  element_test_close ();
}

static void
send_all (const guint8 *data, gsize size)
{
  while (size > 0) {
    gssize n = g_socket_send (peer, (const gchar *)data, size, NULL, NULL);

    fail_unless (n > 0);
    data += n;
    size -= n;
  }
}

static gpointer
send_stream_cb (gpointer data)
{
  const GByteArray *stream = data;

  send_all (stream->data, stream->len);
  return NULL;
}

/* --- what one call brings ------------------------------------------------ */

#define CALL 65536

/* Over a Unix socket: all that has been sent is there, while TCP keeps a part of it with the sender,
 * from where it comes when it comes. */
static GSocket *
play_unix (void)
{
  GSocket *ours;
  gint fds[2];

  fail_unless (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  ours = g_socket_new_from_fd (fds[0], NULL);
  peer = g_socket_new_from_fd (fds[1], NULL);
  fail_unless (g_socket_set_option (peer, SOL_SOCKET, SO_SNDBUF, 4 * 1024 * 1024, NULL));
  g_object_set (source, "socket", ours, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  return ours;
}

/* Bytes that wait in the kernel, once it takes no more. */
static gsize
fill_line (const GByteArray *stream, gsize at)
{
  gsize begun = at;
  gssize n;

  do {
    n = send (g_socket_get_fd (peer), stream->data + at, stream->len - at, MSG_DONTWAIT);
    at += MAX (n, 0);
  } while (n > 0);

  fail_unless (at < stream->len && errno == EAGAIN, "there is too little to fill it");
  return at - begun;
}

/* Where the source stands still while the line is filled. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean is_closed;
  gsize bytes;
  guint pushes;
  guint longest; /* buffers of one push */
} Gate;

static GstPadProbeReturn
gate_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Gate *gate = user_data;
  gboolean is_list = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST;
  guint length = is_list ? gst_buffer_list_length (GST_PAD_PROBE_INFO_BUFFER_LIST (info)) : 1;
  gsize size = is_list ? gst_buffer_list_calculate_size (GST_PAD_PROBE_INFO_BUFFER_LIST (info))
                       : gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info));

  g_mutex_lock (&gate->mutex);
  gate->pushes++;
  gate->bytes += size;
  gate->longest = MAX (gate->longest, length);
  g_cond_broadcast (&gate->cond);
  while (gate->is_closed)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);

  return GST_PAD_PROBE_OK;
}

static void
gate_wait_bytes (Gate *gate, gsize bytes)
{
  g_mutex_lock (&gate->mutex);
  while (gate->bytes < bytes)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);
}

static void
gate_open (Gate *gate)
{
  g_mutex_lock (&gate->mutex);
  gate->is_closed = FALSE;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->mutex);
}

static const struct
{
  const gchar *between;
  gsize size; /* of a message */
  guint together;
} lines[] = {
  { "identity", 100, 1 },
  { "recvpool", 100, 1 },
  { "recvpool framing=uint32-be strip-header=false", 16, 2000 },
  { "recvpool framing=uint32-be strip-header=false", 100, 500 },
  { "recvpool framing=uint32-be strip-header=false", 5000, 10 },
  { "recvpool framing=uint32-be strip-header=false", 65536, 1 },
  { "recvpool framing=uint32-be strip-header=false", 400000, 1 },
  { "queue ! recvpool framing=uint32-be strip-header=false", 100, 500 },
};

static GByteArray *
full_stream_new (gsize message_size)
{
  guint n = 16 * 1024 * 1024 / (message_size + 4) + 1;
  g_autofree gsize *sizes = g_new (gsize, n);

  for (guint i = 0; i < n; i++)
    sizes[i] = message_size;

  return framed_stream_new (sizes, n);
}

GST_START_TEST (test_a_full_line_costs_a_call_for_64_kib_and_what_it_brings_is_one_push)
{
  const gsize size = lines[__i__].size + 4;
  GByteArray *stream = full_stream_new (lines[__i__].size);
  g_autoptr (GSocket) ours = NULL;
  g_autoptr (GstPad) pad = NULL;
  Gate gate = { .is_closed = TRUE };
  gsize filled;
  guint64 calls;

  g_mutex_init (&gate.mutex);
  g_cond_init (&gate.cond);
  prepare_pipeline (lines[__i__].between);
  pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, gate_cb,
      &gate, NULL);
  ours = play_unix ();

  send_all (stream->data, size);
  gate_wait_bytes (&gate, 1);
  calls = support_get_stat (source, "receive-calls");
  filled = fill_line (stream, size);
  gate_open (&gate);
  gate_wait_bytes (&gate, (size + filled) / size * size);
  calls = support_get_stat (source, "receive-calls") - calls;

  fail_unless (calls <= filled / CALL + 2, "%" G_GUINT64_FORMAT " calls for %" G_GSIZE_FORMAT,
      calls, filled);
  fail_unless (gate.pushes <= calls + 1);
  fail_unless (gate.longest >= lines[__i__].together, "%u", gate.longest);
  fail_unless (gate.longest == 1 || strstr (lines[__i__].between, "framing") != NULL);

  close_pipeline ();
  g_byte_array_unref (stream);
  g_mutex_clear (&gate.mutex);
  g_cond_clear (&gate.cond);
}

GST_END_TEST

/* Who gave it may still use it. */
GST_START_TEST (test_a_socket_that_was_given_is_left_as_it_is)
{
  g_autofree guint8 *bulk = g_malloc0 (10 * CALL);
  g_autoptr (GSocket) ours = NULL;
  struct timeval patience = { 0, 0 };
  socklen_t length = sizeof patience;

  prepare_pipeline ("identity");
  ours = play_unix ();
  send_all (bulk, 10 * CALL);
  for (gsize bytes = 0; bytes < 10 * CALL;) {
    g_autoptr (GstSample) sample = element_test_pull ();

    bytes += gst_buffer_get_size (gst_sample_get_buffer (sample));
  }
  fail_unless (fcntl (g_socket_get_fd (ours), F_GETFL) & O_NONBLOCK);
  fail_unless (
      getsockopt (g_socket_get_fd (ours), SOL_SOCKET, SO_RCVTIMEO, &patience, &length) == 0);
  fail_unless (patience.tv_sec == 0 && patience.tv_usec == 0);
  close_pipeline ();
}

GST_END_TEST

/* --- messages without a copy --------------------------------------------- */

/* A frame of 1920 x 1080 pixels. */
#define FRAME 8294400

GST_START_TEST (test_of_large_messages_less_than_a_hundredth_is_copied)
{
  const gsize sizes[] = { 60, FRAME, FRAME, FRAME, FRAME, 500, 20, FRAME, FRAME };
  GByteArray *stream = framed_stream_new (sizes, G_N_ELEMENTS (sizes));
  GThread *thread;

  open_pipeline (__i__ == 0 ? "recvpool name=pool framing=uint32-be"
                            : "queue ! recvpool name=pool framing=uint32-be");
  thread = g_thread_new ("send", send_stream_cb, stream);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GstSample) sample = element_test_pull ();

    framed_assert_message (gst_sample_get_buffer (sample), i, sizes[i], FALSE);
  }
  g_thread_join (thread);

  fail_unless (support_get_stat (pool, "bytes-copied") * 100 <= stream->len);
  fail_unless_equals_uint64 (support_get_stat (pool, "messages"), G_N_ELEMENTS (sizes));
  fail_unless (support_get_stat (source, "receive-calls") <= stream->len / CALL + 2);
  close_pipeline ();
  g_byte_array_unref (stream);
}

GST_END_TEST

static GstPadProbeReturn
ask_for_alignment_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  const GstAllocationParams params = { .align = 4095, .prefix = 100, .padding = 300 };
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;

  gst_query_add_allocation_param (query, NULL, &params);
  return GST_PAD_PROBE_HANDLED;
}

GST_START_TEST (test_what_downstream_wants_of_memory_reaches_the_slabs)
{
  const gsize size = 3 * CALL;
  GByteArray *stream = framed_stream_new (&size, 1);
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstSample) sample = NULL;
  GstMapInfo map;

  prepare_pipeline ("recvpool framing=uint32-be");
  pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_PUSH,
      ask_for_alignment_cb, NULL, NULL);
  play ();

  send_all (stream->data, stream->len);
  sample = element_test_pull ();
  fail_unless (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
  fail_unless_equals_uint64 ((guintptr)map.data % 4096, 0);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  close_pipeline ();
  g_byte_array_unref (stream);
}

GST_END_TEST

/* --- too much of it ------------------------------------------------------ */

#define LIMITED "recvpool name=pool framing=uint32-be slab-size=65536 max-slabs=3"
#define MESSAGE 20000

static GByteArray *
long_stream_new (guint *n)
{
  static gsize sizes[800];

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    sizes[i] = MESSAGE;
  *n = G_N_ELEMENTS (sizes);

  return framed_stream_new (sizes, *n);
}

/* Waits until the source waits: the kernel takes no more, and what is in the pool stays as it is. */
static gsize
fill_all (const GByteArray *stream)
{
  gsize at = 0, before;

  do {
    GPollFD fd = { g_socket_get_fd (peer), G_IO_OUT, 0 };
    gssize n;

    before = at;
    while ((n = send (fd.fd, stream->data + at, stream->len - at, MSG_DONTWAIT)) > 0)
      at += n;
    g_poll (&fd, 1, 50);
  } while (at > before);

  fail_unless (at < stream->len, "nothing holds the sender back");
  return at;
}

GST_START_TEST (test_who_keeps_messages_holds_the_sender_back)
{
  guint n_messages;
  GByteArray *stream = long_stream_new (&n_messages);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_sample_unref);
  GThread *thread;
  GByteArray rest;
  gsize at;

  open_pipeline (LIMITED);
  at = fill_all (stream);
  fail_unless (support_get_stat (pool, "slabs-in-use") <= 3 + 1);
  fail_unless (support_get_stat (pool, "peak-bytes") <= (3 + 1) * 65536);

  /* Each that goes lets others come, and all of them do. */
  rest = (GByteArray){ stream->data + at, stream->len - at };
  thread = g_thread_new ("send", send_stream_cb, &rest);
  for (guint i = 0; i < n_messages; i++) {
    g_ptr_array_add (kept, element_test_pull ());
    framed_assert_message (gst_sample_get_buffer (g_ptr_array_index (kept, kept->len - 1)), i,
        MESSAGE, FALSE);
    if (kept->len == 3)
      g_ptr_array_remove_index (kept, 0);
  }
  g_thread_join (thread);
  fail_unless (support_get_stat (pool, "peak-bytes") <= (3 + 1) * 65536);
  g_ptr_array_set_size (kept, 0);
  close_pipeline ();
  g_byte_array_unref (stream);
}

GST_END_TEST

/* It holds all slabs there are, and they do not come back. */
GST_START_TEST (test_a_source_that_waits_for_slabs_can_be_stopped_and_flushed)
{
  guint n_messages;
  GByteArray *stream = long_stream_new (&n_messages);

  for (guint i = 0; i < 4; i++) {
    open_pipeline (i < 2 ? LIMITED : "queue ! " LIMITED);
    fill_all (stream);

    if (i % 2 == 0) {
      fail_unless (gst_element_send_event (source, gst_event_new_flush_start ()));
      fail_unless (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
      /* What appsink held has gone, so more comes. */
      gst_sample_unref (element_test_pull ());
    }
    fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
        GST_STATE_CHANGE_SUCCESS);
    close_pipeline ();
  }
  g_byte_array_unref (stream);
}

GST_END_TEST

/* --- what is wrong ------------------------------------------------------- */

static const struct
{
  const gchar *framing;
  const gchar *bytes;
  gsize size;
  const gchar *delivered[3];
  const gchar *error;
} wrongs[] = {
  { "uint32-be", "\0\0\0\2ab\0\0\x3\xe9", 10, { "ab" }, "1001 bytes, over the limit of 1000" },
  { "uint32-be", "\0\0\0\2ab\0\0\0\1c\xff\xff\xff\xff", 15, { "ab", "c" }, "4294967295 bytes" },
  { "uint32-be", "\x80\0\0\0", 4, { NULL }, "2147483648 bytes, over the limit of 1000" },
  { "uint32-le", "\2\0\0\0ab\xfe\xff\xff\xff", 10, { "ab" }, "4294967294 bytes" },
  { "uint16-be", "\0\2ab\xff\xff", 6, { "ab" }, "65535 bytes, over the limit of 1000" },
  { "spice-mini", "\0\0\1\0\0\0x\1\1\xff\xff\xff\xff", 13, { "x" }, "4294967295 bytes" },
  { "xpra", "P\0\0\0\0\0\0\1xHTTP/1.1 400", 21, { "x" }, "begins with 0x48 instead of 0x50" },
  { "varint", "\2ab\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 14, { "ab" },
      "varint does not end" },
  { "varint", "\2ab\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 13, { "ab" },
      "18446744073709551615 bytes" },
  { "custom length-includes-header=true header-size=4", "\0\0\0\5a\0\0\0\3", 9, { "a" },
      "fewer than the 4 bytes" },
  { "uint32-be", "\0\0\0\2ab\0\0\0", 9, { "ab" }, "inside a header: 1 of its 4 bytes" },
  { "uint32-be", "\0\0\0\2ab\0\0\1\0abc", 13, { "ab" }, "inside a message: 253 of its 256 bytes" },
  { "xpra", "P\0\0\0\0\0\0\1xP", 10, { "x" }, "inside a header: 7 of its 8 bytes" },
  { "varint", "\2ab\xff", 4, { "ab" }, "inside a header: at least one byte" },
};

/* In one piece and byte by byte. */
GST_START_TEST (test_what_is_wrong_is_an_error_behind_the_messages_before_it)
{
  for (guint one_by_one = 0; one_by_one < 2; one_by_one++) {
    g_autofree gchar *between =
        g_strdup_printf ("recvpool max-message-size=1000 framing=%s", wrongs[__i__].framing);
    gsize step = one_by_one ? 1 : wrongs[__i__].size;
    g_autofree gchar *text = NULL;

    open_pipeline (between);
    g_socket_set_option (peer, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    /* Who finds an error early closes before all has been sent. */
    for (gsize at = 0; at < wrongs[__i__].size; at += step)
      g_socket_send (peer, wrongs[__i__].bytes + at, step, NULL, NULL);
    g_socket_shutdown (peer, FALSE, TRUE, NULL);

    for (guint i = 0; wrongs[__i__].delivered[i] != NULL; i++) {
      g_autoptr (GstSample) sample = element_test_pull ();

      gst_check_buffer_data (gst_sample_get_buffer (sample), wrongs[__i__].delivered[i],
          strlen (wrongs[__i__].delivered[i]));
    }
    text = support_wait_error (pipeline, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX);
    fail_unless (strstr (text, wrongs[__i__].error) != NULL, "%s", text);
    fail_unless (gst_app_sink_try_pull_sample (GST_APP_SINK (sink), 0) == NULL);
    close_pipeline ();
  }
}

GST_END_TEST

static Suite *
recvpool_source_suite (void)
{
  Suite *suite = suite_create ("recvpool-source");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, element_test_setup_source, element_test_teardown);
  tcase_add_loop_test (tcase,
      test_a_full_line_costs_a_call_for_64_kib_and_what_it_brings_is_one_push, 0,
      G_N_ELEMENTS (lines));
  tcase_add_test (tcase, test_a_socket_that_was_given_is_left_as_it_is);
  tcase_add_loop_test (tcase, test_of_large_messages_less_than_a_hundredth_is_copied, 0, 2);
  tcase_add_test (tcase, test_what_downstream_wants_of_memory_reaches_the_slabs);
  tcase_add_test (tcase, test_who_keeps_messages_holds_the_sender_back);
  tcase_add_test (tcase, test_a_source_that_waits_for_slabs_can_be_stopped_and_flushed);
  tcase_add_loop_test (tcase, test_what_is_wrong_is_an_error_behind_the_messages_before_it, 0,
      G_N_ELEMENTS (wrongs));

  return suite;
}

GST_CHECK_MAIN (recvpool_source)
