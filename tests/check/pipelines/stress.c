/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/*
 * Many producers, funnel ! writeaggregate ! tcpcork ! giosocketsink, and a receiver on loopback, which
 * knows what messages look like.  Meanwhile everything happens that may happen: flushes, seeks, state
 * changes, EOS, changes of properties, events and queries.  A life is from READY to READY, with one
 * connection; when it ends, every byte must be accounted for.
 *
 * GIOSOCKET_STRESS_SECONDS says for how long, GIOSOCKET_STRESS_SEED what happens.
 */

#include "tests/support/support.h"
#include "tests/support/witness.h"

#include "lib/cork-event.h"
#include "lib/flush-event.h"

#include <gst/check/gstcheck.h>

#define DEFAULT_SECONDS 3

typedef struct
{
  guint index;
  GstPad *pad;
  GThread *thread;

  /* Whoever pushes has the lock, and nobody pushes data between a restart and the new segment. */
  GMutex lock;
  GRand *rand;
  guint number;
  guint64 messages; /* accepted, and their bytes with headers */
  guint64 bytes;
} Producer;

typedef struct
{
  GstElement *pipeline;
  GstElement *aggregate;
  GstElement *cork;
  GstElement *sink;
  Producer producers[WITNESS_N_PRODUCERS];
  gint producing;
  gint restarting; /* producers make way: a mutex alone does not let anybody else in for long */
  GRand *rand;

  /* Of this life. */
  GstGioSocketFramingLayout layout;
  Witness *witness;
  gboolean flushed;
  guint64 dropped_before;
  guint64 in_before;
  guint64 out_before;
  guint64 buffers_dropped_before;
} Stress;

static Stress stress;

static guint64
stat_of (const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value;

  g_object_get (stress.aggregate, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value));

  return value;
}

/* --- producers ----------------------------------------------------------- */

static void
push_start (Producer *self)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/octet-stream");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_stream_start ("stress"));
  gst_pad_push_event (self->pad, gst_event_new_caps (caps));
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
}

static gsize
choose_size (GRand *rand)
{
  gint kind = g_rand_int_range (rand, 0, 200);

  if (kind == 0)
    return g_rand_int_range (rand, 30000, 65000);
  if (kind < 4 && stress.layout.header_size > 0)
    return 0;

  return g_rand_int_range (rand, WITNESS_MIN_SIZE, kind < 20 ? 6000 : 300);
}

static GstBuffer *
make_message (Producer *self, gsize *bytes)
{
  gsize size = choose_size (self->rand);
  GstBuffer *buffer = witness_message_new (self->index, self->number++, size);

  *bytes += size + gst_gio_socket_framing_get_header_size (&stress.layout, size);
  GST_BUFFER_PTS (buffer) = self->number / 3 * GST_USECOND;
  if (g_rand_int_range (self->rand, 0, 5) == 0)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  if (g_rand_boolean (self->rand))
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (g_rand_int_range (self->rand, 0, 50) == 0)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);

  return buffer;
}

static void
push_messages (Producer *self, guint n)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  gsize bytes = 0;
  GstFlowReturn ret;

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (list, make_message (self, &bytes));
  if (n > 1)
    ret = gst_pad_push_list (self->pad, g_steal_pointer (&list));
  else
    ret = gst_pad_push (self->pad, gst_buffer_ref (gst_buffer_list_get (list, 0)));

  if (ret == GST_FLOW_OK) {
    self->messages += n;
    self->bytes += bytes;
  } else {
    fail_unless_equals_int (ret, GST_FLOW_FLUSHING);
  }
}

static void
ask_drain (Producer *self)
{
  g_autoptr (GstQuery) query = gst_query_new_drain ();

  gst_pad_peer_query (self->pad, query);
}

static void
push_anything (Producer *self)
{
  switch (g_rand_int_range (self->rand, 0, 60)) {
    case 0:
      ask_drain (self);
      break;
    case 1:
      gst_pad_push_event (self->pad, gst_event_new_gio_socket_flush ());
      break;
    case 2:
      gst_pad_push_event (self->pad, gst_event_new_gio_socket_cork (g_rand_boolean (self->rand)));
      break;
    case 3:
    case 4:
      push_messages (self, g_rand_int_range (self->rand, 2, 60));
      break;
    default:
      push_messages (self, 1);
      break;
  }
}

static gpointer
produce (gpointer user_data)
{
  Producer *self = user_data;

  while (g_atomic_int_get (&stress.producing)) {
    while (g_atomic_int_get (&stress.restarting))
      g_thread_yield ();
    g_mutex_lock (&self->lock);
    push_anything (self);
    g_mutex_unlock (&self->lock);
  }

  return NULL;
}

static void
start_producers (void)
{
  g_atomic_int_set (&stress.producing, TRUE);
  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++) {
    Producer *producer = &stress.producers[i];

    producer->messages = producer->bytes = 0;
    gst_pad_set_active (producer->pad, FALSE);
    gst_pad_set_active (producer->pad, TRUE);
    push_start (producer);
  }
  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++)
    stress.producers[i].thread = g_thread_new ("producer", produce, &stress.producers[i]);
}

static void
stop_producers (void)
{
  g_atomic_int_set (&stress.producing, FALSE);
  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++)
    g_thread_join (stress.producers[i].thread);
}

/* --- what happens -------------------------------------------------------- */

/* A message behind the segment makes funnel pass the segment on. */
static void
flush (void)
{
  Producer *first = &stress.producers[0];

  stress.flushed = TRUE;
  g_atomic_int_set (&stress.restarting, TRUE);
  gst_pad_push_event (first->pad, gst_event_new_flush_start ());
  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++)
    g_mutex_lock (&stress.producers[i].lock);
  gst_pad_push_event (first->pad, gst_event_new_flush_stop (TRUE));
  push_start (first);
  push_messages (first, 1);
  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++)
    g_mutex_unlock (&stress.producers[i].lock);
  g_atomic_int_set (&stress.restarting, FALSE);
}

/* The seek comes out at all producers; the first one obeys. */
static gboolean
producer_event_cb (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK && pad == stress.producers[0].pad)
    flush ();
  gst_event_unref (event);

  return TRUE;
}

static void
seek (void)
{
  fail_unless (gst_element_send_event (stress.sink,
      gst_event_new_seek (1.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0,
          GST_SEEK_TYPE_NONE, 0)));
}

typedef struct
{
  const gchar *name;
  const gchar *values[8];
} Setting;

static const Setting aggregate_settings[] = {
  { "max-bytes", { "1", "500", "65536", "200000" } },
  { "max-size-bytes", { "1", "2000", "100000", "4194304" } },
  { "copy-threshold", { "0", "100", "4096", "100000" } },
  { "max-latency", { "0", "0", "100000", "2000000" } },
  { "quiet-time", { "0", "10000", "1000000" } },
  { "flush-on", { "0", "marker", "keyframe", "timestamp", "marker+timestamp" } },
  { "leaky", { "no", "no", "upstream", "downstream" } },
  { "framing",
      { "none", "uint16-be", "uint32-be", "uint32-le", "varint", "xpra", "spice-mini", "custom" } },
};

static const Setting cork_settings[] = {
  { "quiet-time", { "0", "10000", "100000" } },
  { "max-latency", { "0", "100000", "2000000" } },
  { "adaptive", { "true", "false" } },
  { "enabled", { "true", "true", "false" } },
  { "flush-on", { "0", "marker", "keyframe", "timestamp" } },
};

static void
change (GstElement *element, const Setting *settings, guint n_settings)
{
  const Setting *setting = &settings[g_rand_int_range (stress.rand, 0, n_settings)];
  guint n_values = 0;

  while (n_values < G_N_ELEMENTS (setting->values) && setting->values[n_values] != NULL)
    n_values++;
  gst_util_set_object_arg (G_OBJECT (element), setting->name,
      setting->values[g_rand_int_range (stress.rand, 0, n_values)]);
}

static void
wait_for_state (void)
{
  fail_unless_equals_int (gst_element_get_state (stress.pipeline, NULL, NULL, SUPPORT_PATIENCE),
      GST_STATE_CHANGE_SUCCESS);
}

/* A bin forgets to go on when it is told something else just after it has prerolled. */
static void
set_state (GstState state)
{
  wait_for_state ();
  fail_unless (gst_element_set_state (stress.pipeline, state) != GST_STATE_CHANGE_FAILURE);
}

/* Only while it plays is it sure that a place among the buffers is reached. */
static void
play_and_send_flush (void)
{
  set_state (GST_STATE_PLAYING);
  wait_for_state ();
  fail_unless (gst_element_send_event (stress.aggregate, gst_event_new_gio_socket_flush ()));
}

static void
do_anything (void)
{
  switch (g_rand_int_range (stress.rand, 0, 40)) {
    case 0:
      flush ();
      break;
    case 1:
      seek ();
      break;
    case 2:
      set_state (GST_STATE_PAUSED);
      break;
    case 3:
      set_state (GST_STATE_PLAYING);
      break;
    case 4:
      play_and_send_flush ();
      break;
    case 5:
      change (stress.cork, cork_settings, G_N_ELEMENTS (cork_settings));
      break;
    case 6:
      change (stress.aggregate, aggregate_settings, G_N_ELEMENTS (aggregate_settings));
      break;
    default:
      stat_of ("level");
      g_usleep (g_rand_int_range (stress.rand, 0, 500));
      break;
  }
}

/* --- a life -------------------------------------------------------------- */

static void
find_layout (void)
{
  GstGioSocketFraming framing;

  g_object_get (stress.aggregate, "framing", &framing, NULL);
  stress.layout = framing == GST_GIO_SOCKET_FRAMING_CUSTOM
      ? (GstGioSocketFramingLayout){ 4, 0, 4, G_BIG_ENDIAN, FALSE, -1 }
      : *gst_gio_socket_framing_get_layout (framing);
}

static void
begin_life (void)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);

  g_object_set (stress.sink, "port", port, NULL);
  find_layout ();
  stress.flushed = FALSE;
  stress.in_before = stat_of ("bytes-in");
  stress.out_before = stat_of ("bytes-out");
  stress.dropped_before = stat_of ("bytes-dropped");
  stress.buffers_dropped_before = stat_of ("buffers-dropped");
  fail_unless (
      gst_element_set_state (stress.pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
  stress.witness = witness_start (support_accept (listener), &stress.layout);
  start_producers ();
}

static void
end_stream (void)
{
  set_state (GST_STATE_PLAYING);
  wait_for_state ();
  stop_producers ();
  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++)
    fail_unless (gst_pad_push_event (stress.producers[i].pad, gst_event_new_eos ()));
  support_wait_eos (stress.pipeline);
}

static void
check_accounts (const WitnessReport *report, gboolean ended)
{
  guint64 in = stat_of ("bytes-in") - stress.in_before;
  guint64 out = stat_of ("bytes-out") - stress.out_before;
  guint64 dropped = stat_of ("bytes-dropped") - stress.dropped_before;
  guint64 buffers_dropped = stat_of ("buffers-dropped") - stress.buffers_dropped_before;
  guint64 messages = 0;
  guint64 bytes = 0;

  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++) {
    messages += stress.producers[i].messages;
    bytes += stress.producers[i].bytes;
  }

  fail_unless_equals_uint64 (stat_of ("level"), 0);
  fail_unless_equals_uint64 (in, bytes);
  fail_unless_equals_uint64 (in, out + dropped);
  fail_unless (report->bytes >= out && report->bytes <= in);
  fail_unless (report->messages <= messages && report->messages + buffers_dropped >= messages);
  if (ended) {
    fail_unless_equals_uint64 (report->rest, 0);
    if (!stress.flushed) {
      fail_unless_equals_uint64 (report->bytes, out);
      fail_unless_equals_uint64 (report->messages + buffers_dropped, messages);
    }
  }
}

static void
end_life (gboolean ended)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (stress.pipeline);
  g_autoptr (GstMessage) error = NULL;
  WitnessReport report;

  if (ended)
    end_stream ();
  gst_element_set_state (stress.pipeline,
      g_rand_boolean (stress.rand) ? GST_STATE_READY : GST_STATE_NULL);
  if (!ended)
    stop_producers ();
  report = witness_finish (stress.witness);

  error = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (error == NULL);
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  check_accounts (&report, ended);
}

/* --- the test ------------------------------------------------------------ */

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static void
init_producer (Producer *self, guint index, GstElement *funnel)
{
  g_autoptr (GstPad) peer = gst_element_request_pad_simple (funnel, "sink_%u");

  self->index = index;
  self->rand = g_rand_new_with_seed (g_rand_int (stress.rand));
  g_mutex_init (&self->lock);
  self->pad = gst_pad_new_from_static_template (&src_template, NULL);
  gst_pad_set_event_function (self->pad, producer_event_cb);
  fail_unless_equals_int (gst_pad_link (self->pad, peer), GST_PAD_LINK_OK);
}

static void
setup (void)
{
  g_autoptr (GstElement) funnel = NULL;

  stress.rand = g_rand_new_with_seed (support_number ("GIOSOCKET_STRESS_SEED", 1));
  stress.pipeline = support_launch ("funnel name=funnel ! writeaggregate name=aggregate ! "
                                    "tcpcork name=cork ! giosocketsink name=sink host=127.0.0.1 "
                                    "sync=false");
  stress.aggregate = gst_bin_get_by_name (GST_BIN (stress.pipeline), "aggregate");
  stress.cork = gst_bin_get_by_name (GST_BIN (stress.pipeline), "cork");
  stress.sink = gst_bin_get_by_name (GST_BIN (stress.pipeline), "sink");
  funnel = gst_bin_get_by_name (GST_BIN (stress.pipeline), "funnel");
  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++)
    init_producer (&stress.producers[i], i, funnel);
}

static void
teardown (void)
{
  gst_element_set_state (stress.pipeline, GST_STATE_NULL);
  for (guint i = 0; i < WITNESS_N_PRODUCERS; i++) {
    Producer *producer = &stress.producers[i];

    gst_pad_set_active (producer->pad, FALSE);
    gst_object_unref (producer->pad);
    g_rand_free (producer->rand);
    g_mutex_clear (&producer->lock);
  }
  gst_object_unref (stress.sink);
  gst_object_unref (stress.cork);
  gst_object_unref (stress.aggregate);
  gst_object_unref (stress.pipeline);
  g_rand_free (stress.rand);
}

GST_START_TEST (test_nothing_of_many_producers_is_lost)
{
  begin_life ();
  while (stat_of ("bytes-out") < 4000000)
    g_thread_yield ();
  end_life (TRUE);
  fail_unless_equals_uint64 (stat_of ("bytes-dropped"), 0);
}

GST_END_TEST

GST_START_TEST (test_every_byte_is_accounted_for_whatever_happens)
{
  guint64 seconds = support_number ("GIOSOCKET_STRESS_SECONDS", DEFAULT_SECONDS);
  gint64 end = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  guint lives = 0;

  while (g_get_monotonic_time () < end) {
    guint n = g_rand_int_range (stress.rand, 0, 400);

    begin_life ();
    for (guint i = 0; i < n; i++)
      do_anything ();
    end_life (g_rand_boolean (stress.rand));
    lives++;
  }

  GST_INFO ("%u lives, %" G_GUINT64_FORMAT " bytes in, %" G_GUINT64_FORMAT
            " dropped, %" G_GUINT64_FORMAT " of them leaked",
      lives, stat_of ("bytes-in"), stat_of ("bytes-dropped"), stat_of ("bytes-leaked"));
  fail_unless (lives > 0);
}

GST_END_TEST

static Suite *
stress_suite (void)
{
  Suite *suite = suite_create ("stress");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_set_timeout (tcase, 60 + 2 * support_number ("GIOSOCKET_STRESS_SECONDS", DEFAULT_SECONDS));
  tcase_add_test (tcase, test_nothing_of_many_producers_is_lost);
  tcase_add_test (tcase, test_every_byte_is_accounted_for_whatever_happens);

  return suite;
}

GST_CHECK_MAIN (stress)
