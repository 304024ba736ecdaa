/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/transport-plain.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static GSocket *ours;
static GSocket *peer;
static GstGioSocketTransport *transport;
static guint fds_before;

static void
open_pair (gboolean no_delay)
{
  support_make_pair (&ours, &peer);
  transport = gst_gio_socket_transport_plain_new (ours, no_delay);
}

static void
setup (void)
{
  fds_before = support_count_fds ();
  open_pair (TRUE);
}

static void
teardown (void)
{
  g_clear_object (&transport);
  g_clear_object (&ours);
  g_clear_object (&peer);
  fail_unless_equals_int (support_count_fds (), fds_before);
}

static guint64
get_stat (const gchar *field)
{
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");
  guint64 value = G_MAXUINT64;

  gst_gio_socket_transport_add_stats (transport, stats);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "no field %s", field);

  return value;
}

static gint
get_option (gint option)
{
  gint value = -1;

  fail_unless (g_socket_get_option (ours, IPPROTO_TCP, option, &value, NULL));

  return value;
}

static gboolean
send_text (const gchar *text, gboolean hold)
{
  GOutputVector vector = { text, strlen (text) };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;
  g_autoptr (GError) error = NULL;
  gboolean sent =
      gst_gio_socket_transport_send (transport, &vectors, &n_vectors, hold, NULL, &error);

  fail_unless (sent == (error == NULL));
  fail_unless (!sent || n_vectors == 0);

  return sent;
}

static void
expect_text (const gchar *text)
{
  g_autofree gchar *got = g_malloc0 (strlen (text) + 1);

  support_read_exactly (peer, got, strlen (text));
  fail_unless_equals_string (got, text);
}

GST_START_TEST (test_more_vectors_than_the_kernel_takes_need_few_calls)
{
  enum
  {
    N = 3 * IOV_MAX + 7
  };
  g_autofree GOutputVector *vectors = g_new (GOutputVector, N);
  g_autoptr (GBytes) bytes = support_make_bytes (N, 1);
  g_autofree guint8 *got = g_malloc (N);
  GOutputVector *rest = vectors;
  guint n_rest = N;

  for (guint i = 0; i < N; i++) {
    vectors[i].buffer = (const guint8 *)g_bytes_get_data (bytes, NULL) + i;
    vectors[i].size = 1;
  }

  fail_unless (gst_gio_socket_transport_send (transport, &rest, &n_rest, FALSE, NULL, NULL));
  support_read_exactly (peer, got, N);
  fail_unless (memcmp (got, g_bytes_get_data (bytes, NULL), N) == 0);
  fail_unless_equals_uint64 (get_stat ("send-calls"), 4);
  fail_unless_equals_uint64 (get_stat ("bytes-sent"), N);
  fail_unless (get_stat ("segments-sent") > 0);
  fail_unless (get_stat ("congestion-window") > 0);
}

GST_END_TEST

static gpointer
read_all_thread (gpointer data)
{
  return support_read_all (data);
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

/* A 64 KiB send against a full pipe, cut off by the cancellable many times, arrives whole. */
GST_START_TEST (test_an_interrupted_send_goes_on_from_the_same_byte)
{
  const gsize size = 64 * 1024;
  g_autoptr (GBytes) bytes = support_make_bytes (size, 2);
  GOutputVector halves[2];
  GOutputVector *rest = halves;
  guint n_rest = 2;
  guint n_interrupted = 0;
  GThread *reader;
  g_autoptr (GByteArray) got = NULL;

  support_shrink_buffers (ours);
  support_shrink_buffers (peer);
  halves[0].buffer = g_bytes_get_data (bytes, NULL);
  halves[0].size = size / 2 + 1;
  halves[1].buffer = (const guint8 *)halves[0].buffer + halves[0].size;
  halves[1].size = size - halves[0].size;

  /* Nobody reads: fill the pipe, and be cancelled while waiting for room. */
  for (guint i = 0; i < 5; i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    GThread *helper;

    helper = g_thread_new ("cancel", cancel_thread, cancellable);
    if (!gst_gio_socket_transport_send (transport, &rest, &n_rest, FALSE, cancellable, &error)) {
      fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      n_interrupted++;
    }
    g_thread_join (helper);
  }
  fail_unless_equals_int (n_interrupted, 5);

  reader = g_thread_new ("reader", read_all_thread, peer);
  fail_unless (gst_gio_socket_transport_send (transport, &rest, &n_rest, FALSE, NULL, NULL));
  fail_unless (gst_gio_socket_transport_shutdown (transport, NULL, NULL));
  got = g_thread_join (reader);

  fail_unless_equals_int (got->len, size);
  fail_unless (memcmp (got->data, g_bytes_get_data (bytes, NULL), size) == 0);
}

GST_END_TEST

GST_START_TEST (test_a_burst_costs_one_option_call_and_keeps_the_cork)
{
  fail_unless (send_text ("a", TRUE));
  fail_unless_equals_int (get_option (TCP_CORK), 1);
  fail_unless_equals_uint64 (get_stat ("option-calls"), 1);
  fail_unless_equals_uint64 (get_stat ("bytes-unsent"), 1);

  for (guint i = 0; i < 3; i++) {
    fail_unless (send_text ("b", TRUE));
    fail_unless (gst_gio_socket_transport_flush (transport, NULL, NULL));
    fail_unless_equals_int (get_option (TCP_CORK), 1);
  }
  fail_unless_equals_uint64 (get_stat ("option-calls"), 1 + 3);
  fail_unless_equals_uint64 (get_stat ("flushes"), 3);
  expect_text ("abbb");
}

GST_END_TEST

GST_START_TEST (test_a_flush_that_finds_nothing_makes_no_call)
{
  fail_unless (gst_gio_socket_transport_flush (transport, NULL, NULL));
  fail_unless (send_text ("a", TRUE));
  fail_unless (gst_gio_socket_transport_flush (transport, NULL, NULL));
  fail_unless (gst_gio_socket_transport_flush (transport, NULL, NULL));
  fail_unless_equals_uint64 (get_stat ("option-calls"), 2);
  fail_unless_equals_uint64 (get_stat ("flushes"), 1);
}

GST_END_TEST

GST_START_TEST (test_a_send_that_may_not_hold_takes_the_cork_off)
{
  fail_unless (send_text ("a", TRUE));
  fail_unless (send_text ("b", FALSE));
  fail_unless_equals_int (get_option (TCP_CORK), 0);
  expect_text ("ab");
  fail_unless_equals_uint64 (get_stat ("option-calls"), 2);
  fail_unless (gst_gio_socket_transport_flush (transport, NULL, NULL));
  fail_unless_equals_uint64 (get_stat ("option-calls"), 2);
}

GST_END_TEST

GST_START_TEST (test_without_no_delay_a_flush_leaves_nagle_on)
{
  g_clear_object (&transport);
  g_clear_object (&ours);
  g_clear_object (&peer);
  open_pair (FALSE);

  fail_unless (send_text ("a", TRUE));
  fail_unless (gst_gio_socket_transport_flush (transport, NULL, NULL));
  fail_unless_equals_int (get_option (TCP_NODELAY), 0);
  fail_unless_equals_int (get_option (TCP_CORK), 0);
  expect_text ("a");
}

GST_END_TEST

GST_START_TEST (test_receive_fills_the_vectors_in_order_and_0_is_the_end)
{
  gchar head[3] = "";
  gchar tail[10] = "";
  GInputVector vectors[2] = { { head, 2 }, { tail, 9 } };

  support_send (peer, "abcde", 5);
  fail_unless_equals_int (gst_gio_socket_transport_receive (transport, vectors, 2, NULL, NULL), 5);
  fail_unless_equals_string (head, "ab");
  fail_unless_equals_string (tail, "cde");

  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  fail_unless_equals_int (gst_gio_socket_transport_receive (transport, vectors, 2, NULL, NULL), 0);
}

GST_END_TEST

GST_START_TEST (test_receive_ends_when_it_is_cancelled)
{
  gchar byte;
  GInputVector vector = { &byte, 1 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *helper = g_thread_new ("cancel", cancel_thread, cancellable);

  fail_unless_equals_int (gst_gio_socket_transport_receive (transport, &vector, 1, cancellable,
                              &error),
      -1);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_thread_join (helper);
}

GST_END_TEST

GST_START_TEST (test_a_wait_longer_than_the_timeout_is_an_error)
{
  gchar byte;
  GInputVector vector = { &byte, 1 };
  g_autoptr (GError) error = NULL;

  gst_gio_socket_transport_set_timeout (transport, 1);
  fail_unless_equals_int (gst_gio_socket_transport_receive (transport, &vector, 1, NULL, &error),
      -1);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
}

GST_END_TEST

GST_START_TEST (test_drain_returns_when_everything_is_acknowledged)
{
  fail_unless (send_text ("the end", TRUE));
  fail_unless (gst_gio_socket_transport_shutdown (transport, NULL, NULL));
  fail_unless (gst_gio_socket_transport_shutdown (transport, NULL, NULL));
  fail_unless (gst_gio_socket_transport_drain (transport, 10 * GST_SECOND, NULL, NULL));
  fail_unless_equals_uint64 (gst_gio_socket_transport_get_unacknowledged (transport), 0);
  expect_text ("the end");
}

GST_END_TEST

/* As much as the two kernels take. */
static guint64
fill_pipe (void)
{
  g_autofree gchar *block = g_malloc0 (1024 * 1024);
  GOutputVector vector = { block, 1024 * 1024 };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;

  support_shrink_buffers (ours);
  support_shrink_buffers (peer);
  gst_gio_socket_transport_set_timeout (transport, 1);
  fail_if (gst_gio_socket_transport_send (transport, &vectors, &n_vectors, FALSE, NULL, NULL));

  return get_stat ("bytes-sent");
}

GST_START_TEST (test_drain_gives_up_on_a_peer_that_reads_no_more)
{
  g_autoptr (GError) error = NULL;

  fail_unless (fill_pipe () > 0);
  fail_unless (gst_gio_socket_transport_shutdown (transport, NULL, NULL));
  fail_if (gst_gio_socket_transport_drain (transport, 10 * GST_MSECOND, NULL, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  fail_unless (gst_gio_socket_transport_get_unacknowledged (transport) > 0);
}

GST_END_TEST

GST_START_TEST (test_drain_says_what_a_reset_destroyed)
{
  g_autoptr (GError) error = NULL;

  fill_pipe ();
  fail_unless (gst_gio_socket_transport_shutdown (transport, NULL, NULL));
  /* What it has not read makes this a reset. */
  fail_unless (g_socket_close (peer, NULL));
  fail_if (gst_gio_socket_transport_drain (transport, 20 * GST_SECOND, NULL, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED));
  fail_unless (gst_gio_socket_transport_get_unacknowledged (transport) > 0);
}

GST_END_TEST

/* Offers far more than the peer takes, which reads nothing, until there is no room.  Returns: what the
 * kernel could not send */
static guint64
fill_kernel (void)
{
  const gsize size = 64 * 1024 * 1024;
  g_autofree gchar *block = g_malloc0 (size);
  GOutputVector vector = { block, size };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;
  g_autoptr (GError) error = NULL;

  gst_gio_socket_transport_set_linger (transport, 0);
  fail_if (gst_gio_socket_transport_send (transport, &vectors, &n_vectors, TRUE, NULL, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));

  return get_stat ("bytes-unsent");
}

GST_START_TEST (test_no_more_waits_in_the_kernel_than_the_mark_and_a_segment)
{
  enum
  {
    MARK = 16384,
    SEGMENT = 65536
  };

  gst_gio_socket_transport_set_notsent_lowat (transport, MARK);
  fail_unless (fill_kernel () < MARK + SEGMENT);

  /* It is the mark that did that, and it can be taken away. */
  gst_gio_socket_transport_set_notsent_lowat (transport, 0);
  fail_unless (fill_kernel () > 2 * (MARK + SEGMENT));
}

GST_END_TEST

/* A tail that is corked is not sent, either, and must not keep the rest from coming. */
GST_START_TEST (test_a_mark_below_a_corked_tail_stops_nothing)
{
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 3);
  GThread *reader = g_thread_new ("reader", read_all_thread, peer);
  g_autoptr (GByteArray) got = NULL;

  gst_gio_socket_transport_set_notsent_lowat (transport, 1);
  gst_gio_socket_transport_set_timeout (transport, 5);
  for (guint i = 0; i < 3000; i++) {
    GOutputVector vector = { g_bytes_get_data (bytes, NULL), 1000 };
    GOutputVector *vectors = &vector;
    guint n_vectors = 1;

    fail_unless (gst_gio_socket_transport_send (transport, &vectors, &n_vectors, TRUE, NULL, NULL));
  }
  fail_unless (gst_gio_socket_transport_shutdown (transport, NULL, NULL));
  got = g_thread_join (reader);
  fail_unless_equals_int (got->len, 3000 * 1000);
}

GST_END_TEST

GST_START_TEST (test_sending_to_a_peer_that_is_gone_is_an_error_and_no_signal)
{
  guint n = 0;

  fail_unless (g_socket_close (peer, NULL));
  while (send_text ("x", FALSE))
    fail_unless (++n < 1000000);
}

GST_END_TEST

/* The kernel tells of a reset once. */
GST_START_TEST (test_what_the_sender_was_told_is_no_end_for_the_receiver)
{
  guint8 byte;
  GInputVector vector = { &byte, 1 };
  g_autoptr (GError) error = NULL;

  support_reset (&peer);
  fail_unless (gst_gio_socket_transport_wait (transport, G_IO_HUP, NULL, NULL));
  fail_if (send_text ("lost", FALSE));

  fail_unless_equals_int (gst_gio_socket_transport_receive (transport, &vector, 1, NULL, &error),
      -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

GST_END_TEST

static Suite *
transport_plain_suite (void)
{
  Suite *suite = suite_create ("transport-plain");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_more_vectors_than_the_kernel_takes_need_few_calls);
  tcase_add_test (tcase, test_an_interrupted_send_goes_on_from_the_same_byte);
  tcase_add_test (tcase, test_a_burst_costs_one_option_call_and_keeps_the_cork);
  tcase_add_test (tcase, test_a_flush_that_finds_nothing_makes_no_call);
  tcase_add_test (tcase, test_a_send_that_may_not_hold_takes_the_cork_off);
  tcase_add_test (tcase, test_without_no_delay_a_flush_leaves_nagle_on);
  tcase_add_test (tcase, test_receive_fills_the_vectors_in_order_and_0_is_the_end);
  tcase_add_test (tcase, test_receive_ends_when_it_is_cancelled);
  tcase_add_test (tcase, test_a_wait_longer_than_the_timeout_is_an_error);
  tcase_add_test (tcase, test_drain_returns_when_everything_is_acknowledged);
  tcase_add_test (tcase, test_drain_gives_up_on_a_peer_that_reads_no_more);
  tcase_add_test (tcase, test_drain_says_what_a_reset_destroyed);
  tcase_add_test (tcase, test_what_the_sender_was_told_is_no_end_for_the_receiver);
  tcase_add_test (tcase, test_no_more_waits_in_the_kernel_than_the_mark_and_a_segment);
  tcase_add_test (tcase, test_a_mark_below_a_corked_tail_stops_nothing);
  tcase_add_test (tcase, test_sending_to_a_peer_that_is_gone_is_an_error_and_no_signal);

  return suite;
}

GST_CHECK_MAIN (transport_plain)
