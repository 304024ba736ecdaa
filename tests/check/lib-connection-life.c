/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Connections that are made again. */

#include "tests/support/connection-test.h"
#include "tests/support/support.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

/* What the connection has said: the names of its signals, in order. */
static GMutex said_lock;
static GCond said_changed;
static GPtrArray *said;

static void
say (const gchar *what)
{
  g_mutex_lock (&said_lock);
  g_ptr_array_add (said, g_strdup (what));
  g_cond_broadcast (&said_changed);
  g_mutex_unlock (&said_lock);
}

static guint
count_said (const gchar *what)
{
  guint n = 0;

  for (guint i = 0; i < said->len; i++)
    n += g_str_equal (g_ptr_array_index (said, i), what);

  return n;
}

static void
wait_said (const gchar *what, guint times)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  g_mutex_lock (&said_lock);
  while (count_said (what) < times)
    fail_unless (g_cond_wait_until (&said_changed, &said_lock, end), "%s was said %u times", what,
        count_said (what));
  g_mutex_unlock (&said_lock);
}

static guint
get_said (const gchar *what)
{
  guint n;

  g_mutex_lock (&said_lock);
  n = count_said (what);
  g_mutex_unlock (&said_lock);

  return n;
}

static void
info_cb (GstGioSocketConnection *self, const GstStructure *info, gpointer user_data)
{
  say (gst_structure_get_name (info) + strlen ("GstGioSocket"));
}

static void
error_cb (GstGioSocketConnection *self, const GError *error, gpointer user_data)
{
  fail_unless (error->domain == GST_RESOURCE_ERROR);
  say (user_data);
}

static void
open_connection (gboolean has_receiver)
{
  said = g_ptr_array_new_with_free_func (g_free);
  connection_test_open (has_receiver);
  g_object_set (endpoint, "retry-backoff-factor", 0.001, "retry-backoff-max", 0.01, NULL);
  g_signal_connect (connection, "connected", G_CALLBACK (info_cb), NULL);
  g_signal_connect (connection, "disconnected", G_CALLBACK (info_cb), NULL);
  g_signal_connect (connection, "reconnecting", G_CALLBACK (info_cb), NULL);
  g_signal_connect (connection, "warning", G_CALLBACK (error_cb), (gpointer) "Warning");
  g_signal_connect (connection, "failed", G_CALLBACK (error_cb), (gpointer) "Failed");
}

static void
close_connection (void)
{
  connection_test_close ();
  g_clear_pointer (&said, g_ptr_array_unref);
}

static void
start_listening (gboolean has_receiver)
{
  open_connection (has_receiver);
  g_object_set (endpoint, "mode", GST_GIO_SOCKET_MODE_LISTEN, "port", 0, "keep-listening", TRUE,
      NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
}

static void
start_connecting (gboolean has_receiver, guint port)
{
  open_connection (has_receiver);
  g_object_set (endpoint, "port", port, "auto-reconnect", TRUE, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
}

static gssize
receive_byte (gchar *byte, GError **error)
{
  GInputVector vector = { byte, 1 };

  return gst_gio_socket_connection_receive (connection, &vector, 1, NULL, error);
}

static guint64
get_stat (const gchar *field)
{
  g_autoptr (GstStructure) stats = gst_gio_socket_connection_get_stats (connection);
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (stats, field, &value), "no %s", field);

  return value;
}

static void
expect_told_once (void)
{
  g_autoptr (GError) error = NULL;

  fail_if (connection_test_send (5, NULL, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED), "%s", error->message);
  fail_unless (connection_test_send (5, NULL, NULL));
}

/* --- who connects -------------------------------------------------------- */

GST_START_TEST (test_a_refused_connection_is_tried_until_somebody_listens)
{
  g_autoptr (GSocket) listener = NULL;
  g_autoptr (GSocket) peer = NULL;
  gchar got[5];
  guint port;

  listener = support_listen (&port);
  g_clear_object (&listener);
  start_connecting (FALSE, port);
  wait_said ("Reconnecting", 3);
  listener = support_listen_on (port);
  peer = support_accept (listener);
  fail_unless (connection_test_send (5, NULL, NULL));
  support_read_exactly (peer, got, 5);
  fail_unless_equals_int (get_said ("Connected"), 1);
  fail_unless_equals_int (get_said ("Warning"), 1);
  fail_unless_equals_int (get_said ("Failed"), 0);
  close_connection ();
}

GST_END_TEST

static void
attempt_cb (GstGioSocketConnection *self, const GstStructure *info, gpointer user_data)
{
  guint *last = user_data;
  guint64 delay = 0;
  guint attempt = 0;

  fail_unless (gst_structure_get (info, "attempt", G_TYPE_UINT, &attempt, "delay", G_TYPE_UINT64,
      &delay, NULL));
  fail_unless_equals_int (attempt, *last + 1);
  fail_unless (delay >= 500 * GST_USECOND && delay <= 10 * GST_MSECOND);
  fail_unless (strstr (gst_structure_get_string (info, "reason"), "Nobody listens") != NULL);
  *last = attempt;
}

GST_START_TEST (test_attempts_are_counted_and_say_why_and_when)
{
  g_autoptr (GSocket) listener = NULL;
  guint port, last = 0;

  listener = support_listen (&port);
  g_clear_object (&listener);
  open_connection (FALSE);
  g_signal_connect (connection, "reconnecting", G_CALLBACK (attempt_cb), &last);
  g_object_set (endpoint, "port", port, "auto-reconnect", TRUE, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  wait_said ("Reconnecting", 5);
  close_connection ();
  fail_unless (last >= 5);
}

GST_END_TEST

GST_START_TEST (test_stopping_ends_the_wait_for_the_next_attempt)
{
  g_autoptr (GSocket) listener = NULL;
  guint port;

  listener = support_listen (&port);
  g_clear_object (&listener);
  open_connection (FALSE);
  g_object_set (endpoint, "port", port, "auto-reconnect", TRUE, "retry-backoff-factor", 3600.0,
      "retry-backoff-max", 3600.0, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  wait_said ("Reconnecting", 1);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_a_reset_connection_is_made_again_and_the_sender_is_told_once)
{
  g_autoptr (GSocket) listener = NULL;
  GSocket *peer;
  guint port;

  listener = support_listen (&port);
  start_connecting (FALSE, port);
  for (guint i = 0; i < 5; i++) {
    gchar got[5];

    peer = support_accept (listener);
    if (i == 0)
      fail_unless (connection_test_send (5, NULL, NULL));
    else
      expect_told_once ();
    support_read_exactly (peer, got, 5);
    support_reset (&peer);
    wait_said ("Disconnected", i + 1);
  }
  fail_unless_equals_int (get_said ("Warning"), 5);
  peer = support_accept (listener);
  expect_told_once ();
  fail_unless_equals_uint64 (get_stat ("connections"), 6);
  fail_unless_equals_uint64 (get_stat ("bytes-sent"), 30);
  fail_unless_equals_int (get_said ("Failed"), 0);
  gst_gio_socket_connection_stop (connection);
  fail_unless_equals_int (get_said ("Connected"), 6);
  fail_unless_equals_int (get_said ("Disconnected"), 6);
  fail_unless_equals_uint64 (get_stat ("bytes-sent"), 30);
  g_object_unref (peer);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_a_peer_that_hangs_up_at_once_is_asked_ever_more_slowly)
{
  g_autoptr (GSocket) listener = NULL;
  guint port;

  listener = support_listen (&port);
  open_connection (FALSE);
  g_object_set (endpoint, "port", port, "auto-reconnect", TRUE, "retry-backoff-max", 3600.0, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  /* 1, 2, 4 … 64 ms */
  for (guint i = 0; i < 7; i++) {
    GSocket *peer = support_accept (listener);

    support_reset (&peer);
  }
  wait_said ("Reconnecting", 7);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_wrong_settings_are_not_tried_again)
{
  open_connection (FALSE);
  g_object_set (endpoint, "port", 1, "auto-reconnect", TRUE, "tls", TRUE, "ca-file",
      "/nonexistent/ca.pem", NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  wait_said ("Failed", 1);
  fail_unless_equals_int (get_said ("Reconnecting"), 0);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_a_socket_of_the_application_is_not_made_again)
{
  g_autoptr (GSocket) left = NULL;
  GSocket *right;

  support_make_pair (&left, &right);
  open_connection (FALSE);
  g_object_set (endpoint, "socket", left, "auto-reconnect", TRUE, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  wait_said ("Connected", 1);
  support_reset (&right);
  wait_said ("Failed", 1);
  fail_unless_equals_int (get_said ("Disconnected"), 1);
  fail_unless_equals_int (get_said ("Reconnecting"), 0);
  close_connection ();
}

GST_END_TEST

/* --- who listens --------------------------------------------------------- */

GST_START_TEST (test_one_peer_after_the_other_is_served_on_the_same_port)
{
  guint port;

  start_listening (FALSE);
  port = connection_test_wait_port ();
  for (guint i = 0; i < 5; i++) {
    GSocket *peer = support_connect (port);
    gchar got[5];

    wait_said ("Connected", i + 1);
    if (i == 0)
      fail_unless (connection_test_send (5, NULL, NULL));
    else
      expect_told_once ();
    support_read_exactly (peer, got, 5);
    g_object_unref (peer);
    wait_said ("Disconnected", i + 1);
    fail_unless_equals_int (gst_gio_socket_connection_get_current_port (connection), port);
  }
  fail_unless_equals_int (get_said ("Warning"), 0);
  fail_unless_equals_int (get_said ("Reconnecting"), 0);
  fail_unless_equals_int (get_said ("Failed"), 0);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_a_second_peer_waits_until_the_first_one_leaves)
{
  g_autoptr (GSocket) second = NULL;
  GSocket *first;
  gchar got[5];

  start_listening (FALSE);
  first = support_connect (connection_test_wait_port ());
  fail_unless (connection_test_send (5, NULL, NULL));
  second = support_connect (connection_test_wait_port ());
  support_read_exactly (first, got, 5);
  g_object_unref (first);
  wait_said ("Connected", 2);
  expect_told_once ();
  support_read_exactly (second, got, 5);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_a_receiver_is_told_once_where_another_stream_begins)
{
  start_listening (TRUE);
  for (guint i = 0; i < 5; i++) {
    g_autoptr (GError) error = NULL;
    GSocket *peer = support_connect (connection_test_wait_port ());
    gchar sent = 'a' + i, got = 0;

    support_send (peer, &sent, 1);
    fail_unless_equals_int (receive_byte (&got, NULL), 1);
    fail_unless_equals_int (got, sent);
    g_object_unref (peer);
    fail_unless_equals_int (receive_byte (&got, &error), -1);
    fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED));
  }
  fail_unless_equals_uint64 (get_stat ("bytes-received"), 5);
  fail_unless_equals_int (get_said ("Warning"), 0);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_an_address_that_somebody_else_has_is_tried_until_it_is_free)
{
  g_autoptr (GSocket) other = NULL;
  g_autoptr (GSocket) peer = NULL;
  guint port;

  other = support_listen (&port);
  open_connection (FALSE);
  g_object_set (endpoint, "mode", GST_GIO_SOCKET_MODE_LISTEN, "port", port, "auto-reconnect", TRUE,
      NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  wait_said ("Reconnecting", 2);
  g_clear_object (&other);
  peer = support_connect (connection_test_wait_port ());
  wait_said ("Connected", 1);
  fail_unless (connection_test_send (5, NULL, NULL));
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_a_socket_file_is_there_until_the_listener_stops)
{
  g_autofree gchar *folder = g_dir_make_tmp ("giosocket-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  open_connection (FALSE);
  g_object_set (endpoint, "mode", GST_GIO_SOCKET_MODE_LISTEN, "socket-path", path, "keep-listening",
      TRUE, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  while (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_thread_yield ();
  for (guint i = 0; i < 3; i++) {
    GSocket *peer = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);

    while (!g_socket_connect (peer, address, NULL, NULL))
      g_thread_yield ();
    wait_said ("Connected", i + 1);
    g_object_unref (peer);
    wait_said ("Disconnected", i + 1);
    fail_unless (g_file_test (path, G_FILE_TEST_EXISTS));
  }
  close_connection ();
  fail_if (g_file_test (path, G_FILE_TEST_EXISTS));
  fail_unless_equals_int (g_rmdir (folder), 0);
}

GST_END_TEST

/* --- ends ---------------------------------------------------------------- */

GST_START_TEST (test_the_end_of_the_stream_waits_for_no_further_peer)
{
  GSocket *peer;

  start_listening (FALSE);
  peer = support_connect (connection_test_wait_port ());
  fail_unless (connection_test_send (5, NULL, NULL));
  support_reset (&peer);
  wait_said ("Disconnected", 1);
  gst_gio_socket_connection_set_linger (connection, 10 * GST_SECOND);
  fail_unless (gst_gio_socket_connection_finish (connection, NULL, NULL));
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_nothing_is_connected_again_behind_the_end_of_the_stream)
{
  g_autoptr (GSocket) listener = NULL;
  GSocket *peer;
  guint port;

  listener = support_listen (&port);
  start_connecting (FALSE, port);
  peer = support_accept (listener);
  fail_unless (connection_test_send (5, NULL, NULL));
  gst_gio_socket_connection_set_linger (connection, 10 * GST_SECOND);
  fail_unless (gst_gio_socket_connection_finish (connection, NULL, NULL));
  gst_gio_socket_connection_set_linger (connection, GST_CLOCK_TIME_NONE);
  g_object_unref (peer);
  wait_said ("Disconnected", 1);
  fail_unless_equals_int (get_said ("Warning"), 0);
  fail_unless_equals_int (get_said ("Reconnecting"), 0);
  /* Unless it was none. */
  expect_told_once ();
  fail_unless_equals_int (get_said ("Reconnecting"), 1);
  peer = support_accept (listener);
  g_object_unref (peer);
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_sending_without_a_connection_does_not_wait_where_that_is_not_wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) peer = NULL;

  open_connection (FALSE);
  g_object_set (endpoint, "mode", GST_GIO_SOCKET_MODE_LISTEN, "port", 0, "wait-for-connection",
      FALSE, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  fail_if (connection_test_send (5, NULL, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
  peer = support_connect (connection_test_wait_port ());
  while (!connection_test_send (5, NULL, NULL))
    g_thread_yield ();
  close_connection ();
}

GST_END_TEST

GST_START_TEST (test_it_starts_and_stops_at_any_moment)
{
  g_autoptr (GSocket) listener = NULL;
  guint port;

  listener = support_listen (&port);
  open_connection (FALSE);
  g_object_set (endpoint, "auto-reconnect", TRUE, NULL);
  for (guint i = 0; i < 200; i++) {
    g_autoptr (GSocket) peer = NULL;

    g_object_set (endpoint, "mode", i % 2, "port", i % 2 == 0 ? port : 0, NULL);
    fail_unless (gst_gio_socket_connection_start (connection, NULL));
    if (i % 4 == 0)
      peer = support_accept (listener);
    if (i % 8 == 0)
      support_reset (&peer);
    gst_gio_socket_connection_stop (connection);
    while (g_socket_condition_check (listener, G_IO_IN))
      g_object_unref (support_accept (listener));
  }
  fail_unless_equals_int (get_said ("Connected"), get_said ("Disconnected"));
  close_connection ();
}

GST_END_TEST

static Suite *
connection_life_suite (void)
{
  Suite *suite = suite_create ("connection-life");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, connection_test_setup, connection_test_teardown);
  tcase_add_test (tcase, test_a_refused_connection_is_tried_until_somebody_listens);
  tcase_add_test (tcase, test_attempts_are_counted_and_say_why_and_when);
  tcase_add_test (tcase, test_stopping_ends_the_wait_for_the_next_attempt);
  tcase_add_test (tcase, test_a_reset_connection_is_made_again_and_the_sender_is_told_once);
  tcase_add_test (tcase, test_a_peer_that_hangs_up_at_once_is_asked_ever_more_slowly);
  tcase_add_test (tcase, test_wrong_settings_are_not_tried_again);
  tcase_add_test (tcase, test_a_socket_of_the_application_is_not_made_again);
  tcase_add_test (tcase, test_one_peer_after_the_other_is_served_on_the_same_port);
  tcase_add_test (tcase, test_a_second_peer_waits_until_the_first_one_leaves);
  tcase_add_test (tcase, test_a_receiver_is_told_once_where_another_stream_begins);
  tcase_add_test (tcase, test_an_address_that_somebody_else_has_is_tried_until_it_is_free);
  tcase_add_test (tcase, test_a_socket_file_is_there_until_the_listener_stops);
  tcase_add_test (tcase, test_the_end_of_the_stream_waits_for_no_further_peer);
  tcase_add_test (tcase, test_nothing_is_connected_again_behind_the_end_of_the_stream);
  tcase_add_test (tcase, test_sending_without_a_connection_does_not_wait_where_that_is_not_wanted);
  tcase_add_test (tcase, test_it_starts_and_stops_at_any_moment);

  return suite;
}

GST_CHECK_MAIN (connection_life)
