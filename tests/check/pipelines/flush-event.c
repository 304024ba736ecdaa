/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* One event through the whole chain: everybody who holds something back sends it. */

#include "tests/support/support.h"

#include "lib/flush-event.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

#include <string.h>

#define PIECE "piece"
#define PIECES 3
#define SIZE (PIECES * strlen (PIECE))

static guint64
stat_of (GstElement *element, const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value));

  return value;
}

/* Nothing but the event ends the wait of either element. */
static GstElement *
start_sender (guint port)
{
  g_autofree gchar *description =
      g_strdup_printf ("appsrc name=in ! writeaggregate name=aggregate max-latency=3600000000000 ! "
                       "tcpcork name=cork quiet-time=3600000000000 max-latency=3600000000000 ! "
                       "giosocketsink host=127.0.0.1 port=%u sync=false",
          port);
  GstElement *pipeline = support_launch (description);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  return pipeline;
}

static void
push_pieces (GstElement *pipeline, GstElement *aggregate)
{
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (pipeline), "in");

  for (guint i = 0; i < PIECES; i++)
    gst_app_src_push_buffer (GST_APP_SRC (appsrc), gst_buffer_new_memdup (PIECE, strlen (PIECE)));
  while (stat_of (aggregate, "level") < SIZE)
    g_thread_yield ();
}

GST_START_TEST (test_one_event_sent_by_an_application_flushes_the_whole_chain)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  GstElement *pipeline = start_sender (port);
  g_autoptr (GSocket) socket = support_accept (listener);
  g_autoptr (GstElement) aggregate = gst_bin_get_by_name (GST_BIN (pipeline), "aggregate");
  g_autoptr (GstElement) cork = gst_bin_get_by_name (GST_BIN (pipeline), "cork");

  for (guint i = 1; i <= 3; i++) {
    gchar received[PIECES * sizeof PIECE] = "";

    push_pieces (pipeline, aggregate);
    fail_unless (gst_element_send_event (aggregate, gst_event_new_gio_socket_flush ()));
    support_read_exactly (socket, received, SIZE);
    fail_unless_equals_string (received, PIECE PIECE PIECE);

    while (stat_of (cork, "flushes-event") < i)
      g_thread_yield ();
    fail_unless_equals_uint64 (stat_of (cork, "bursts"), i);
    fail_unless_equals_uint64 (stat_of (aggregate, "lists-out"), i);
  }

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST

static Suite *
flush_event_suite (void)
{
  Suite *suite = suite_create ("flush-event");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_one_event_sent_by_an_application_flushes_the_whole_chain);

  return suite;
}

GST_CHECK_MAIN (flush_event)
