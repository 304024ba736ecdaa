/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* State changes while the end of a burst waits for a peer that does not read: over TLS, a flush is a
 * write. */

#include "lib/giosocket.h"
#include "tests/support/ends.h"
#include "tests/support/support.h"

#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>

#define BURST_BYTES 1000

static Certificates *certificates;
static guint fds_before, threads_before;
static GstElement *receiver, *sender;
static GstElement *sink;
static GstPad *pad;

/* What only flushes write, so that it is a flush that blocks. */
typedef struct
{
  GThread *thread;
  gint is_enough;
  gint is_over;
  guint64 bytes;
} Bursts;

static gpointer
push_bursts (gpointer data)
{
  Bursts *bursts = data;
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK && !g_atomic_int_get (&bursts->is_enough)) {
    g_autoptr (GBytes) bytes = support_make_bytes (BURST_BYTES, 1);

    gst_pad_push_event (pad, gst_event_new_gio_socket_cork (TRUE));
    ret = gst_pad_push (pad, gst_buffer_new_wrapped_bytes (bytes));
    gst_pad_push_event (pad, gst_event_new_gio_socket_cork (FALSE));
    if (ret == GST_FLOW_OK)
      bursts->bytes += BURST_BYTES;
  }
  g_atomic_int_set (&bursts->is_over, TRUE);

  return NULL;
}

static void
push_beginning (void)
{
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (sender), "in");
  g_autoptr (GstPad) target = gst_element_get_static_pad (in, "sink");
  GstSegment segment;

  pad = gst_pad_new ("src", GST_PAD_SRC);
  fail_unless (gst_pad_set_active (pad, TRUE));
  fail_unless_equals_int (gst_pad_link (pad, target), GST_PAD_LINK_OK);
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_pad_push_event (pad, gst_event_new_stream_start ("bursts")));
  fail_unless (gst_pad_push_event (pad, gst_event_new_segment (&segment)));
}

static void
setup (void)
{
  certificates = certificates_new ();
  ends_warm_up ();
  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
  receiver = end_start (certificates,
      "giosocketsrc " END_TLS_LISTEN " ! appsink name=out sync=false max-buffers=1", 0, NULL, NULL);
  sender = end_start (certificates, "identity name=in ! giosocketsink " END_TLS_CONNECT,
      end_wait_port (receiver), NULL, NULL);
  sink = gst_bin_get_by_name (GST_BIN (sender), "ours");
  push_beginning ();
}

static void
stop_sender (void)
{
  gst_clear_object (&sink);
  end_stop (sender);
  gst_clear_object (&pad);
}

static void
teardown (void)
{
  support_assert_no_more (fds_before, threads_before);
  g_clear_pointer (&certificates, certificates_free);
}

static guint64
get_waits (void)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 waits = 0;

  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "send-waits", &waits);

  return waits;
}

static void
block_with_bursts (Bursts *bursts)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  bursts->thread = g_thread_new ("bursts", push_bursts, bursts);
  while (get_waits () == 0) {
    fail_unless (g_get_monotonic_time () < end, "it never waited");
    g_thread_yield ();
  }
  g_atomic_int_set (&bursts->is_enough, TRUE);
}

/* All that comes until the last burst was pushed, and has come. */
static guint64
read_bursts (Bursts *bursts)
{
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (receiver), "out");
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;
  guint64 bytes = 0;

  while (!g_atomic_int_get (&bursts->is_over) || bytes < bursts->bytes) {
    g_autoptr (GstSample) sample =
        gst_app_sink_try_pull_sample (GST_APP_SINK (out), 10 * GST_MSECOND);

    if (sample != NULL)
      bytes += gst_buffer_get_size (gst_sample_get_buffer (sample));
    fail_unless (g_get_monotonic_time () < end, "only %" G_GUINT64_FORMAT " bytes came", bytes);
  }

  return bytes;
}

GST_START_TEST (test_the_end_of_a_burst_leaves_when_it_goes_on)
{
  Bursts bursts = { 0 };

  block_with_bursts (&bursts);
  gst_element_set_state (sender, GST_STATE_PAUSED);
  gst_element_set_state (sender, GST_STATE_PLAYING);
  fail_unless_equals_uint64 (read_bursts (&bursts), bursts.bytes);
  g_thread_join (bursts.thread);
  stop_sender ();
  end_stop (receiver);
}

GST_END_TEST

static const GstState states[] = { GST_STATE_READY, GST_STATE_NULL };

GST_START_TEST (test_the_end_of_a_burst_holds_up_no_state_change)
{
  Bursts bursts = { 0 };

  block_with_bursts (&bursts);
  fail_unless_equals_int (gst_element_set_state (sender, states[__i__]), GST_STATE_CHANGE_SUCCESS);
  g_thread_join (bursts.thread);
  stop_sender ();
  end_stop (receiver);
}

GST_END_TEST

static Suite *
tls_pause_suite (void)
{
  Suite *suite = suite_create ("tls-pause");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_end_of_a_burst_leaves_when_it_goes_on);
  tcase_add_loop_test (tcase, test_the_end_of_a_burst_holds_up_no_state_change, 0,
      G_N_ELEMENTS (states));

  return suite;
}

GST_CHECK_MAIN (tls_pause)
