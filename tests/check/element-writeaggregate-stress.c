/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/support/gate.h"

#define N_BUFFERS 100000

static Gate *gate;

static void
assert_every_byte_accounted_for (void)
{
  fail_unless_equals_uint64 (gate_stat (gate, "level"), 0);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-in"),
      gate_stat (gate, "bytes-out") + gate_stat (gate, "bytes-dropped"));
}

/* One to five memories, sometimes shared with another buffer. */
static GstBuffer *
random_buffer (GRand *rand, guint64 offset, gsize size)
{
  GstBuffer *whole = gate_pattern_buffer (offset, size);
  GstBuffer *buffer;
  gsize begin = 0;

  if (g_rand_boolean (rand))
    return whole;

  buffer = gst_buffer_new ();
  while (begin < size) {
    gsize n = 1 + g_rand_int_range (rand, 0, size);

    n = MIN (n, size - begin);
    gst_buffer_copy_into (buffer, whole, GST_BUFFER_COPY_MEMORY, begin, n);
    begin += n;
  }
  gst_buffer_unref (whole);

  return buffer;
}

typedef struct
{
  guint n_buffers;
  guint64 offset;
  gboolean timestamps;
  gint finished;
} Pattern;

/* Buffers and lists of buffers of 1 to 3000 bytes. */
static gpointer
produce_pattern (gpointer user_data)
{
  Pattern *pattern = user_data;
  GRand *rand = g_rand_new_with_seed (7);

  while (pattern->n_buffers > 0) {
    guint n = g_rand_int_range (rand, 0, 4) == 0 ? g_rand_int_range (rand, 2, 50) : 1;
    GstBufferList *list = gst_buffer_list_new ();
    GstFlowReturn ret;

    n = MIN (n, pattern->n_buffers);
    for (guint i = 0; i < n; i++) {
      gsize size = g_rand_int_range (rand, 1, 3001);
      GstBuffer *buffer = random_buffer (rand, pattern->offset, size);

      if (pattern->timestamps)
        GST_BUFFER_PTS (buffer) = pattern->offset * 100;
      pattern->offset += size;
      gst_buffer_list_add (list, buffer);
    }
    pattern->n_buffers -= n;
    if (n > 1) {
      ret = gst_pad_push_list (gate->srcpad, list);
    } else {
      ret = gst_pad_push (gate->srcpad, gst_buffer_ref (gst_buffer_list_get (list, 0)));
      gst_buffer_list_unref (list);
    }
    fail_unless_equals_int (ret, GST_FLOW_OK);
  }
  g_rand_free (rand);
  g_atomic_int_set (&pattern->finished, TRUE);

  return NULL;
}

GST_START_TEST (test_every_byte_of_many_random_buffers_arrives_in_order)
{
  Pattern pattern = { .n_buffers = N_BUFFERS };

  gate = gate_new ("writeaggregate");
  gate->check_pattern = TRUE;
  gate_push_segment (gate);
  produce_pattern (&pattern);
  gate_drain (gate);

  fail_unless_equals_uint64 (gate->received, pattern.offset);
  fail_unless_equals_uint64 (gate_stat (gate, "buffers-in"), N_BUFFERS);
  fail_unless_equals_uint64 (gate_stat (gate, "bytes-dropped"), 0);
  assert_every_byte_accounted_for ();
  gate_free (gate);
}

GST_END_TEST

static const struct
{
  const gchar *name;
  guint64 low, high;
} settings[] = {
  { "max-bytes", 1, 200000 },
  { "max-size-bytes", 1, 200000 },
  { "copy-threshold", 0, 8000 },
  { "max-latency", 0, 2 * GST_MSECOND },
  { "quiet-time", 0, GST_MSECOND },
};

GST_START_TEST (test_no_change_of_a_property_loses_a_byte)
{
  Pattern pattern = { .n_buffers = N_BUFFERS / 5, .timestamps = TRUE };
  GRand *rand = g_rand_new_with_seed (3);
  GThread *thread;

  gate = gate_new ("writeaggregate");
  gate->check_pattern = TRUE;
  gate_push_segment (gate);
  thread = g_thread_new ("producer", produce_pattern, &pattern);
  while (!g_atomic_int_get (&pattern.finished)) {
    guint i = g_rand_int_range (rand, 0, G_N_ELEMENTS (settings));
    gdouble high = g_rand_boolean (rand) ? settings[i].high : settings[i].low + 1;

    gate_set_number (gate, settings[i].name, g_rand_double_range (rand, settings[i].low, high));
    gate_stat (gate, "level");
    gst_bus_set_flushing (gate->bus, TRUE);
    gst_bus_set_flushing (gate->bus, FALSE);
  }
  g_thread_join (thread);
  gate_drain (gate);

  fail_unless_equals_uint64 (gate->received, pattern.offset);
  assert_every_byte_accounted_for ();
  g_rand_free (rand);
  gate_free (gate);
}

GST_END_TEST

static gint hammering;

/* Data must follow a segment, so nobody pushes data between a restart and the new segment. */
static GMutex restart_lock;

static void
ask_drain (void)
{
  g_autoptr (GstQuery) query = gst_query_new_drain ();

  gst_pad_peer_query (gate->srcpad, query);
}

static void
push_anything (GRand *rand)
{
  switch (g_rand_int_range (rand, 0, 20)) {
    case 0:
      ask_drain ();
      break;
    case 1:
      gst_pad_push_event (gate->srcpad,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("mark")));
      break;
    case 2:
      gst_pad_push (gate->srcpad, gate_buffer (100000));
      break;
    default:
      gst_pad_push (gate->srcpad, gate_buffer (g_rand_int_range (rand, 0, 300)));
      break;
  }
}

static gpointer
hammer (gpointer user_data)
{
  GRand *rand = g_rand_new_with_seed (GPOINTER_TO_UINT (user_data));

  while (g_atomic_int_get (&hammering)) {
    g_mutex_lock (&restart_lock);
    push_anything (rand);
    g_mutex_unlock (&restart_lock);
  }
  g_rand_free (rand);

  return NULL;
}

static gpointer
do_nothing (gpointer user_data)
{
  return NULL;
}

static guint
count_entries (const gchar *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
hammer_begin (GThread *threads[2])
{
  g_atomic_int_set (&hammering, TRUE);
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("hammer", hammer, GUINT_TO_POINTER (i));
}

static void
hammer_end (GThread *threads[2])
{
  g_atomic_int_set (&hammering, FALSE);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
}

static void
let_some_pass (guint64 n)
{
  guint64 target = gate_stat (gate, "buffers-in") + n;

  while (gate_stat (gate, "buffers-in") < target)
    g_thread_yield ();
}

GST_START_TEST (test_state_changes_under_fire_leave_no_thread_and_no_fd)
{
  GThread *threads[2];
  guint n_threads, n_fds;

  /* A thread sanitizer's own thread comes with the first. */
  g_thread_pool_set_max_unused_threads (0);
  g_thread_join (g_thread_new ("first", do_nothing, NULL));
  n_threads = count_entries ("/proc/self/task");
  n_fds = count_entries ("/proc/self/fd");

  gate = gate_new ("writeaggregate");
  gate_set_number (gate, "max-size-bytes", 20000);
  gate_push_segment (gate);
  hammer_begin (threads);
  for (guint i = 0; i < 100; i++) {
    gate_set_number (gate, "max-latency", (i % 3) * 100000);
    let_some_pass (i % 4 * 20);
    gate_forget (gate);
    gst_element_set_state (gate->element, i % 2 ? GST_STATE_READY : GST_STATE_NULL);
    if (i % 5 == 0)
      g_thread_yield ();
    g_mutex_lock (&restart_lock);
    gst_element_set_state (gate->element, GST_STATE_PLAYING);
    gate_push_segment (gate);
    g_mutex_unlock (&restart_lock);
  }
  hammer_end (threads);
  gst_element_set_state (gate->element, GST_STATE_NULL);
  assert_every_byte_accounted_for ();
  gate_free (gate);

  while (count_entries ("/proc/self/task") > n_threads)
    g_thread_yield ();
  fail_unless_equals_int (count_entries ("/proc/self/fd"), n_fds);
}

GST_END_TEST

GST_START_TEST (test_flushes_under_fire_lose_no_account)
{
  GThread *threads[2];
  GRand *rand = g_rand_new_with_seed (5);

  gate = gate_new ("writeaggregate");
  gate_set_number (gate, "max-size-bytes", 20000);
  gate_push_segment (gate);
  hammer_begin (threads);
  for (guint i = 0; i < 300; i++) {
    gate_set_number (gate, "max-latency", (i % 3) * 100000);
    if (g_rand_boolean (rand))
      let_some_pass (20);
    if (g_rand_boolean (rand))
      gate_close (gate);
    if (g_rand_boolean (rand))
      g_thread_yield ();
    fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_start ()));
    gate_open (gate);
    g_mutex_lock (&restart_lock);
    fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_flush_stop (TRUE)));
    gate_push_segment (gate);
    g_mutex_unlock (&restart_lock);
    gate_forget (gate);
  }
  hammer_end (threads);
  gate_drain (gate);
  assert_every_byte_accounted_for ();
  g_rand_free (rand);
  gate_free (gate);
}

GST_END_TEST

static Suite *
writeaggregate_stress_suite (void)
{
  Suite *suite = suite_create ("writeaggregate-stress");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_every_byte_of_many_random_buffers_arrives_in_order);
  tcase_add_test (tcase, test_no_change_of_a_property_loses_a_byte);
  tcase_add_test (tcase, test_state_changes_under_fire_leave_no_thread_and_no_fd);
  tcase_add_test (tcase, test_flushes_under_fire_lose_no_account);

  return suite;
}

GST_CHECK_MAIN (writeaggregate_stress)
