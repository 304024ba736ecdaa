/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/endpoint.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

GST_START_TEST (test_what_is_wrong_without_a_network_is_known_before)
{
  g_autofree gchar *long_path = g_strnfill (108, 'x');
  const gchar *paths[] = { "", long_path };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
    g_autoptr (GError) error = NULL;

    g_object_set (endpoint, "socket-path", paths[i], NULL);
    fail_if (gst_gio_socket_endpoint_check (endpoint, &error));
    fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  }
}

GST_END_TEST

static gpointer
set_timeout_thread (gpointer endpoint)
{
  for (guint i = 1; i <= 2000; i++)
    g_object_set (endpoint, "timeout", i, NULL);

  return NULL;
}

GST_START_TEST (test_of_two_changes_at_the_same_time_none_is_lost)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  GThread *thread = g_thread_new ("timeout", set_timeout_thread, endpoint);
  guint timeout;

  for (gint i = 1; i <= 2000; i++) {
    gint port = 0;

    g_object_set (endpoint, "port", i, NULL);
    g_object_get (endpoint, "port", &port, NULL);
    fail_unless_equals_int (port, i);
  }
  g_thread_join (thread);
  g_object_get (endpoint, "timeout", &timeout, NULL);
  fail_unless_equals_int (timeout, 2000);
}

GST_END_TEST

/* --- opening ------------------------------------------------------------- */

GST_START_TEST (test_connecting_gives_a_connected_socket)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (endpoint, "host", "127.0.0.1", "port", port, NULL);
  socket = gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, &error);
  fail_unless (socket != NULL, "%s", error ? error->message : "");
  fail_unless (g_socket_is_connected (socket));
  peer = support_accept (listener);
}

GST_END_TEST

static void
expect_failure (GstGioSocketEndpoint *endpoint, gint code, const gchar *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, &error);

  fail_unless (socket == NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code), "%s", error->message);
  fail_unless (strstr (error->message, part) != NULL, "%s", error->message);
}

GST_START_TEST (test_a_refused_port_says_what_to_do)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);

  g_socket_close (listener, NULL);
  g_object_set (endpoint, "host", "127.0.0.1", "port", port, NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "start the peer first");
}

GST_END_TEST

GST_START_TEST (test_an_unknown_host_is_not_found)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();

  g_object_set (endpoint, "host", "no-such-host.invalid", NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_NOT_FOUND, "no-such-host.invalid");
  g_object_set (endpoint, "mode", GST_GIO_SOCKET_MODE_LISTEN, NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_NOT_FOUND, "no-such-host.invalid");
}

GST_END_TEST

GST_START_TEST (test_a_port_in_use_cannot_be_listened_on)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  guint port;
  GSocket *listener = support_listen (&port);

  g_object_set (endpoint, "host", "127.0.0.1", "port", port, "mode", GST_GIO_SOCKET_MODE_LISTEN,
      NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Somebody else listens there");
  g_object_unref (listener);
}

GST_END_TEST

static void
connect_cb (guint port, gpointer user_data)
{
  GSocket **peer = user_data;

  fail_unless (port > 0);
  *peer = support_connect (port);
}

GST_START_TEST (test_listening_on_port_0_tells_the_port_before_it_accepts)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GSocket) socket = NULL;

  g_object_set (endpoint, "host", "127.0.0.1", "port", 0, "mode", GST_GIO_SOCKET_MODE_LISTEN, NULL);
  socket = gst_gio_socket_endpoint_open (endpoint, connect_cb, &peer, NULL, NULL);
  fail_unless (socket != NULL && g_socket_is_connected (socket));
}

GST_END_TEST

static void
cancel_cb (guint port, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

GST_START_TEST (test_accepting_ends_when_it_is_cancelled)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = NULL;

  g_object_set (endpoint, "host", "127.0.0.1", "port", 0, "mode", GST_GIO_SOCKET_MODE_LISTEN, NULL);
  socket = gst_gio_socket_endpoint_open (endpoint, cancel_cb, cancellable, cancellable, &error);
  fail_unless (socket == NULL);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

GST_END_TEST

/* --- a socket of the application ------------------------------------------- */

GST_START_TEST (test_a_given_socket_must_be_connected)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autoptr (GSocket) left = NULL;
  g_autoptr (GSocket) right = NULL;
  g_autoptr (GSocket) opened = NULL;
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);

  g_object_set (endpoint, "socket", listener, NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_SETTINGS, "not a connected stream socket");

  support_make_pair (&left, &right);
  g_object_set (endpoint, "socket", left, NULL);
  opened = gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, NULL);
  fail_unless (opened == left);
}

GST_END_TEST

static Suite *
endpoint_suite (void)
{
  Suite *suite = suite_create ("endpoint");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_what_is_wrong_without_a_network_is_known_before);
  tcase_add_test (tcase, test_of_two_changes_at_the_same_time_none_is_lost);
  tcase_add_test (tcase, test_connecting_gives_a_connected_socket);
  tcase_add_test (tcase, test_a_refused_port_says_what_to_do);
  tcase_add_test (tcase, test_an_unknown_host_is_not_found);
  tcase_add_test (tcase, test_a_port_in_use_cannot_be_listened_on);
  tcase_add_test (tcase, test_listening_on_port_0_tells_the_port_before_it_accepts);
  tcase_add_test (tcase, test_accepting_ends_when_it_is_cancelled);
  tcase_add_test (tcase, test_a_given_socket_must_be_connected);

  return suite;
}

GST_CHECK_MAIN (endpoint)
