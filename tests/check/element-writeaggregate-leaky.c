/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/support/gate.h"

#define N_START 3 /* stream start, caps, segment */
#define HOUR "3600000000000"

static Gate *gate;

static void
set (const gchar *property, const gchar *value)
{
  gst_util_set_object_arg (G_OBJECT (gate->element), property, value);
}

/* Room for ten buffers of 100 bytes, which are passed on one by one. */
static void
setup (const gchar *leaky)
{
  gate = gate_new ("writeaggregate");
  set ("leaky", leaky);
  set ("max-size-bytes", "1000");
  set ("copy-threshold", "0");
  gate_push_segment (gate);
  gate_nth (gate, N_START - 1);
  gate_forget (gate);
}

static void
teardown (void)
{
  gate_free (gate);
}

/* A first buffer of one byte is on its way and does not arrive: what follows is pending. */
static void
block_downstream (void)
{
  gate_close (gate);
  fail_unless_equals_int (gate_push (gate, 1), GST_FLOW_OK);
  gate_wait_held (gate);
}

static GstBuffer *
make_numbered (guint number)
{
  GstBuffer *buffer = gate_buffer (100);

  GST_BUFFER_OFFSET (buffer) = number;
  return buffer;
}

static void
push_numbered (guint from, guint n)
{
  for (guint i = from; i < from + n; i++)
    fail_unless_equals_int (gst_pad_push (gate->srcpad, make_numbered (i)), GST_FLOW_OK);
}

static void
push_numbered_list (guint from, guint n)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = from; i < from + n; i++)
    gst_buffer_list_add (list, make_numbered (i));
  fail_unless_equals_int (gst_pad_push_list (gate->srcpad, list), GST_FLOW_OK);
}

/* Only the first one of them may say that something is missing before it, and must if it is. */
static void
assert_numbered (GstMiniObject *list, guint from, guint n, gboolean behind_gap)
{
  fail_unless_equals_int (gate_list_length (list), n);
  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = gate_list_get (list, i);

    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), 100);
    fail_unless_equals_uint64 (GST_BUFFER_OFFSET (buffer), from + i);
    fail_unless (GST_BUFFER_IS_DISCONT (buffer) == (behind_gap && i == 0));
  }
}

static void
assert_leaked (guint64 n)
{
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-leaked"), n);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-leaked"), 100 * n);
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-dropped"), n);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-dropped"), 100 * n);
}

/* Opens the gate and leaves nothing that is not accounted for. */
static void
drain (void)
{
  gate_open (gate);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 0);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-in"),
      gate_stat (gate, "bytes-out") + gate_stat (gate, "bytes-dropped"));
}

/* --- which ones ---------------------------------------------------------- */

GST_START_TEST (test_upstream_loses_the_new_ones)
{
  setup ("upstream");
  block_downstream ();
  push_numbered (0, 15);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 1000);
  assert_leaked (5);
  drain ();
  assert_numbered (gate_nth (gate, 1), 0, 10, FALSE);

  gate_forget (gate);
  push_numbered (15, 1);
  assert_numbered (gate_nth (gate, 0), 15, 1, TRUE);
  gate_forget (gate);
  push_numbered (16, 1);
  assert_numbered (gate_nth (gate, 0), 16, 1, FALSE);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_downstream_loses_the_oldest_but_not_the_one_on_its_way)
{
  setup ("downstream");
  block_downstream ();
  push_numbered (0, 15);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 1000);
  assert_leaked (5);
  drain ();
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 0)), 1);
  assert_numbered (gate_nth (gate, 1), 5, 10, TRUE);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_of_a_list_whole_buffers_are_lost)
{
  setup ("upstream");
  block_downstream ();
  push_numbered (0, 3);
  push_numbered_list (3, 10);
  assert_leaked (3);
  drain ();
  assert_numbered (gate_nth (gate, 1), 0, 10, FALSE);
  teardown ();

  setup ("downstream");
  block_downstream ();
  push_numbered (0, 3);
  push_numbered_list (3, 20);
  assert_leaked (13);
  drain ();
  assert_numbered (gate_nth (gate, 1), 13, 10, TRUE);
  teardown ();
}

GST_END_TEST

static const gchar *both[] = { "upstream", "downstream" };

GST_START_TEST (test_nothing_is_lost_while_there_is_room)
{
  setup (both[__i__]);
  block_downstream ();
  push_numbered (0, 10);
  assert_leaked (0);
  drain ();
  assert_numbered (gate_nth (gate, 1), 0, 10, FALSE);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_what_is_larger_than_all_room_passes_when_nothing_else_is_pending)
{
  setup (both[__i__]);
  fail_unless_equals_int (gate_push (gate, 5000), GST_FLOW_OK);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 0)), 5000);
  gate_forget (gate);

  block_downstream ();
  push_numbered (0, 10);
  fail_unless_equals_int (gate_push (gate, 5000), GST_FLOW_OK);
  drain ();
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1)), __i__ == 0 ? 1000 : 5000);
  teardown ();
}

GST_END_TEST

/* --- which ones not ------------------------------------------------------ */

GST_START_TEST (test_events_are_never_lost)
{
  setup ("downstream");
  block_downstream ();
  for (guint i = 0; i < 30; i++) {
    GstStructure *structure = gst_structure_new ("n", "n", G_TYPE_UINT, i, NULL);

    push_numbered (i, 1);
    fail_unless (gst_pad_push_event (gate->srcpad,
        gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure)));
  }
  assert_leaked (20);
  drain ();

  for (guint i = 0; i < 20; i++)
    fail_unless (GST_IS_EVENT (gate_nth (gate, 1 + i)));
  for (guint i = 0; i < 10; i++) {
    guint n;

    assert_numbered (gate_nth (gate, 21 + 2 * i), 20 + i, 1, i == 0);
    gst_structure_get_uint (gst_event_get_structure (GST_EVENT (gate_nth (gate, 22 + 2 * i))), "n",
        &n);
    fail_unless_equals_int (n, 20 + i);
  }
  teardown ();
}

GST_END_TEST

static void
push_header (guint number)
{
  GstBuffer *buffer = make_numbered (number);

  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);
  fail_unless_equals_int (gst_pad_push (gate->srcpad, buffer), GST_FLOW_OK);
}

GST_START_TEST (test_headers_of_the_stream_are_never_lost)
{
  GstMiniObject *list;

  setup ("downstream");
  block_downstream ();
  push_header (0);
  push_numbered (1, 4);
  push_header (5);
  push_numbered (6, 9);
  assert_leaked (5);
  drain ();

  list = gate_nth (gate, 1);
  fail_unless_equals_int (gate_list_length (list), 10);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (gate_list_get (list, 0)), 0);
  fail_if (GST_BUFFER_IS_DISCONT (gate_list_get (list, 0)));
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (gate_list_get (list, 1)), 5);
  fail_unless (GST_BUFFER_IS_DISCONT (gate_list_get (list, 1)));
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (gate_list_get (list, 2)), 7);
  fail_unless (GST_BUFFER_IS_DISCONT (gate_list_get (list, 2)));
  teardown ();
}

GST_END_TEST

static gpointer
push_one_header (gpointer user_data)
{
  push_header (GPOINTER_TO_UINT (user_data));
  return NULL;
}

static void
wait_until_upstream_is_blocked (guint64 buffers_in)
{
  /* Whoever is blocked has the stream lock. */
  GstPad *pad = gst_element_get_static_pad (gate->element, "sink");

  while (g_rec_mutex_trylock (GST_PAD_GET_STREAM_LOCK (pad))) {
    GST_PAD_STREAM_UNLOCK (pad);
    g_thread_yield ();
  }
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-in"), buffers_in);
  gst_object_unref (pad);
}

GST_START_TEST (test_a_header_waits_where_only_it_could_be_lost)
{
  GThread *thread;

  setup ("upstream");
  block_downstream ();
  push_numbered (0, 10);
  thread = g_thread_new ("header", push_one_header, GUINT_TO_POINTER (10));
  wait_until_upstream_is_blocked (11);
  gate_open (gate);
  g_thread_join (thread);
  drain ();
  assert_leaked (0);
  teardown ();

  setup ("downstream");
  block_downstream ();
  for (guint i = 0; i < 10; i++)
    push_header (i);
  thread = g_thread_new ("header", push_one_header, GUINT_TO_POINTER (10));
  wait_until_upstream_is_blocked (11);
  gate_open (gate);
  g_thread_join (thread);
  drain ();
  assert_leaked (0);
  teardown ();
}

GST_END_TEST

static gpointer
push_list_of_headers (gpointer user_data)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < GPOINTER_TO_UINT (user_data); i++) {
    GstBuffer *buffer = make_numbered (i);

    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);
    gst_buffer_list_add (list, buffer);
  }
  fail_unless_equals_int (gst_pad_push_list (gate->srcpad, list), GST_FLOW_OK);

  return NULL;
}

GST_START_TEST (test_a_flush_drops_the_rest_of_a_list_that_waits_with_its_beginning)
{
  GThread *thread;

  setup (both[__i__]);
  block_downstream ();
  thread = g_thread_new ("headers", push_list_of_headers, GUINT_TO_POINTER (15));
  while (gate_stat (gate, "buffers-in") < 11)
    g_thread_yield ();
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
  g_thread_join (thread);
  gate_open (gate);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_stop (TRUE)));
  gate_push_segment (gate);
  drain ();
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-in"), 16);
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-dropped"), 16);
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-leaked"), 0);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_message_is_lost_with_its_header)
{
  for (guint leaky = 0; leaky < 2; leaky++) {
    guint from = leaky == 0 ? 0 : 6;
    GstMiniObject *list;

    setup (both[leaky]);
    gst_element_set_state (gate->element, GST_STATE_READY);
    set ("framing", "uint32-be");
    gst_element_set_state (gate->element, GST_STATE_PLAYING);
    gate_push_segment (gate);
    gate_nth (gate, N_START - 1);
    gate_forget (gate);
    block_downstream ();
    push_numbered (0, 15);
    fail_unless_equals_uint64 (gate_stat (gate, "bytes-leaked"), 6 * 104);
    drain ();

    list = gate_nth (gate, 1);
    fail_unless_equals_int (gate_list_length (list), 9);
    for (guint i = 0; i < 9; i++) {
      GstBuffer *message = gate_list_get (list, i);

      fail_unless_equals_uint64 (gst_buffer_get_size (message), 104);
      fail_unless (gst_buffer_memcmp (message, 0, "\0\0\0\x64", 4) == 0);
      fail_unless_equals_uint64 (GST_BUFFER_OFFSET (message), from + i);
    }
    teardown ();
  }
}

GST_END_TEST

/* --- what else happens --------------------------------------------------- */

GST_START_TEST (test_who_holds_a_buffer_does_not_see_it_change)
{
  g_autoptr (GstBuffer) held = make_numbered (1);

  setup ("downstream");
  block_downstream ();
  push_numbered (0, 1);
  fail_unless_equals_int (gst_pad_push (gate->srcpad, gst_buffer_ref (held)), GST_FLOW_OK);
  push_numbered (2, 9);
  assert_leaked (1);
  drain ();
  assert_numbered (gate_nth (gate, 1), 1, 10, TRUE);
  fail_unless (gate_list_get (gate_nth (gate, 1), 0) != held);
  fail_if (GST_BUFFER_IS_DISCONT (held));
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_gap_is_marked_although_it_leaks_no_more)
{
  setup ("upstream");
  block_downstream ();
  push_numbered (0, 11);
  set ("leaky", "no");
  drain ();
  gate_forget (gate);
  push_numbered (11, 1);
  assert_numbered (gate_nth (gate, 0), 11, 1, TRUE);
  teardown ();
}

GST_END_TEST

static gpointer
push_one (gpointer user_data)
{
  push_numbered (GPOINTER_TO_UINT (user_data), 1);
  return NULL;
}

/* Whoever was just about to block may be lost himself. */
GST_START_TEST (test_leaking_releases_a_blocked_upstream)
{
  GThread *thread;
  guint64 leaked;

  setup ("no");
  block_downstream ();
  push_numbered (0, 10);
  thread = g_thread_new ("one", push_one, GUINT_TO_POINTER (10));
  wait_until_upstream_is_blocked (11);
  set ("leaky", both[__i__]);
  g_thread_join (thread);
  push_numbered (11, 2);
  leaked = gate_stat (gate, "buffers-leaked");
  if (__i__ == 0)
    fail_unless (leaked == 2 || leaked == 3);
  else /* what was gathered while nothing leaked goes as a whole */
    fail_unless_equals_uint64 (leaked, 10);
  drain ();
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_no_room_ends_the_wait_for_more)
{
  setup (both[__i__]);
  set ("max-latency", HOUR);
  push_numbered (0, 10);
  fail_unless_equals_int (gate_n_kept (gate), 0);
  push_numbered (10, 1);
  fail_unless (GST_IS_BUFFER_LIST (gate_nth (gate, 0)));
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-size"), 1);
  assert_leaked (1);
  teardown ();
}

GST_END_TEST

typedef struct
{
  guint messages;
  guint64 processed, dropped;
  guint64 timestamp, running_time;
} Qos;

/* Asks for statistics: no lock of the element is held. */
static GstBusSyncReply
qos_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Qos *qos = user_data;
  GstFormat format;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_QOS) {
    qos->messages++;
    gst_message_parse_qos_stats (message, &format, &qos->processed, &qos->dropped);
    fail_unless_equals_int (format, GST_FORMAT_BUFFERS);
    gst_message_parse_qos (message, NULL, &qos->running_time, NULL, &qos->timestamp, NULL);
    gate_stat (gate, "level");
  }
  gst_message_unref (message);

  return GST_BUS_DROP;
}

static void
push_at (GstClockTime time)
{
  GstBuffer *buffer = make_numbered (0);

  GST_BUFFER_PTS (buffer) = time;
  fail_unless_equals_int (gst_pad_push (gate->srcpad, buffer), GST_FLOW_OK);
}

GST_START_TEST (test_qos_messages_tell_of_what_was_lost)
{
  Qos qos = { 0 };

  setup (both[__i__]);
  gst_bus_set_sync_handler (gate->bus, qos_cb, &qos, NULL);
  block_downstream ();
  for (guint i = 0; i < 12; i++)
    push_at (i);
  fail_unless_equals_int (qos.messages, 2);
  fail_unless_equals_uint64 (qos.dropped, 2);
  fail_unless_equals_uint64 (qos.processed, 1);
  fail_unless_equals_uint64 (qos.timestamp, __i__ == 0 ? 11 : 1);
  fail_unless_equals_uint64 (qos.running_time, qos.timestamp);

  push_numbered_list (12, 5);
  fail_unless_equals_int (qos.messages, 3);
  fail_unless_equals_uint64 (qos.dropped, 7);
  fail_unless_equals_uint64 (qos.dropped, gate_stat (gate, "buffers-leaked"));
  drain ();

  gate_push_segment (gate);
  block_downstream ();
  push_numbered (0, 11);
  fail_unless_equals_uint64 (qos.dropped, 8);
  fail_unless_equals_uint64 (qos.processed, 12);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_qos_counts_from_the_last_flush)
{
  Qos qos = { 0 };

  setup (both[__i__]);
  gst_bus_set_sync_handler (gate->bus, qos_cb, &qos, NULL);
  block_downstream ();
  push_numbered (0, 14);
  fail_unless_equals_uint64 (qos.dropped, 4);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
  gate_open (gate);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_stop (TRUE)));
  gate_push_segment (gate);

  block_downstream ();
  push_numbered (0, 11);
  fail_unless_equals_uint64 (qos.dropped, 1);
  fail_unless_equals_uint64 (qos.processed, 1);
  drain ();
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-leaked"), 5);
  teardown ();
}

GST_END_TEST

static Suite *
writeaggregate_leaky_suite (void)
{
  Suite *suite = suite_create ("writeaggregate-leaky");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_upstream_loses_the_new_ones);
  tcase_add_test (tcase, test_downstream_loses_the_oldest_but_not_the_one_on_its_way);
  tcase_add_test (tcase, test_of_a_list_whole_buffers_are_lost);
  tcase_add_loop_test (tcase, test_nothing_is_lost_while_there_is_room, 0, G_N_ELEMENTS (both));
  tcase_add_loop_test (tcase, test_what_is_larger_than_all_room_passes_when_nothing_else_is_pending,
      0, G_N_ELEMENTS (both));
  tcase_add_test (tcase, test_events_are_never_lost);
  tcase_add_test (tcase, test_headers_of_the_stream_are_never_lost);
  tcase_add_test (tcase, test_a_header_waits_where_only_it_could_be_lost);
  tcase_add_loop_test (tcase, test_a_flush_drops_the_rest_of_a_list_that_waits_with_its_beginning,
      0, G_N_ELEMENTS (both));
  tcase_add_test (tcase, test_a_message_is_lost_with_its_header);
  tcase_add_test (tcase, test_who_holds_a_buffer_does_not_see_it_change);
  tcase_add_test (tcase, test_a_gap_is_marked_although_it_leaks_no_more);
  tcase_add_loop_test (tcase, test_leaking_releases_a_blocked_upstream, 0, G_N_ELEMENTS (both));
  tcase_add_loop_test (tcase, test_no_room_ends_the_wait_for_more, 0, G_N_ELEMENTS (both));
  tcase_add_loop_test (tcase, test_qos_messages_tell_of_what_was_lost, 0, G_N_ELEMENTS (both));
  tcase_add_loop_test (tcase, test_qos_counts_from_the_last_flush, 0, G_N_ELEMENTS (both));

  return suite;
}

GST_CHECK_MAIN (writeaggregate_leaky)
