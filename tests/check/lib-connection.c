/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/support/connection-test.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

static gint n_failed;

static void
failed_cb (GstGioSocketConnection *self, const GError *error, gpointer user_data)
{
  g_atomic_int_inc (&n_failed);
}

static void
open_connection (gboolean has_receiver)
{
  connection_test_open (has_receiver);
  g_signal_connect (connection, "failed", G_CALLBACK (failed_cb), NULL);
  g_atomic_int_set (&n_failed, 0);
}

static void
start_listening (void)
{
  open_connection (FALSE);
  g_object_set (endpoint, "mode", GST_GIO_SOCKET_MODE_LISTEN, "port", 0, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
}

GST_START_TEST (test_sending_waits_for_the_connection)
{
  g_autoptr (GSocket) peer = NULL;
  gchar got[5];

  start_listening ();
  peer = support_connect (connection_test_wait_port ());
  fail_unless (connection_test_send (5, NULL, NULL));
  support_read_exactly (peer, got, 5);
  gst_gio_socket_connection_set_linger (connection, 10 * GST_SECOND);
  fail_unless (gst_gio_socket_connection_finish (connection, NULL, NULL));
  connection_test_close ();
}

GST_END_TEST

/* As when a state change was given up half-way. */
GST_START_TEST (test_a_second_start_begins_anew)
{
  g_autoptr (GSocket) before = NULL;
  g_autoptr (GSocket) peer = NULL;
  gchar got[5];

  start_listening ();
  before = support_connect (connection_test_wait_port ());
  fail_unless (connection_test_send (5, NULL, NULL));
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  peer = support_connect (connection_test_wait_port ());
  fail_unless (connection_test_send (5, NULL, NULL));
  support_read_exactly (peer, got, 5);
  fail_unless_equals_int (g_atomic_int_get (&n_failed), 0);
  connection_test_close ();
}

GST_END_TEST

static gpointer
cancel_thread (gpointer data)
{
  connection_test_wait_port ();
  g_cancellable_cancel (data);

  return NULL;
}

GST_START_TEST (test_waiting_for_the_connection_ends_when_it_is_cancelled)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *helper;

  start_listening ();
  helper = g_thread_new ("cancel", cancel_thread, cancellable);
  fail_if (connection_test_send (5, cancellable, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_thread_join (helper);
  fail_unless_equals_int (g_atomic_int_get (&n_failed), 0);
  connection_test_close ();
}

GST_END_TEST

GST_START_TEST (test_a_failure_is_reported_once_and_before_the_call_returns)
{
  g_autoptr (GSocket) listener = NULL;
  guint port;

  listener = support_listen (&port);
  g_socket_close (listener, NULL);
  open_connection (FALSE);
  g_object_set (endpoint, "port", port, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GError) error = NULL;

    fail_if (connection_test_send (5, NULL, &error));
    fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
    fail_unless_equals_int (g_atomic_int_get (&n_failed), 1);
  }
  fail_if (gst_gio_socket_connection_check (connection, NULL, NULL));
  connection_test_close ();
}

GST_END_TEST

static void
stop_cb (GstGioSocketConnection *self, const GError *error, gpointer user_data)
{
  gst_gio_socket_connection_stop (self);
  g_atomic_int_set ((gint *)user_data, TRUE);
}

GST_START_TEST (test_it_can_be_stopped_while_it_reports_a_failure)
{
  g_autoptr (GSocket) listener = NULL;
  gint stopped = FALSE;
  guint port;

  listener = support_listen (&port);
  g_socket_close (listener, NULL);
  open_connection (FALSE);
  g_object_set (endpoint, "port", port, NULL);
  g_signal_connect (connection, "failed", G_CALLBACK (stop_cb), &stopped);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  while (!g_atomic_int_get (&stopped))
    g_thread_yield ();
  connection_test_close ();
}

GST_END_TEST

GST_START_TEST (test_it_starts_and_stops_at_any_moment)
{
  g_autoptr (GSocket) listener = NULL;
  guint port;

  listener = support_listen (&port);
  open_connection (FALSE);
  g_object_set (endpoint, "port", port, NULL);
  for (guint i = 0; i < 200; i++) {
    g_autoptr (GSocket) peer = NULL;

    g_object_set (endpoint, "mode", i % 2, "port", i % 2 == 0 ? port : 0, NULL);
    fail_unless (gst_gio_socket_connection_start (connection, NULL));
    if (i % 4 == 0)
      peer = support_accept (listener);
    gst_gio_socket_connection_stop (connection);
    /* One that was connected all the same must not wait in the backlog for the next round. */
    while (i % 4 != 0 && g_socket_condition_check (listener, G_IO_IN))
      g_object_unref (support_accept (listener));
  }
  connection_test_close ();
}

GST_END_TEST

GST_START_TEST (test_statistics_survive_the_stop)
{
  g_autoptr (GSocket) left = NULL;
  g_autoptr (GSocket) right = NULL;
  g_autoptr (GstStructure) stats = NULL;
  guint64 bytes = 0;

  support_make_pair (&left, &right);
  open_connection (FALSE);
  g_object_set (endpoint, "socket", left, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  fail_unless (connection_test_send (77, NULL, NULL));
  gst_gio_socket_connection_stop (connection);
  stats = gst_gio_socket_connection_get_stats (connection);
  fail_unless (gst_structure_get_uint64 (stats, "bytes-sent", &bytes));
  fail_unless_equals_uint64 (bytes, 77);
  connection_test_close ();
}

GST_END_TEST

static Suite *
connection_suite (void)
{
  Suite *suite = suite_create ("connection");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, connection_test_setup, connection_test_teardown);
  tcase_add_test (tcase, test_sending_waits_for_the_connection);
  tcase_add_test (tcase, test_a_second_start_begins_anew);
  tcase_add_test (tcase, test_waiting_for_the_connection_ends_when_it_is_cancelled);
  tcase_add_test (tcase, test_a_failure_is_reported_once_and_before_the_call_returns);
  tcase_add_test (tcase, test_it_can_be_stopped_while_it_reports_a_failure);
  tcase_add_test (tcase, test_it_starts_and_stops_at_any_moment);
  tcase_add_test (tcase, test_statistics_survive_the_stop);

  return suite;
}

GST_CHECK_MAIN (connection)
