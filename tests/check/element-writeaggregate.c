/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/flush-event.h"
#include "tests/support/gate.h"

#define N_START 3 /* stream start, caps, segment */
#define HOUR (3600 * GST_SECOND)

static Gate *gate;

static void
setup (void)
{
  gate = gate_new ("writeaggregate");
  gate_push_segment (gate);
  gate_nth (gate, N_START - 1);
  gate_forget (gate);
}

static void
teardown (void)
{
  gate_free (gate);
}

static void
set (const gchar *property, guint64 value)
{
  g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  gst_util_set_object_arg (G_OBJECT (gate->element), property, text);
}

/* The first buffer is on its way and does not arrive: what follows is pending. */
static void
block_downstream (void)
{
  gate_close (gate);
  fail_unless_equals_int (gate_push (gate, 1), GST_FLOW_OK);
  gate_wait_held (gate);
}

static void
wait_for_level (guint64 level)
{
  while (gate_stat (gate, "level") != level)
    g_thread_yield ();
}

static void
push_bytes (gsize size, guint n)
{
  for (guint i = 0; i < n; i++)
    fail_unless_equals_int (gate_push (gate, size), GST_FLOW_OK);
}

/* --- batches ------------------------------------------------------------- */

GST_START_TEST (test_a_lone_buffer_leaves_at_once_as_it_is)
{
  setup ();
  for (guint i = 0; i < 10; i++) {
    GstBuffer *buffer = gate_buffer (100);

    fail_unless_equals_int (gst_pad_push (gate->srcpad, buffer), GST_FLOW_OK);
    fail_unless (gate_list_get (gate_nth (gate, i), 0) == buffer);
    fail_unless_equals_int (gate_list_length (gate_nth (gate, i)), 1);
  }
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "lists-out"), 10);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-age"), 10);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-copied"), 0);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_what_gathers_while_downstream_is_busy_leaves_as_one_list)
{
  setup ();
  block_downstream ();
  push_bytes (100, 1000);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 100000);
  gate_open (gate);

  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1)), 65500);
  fail_unless_equals_int (gate_list_length (gate_nth (gate, 1)), 1);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 2)), 34500);
  gate_drain (gate);

  fail_unless_equals_uint64 (gate_stat (gate, "buffers-in"), 1001);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-in"), 100001);
  fail_unless_equals_uint64 (gate_stat (gate, "lists-out"), 3);
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-out"), 3);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-out"), 100001);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-copied"), 100000);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-size"), 1);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-dropped"), 0);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 0);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_large_buffer_goes_alone_and_is_not_copied)
{
  GstBuffer *large = gate_buffer (100000);
  GstMemory *memory = gst_buffer_peek_memory (large, 0);

  setup ();
  block_downstream ();
  push_bytes (100, 2);
  fail_unless_equals_int (gst_pad_push (gate->srcpad, large), GST_FLOW_OK);
  push_bytes (100, 2);
  gate_open (gate);

  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1)), 200);
  fail_unless_equals_int (gate_list_length (gate_nth (gate, 2)), 1);
  fail_unless (gst_buffer_peek_memory (gate_list_get (gate_nth (gate, 2), 0), 0) == memory);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 3)), 200);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-copied"), 400);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_events_keep_their_place)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");
  GstSegment segment;
  GstEvent *events[4];

  setup ();
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  events[0] = gst_event_new_caps (caps);
  events[1] = gst_event_new_segment (&segment);
  events[2] =
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("anything"));
  events[3] = gst_event_new_eos ();

  block_downstream ();
  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    push_bytes (10 + i, 2);
    fail_unless (gst_pad_push_event (gate->srcpad, gst_event_ref (events[i])));
  }
  gate_open (gate);

  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1 + 2 * i)), 2 * (10 + i));
    fail_unless (gate_nth (gate, 2 + 2 * i) == GST_MINI_OBJECT_CAST (events[i]));
    gst_event_unref (events[i]);
  }
  fail_unless_equals_int (gate_push (gate, 1), GST_FLOW_EOS);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-boundary"), 4);
  teardown ();
}

GST_END_TEST

static void
push_at (GstClockTime pts)
{
  GstBuffer *buffer = gate_buffer (10);

  GST_BUFFER_PTS (buffer) = pts;
  fail_unless_equals_int (gst_pad_push (gate->srcpad, buffer), GST_FLOW_OK);
}

static void
assert_sizes (guint from, const gsize *sizes, guint n)
{
  for (guint i = 0; i < n; i++)
    fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, from + i)), sizes[i]);
}

GST_START_TEST (test_no_list_spans_more_than_ten_milliseconds_or_max_latency)
{
  const gsize ten[] = { 30, 30, 30, 10 };
  const gsize twenty[] = { 60, 40 };

  setup ();
  block_downstream ();
  for (guint i = 0; i < 10; i++)
    push_at (i * 4 * GST_MSECOND);
  gate_open (gate);
  assert_sizes (1, ten, G_N_ELEMENTS (ten));
  gate_drain (gate);
  gate_forget (gate);

  block_downstream ();
  set ("max-latency", 20 * GST_MSECOND);
  for (guint i = 0; i < 10; i++)
    push_at (i * 4 * GST_MSECOND);
  gate_open (gate);
  gate_drain (gate);
  assert_sizes (1, twenty, G_N_ELEMENTS (twenty));
  teardown ();
}

GST_END_TEST

/* --- waiting for more ---------------------------------------------------- */

GST_START_TEST (test_max_latency_waits_until_size_ends_it)
{
  setup ();
  set ("max-latency", HOUR);
  set ("max-bytes", 1000);
  for (guint i = 0; i < 20; i++) {
    push_bytes (100, 10);
    fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, i)), 1000);
  }
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "lists-out"), 20);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-size"), 20);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_age_ends_the_wait)
{
  setup ();
  set ("max-latency", GST_MSECOND);
  for (guint i = 0; i < 5; i++) {
    push_bytes (100, 1);
    fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, i)), 100);
  }
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-age"), 5);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_quiet_ends_the_wait)
{
  setup ();
  set ("max-latency", HOUR);
  set ("quiet-time", GST_MSECOND);
  for (guint i = 0; i < 5; i++) {
    push_bytes (100, 1);
    fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, i)), 100);
  }
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-quiet"), 5);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_drain_ends_the_wait_and_is_answered_after_the_list)
{
  setup ();
  set ("max-latency", HOUR);
  for (guint i = 0; i < 20; i++) {
    push_bytes (100, 3);
    gate_drain (gate);
    fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 2 * i)), 300);
    fail_unless (GST_IS_QUERY (gate_nth (gate, 2 * i + 1)));
  }
  fail_unless_equals_uint64 (gate_stat (gate, "lists-out"), 20);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-boundary"), 20);
  teardown ();
}

GST_END_TEST

static GstEvent *
make_serialized_event (guint i)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  switch (i) {
    case 0:
      return gst_event_new_caps (caps);
    case 1:
      return gst_event_new_segment (&segment);
    case 2:
      return gst_event_new_gap (0, 1);
    case 3:
      return gst_event_new_tag (gst_tag_list_new_empty ());
    default:
      return gst_event_new_eos ();
  }
}

GST_START_TEST (test_a_serialized_event_ends_the_wait)
{
  GstEvent *event = make_serialized_event (__i__);

  setup ();
  set ("max-latency", HOUR);
  push_bytes (100, 3);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_ref (event)));
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 0)), 300);
  fail_unless (gate_nth (gate, 1) == GST_MINI_OBJECT_CAST (event));
  gst_event_unref (event);
  teardown ();
}

GST_END_TEST

static gpointer
send_flush (gpointer user_data)
{
  return GINT_TO_POINTER (
      gst_element_send_event (gate->element, gst_event_new_gio_socket_flush ()));
}

GST_START_TEST (test_a_flush_event_ends_the_wait_in_its_place_and_goes_on)
{
  setup ();
  set ("max-latency", HOUR);
  push_bytes (100, 3);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_gio_socket_flush ()));
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 0)), 300);
  fail_unless (gst_event_is_gio_socket_flush (GST_EVENT (gate_nth (gate, 1))));

  push_bytes (100, 2);
  fail_unless (g_thread_join (g_thread_new ("application", send_flush, NULL)) != NULL);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 2)), 200);
  fail_unless (gst_event_is_gio_socket_flush (GST_EVENT (gate_nth (gate, 3))));

  push_bytes (100, 1);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 100);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-boundary"), 2);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_timestamp_too_far_away_ends_the_wait)
{
  setup ();
  set ("max-latency", HOUR);
  push_at (0);
  push_at (HOUR);
  push_at (HOUR + 1);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 0)), 20);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 10);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_shorter_limits_end_a_wait_that_has_begun)
{
  setup ();
  set ("max-latency", HOUR);
  push_bytes (100, 3);
  set ("quiet-time", 1);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 0)), 300);
  set ("quiet-time", 0);
  push_bytes (100, 3);
  /* They have been gathered already. */
  set ("max-bytes", 250);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1)), 300);
  push_bytes (100, 1);
  set ("max-latency", 0);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 2)), 100);
  teardown ();
}

GST_END_TEST

/* Four buffers of 10, 20, 40 and 80 bytes: what leaves of them, and what still waits. */
static const struct
{
  const gchar *flush_on;
  guint flags[4];
  GstClockTime pts[4];
  gsize leaves;
  gsize waits;
} boundaries[] = {
  { "0", { GST_BUFFER_FLAG_MARKER }, { 0, 1, 2, 3 }, 0, 150 },
  { "marker", { 0, GST_BUFFER_FLAG_MARKER, 0, 0 }, { 0, 1, 2, 3 }, 30, 120 },
  { "marker", { 0, 0, 0, GST_BUFFER_FLAG_MARKER }, { 0, 1, 2, 3 }, 150, 0 },
  { "marker", { GST_BUFFER_FLAG_MARKER, 0, GST_BUFFER_FLAG_MARKER, 0 }, { 0 }, 70, 80 },
  { "keyframe",
      { 0, GST_BUFFER_FLAG_DELTA_UNIT, GST_BUFFER_FLAG_DELTA_UNIT, GST_BUFFER_FLAG_DELTA_UNIT },
      { 0 }, 0, 150 },
  { "keyframe", { 0, GST_BUFFER_FLAG_DELTA_UNIT, GST_BUFFER_FLAG_DELTA_UNIT, 0 }, { 0 }, 70, 80 },
  { "timestamp", { 0 }, { 7, 7, 7, 8 }, 70, 80 },
  { "timestamp", { 0 }, { 7, GST_CLOCK_TIME_NONE, 7, 7 }, 0, 150 },
  { "marker+timestamp", { 0, 0, GST_BUFFER_FLAG_MARKER, 0 }, { 7, 8, 8, 9 }, 70, 80 },
};

static GstBufferList *
make_boundaries (guint row)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < 4; i++) {
    GstBuffer *buffer = gate_buffer (10 << i);

    GST_BUFFER_FLAG_SET (buffer, boundaries[row].flags[i]);
    GST_BUFFER_PTS (buffer) = boundaries[row].pts[i];
    gst_buffer_list_add (list, buffer);
  }

  return list;
}

static void
push_boundaries_singly (guint row)
{
  g_autoptr (GstBufferList) list = make_boundaries (row);

  for (guint i = 0; i < 4; i++) {
    GstBuffer *buffer = gst_buffer_ref (gst_buffer_list_get (list, i));

    fail_unless_equals_int (gst_pad_push (gate->srcpad, buffer), GST_FLOW_OK);
  }
}

static gsize
sum_of_lists (void)
{
  gsize sum = 0;

  for (guint i = 0; i < gate_n_kept (gate); i++)
    sum += gate_list_size (gate_nth (gate, i));

  return sum;
}

GST_START_TEST (test_flush_on_ends_the_wait_of_what_is_complete_and_of_nothing_else)
{
  for (guint in_list = 0; in_list < 2; in_list++) {
    setup ();
    set ("max-latency", HOUR);
    gst_util_set_object_arg (G_OBJECT (gate->element), "flush-on", boundaries[__i__].flush_on);
    if (in_list)
      gst_pad_push_list (gate->srcpad, make_boundaries (__i__));
    else
      push_boundaries_singly (__i__);

    while (sum_of_lists () != boundaries[__i__].leaves)
      g_thread_yield ();
    fail_unless_equals_uint64 (gate_stat (gate, "level"), boundaries[__i__].waits);
    if (in_list)
      fail_unless_equals_int (gate_n_kept (gate), boundaries[__i__].leaves > 0);
    fail_unless ((gate_stat (gate, "flushes-boundary") > 0) == (boundaries[__i__].leaves > 0));
    teardown ();
  }
}

GST_END_TEST

/* What has no timestamp goes with what is before it, so the next one is another one only for those
 * who remember too much. */
static void
assert_no_timestamp_is_remembered (void)
{
  push_at (GST_CLOCK_TIME_NONE);
  push_at (2);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, gate_n_kept (gate) - 2)), 20);
}

GST_START_TEST (test_flush_on_forgets_the_timestamp_in_a_flush_and_in_a_new_stream)
{
  setup ();
  set ("max-latency", HOUR);
  gst_util_set_object_arg (G_OBJECT (gate->element), "flush-on", "timestamp");
  push_at (1);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_stop (TRUE)));
  gate_push_segment (gate);
  assert_no_timestamp_is_remembered ();

  gate_push_segment (gate);
  push_at (1);
  gate_push_segment (gate);
  assert_no_timestamp_is_remembered ();
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_flush_on_divides_nothing_while_the_network_is_slow)
{
  setup ();
  gst_util_set_object_arg (G_OBJECT (gate->element), "flush-on", "timestamp");
  block_downstream ();
  for (guint i = 0; i < 10; i++)
    push_at (i);
  gate_open (gate);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1)), 100);
  teardown ();
}

GST_END_TEST

/* --- framing ------------------------------------------------------------- */

static void
setup_framing (const gchar *framing)
{
  gate = gate_new ("writeaggregate");
  gst_element_set_state (gate->element, GST_STATE_READY);
  gst_util_set_object_arg (G_OBJECT (gate->element), "framing", framing);
  fail_unless_equals_int (gst_element_set_state (gate->element, GST_STATE_PLAYING),
      GST_STATE_CHANGE_SUCCESS);
  gate_push_segment (gate);
  gate_nth (gate, N_START - 1);
  gate_forget (gate);
}

static void
assert_uint32_be (GstBuffer *buffer, gsize offset, guint32 expected)
{
  guint32 header;

  fail_unless_equals_int (gst_buffer_extract (buffer, offset, &header, 4), 4);
  fail_unless_equals_int (GUINT32_FROM_BE (header), expected);
}

GST_START_TEST (test_small_messages_share_a_block_with_their_headers)
{
  GstBuffer *block;

  setup_framing ("uint32-be");
  block_downstream ();
  push_bytes (10, 1);
  push_bytes (0, 1);
  push_bytes (20, 1);
  gate_open (gate);

  fail_unless_equals_int (gate_list_length (gate_nth (gate, 1)), 1);
  block = gate_list_get (gate_nth (gate, 1), 0);
  fail_unless_equals_uint64 (gst_buffer_get_size (block), 42);
  assert_uint32_be (block, 0, 10);
  assert_uint32_be (block, 14, 0);
  assert_uint32_be (block, 18, 20);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-in"), 5 + 42);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-out"), 5 + 42);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_large_message_is_not_copied_and_one_buffer_with_its_header)
{
  GstBuffer *large = gate_buffer (100000);
  GstMemory *memory = gst_buffer_peek_memory (large, 0);
  GstBuffer *framed;

  setup_framing ("uint32-be");
  fail_unless_equals_int (gst_pad_push (gate->srcpad, large), GST_FLOW_OK);
  framed = gate_list_get (gate_nth (gate, 0), 0);
  fail_unless_equals_int (gate_list_length (gate_nth (gate, 0)), 1);
  assert_uint32_be (framed, 0, 100000);
  fail_unless (gst_buffer_peek_memory (framed, 1) == memory);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-copied"), 0);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_max_bytes_counts_headers)
{
  setup_framing ("uint32-be");
  set ("max-bytes", 28);
  block_downstream ();
  push_bytes (10, 3);
  gate_open (gate);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1)), 28);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 2)), 14);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_messages_keep_flags_and_times_and_events_make_none)
{
  GstBuffer *buffer = gate_buffer (5);
  GstBuffer *framed;

  setup_framing ("uint32-be");
  GST_BUFFER_PTS (buffer) = 7;
  GST_BUFFER_DURATION (buffer) = 2;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT | GST_BUFFER_FLAG_GAP);
  fail_unless_equals_int (gst_pad_push (gate->srcpad, buffer), GST_FLOW_OK);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_gap (9, 1)));
  gate_drain (gate);

  framed = gate_list_get (gate_nth (gate, 0), 0);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (framed), 7);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (framed), 2);
  fail_unless (GST_BUFFER_FLAG_IS_SET (framed, GST_BUFFER_FLAG_DELTA_UNIT));
  fail_unless (GST_BUFFER_FLAG_IS_SET (framed, GST_BUFFER_FLAG_GAP));
  fail_unless_equals_int (GST_EVENT_TYPE (gate_nth (gate, 1)), GST_EVENT_GAP);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-out"), 9);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_header_that_cannot_be_is_an_error_of_the_settings)
{
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  setup ();
  gst_element_set_state (gate->element, GST_STATE_READY);
  gst_util_set_object_arg (G_OBJECT (gate->element), "framing", "custom");
  set ("length-offset", 4);
  fail_unless_equals_int (gst_element_set_state (gate->element, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (gate->bus, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  gst_clear_message (&message);
  teardown ();
}

GST_END_TEST

/* --- a bounded queue ----------------------------------------------------- */

typedef struct
{
  gsize size;
  guint n;
  guint pushed;
  GstFlowReturn ret;
} Producer;

static gpointer
produce (gpointer user_data)
{
  Producer *producer = user_data;

  while (producer->pushed < producer->n) {
    producer->ret = gate_push (gate, producer->size);
    if (producer->ret != GST_FLOW_OK)
      break;
    producer->pushed++;
  }

  return NULL;
}

GST_START_TEST (test_upstream_blocks_until_there_is_room)
{
  Producer producer = { .size = 100, .n = 100 };
  guint64 total = 0;
  GThread *thread;

  setup ();
  set ("max-size-bytes", 1000);
  block_downstream ();
  thread = g_thread_new ("producer", produce, &producer);
  wait_for_level (1000);
  gate_open (gate);
  g_thread_join (thread);
  fail_unless_equals_int (producer.ret, GST_FLOW_OK);
  gate_drain (gate);

  for (guint i = 1; i < gate_n_kept (gate) - 1; i++) {
    fail_unless (gate_list_size (gate_nth (gate, i)) <= 1000);
    total += gate_list_size (gate_nth (gate, i));
  }
  fail_unless_equals_uint64 (total, 10000);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_blocked_upstream_ends_the_wait)
{
  Producer producer = { .size = 100, .n = 95 };

  setup ();
  set ("max-latency", HOUR);
  set ("max-size-bytes", 1000);
  produce (&producer);
  fail_unless_equals_int (producer.ret, GST_FLOW_OK);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "flushes-size"), 9);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-out"), 9500);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_buffer_or_list_larger_than_all_room_passes)
{
  GstBufferList *list = gst_buffer_list_new ();

  setup ();
  set ("max-size-bytes", 1000);
  for (guint i = 0; i < 30; i++)
    gst_buffer_list_insert (list, -1, gate_buffer (100));
  push_bytes (5000, 2);
  fail_unless_equals_int (gst_pad_push_list (gate->srcpad, list), GST_FLOW_OK);
  push_bytes (5000, 1);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-out"), 18000);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_empty_buffers_are_bounded_too)
{
  Producer producer = { .size = 0, .n = 100 };
  GThread *thread;

  setup ();
  set ("max-size-bytes", 320);
  block_downstream ();
  thread = g_thread_new ("producer", produce, &producer);
  while (gate_stat (gate, "buffers-in") < 11)
    g_thread_yield ();
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
  g_thread_join (thread);
  fail_unless_equals_int (producer.ret, GST_FLOW_FLUSHING);
  fail_unless_equals_int (producer.pushed, 10);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_more_room_releases_a_blocked_upstream)
{
  Producer producer = { .size = 100, .n = 11 };
  GThread *thread;

  setup ();
  set ("max-size-bytes", 1000);
  block_downstream ();
  thread = g_thread_new ("producer", produce, &producer);
  wait_for_level (1000);
  set ("max-size-bytes", 10000);
  g_thread_join (thread);
  fail_unless_equals_int (producer.ret, GST_FLOW_OK);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 1100);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_flush_releases_a_blocked_upstream)
{
  Producer producer = { .size = 100, .n = 100 };
  GThread *thread;

  setup ();
  set ("max-size-bytes", 1000);
  block_downstream ();
  thread = g_thread_new ("producer", produce, &producer);
  wait_for_level (1000);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
  g_thread_join (thread);
  fail_unless_equals_int (producer.ret, GST_FLOW_FLUSHING);
  fail_unless_equals_int (producer.pushed, 10);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 0);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-dropped"), 1001);
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-dropped"), 11);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_ready_releases_a_blocked_upstream)
{
  Producer producer = { .size = 100, .n = 100 };
  GThread *thread;

  setup ();
  set ("max-size-bytes", 1000);
  block_downstream ();
  thread = g_thread_new ("producer", produce, &producer);
  wait_for_level (1000);

  /* What is held at the gate leaves it as it would when a sink goes to READY first. */
  gst_pad_send_event (gate->sinkpad, gst_event_new_flush_start ());
  fail_unless_equals_int (gst_element_set_state (gate->element, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  g_thread_join (thread);
  fail_unless_equals_int (producer.ret, GST_FLOW_FLUSHING);
  fail_unless_equals_int (producer.pushed, 10);
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 0);
  teardown ();
}

GST_END_TEST

/* --- flow ---------------------------------------------------------------- */

static GstFlowReturn
push_until_refused (void)
{
  GstFlowReturn ret;

  while ((ret = gate_push (gate, 10)) == GST_FLOW_OK)
    g_thread_yield ();

  return ret;
}

static const GstFlowReturn bad_returns[] = { GST_FLOW_FLUSHING, GST_FLOW_NOT_LINKED, GST_FLOW_EOS,
  GST_FLOW_ERROR, GST_FLOW_NOT_NEGOTIATED };

GST_START_TEST (test_what_downstream_returns_gets_back_upstream)
{
  setup ();
  gate_set_return (gate, bad_returns[__i__]);
  fail_unless_equals_int (push_until_refused (), bad_returns[__i__]);
  fail_unless_equals_int (gate_push (gate, 10), bad_returns[__i__]);
  fail_unless_equals_uint64 (gate_stat (gate, "lists-out"), 0);
  fail_unless_equals_int (gate_n_kept (gate), 0);
  fail_unless (gst_bus_pop_filtered (gate->bus, GST_MESSAGE_ERROR) == NULL);

  gate_set_return (gate, GST_FLOW_OK);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_stop (TRUE)));
  gate_push_segment (gate);
  push_bytes (10, 1);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "lists-out"), 1);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_segment_ends_eos_from_downstream)
{
  GstSegment segment;

  setup ();
  gate_set_return (gate, GST_FLOW_EOS);
  fail_unless_equals_int (push_until_refused (), GST_FLOW_EOS);
  gate_set_return (gate, GST_FLOW_OK);
  fail_unless_equals_int (gate_push (gate, 10), GST_FLOW_EOS);

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_segment (&segment)));
  push_bytes (77, 1);
  fail_unless_equals_int (GST_EVENT_TYPE (gate_nth (gate, 0)), GST_EVENT_SEGMENT);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1)), 77);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-out"), 77);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-in"), 77 + gate_stat (gate, "bytes-dropped"));
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_eos_from_downstream_drops_what_is_pending_up_to_a_segment)
{
  GstSegment segment;

  setup ();
  block_downstream ();
  push_bytes (100, 10);
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_segment (&segment)));
  push_bytes (7, 1);
  gate_return_once (gate, GST_FLOW_EOS);
  gate_open (gate);

  fail_unless_equals_int (GST_EVENT_TYPE (gate_nth (gate, 0)), GST_EVENT_SEGMENT);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 1)), 7);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-dropped"), 1001);
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_a_reconfigure_event_ends_not_linked)
{
  setup ();
  for (guint i = 0; i < 200; i++) {
    gate_set_return (gate, GST_FLOW_NOT_LINKED);
    fail_unless_equals_int (push_until_refused (), GST_FLOW_NOT_LINKED);
    gate_set_return (gate, GST_FLOW_OK);
    fail_unless (gst_pad_push_event (gate->sinkpad, gst_event_new_reconfigure ()));
    push_bytes (10, 1);
    gate_drain (gate);
    fail_unless (gate_stat (gate, "bytes-out") >= 10);
  }
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-in"),
      gate_stat (gate, "bytes-out") + gate_stat (gate, "bytes-dropped"));
  teardown ();
}

GST_END_TEST

static void
assert_one_error (void)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (gate->bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED));
  fail_unless (gst_bus_pop_filtered (gate->bus, GST_MESSAGE_ERROR) == NULL);
}

GST_START_TEST (test_an_error_after_eos_is_posted_once)
{
  setup ();
  block_downstream ();
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_eos ()));
  gate_set_return (gate, GST_FLOW_ERROR);
  gate_open (gate);
  fail_unless_equals_int (GST_EVENT_TYPE (gate_nth (gate, 0)), GST_EVENT_EOS);
  assert_one_error ();
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_eos_after_an_error_is_refused_and_posts_it_once)
{
  setup ();
  gate_set_return (gate, GST_FLOW_ERROR);
  fail_unless_equals_int (push_until_refused (), GST_FLOW_ERROR);
  fail_if (gst_pad_push_event (gate->srcpad, gst_event_new_eos ()));
  assert_one_error ();
  teardown ();
}

GST_END_TEST

GST_START_TEST (test_after_a_flush_only_fresh_data_arrives)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");
  g_autoptr (GstCaps) current = NULL;
  GstSegment segment;

  setup ();
  block_downstream ();
  push_bytes (100, 10);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_caps (caps)));
  push_bytes (100, 10);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
  fail_unless_equals_int (gate_push (gate, 1), GST_FLOW_FLUSHING);
  fail_unless_equals_int (gate_n_kept (gate), 0);
  gate_open (gate);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_stop (TRUE)));

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_segment (&segment)));
  push_bytes (7, 1);
  gate_drain (gate);
  fail_unless_equals_int (GST_EVENT_TYPE (gate_nth (gate, 0)), GST_EVENT_CAPS);
  fail_unless_equals_int (GST_EVENT_TYPE (gate_nth (gate, 1)), GST_EVENT_SEGMENT);
  fail_unless_equals_uint64 (gate_list_size (gate_nth (gate, 2)), 7);
  current = gst_pad_get_current_caps (gate->sinkpad);
  fail_unless (gst_caps_is_equal (current, caps));
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-dropped"), 2001);
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-dropped"), 21);
  teardown ();
}

GST_END_TEST

/* --- queries ------------------------------------------------------------- */

GST_START_TEST (test_allocation_is_answered_no_at_once)
{
  g_autoptr (GstQuery) query = gst_query_new_allocation (NULL, FALSE);

  setup ();
  block_downstream ();
  fail_if (gst_pad_peer_query (gate->srcpad, query));
  teardown ();
}

GST_END_TEST

static GstPadProbeReturn
count_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_inc ((gint *)user_data);
  return GST_PAD_PROBE_OK;
}

static gpointer
ask_drain (gpointer user_data)
{
  g_autoptr (GstQuery) query = gst_query_new_drain ();

  return GINT_TO_POINTER (gst_pad_peer_query (gate->srcpad, query));
}

GST_START_TEST (test_a_flush_releases_a_waiting_query)
{
  gint asked = 0;

  setup ();
  gst_pad_add_probe (gate->srcpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_PUSH,
      count_cb, &asked, NULL);
  for (gint i = 1; i <= 50; i++) {
    GThread *thread;

    block_downstream ();
    push_bytes (100, 10);
    thread = g_thread_new ("query", ask_drain, NULL);
    while (g_atomic_int_get (&asked) < i)
      g_thread_yield ();
    fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
    fail_if (GPOINTER_TO_INT (g_thread_join (thread)));
    fail_unless_equals_int (gate_n_kept (gate), 0);
    gate_open (gate);
    fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_stop (TRUE)));
    gate_push_segment (gate);
    gate_drain (gate);
    g_atomic_int_add (&asked, -1);
    gate_forget (gate);
  }
  teardown ();
}

GST_END_TEST

typedef struct
{
  gboolean live;
  GstClockTime min, max;
} Latency;

static gboolean
answer_latency (GstPad *pad, GstObject *parent, GstQuery *query)
{
  const Latency *upstream = gst_pad_get_element_private (pad);

  fail_unless_equals_int (GST_QUERY_TYPE (query), GST_QUERY_LATENCY);
  gst_query_set_latency (query, upstream->live, upstream->min, upstream->max);
  return TRUE;
}

static void
assert_latency (Latency upstream, GstClockTime expected_min, GstClockTime expected_max)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime min, max;

  gst_pad_set_element_private (gate->srcpad, &upstream);
  fail_unless (gst_pad_peer_query (gate->sinkpad, query));
  gst_query_parse_latency (query, NULL, &min, &max);
  fail_unless_equals_uint64 (min, expected_min);
  fail_unless_equals_uint64 (max, expected_max);
}

GST_START_TEST (test_max_latency_is_added_to_the_latency_of_live_pipelines)
{
  const Latency live = { TRUE, 5, 7 };
  const Latency unlimited = { TRUE, 5, GST_CLOCK_TIME_NONE };
  const Latency not_live = { FALSE, 5, GST_CLOCK_TIME_NONE };
  GstMessage *message;

  setup ();
  gst_pad_set_query_function (gate->srcpad, answer_latency);
  assert_latency (live, 5, 7);
  set ("max-latency", 1000);
  message = gst_bus_pop_filtered (gate->bus, GST_MESSAGE_LATENCY);
  fail_unless (message != NULL);
  gst_message_unref (message);
  assert_latency (live, 1005, 1007);
  assert_latency (unlimited, 1005, GST_CLOCK_TIME_NONE);
  assert_latency (not_live, 5, GST_CLOCK_TIME_NONE);
  set ("max-latency", G_MAXINT64);
  assert_latency (live, G_MAXINT64, G_MAXINT64);
  teardown ();
}

GST_END_TEST

static const struct
{
  const gchar *name;
  guint64 low, high;
} ranges[] = {
  { "max-bytes", 1, G_MAXUINT },
  { "max-size-bytes", 1, G_MAXUINT },
  { "copy-threshold", 0, G_MAXUINT },
  { "max-latency", 0, G_MAXINT64 },
  { "quiet-time", 0, G_MAXINT64 },
};

GST_START_TEST (test_properties_have_ranges_and_may_change_while_playing)
{
  GParamSpec *pspec;

  setup ();
  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (gate->element), ranges[__i__].name);
  fail_unless (pspec->flags & GST_PARAM_MUTABLE_PLAYING);
  if (G_IS_PARAM_SPEC_UINT (pspec)) {
    fail_unless_equals_uint64 (G_PARAM_SPEC_UINT (pspec)->minimum, ranges[__i__].low);
    fail_unless_equals_uint64 (G_PARAM_SPEC_UINT (pspec)->maximum, ranges[__i__].high);
  } else {
    fail_unless_equals_uint64 (G_PARAM_SPEC_UINT64 (pspec)->minimum, ranges[__i__].low);
    fail_unless_equals_uint64 (G_PARAM_SPEC_UINT64 (pspec)->maximum, ranges[__i__].high);
  }
  push_bytes (10, 10);
  set (ranges[__i__].name, ranges[__i__].low);
  push_bytes (10, 10);
  set (ranges[__i__].name, ranges[__i__].high);
  push_bytes (10, 10);
  gate_drain (gate);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-out"), 300);
  teardown ();
}

GST_END_TEST

static Suite *
writeaggregate_suite (void)
{
  Suite *suite = suite_create ("writeaggregate");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_a_lone_buffer_leaves_at_once_as_it_is);
  tcase_add_test (tcase, test_what_gathers_while_downstream_is_busy_leaves_as_one_list);
  tcase_add_test (tcase, test_a_large_buffer_goes_alone_and_is_not_copied);
  tcase_add_test (tcase, test_events_keep_their_place);
  tcase_add_test (tcase, test_no_list_spans_more_than_ten_milliseconds_or_max_latency);
  tcase_add_test (tcase, test_max_latency_waits_until_size_ends_it);
  tcase_add_test (tcase, test_age_ends_the_wait);
  tcase_add_test (tcase, test_quiet_ends_the_wait);
  tcase_add_test (tcase, test_drain_ends_the_wait_and_is_answered_after_the_list);
  tcase_add_loop_test (tcase, test_a_serialized_event_ends_the_wait, 0, 5);
  tcase_add_test (tcase, test_a_flush_event_ends_the_wait_in_its_place_and_goes_on);
  tcase_add_test (tcase, test_a_timestamp_too_far_away_ends_the_wait);
  tcase_add_loop_test (tcase, test_flush_on_ends_the_wait_of_what_is_complete_and_of_nothing_else,
      0, G_N_ELEMENTS (boundaries));
  tcase_add_test (tcase, test_flush_on_forgets_the_timestamp_in_a_flush_and_in_a_new_stream);
  tcase_add_test (tcase, test_flush_on_divides_nothing_while_the_network_is_slow);
  tcase_add_test (tcase, test_shorter_limits_end_a_wait_that_has_begun);
  tcase_add_test (tcase, test_small_messages_share_a_block_with_their_headers);
  tcase_add_test (tcase, test_a_large_message_is_not_copied_and_one_buffer_with_its_header);
  tcase_add_test (tcase, test_max_bytes_counts_headers);
  tcase_add_test (tcase, test_messages_keep_flags_and_times_and_events_make_none);
  tcase_add_test (tcase, test_a_header_that_cannot_be_is_an_error_of_the_settings);
  tcase_add_test (tcase, test_upstream_blocks_until_there_is_room);
  tcase_add_test (tcase, test_a_blocked_upstream_ends_the_wait);
  tcase_add_test (tcase, test_a_buffer_or_list_larger_than_all_room_passes);
  tcase_add_test (tcase, test_empty_buffers_are_bounded_too);
  tcase_add_test (tcase, test_more_room_releases_a_blocked_upstream);
  tcase_add_test (tcase, test_a_flush_releases_a_blocked_upstream);
  tcase_add_test (tcase, test_ready_releases_a_blocked_upstream);
  tcase_add_loop_test (tcase, test_what_downstream_returns_gets_back_upstream, 0,
      G_N_ELEMENTS (bad_returns));
  tcase_add_test (tcase, test_a_segment_ends_eos_from_downstream);
  tcase_add_test (tcase, test_eos_from_downstream_drops_what_is_pending_up_to_a_segment);
  tcase_add_test (tcase, test_a_reconfigure_event_ends_not_linked);
  tcase_add_test (tcase, test_an_error_after_eos_is_posted_once);
  tcase_add_test (tcase, test_eos_after_an_error_is_refused_and_posts_it_once);
  tcase_add_test (tcase, test_after_a_flush_only_fresh_data_arrives);
  tcase_add_test (tcase, test_allocation_is_answered_no_at_once);
  tcase_add_test (tcase, test_a_flush_releases_a_waiting_query);
  tcase_add_test (tcase, test_max_latency_is_added_to_the_latency_of_live_pipelines);
  tcase_add_loop_test (tcase, test_properties_have_ranges_and_may_change_while_playing, 0,
      G_N_ELEMENTS (ranges));

  return suite;
}

GST_CHECK_MAIN (writeaggregate)
