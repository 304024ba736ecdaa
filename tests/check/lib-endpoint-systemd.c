/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/endpoint.h"
#include "tests/support/support.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <sys/socket.h>
#include <unistd.h>

/* Says to the library what systemd says to a process to which it passes descriptors up to @fd. */
static void
pass (gint fd)
{
  g_autofree gchar *pid = g_strdup_printf ("%d", getpid ());
  g_autofree gchar *n = g_strdup_printf ("%d", fd - 3 + 1);

  g_setenv ("LISTEN_PID", pid, TRUE);
  g_setenv ("LISTEN_FDS", n, TRUE);
}

static GstGioSocketEndpoint *
new_endpoint (gint fd)
{
  GstGioSocketEndpoint *endpoint = gst_gio_socket_endpoint_new ();
  g_autofree gchar *uri = g_strdup_printf ("systemd:%d", fd);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_gio_socket_endpoint_set_uri (endpoint, uri, &error), "%s",
      error ? error->message : "");

  return endpoint;
}

static gboolean
is_open (gint fd)
{
  return fcntl (fd, F_GETFD) >= 0;
}

static void
expect_failure (gint fd, const gchar *part)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (fd);
  g_autoptr (GError) error = NULL;

  fail_if (gst_gio_socket_endpoint_check (endpoint, &error));
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, part) != NULL, "%s", error->message);
  g_clear_error (&error);
  fail_unless (gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, &error) == NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
}

/* --- what listens -------------------------------------------------------- */

static void
connect_cb (guint port, gpointer user_data)
{
  GSocket **peer = user_data;

  *peer = support_connect (port);
}

GST_START_TEST (test_a_socket_that_listens_is_accepted_on_again_and_again)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  gint fd = g_socket_get_fd (listener);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (fd);
  guint fds = support_count_fds ();

  pass (fd);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GSocket) peer = NULL;
    g_autoptr (GSocket) socket = NULL;
    g_autoptr (GError) error = NULL;

    socket = gst_gio_socket_endpoint_open (endpoint, connect_cb, &peer, NULL, &error);
    fail_unless (socket != NULL, "%s", error ? error->message : "");
    fail_unless (g_socket_is_connected (socket));
    fail_unless (g_socket_get_fd (socket) != fd);
  }
  fail_unless (is_open (fd));
  fail_unless_equals_int (support_count_fds (), fds);
}

GST_END_TEST

GST_START_TEST (test_accepting_for_systemd_ends_when_it_is_cancelled)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (g_socket_get_fd (listener));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  pass (g_socket_get_fd (listener));
  g_cancellable_cancel (cancellable);
  fail_unless (gst_gio_socket_endpoint_open (endpoint, NULL, NULL, cancellable, &error) == NULL);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

GST_END_TEST

GST_START_TEST (test_a_tls_server_needs_a_certificate_there_too)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (g_socket_get_fd (listener));
  g_autoptr (GError) error = NULL;

  pass (g_socket_get_fd (listener));
  g_object_set (endpoint, "tls", TRUE, NULL);
  fail_if (gst_gio_socket_endpoint_check (endpoint, &error));
  fail_unless (strstr (error->message, "certificate-file") != NULL, "%s", error->message);
}

GST_END_TEST

/* --- what is connected ---------------------------------------------------- */

GST_START_TEST (test_a_connection_is_used_once_and_closed_once)
{
  g_autoptr (GSocket) ours = NULL;
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GstGioSocketEndpoint) endpoint = NULL;
  g_autoptr (GByteArray) received = NULL;
  GSocket *socket;
  gint fd;

  support_make_pair (&ours, &peer);
  fd = dup (g_socket_get_fd (ours));
  g_clear_object (&ours);
  pass (fd);

  endpoint = new_endpoint (fd);
  socket = gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, NULL);
  fail_unless (socket != NULL);
  fail_unless (g_socket_is_connected (socket));
  fail_unless (g_socket_send (socket, "hello", 5, NULL, NULL) == 5);
  /* Nobody else has it, so this ends the connection. */
  g_object_unref (socket);
  received = support_read_all (peer);
  fail_unless_equals_int (received->len, 5);

  /* The number is taken, or it would be somebody else's next. */
  fail_unless (is_open (fd));
  expect_failure (fd, "has been used already");
  close (fd);
}

GST_END_TEST

/* --- what cannot be used -------------------------------------------------- */

GST_START_TEST (test_what_systemd_has_not_passed_is_not_touched)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  gint fd = g_socket_get_fd (listener);

  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  expect_failure (fd, "LISTEN_PID");

  pass (fd);
  g_setenv ("LISTEN_PID", "1", TRUE);
  expect_failure (fd, "LISTEN_PID");
  g_setenv ("LISTEN_PID", "me", TRUE);
  expect_failure (fd, "LISTEN_PID");

  pass (fd - 1);
  expect_failure (fd, "LISTEN_FDS");
  g_setenv ("LISTEN_FDS", "-1", TRUE);
  expect_failure (fd, "LISTEN_FDS");
  g_setenv ("LISTEN_FDS", "99999999999999999999", TRUE);
  expect_failure (fd, "LISTEN_FDS");
  g_unsetenv ("LISTEN_FDS");
  expect_failure (fd, "LISTEN_FDS");
}

GST_END_TEST

static gint
open_closed (void)
{
  gint fd = open ("/dev/null", O_RDONLY);

  close (fd);

  return fd;
}

static gint
open_file (void)
{
  g_autofree gchar *name = NULL;
  gint fd = g_file_open_tmp (NULL, &name, NULL);

  g_unlink (name);

  return fd;
}

static gint
open_datagram (void)
{
  return socket (AF_UNIX, SOCK_DGRAM, 0);
}

static gint
open_idle (void)
{
  return socket (AF_INET, SOCK_STREAM, 0);
}

static const struct
{
  gint (*open) (void);
  const gchar *part;
} misfits[] = {
  { open_closed, "it is closed" },
  { open_file, "it is not a socket" },
  { open_datagram, "it is not a stream socket" },
  { open_idle, "it neither listens nor is it connected" },
};

GST_START_TEST (test_a_descriptor_that_is_no_use_says_why)
{
  gint fd = misfits[__i__].open ();

  pass (fd);
  expect_failure (fd, misfits[__i__].part);
  close (fd);
}

GST_END_TEST

static Suite *
endpoint_systemd_suite (void)
{
  Suite *suite = suite_create ("endpoint-systemd");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_a_socket_that_listens_is_accepted_on_again_and_again);
  tcase_add_test (tcase, test_accepting_for_systemd_ends_when_it_is_cancelled);
  tcase_add_test (tcase, test_a_tls_server_needs_a_certificate_there_too);
  tcase_add_test (tcase, test_a_connection_is_used_once_and_closed_once);
  tcase_add_test (tcase, test_what_systemd_has_not_passed_is_not_touched);
  tcase_add_loop_test (tcase, test_a_descriptor_that_is_no_use_says_why, 0, G_N_ELEMENTS (misfits));

  return suite;
}

GST_CHECK_MAIN (endpoint_systemd)
