/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/cork-event.h"
#include "lib/flush-event.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

/* So long that it never passes: what ends a burst is then up to the test. */
#define NEVER ((guint64)3600 * GST_SECOND)

/*
 * What arrives at the sink, a letter each: C cork, U uncork, b buffer, l list, s stream-start,
 * g gap, d segment-done, E EOS, F flush-stop, f flush event.  Caps and segments are left out.
 */
typedef struct
{
  GstHarness *h;

  GMutex mutex;
  GCond cond;
  GString *log;
  gboolean corked;
  gint64 uncorked_at;
  guint buffers;
  guint uncorked_buffers;
  guint repeated;
  gboolean gate_closed;
  guint at_gate;
} Fixture;

static gchar
letter_of_event (GstEvent *event)
{
  gboolean corked;

  if (gst_event_parse_gio_socket_cork (event, &corked))
    return corked ? 'C' : 'U';
  if (gst_event_is_gio_socket_flush (event))
    return 'f';

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      return 's';
    case GST_EVENT_GAP:
      return 'g';
    case GST_EVENT_SEGMENT_DONE:
      return 'd';
    case GST_EVENT_EOS:
      return 'E';
    case GST_EVENT_FLUSH_STOP:
      return 'F';
    default:
      return '\0';
  }
}

static void
wait_at_gate (Fixture *f)
{
  f->at_gate++;
  g_cond_broadcast (&f->cond);
  while (f->gate_closed)
    g_cond_wait (&f->cond, &f->mutex);
  f->at_gate--;
}

static void
record_locked (Fixture *f, gchar letter)
{
  if (letter == 'b' || letter == 'l') {
    f->buffers++;
    f->uncorked_buffers += !f->corked;
    if (f->gate_closed)
      wait_at_gate (f);
  } else if (letter == 'C' || letter == 'U') {
    f->repeated += f->corked == (letter == 'C');
    f->corked = letter == 'C';
    f->uncorked_at = g_get_monotonic_time ();
  }

  g_string_append_c (f->log, letter);
  g_cond_broadcast (&f->cond);
}

static GstPadProbeReturn
record (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *f = user_data;
  gchar letter;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    letter = 'b';
  else if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    letter = 'l';
  else
    letter = letter_of_event (GST_PAD_PROBE_INFO_EVENT (info));

  if (letter != '\0') {
    g_mutex_lock (&f->mutex);
    record_locked (f, letter);
    g_mutex_unlock (&f->mutex);
  }

  return GST_PAD_PROBE_OK;
}

/* The harness would take a list apart. */
static GstFlowReturn
drop_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

/* The element's own ones, by their name. */
static guint
count_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *task;
  guint threads = 0;

  while ((task = g_dir_read_name (tasks)) != NULL) {
    g_autofree gchar *path = g_build_filename ("/proc/self/task", task, "comm", NULL);
    g_autofree gchar *name = NULL;

    if (g_file_get_contents (path, &name, NULL, NULL) && g_str_equal (g_strchomp (name), "tcpcork"))
      threads++;
  }

  return threads;
}

/* A thread that was joined can still be listed for a moment. */
static void
wait_for_threads (guint threads)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (count_threads () != threads) {
    fail_unless (g_get_monotonic_time () < end, "%u threads, not %u", count_threads (), threads);
    g_thread_yield ();
  }
}

static void
set_limits (Fixture *f, guint64 quiet_time, guint64 max_latency)
{
  g_object_set (f->h->element, "quiet-time", quiet_time, "max-latency", max_latency, NULL);
}

static void
setup (Fixture *f, guint64 quiet_time, guint64 max_latency)
{
  memset (f, 0, sizeof *f);
  g_mutex_init (&f->mutex);
  g_cond_init (&f->cond);
  f->log = g_string_new (NULL);

  f->h = gst_harness_new ("tcpcork");
  set_limits (f, quiet_time, max_latency);
  gst_harness_set_drop_buffers (f->h, TRUE);
  gst_harness_set_src_caps_str (f->h, "application/octet-stream");
  gst_pad_set_chain_list_function (f->h->sinkpad, drop_list);
  gst_pad_add_probe (f->h->sinkpad,
      GST_PAD_PROBE_TYPE_DATA_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH, record, f, NULL);
}

static void
teardown (Fixture *f)
{
  gst_harness_teardown (f->h);
  wait_for_threads (0);
  fail_unless_equals_int (f->repeated, 0);
  g_string_free (f->log, TRUE);
  g_mutex_clear (&f->mutex);
  g_cond_clear (&f->cond);
}

static gint64
soon (void)
{
  return g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
}

static void
wait_for_log (Fixture *f, const gchar *expected)
{
  gint64 end = soon ();

  g_mutex_lock (&f->mutex);
  while (f->log->len < strlen (expected))
    fail_unless (g_cond_wait_until (&f->cond, &f->mutex, end), "\"%s\" instead of \"%s\"",
        f->log->str, expected);
  fail_unless_equals_string (f->log->str, expected);
  g_mutex_unlock (&f->mutex);
}

static void
fail_unless_log (Fixture *f, const gchar *expected)
{
  g_mutex_lock (&f->mutex);
  fail_unless_equals_string (f->log->str, expected);
  g_mutex_unlock (&f->mutex);
}

static guint64
stat_of (Fixture *f, const gchar *name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value;

  g_object_get (f->h->element, "stats", &stats, NULL);
  fail_unless (gst_structure_has_name (stats, "GstTcpCorkStats"));
  fail_unless (gst_structure_get_uint64 (stats, name, &value), "no %s", name);

  return value;
}

/* What the other thread does it counts after it is seen. */
static void
wait_for_stat (Fixture *f, const gchar *name, guint64 value)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (stat_of (f, name) < value) {
    fail_unless (g_get_monotonic_time () < end, "%s is not %" G_GUINT64_FORMAT, name, value);
    g_thread_yield ();
  }
  fail_unless_equals_uint64 (stat_of (f, name), value);
}

static guint64
all_flushes (Fixture *f)
{
  return stat_of (f, "flushes-quiet") + stat_of (f, "flushes-age") + stat_of (f, "flushes-list") +
      stat_of (f, "flushes-boundary") + stat_of (f, "flushes-event") +
      stat_of (f, "flushes-disabled") + stat_of (f, "flushes-stop") + stat_of (f, "flushes-lost");
}

static GstBuffer *
make_buffer (void)
{
  return gst_buffer_new_allocate (NULL, 10, NULL);
}

static void
push (Fixture *f)
{
  fail_unless_equals_int (gst_harness_push (f->h, make_buffer ()), GST_FLOW_OK);
}

static void
push_list (Fixture *f, guint n)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (list, make_buffer ());
  fail_unless_equals_int (gst_pad_push_list (f->h->srcpad, list), GST_FLOW_OK);
}

static gpointer
push_in_thread (gpointer user_data)
{
  Fixture *f = user_data;

  return GINT_TO_POINTER (gst_harness_push (f->h, make_buffer ()));
}

static void
close_gate (Fixture *f)
{
  g_mutex_lock (&f->mutex);
  f->gate_closed = TRUE;
  g_mutex_unlock (&f->mutex);
}

static void
open_gate (Fixture *f)
{
  g_mutex_lock (&f->mutex);
  f->gate_closed = FALSE;
  g_cond_broadcast (&f->cond);
  g_mutex_unlock (&f->mutex);
}

static void
wait_until_at_gate (Fixture *f)
{
  gint64 end = soon ();

  g_mutex_lock (&f->mutex);
  while (f->at_gate == 0)
    fail_unless (g_cond_wait_until (&f->cond, &f->mutex, end), "nobody came to the gate");
  g_mutex_unlock (&f->mutex);
}

/* --- bursts -------------------------------------------------------------- */

GST_START_TEST (test_a_burst_is_corked_once_and_uncorked_when_it_is_quiet)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  fail_unless_log (&f, "");
  for (guint i = 0; i < 3; i++)
    push (&f);
  fail_unless_log (&f, "Cbbb");

  set_limits (&f, 1000, NEVER);
  wait_for_log (&f, "CbbbU");
  fail_unless_equals_uint64 (stat_of (&f, "bursts"), 1);
  wait_for_stat (&f, "flushes-quiet", 1);
  fail_unless_equals_uint64 (stat_of (&f, "buffers"), 3);
  fail_unless_equals_uint64 (stat_of (&f, "bytes"), 30);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_uncork_comes_although_nothing_further_arrives)
{
  Fixture f;

  setup (&f, 100 * GST_USECOND, NEVER);
  push (&f);
  wait_for_log (&f, "CbU");
  push (&f);
  wait_for_log (&f, "CbUCbU");
  wait_for_stat (&f, "flushes-quiet", 2);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_max_latency_ends_a_burst_that_is_not_quiet)
{
  Fixture f;

  setup (&f, NEVER, GST_MSECOND);
  push (&f);
  wait_for_log (&f, "CbU");
  wait_for_stat (&f, "flushes-age", 1);

  while (stat_of (&f, "flushes-age") < 5)
    push (&f);
  fail_unless_equals_int (f.uncorked_buffers, 0);
  fail_unless_equals_uint64 (stat_of (&f, "flushes-quiet"), 0);
  teardown (&f);
}

GST_END_TEST

/* No thread needs to wake up for it. */
GST_START_TEST (test_the_push_itself_ends_a_burst_that_is_too_old)
{
  Fixture f;

  setup (&f, NEVER, 0);
  push (&f);
  fail_unless_log (&f, "CbU");
  push_list (&f, 2);
  fail_unless_log (&f, "CbUClU");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-age"), 2);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_without_quiet_time_a_list_is_a_burst)
{
  Fixture f;

  setup (&f, 0, NEVER);
  push_list (&f, 3);
  fail_unless_log (&f, "ClU");
  push_list (&f, 1);
  fail_unless_log (&f, "ClUClU");
  push (&f);
  push (&f);
  push_list (&f, 2);
  fail_unless_log (&f, "ClUClUCbblU");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-list"), 3);
  fail_unless_equals_uint64 (stat_of (&f, "buffers"), 8);
  fail_unless_equals_uint64 (stat_of (&f, "bytes"), 80);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_with_quiet_time_a_list_is_part_of_a_burst)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push_list (&f, 3);
  push_list (&f, 3);
  fail_unless_log (&f, "Cll");
  teardown (&f);
}

GST_END_TEST

/* Nothing comes through the gate for so long. */
static void
keep_gate_closed (Fixture *f, gint64 microseconds)
{
  gint64 end = g_get_monotonic_time () + microseconds;

  g_mutex_lock (&f->mutex);
  while (g_cond_wait_until (&f->cond, &f->mutex, end)) {
  }
  fail_unless_equals_string (f->log->str, "C");
  g_mutex_unlock (&f->mutex);
}

GST_START_TEST (test_time_runs_from_the_return_of_a_push_that_took_long)
{
  const guint64 limits[][2] = { { 5 * GST_MSECOND, NEVER }, { NEVER, 5 * GST_MSECOND } };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    Fixture f;
    GThread *producer;
    gint64 opened;

    setup (&f, limits[i][0], limits[i][1]);
    close_gate (&f);
    producer = g_thread_new ("producer", push_in_thread, &f);
    wait_until_at_gate (&f);
    keep_gate_closed (&f, 10000);
    fail_unless_equals_uint64 (all_flushes (&f), 0);

    opened = g_get_monotonic_time ();
    open_gate (&f);
    fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (producer)), GST_FLOW_OK);
    wait_for_log (&f, "CbU");
    fail_unless (f.uncorked_at >= opened + 5000);
    teardown (&f);
  }
}

GST_END_TEST

typedef struct
{
  Fixture *f;
  guint quiet_time;
} Producer;

/* Gaps of about the quiet time, to the microsecond: the worst moments to cork and uncork. */
static gpointer
push_around_quiet_time (gpointer user_data)
{
  Producer *producer = user_data;

  for (guint i = 0; i < 10000; i++) {
    guint quiet = producer->quiet_time;
    GstClockTime end = gst_util_get_timestamp () + g_random_int_range (quiet / 2, quiet * 3 / 2);

    while (gst_util_get_timestamp () < end) {
    }
    push (producer->f);
  }

  return NULL;
}

GST_START_TEST (test_no_buffer_passes_uncorked_behind_a_stale_uncork)
{
  const guint quiet_times[] = { 5000, 20000, 60000 };

  for (guint i = 0; i < G_N_ELEMENTS (quiet_times); i++) {
    Fixture f;
    Producer producer = { &f, quiet_times[i] };

    setup (&f, quiet_times[i], 500 * GST_USECOND);
    g_thread_join (g_thread_new ("producer", push_around_quiet_time, &producer));
    fail_unless (gst_harness_push_event (f.h, gst_event_new_eos ()));

    fail_unless_equals_int (f.uncorked_buffers, 0);
    fail_unless_equals_int (f.buffers, 10000);
    fail_unless_equals_uint64 (stat_of (&f, "buffers"), 10000);
    fail_unless_equals_uint64 (stat_of (&f, "bursts"), all_flushes (&f));
    fail_unless (stat_of (&f, "flushes-quiet") > 0);
    teardown (&f);
  }
}

GST_END_TEST

/* --- what the stream says ------------------------------------------------ */

/* Also the sink is uncorked then. */
static void
end_flush (Fixture *f)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_harness_push_event (f->h, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (f->h, gst_event_new_segment (&segment));
  f->corked = FALSE;
}

#define DELTA GST_BUFFER_FLAG_DELTA_UNIT
#define MARKER GST_BUFFER_FLAG_MARKER

typedef struct
{
  GstClockTime pts;
  guint flags;
} Sign;

static const Sign signs[] = { { 1, 0 }, { 1, DELTA | MARKER }, { 2, DELTA }, { 2, DELTA },
  { 3, MARKER } };

static GstBuffer *
make_signed_buffer (const Sign *sign)
{
  GstBuffer *buffer = make_buffer ();

  GST_BUFFER_PTS (buffer) = sign->pts;
  GST_BUFFER_FLAG_SET (buffer, sign->flags);

  return buffer;
}

static void
push_signs (Fixture *f, gboolean as_list)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    gst_buffer_list_add (list, make_signed_buffer (&signs[i]));

  if (as_list) {
    fail_unless_equals_int (gst_pad_push_list (f->h->srcpad, list), GST_FLOW_OK);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    gst_harness_push (f->h, gst_buffer_ref (gst_buffer_list_get (list, i)));
  gst_buffer_list_unref (list);
}

GST_START_TEST (test_the_stream_says_where_bursts_end)
{
  static const struct
  {
    const gchar *flush_on, *buffers, *list;
    guint flushes;
  } cases[] = {
    { "", "Cbbbbb", "Cl", 0 },
    { "marker", "CbbUCbbbU", "ClUClU", 2 },
    { "keyframe", "CbbbbUCb", "ClUCl", 1 },
    { "timestamp", "CbbUCbbUCb", "ClUClUCl", 2 },
    { "marker+keyframe+timestamp", "CbbUCbbUCbU", "ClUClUClU", 3 },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++) {
    guint which = i / 2;
    Fixture f;

    setup (&f, NEVER, NEVER);
    gst_util_set_object_arg (G_OBJECT (f.h->element), "flush-on", cases[which].flush_on);
    push_signs (&f, i % 2);
    fail_unless_log (&f, i % 2 ? cases[which].list : cases[which].buffers);
    fail_unless_equals_uint64 (stat_of (&f, "flushes-boundary"), cases[which].flushes);
    fail_unless_equals_uint64 (stat_of (&f, "buffers"), G_N_ELEMENTS (signs));
    fail_unless_equals_int (f.uncorked_buffers, 0);
    teardown (&f);
  }
}

GST_END_TEST

GST_START_TEST (test_without_quiet_time_the_end_of_a_cut_list_is_the_end_of_a_burst)
{
  Fixture f;

  setup (&f, 0, NEVER);
  gst_util_set_object_arg (G_OBJECT (f.h->element), "flush-on", "keyframe");
  push_signs (&f, TRUE);
  fail_unless_log (&f, "ClUClU");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-list"), 1);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_a_flush_makes_it_forget_the_timestamp)
{
  Fixture f;
  const Sign before = { 1, 0 }, after = { 2, 0 };

  setup (&f, NEVER, NEVER);
  gst_util_set_object_arg (G_OBJECT (f.h->element), "flush-on", "timestamp");
  gst_harness_push (f.h, make_signed_buffer (&before));
  gst_harness_push_event (f.h, gst_event_new_flush_start ());
  end_flush (&f);
  gst_harness_push (f.h, make_signed_buffer (&after));
  gst_harness_push (f.h, make_signed_buffer (&after));
  fail_unless_log (&f, "CbFCbb");
  teardown (&f);
}

GST_END_TEST

/* --- adaptive ------------------------------------------------------------ */

/* Bursts of one, each ended by a time that is not reckoned with. */
GST_START_TEST (test_adaptive_stops_waiting_where_nothing_follows)
{
  Fixture f;
  guint n = 0;

  setup (&f, GST_MSECOND, NEVER);
  g_object_set (f.h->element, "adaptive", TRUE, NULL);
  push (&f);
  wait_for_stat (&f, "flushes-quiet", ++n);
  fail_unless_equals_uint64 (stat_of (&f, "gap"), GST_MSECOND);

  for (;;) {
    fail_unless (n < 1000, "it still waits");
    push (&f);
    if (stat_of (&f, "gap") == 0)
      break;
    wait_for_stat (&f, "flushes-quiet", ++n);
  }

  /* What is not waited for is not corked, either. */
  fail_unless_equals_uint64 (stat_of (&f, "bursts"), n);
  fail_unless_equals_int (f.uncorked_buffers, 1);
  g_usleep (1000);
  push (&f);
  fail_unless_equals_uint64 (stat_of (&f, "bursts"), n);
  fail_unless_equals_int (f.uncorked_buffers, 2);
  fail_unless (g_str_has_suffix (f.log->str, "CbUbb"), "%s", f.log->str);

  g_object_set (f.h->element, "adaptive", FALSE, NULL);
  push (&f);
  fail_unless_equals_uint64 (stat_of (&f, "gap"), GST_MSECOND);
  fail_unless_equals_uint64 (stat_of (&f, "bursts"), n + 1);
  teardown (&f);
}

GST_END_TEST

/* --- switching ----------------------------------------------------------- */

GST_START_TEST (test_disabling_uncorks_and_enabling_corks_the_next_buffer)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push (&f);
  g_object_set (f.h->element, "enabled", FALSE, NULL);
  wait_for_log (&f, "CbU");
  wait_for_stat (&f, "flushes-disabled", 1);
  push (&f);
  push (&f);
  fail_unless_log (&f, "CbUbb");

  g_object_set (f.h->element, "enabled", TRUE, NULL);
  push (&f);
  fail_unless_log (&f, "CbUbbCb");
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_disabling_does_not_wait_for_a_push)
{
  Fixture f;
  GThread *producer;

  setup (&f, NEVER, NEVER);
  close_gate (&f);
  producer = g_thread_new ("producer", push_in_thread, &f);
  wait_until_at_gate (&f);

  g_object_set (f.h->element, "enabled", FALSE, NULL);
  fail_unless_log (&f, "C");
  open_gate (&f);
  g_thread_join (producer);
  fail_unless_log (&f, "CbU");
  teardown (&f);
}

GST_END_TEST

/* --- events and queries -------------------------------------------------- */

GST_START_TEST (test_what_ends_a_stream_is_uncorked_before)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push (&f);
  gst_harness_push_event (f.h, gst_event_new_gap (0, GST_SECOND));
  push (&f);
  gst_harness_push_event (f.h, gst_event_new_segment_done (GST_FORMAT_BYTES, 0));
  push (&f);
  gst_harness_push_event (f.h, gst_event_new_stream_start ("next"));
  push (&f);
  gst_harness_push_event (f.h, gst_event_new_eos ());
  fail_unless_log (&f, "CbUgCbUdCbUsCbUE");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-event"), 4);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_other_events_leave_a_burst_alone)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push (&f);
  gst_harness_push_event (f.h, gst_event_new_tag (gst_tag_list_new_empty ()));
  gst_harness_set_src_caps_str (f.h, "application/x-other");
  gst_harness_push_event (f.h,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("something")));
  push (&f);
  fail_unless_log (&f, "Cbb");
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_an_uncork_from_upstream_is_believed)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push (&f);
  gst_harness_push_event (f.h, gst_event_new_gio_socket_cork (FALSE));
  fail_unless_log (&f, "CbU");
  push (&f);
  fail_unless_log (&f, "CbUCb");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-event"), 1);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_a_flush_event_is_uncorked_before_and_passed_on)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  gst_harness_push_event (f.h, gst_event_new_gio_socket_flush ());
  push (&f);
  gst_harness_push_event (f.h, gst_event_new_gio_socket_flush ());
  push (&f);
  fail_unless_log (&f, "fCbUfCb");
  fail_unless (gst_element_send_event (f.h->element, gst_event_new_gio_socket_flush ()));
  fail_unless_log (&f, "fCbUfCbUf");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-event"), 2);
  teardown (&f);
}

GST_END_TEST

/* --- an application's own corking ---------------------------------------- */

typedef struct
{
  Fixture *f;
  gboolean through_element;
} Application;

static gpointer
uncork_in_thread (gpointer user_data)
{
  Application *app = user_data;
  GstElement *element = app->f->h->element;
  GstEvent *event = gst_event_new_gio_socket_cork (FALSE);
  GstPad *pad;
  gboolean sent;

  if (app->through_element)
    return GINT_TO_POINTER (gst_element_send_event (element, event));

  pad = gst_element_get_static_pad (element, "sink");
  sent = gst_pad_send_event (pad, event);
  gst_object_unref (pad);
  return GINT_TO_POINTER (sent);
}

GST_START_TEST (test_an_application_uncorks_from_any_thread)
{
  for (guint i = 0; i < 2; i++) {
    Fixture f;
    Application app = { &f, i };

    setup (&f, NEVER, NEVER);
    push (&f);
    fail_unless (g_thread_join (g_thread_new ("app", uncork_in_thread, &app)) != NULL);
    fail_unless_log (&f, "CbU");
    fail_unless_equals_uint64 (stat_of (&f, "flushes-event"), 1);
    push (&f);
    fail_unless_log (&f, "CbUCb");
    teardown (&f);
  }
}

GST_END_TEST

static gpointer
uncork_often (gpointer user_data)
{
  for (guint i = 0; i < 2000; i++)
    uncork_in_thread (user_data);

  return NULL;
}

GST_START_TEST (test_no_buffer_passes_uncorked_behind_an_applications_uncork)
{
  for (guint i = 0; i < 2; i++) {
    Fixture f;
    Application app = { &f, i };
    GThread *thread;

    setup (&f, 20 * GST_USECOND, 500 * GST_USECOND);
    thread = g_thread_new ("app", uncork_often, &app);
    for (guint j = 0; j < 10000; j++)
      push (&f);
    g_thread_join (thread);
    fail_unless (gst_harness_push_event (f.h, gst_event_new_eos ()));

    fail_unless_equals_int (f.uncorked_buffers, 0);
    fail_unless_equals_uint64 (stat_of (&f, "bursts"), all_flushes (&f));
    f.repeated = 0; /* the application uncorks whether it is corked or not */
    teardown (&f);
  }
}

GST_END_TEST

GST_START_TEST (test_a_flush_forgets_the_burst)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push (&f);
  gst_harness_push_event (f.h, gst_event_new_flush_start ());
  end_flush (&f);
  fail_unless_log (&f, "CbF");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-lost"), 1);

  push (&f);
  fail_unless_log (&f, "CbFCb");
  teardown (&f);
}

GST_END_TEST

static GstPadProbeReturn
outlast_quiet_time (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_usleep (200);
  return GST_PAD_PROBE_REMOVE;
}

/* The sink pad's stream lock is held here, while a burst is over for longer and longer. */
GST_START_TEST (test_flushes_while_the_uncork_waits_for_the_stream_lock)
{
  Fixture f;

  setup (&f, 20 * GST_USECOND, NEVER);
  for (guint i = 0; i < 100; i++) {
    GstPad *sinkpad = gst_element_get_static_pad (f.h->element, "sink");
    GThread *producer;

    push (&f);
    gst_pad_add_probe (sinkpad, GST_PAD_PROBE_TYPE_BUFFER, outlast_quiet_time, NULL, NULL);
    producer = g_thread_new ("producer", push_in_thread, &f);
    gst_harness_push_event (f.h, gst_event_new_flush_start ());
    g_thread_join (producer);
    end_flush (&f);
    gst_object_unref (sinkpad);
  }
  fail_unless_equals_uint64 (stat_of (&f, "bursts"), all_flushes (&f));
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_passes_caps_and_allocation)
{
  Fixture f;
  GstAllocationParams params = { .align = 63, .prefix = 3 };
  GstAllocationParams answer;
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/octet-stream");
  g_autoptr (GstCaps) allowed = NULL;
  GstQuery *query = gst_query_new_allocation (caps, TRUE);

  setup (&f, NEVER, NEVER);
  gst_harness_set_sink_caps_str (f.h, "application/octet-stream");
  allowed = gst_pad_peer_query_caps (f.h->srcpad, NULL);
  fail_unless (gst_caps_is_equal (allowed, caps));

  gst_harness_set_propose_allocator (f.h, NULL, &params);
  fail_unless (gst_pad_peer_query (f.h->srcpad, query));
  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 1);
  gst_query_parse_nth_allocation_param (query, 0, NULL, &answer);
  fail_unless_equals_uint64 (answer.align, 63);
  fail_unless_equals_uint64 (answer.prefix, 3);
  gst_query_unref (query);
  teardown (&f);
}

GST_END_TEST

/* --- states -------------------------------------------------------------- */

static void
set_state (Fixture *f, GstState state)
{
  fail_unless_equals_int (gst_element_set_state (f->h->element, state), GST_STATE_CHANGE_SUCCESS);
}

/* What a pad has learnt is gone when it was inactive. */
static void
play_again (Fixture *f)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  set_state (f, GST_STATE_PLAYING);
  gst_harness_push_event (f->h, gst_event_new_stream_start ("again"));
  gst_harness_push_event (f->h, gst_event_new_segment (&segment));
}

GST_START_TEST (test_going_to_ready_uncorks)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push (&f);
  wait_for_threads (1);
  set_state (&f, GST_STATE_READY);
  fail_unless_log (&f, "CbU");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-stop"), 1);
  wait_for_threads (0);

  play_again (&f);
  fail_unless_equals_uint64 (stat_of (&f, "flushes-stop"), 0);
  push (&f);
  fail_unless_log (&f, "CbUsCb");
  teardown (&f);
}

GST_END_TEST

static GstPadProbeReturn
stop_at_uncork (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *f = user_data;
  gboolean corked;

  if (!gst_event_parse_gio_socket_cork (GST_PAD_PROBE_INFO_EVENT (info), &corked) || corked)
    return GST_PAD_PROBE_OK;

  set_state (f, GST_STATE_NULL);
  g_mutex_lock (&f->mutex);
  record_locked (f, '!');
  g_mutex_unlock (&f->mutex);

  return GST_PAD_PROBE_DROP;
}

GST_START_TEST (test_stops_from_a_probe_in_its_own_thread)
{
  Fixture f;
  GstPad *srcpad;

  setup (&f, 50 * GST_USECOND, NEVER);
  srcpad = gst_element_get_static_pad (f.h->element, "src");
  gst_pad_add_probe (srcpad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, stop_at_uncork, &f, NULL);
  gst_object_unref (srcpad);

  push (&f);
  wait_for_log (&f, "Cb!");
  wait_for_threads (0);
  teardown (&f);
}

GST_END_TEST

static GstPadProbeReturn
stop_at_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *f = user_data;

  /* The burst is over by now, and the thread that should end it waits for the lock held here. */
  g_usleep (200);
  set_state (f, GST_STATE_NULL);

  return GST_PAD_PROBE_REMOVE;
}

GST_START_TEST (test_stops_from_a_probe_in_the_streaming_thread)
{
  const gchar *const pads[] = { "sink", "src" };

  for (guint i = 0; i < 50; i++) {
    Fixture f;
    GstPad *pad;

    setup (&f, 20 * GST_USECOND, NEVER);
    push (&f);
    pad = gst_element_get_static_pad (f.h->element, pads[i % 2]);
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, stop_at_buffer, &f, NULL);
    gst_object_unref (pad);
    gst_harness_push (f.h, make_buffer ());
    wait_for_threads (0);
    teardown (&f);
  }
}

GST_END_TEST

static GstPadProbeReturn
block (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *f = user_data;

  g_mutex_lock (&f->mutex);
  record_locked (f, '|');
  g_mutex_unlock (&f->mutex);

  return GST_PAD_PROBE_OK;
}

static void
block_source_pad (Fixture *f)
{
  GstPad *srcpad = gst_element_get_static_pad (f->h->element, "src");

  gst_pad_add_probe (srcpad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, block, f, NULL);
  gst_object_unref (srcpad);
}

GST_START_TEST (test_stops_while_the_uncork_is_blocked)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push (&f);
  block_source_pad (&f);
  set_limits (&f, 1000, NEVER);
  wait_for_log (&f, "Cb|");

  set_state (&f, GST_STATE_NULL);
  wait_for_threads (0);
  fail_unless_log (&f, "Cb|");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-lost"), 1);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_stops_corked_while_the_pad_is_blocked)
{
  Fixture f;

  setup (&f, NEVER, NEVER);
  push (&f);
  block_source_pad (&f);
  set_state (&f, GST_STATE_NULL);
  wait_for_threads (0);
  fail_unless_log (&f, "Cb");
  fail_unless_equals_uint64 (stat_of (&f, "flushes-lost"), 1);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_stops_while_a_push_is_blocked)
{
  Fixture f;
  GThread *producer;

  setup (&f, 20 * GST_USECOND, NEVER);
  block_source_pad (&f);
  producer = g_thread_new ("producer", push_in_thread, &f);
  wait_for_log (&f, "|");
  set_state (&f, GST_STATE_NULL);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (producer)), GST_FLOW_FLUSHING);
  wait_for_threads (0);
  fail_unless_log (&f, "|");
  teardown (&f);
}

GST_END_TEST

/* The first buffer waits in the sink for PLAYING, and the burst that it began does not end. */
GST_START_TEST (test_stops_in_preroll)
{
  for (guint i = 0; i < 20; i++) {
    g_autoptr (GstElement) pipeline = gst_parse_launch (
        "fakesrc sizetype=fixed sizemax=10 ! tcpcork quiet-time=1000 max-latency=2000 ! fakesink",
        NULL);

    gst_element_set_state (pipeline, GST_STATE_PAUSED);
    fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE),
        GST_STATE_CHANGE_SUCCESS);
    if (i % 2 == 0) {
      gst_element_set_state (pipeline, GST_STATE_PLAYING);
      gst_element_set_state (pipeline, GST_STATE_PAUSED);
    }
    gst_element_set_state (pipeline, GST_STATE_NULL);
    wait_for_threads (0);
  }
}

GST_END_TEST

GST_START_TEST (test_200_lives_leave_nothing_behind)
{
  Fixture f;

  setup (&f, 30 * GST_USECOND, 50 * GST_USECOND);
  for (guint i = 0; i < 200; i++) {
    push (&f);
    push (&f);
    if (i % 3 == 0)
      g_usleep (30);
    set_state (&f, i % 2 == 0 ? GST_STATE_NULL : GST_STATE_READY);
    fail_unless_equals_uint64 (stat_of (&f, "bursts"), all_flushes (&f));
    play_again (&f);
  }
  set_state (&f, GST_STATE_NULL);
  wait_for_threads (0);
  fail_unless_equals_int (f.uncorked_buffers, 0);
  teardown (&f);
}

GST_END_TEST

static void
add_tests (TCase *tcase)
{
  tcase_add_test (tcase, test_a_burst_is_corked_once_and_uncorked_when_it_is_quiet);
  tcase_add_test (tcase, test_uncork_comes_although_nothing_further_arrives);
  tcase_add_test (tcase, test_max_latency_ends_a_burst_that_is_not_quiet);
  tcase_add_test (tcase, test_the_push_itself_ends_a_burst_that_is_too_old);
  tcase_add_test (tcase, test_without_quiet_time_a_list_is_a_burst);
  tcase_add_test (tcase, test_with_quiet_time_a_list_is_part_of_a_burst);
  tcase_add_test (tcase, test_time_runs_from_the_return_of_a_push_that_took_long);
  tcase_add_test (tcase, test_no_buffer_passes_uncorked_behind_a_stale_uncork);
  tcase_add_test (tcase, test_the_stream_says_where_bursts_end);
  tcase_add_test (tcase, test_without_quiet_time_the_end_of_a_cut_list_is_the_end_of_a_burst);
  tcase_add_test (tcase, test_a_flush_makes_it_forget_the_timestamp);
  tcase_add_test (tcase, test_adaptive_stops_waiting_where_nothing_follows);
  tcase_add_test (tcase, test_disabling_uncorks_and_enabling_corks_the_next_buffer);
  tcase_add_test (tcase, test_disabling_does_not_wait_for_a_push);
  tcase_add_test (tcase, test_what_ends_a_stream_is_uncorked_before);
  tcase_add_test (tcase, test_other_events_leave_a_burst_alone);
  tcase_add_test (tcase, test_an_uncork_from_upstream_is_believed);
  tcase_add_test (tcase, test_a_flush_event_is_uncorked_before_and_passed_on);
  tcase_add_test (tcase, test_an_application_uncorks_from_any_thread);
  tcase_add_test (tcase, test_no_buffer_passes_uncorked_behind_an_applications_uncork);
  tcase_add_test (tcase, test_a_flush_forgets_the_burst);
  tcase_add_test (tcase, test_flushes_while_the_uncork_waits_for_the_stream_lock);
  tcase_add_test (tcase, test_passes_caps_and_allocation);
  tcase_add_test (tcase, test_going_to_ready_uncorks);
  tcase_add_test (tcase, test_stops_from_a_probe_in_its_own_thread);
  tcase_add_test (tcase, test_stops_from_a_probe_in_the_streaming_thread);
  tcase_add_test (tcase, test_stops_while_the_uncork_is_blocked);
  tcase_add_test (tcase, test_stops_corked_while_the_pad_is_blocked);
  tcase_add_test (tcase, test_stops_while_a_push_is_blocked);
  tcase_add_test (tcase, test_stops_in_preroll);
  tcase_add_test (tcase, test_200_lives_leave_nothing_behind);
}

static Suite *
tcpcork_suite (void)
{
  Suite *suite = suite_create ("tcpcork");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  add_tests (tcase);

  return suite;
}

GST_CHECK_MAIN (tcpcork)
