/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* How a connection ends that both sides have used. */

#include "tests/support/connection-test.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#define MESSAGE_BYTES 50000
#define ANSWER_BYTES 2000000

static GSocket *peer;

static void
open_connection (gboolean has_receiver)
{
  g_autoptr (GSocket) listener = NULL;
  guint port;

  listener = support_listen (&port);
  connection_test_open (has_receiver);
  g_object_set (endpoint, "port", port, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  peer = support_accept (listener);
}

static void
close_connection (void)
{
  connection_test_close ();
  g_clear_object (&peer);
}

static void
send_message (void)
{
  g_autoptr (GBytes) bytes = support_make_bytes (MESSAGE_BYTES, 1);
  GOutputVector vector = { g_bytes_get_data (bytes, NULL), MESSAGE_BYTES };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;

  fail_unless (
      gst_gio_socket_connection_send (connection, &vectors, &n_vectors, FALSE, NULL, NULL));
}

static void
finish (GstClockTime linger_timeout)
{
  g_autoptr (GError) error = NULL;

  gst_gio_socket_connection_set_linger (connection, linger_timeout);
  fail_unless (gst_gio_socket_connection_finish (connection, NULL, &error), "%s",
      error ? error->message : "");
}

static void
expect_message (void)
{
  g_autoptr (GBytes) bytes = support_make_bytes (MESSAGE_BYTES, 1);
  g_autoptr (GByteArray) got = support_read_all (peer);

  fail_unless_equals_int (got->len, MESSAGE_BYTES);
  fail_unless_equals_int (memcmp (got->data, g_bytes_get_data (bytes, NULL), got->len), 0);
}

static gpointer
answer_thread (gpointer data)
{
  g_autofree gchar *block = g_malloc0 (ANSWER_BYTES);
  gssize sent = 0;

  for (gssize n = 1; n > 0 && sent < ANSWER_BYTES; sent += MAX (n, 0))
    n = g_socket_send (peer, block, ANSWER_BYTES - sent, NULL, NULL);

  return GSIZE_TO_POINTER (sent);
}

/* The peer has read nothing when we are gone, and everything is there for it. */
GST_START_TEST (test_what_the_peer_has_sent_does_not_destroy_what_it_has_not_read)
{
  GThread *answer;

  open_connection (FALSE);
  answer = g_thread_new ("answer", answer_thread, NULL);
  send_message ();
  fail_unless_equals_int (GPOINTER_TO_SIZE (g_thread_join (answer)), ANSWER_BYTES);
  finish (10 * GST_SECOND);
  gst_gio_socket_connection_stop (connection);
  expect_message ();
  close_connection ();
}

GST_END_TEST

static gpointer
babble_thread (gpointer data)
{
  gchar block[1000] = "";

  while (g_socket_send (peer, block, sizeof block, NULL, NULL) > 0)
    ;

  return NULL;
}

/* It is left in the middle of a word, and that is an error to it, but not to us. */
GST_START_TEST (
    test_a_peer_that_never_stops_sending_is_waited_for_no_longer_than_the_linger_timeout)
{
  GThread *babble;

  open_connection (FALSE);
  send_message ();
  babble = g_thread_new ("babble", babble_thread, NULL);
  finish (300 * GST_MSECOND);
  gst_gio_socket_connection_stop (connection);
  g_thread_join (babble);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_a_peer_that_keeps_its_half_without_a_word_makes_no_error)
{
  gint64 begin = g_get_monotonic_time ();

  open_connection (FALSE);
  send_message ();
  finish (3600 * GST_SECOND);
  fail_unless (g_get_monotonic_time () - begin < 60 * G_TIME_SPAN_SECOND);
  expect_message ();
  close_connection ();
}

GST_END_TEST

static gssize
receive (void)
{
  gchar block[100];
  GInputVector vector = { block, sizeof block };

  return gst_gio_socket_connection_receive (connection, &vector, 1, NULL, NULL);
}

GST_START_TEST (test_who_only_receives_answers_the_end_with_its_own)
{
  g_autoptr (GByteArray) got = NULL;

  open_connection (TRUE);
  support_send (peer, "text", 4);
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  fail_unless_equals_int (receive (), 4);
  fail_unless_equals_int (receive (), 0);
  got = support_read_all (peer);
  fail_unless_equals_int (got->len, 0);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_a_socket_of_the_application_keeps_its_sending_half)
{
  g_autoptr (GSocket) ours = NULL;
  gchar got[4];

  support_make_pair (&ours, &peer);
  connection_test_open (TRUE);
  g_object_set (endpoint, "socket", ours, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  fail_unless_equals_int (receive (), 0);
  support_send (ours, "text", 4);
  support_read_exactly (peer, got, 4);
  close_connection ();
}

GST_END_TEST

static Suite *
connection_end_suite (void)
{
  Suite *suite = suite_create ("connection-end");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, connection_test_setup, connection_test_teardown);
  tcase_add_test (tcase, test_what_the_peer_has_sent_does_not_destroy_what_it_has_not_read);
  tcase_add_test (tcase,
      test_a_peer_that_never_stops_sending_is_waited_for_no_longer_than_the_linger_timeout);
  tcase_add_test (tcase, test_a_peer_that_keeps_its_half_without_a_word_makes_no_error);
  tcase_add_test (tcase, test_who_only_receives_answers_the_end_with_its_own);
  tcase_add_test (tcase, test_a_socket_of_the_application_keeps_its_sending_half);

  return suite;
}

GST_CHECK_MAIN (connection_end)
