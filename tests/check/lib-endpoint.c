/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/endpoint.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>
#include <glib/gstdio.h>

/* --- URI ----------------------------------------------------------------- */

static const gchar *good_uris[] = {
  "tcp://localhost:4953",
  "tcp://127.0.0.1:1",
  "tcp://[::1]:65535",
  "tcp://example.org:80?mode=listen",
  "tcp://example.org:80?mode=listen&no-delay=false&timeout=7",
  "tls://localhost:4953",
  "tls://[::1]:443?alpn-protocols=h2,http/1.1",
  "tls://example.org:443?mode=listen&no-delay=false&timeout=7&alpn-protocols=a%26b,c%20d",
  "unix:/tmp/a%20b%3Fc",
  "unix:/tmp/socket?mode=listen",
  "unix-abstract:name",
};

GST_START_TEST (test_a_good_uri_survives_the_round_trip)
{
  for (guint i = 0; i < G_N_ELEMENTS (good_uris); i++) {
    g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
    g_autoptr (GError) error = NULL;
    g_autofree gchar *uri = NULL;

    fail_unless (gst_gio_socket_endpoint_set_uri (endpoint, good_uris[i], &error), "%s",
        error ? error->message : "");
    uri = gst_gio_socket_endpoint_dup_uri (endpoint);
    fail_unless_equals_string (uri, good_uris[i]);
  }
}

GST_END_TEST

static const struct
{
  const gchar *uri;
  const gchar *part;
} bad_uris[] = {
  { "", "cannot be read" },
  { "localhost:4953", "'localhost:'" },
  { "http://localhost:80", "'http:'" },
  { "tcp://localhost", "names no port" },
  { "tcp://:80", "names no host" },
  { "tcp://localhost:99999", "cannot be read" },
  { "tcp://localhost:80/path", "has a path" },
  { "tcp://me@localhost:80", "names a user" },
  { "tcp://localhost:80#x", "has a fragment" },
  { "tcp://localhost:80?mode=sleep", "'sleep' for mode" },
  { "tcp://localhost:80?timeout=-1", "'-1' for timeout" },
  { "tcp://localhost:80?name=x", "sets 'name'" },
  { "tcp://localhost:80?socket=x", "sets 'socket'" },
  { "tls://localhost:80?name=x", "sets 'name'" },
  { "tls://localhost:80?parent=x", "sets 'parent'" },
  { "tls://localhost:80?socket=x", "sets 'socket'" },
  { "tls://localhost:80?tls=false", "sets 'tls'" },
  { "tls://localhost:80?certificate-file=x", "sets 'certificate-file'" },
  { "tls://localhost:80?private-key-file=x", "sets 'private-key-file'" },
  { "tls://localhost:80?ca-file=x", "sets 'ca-file'" },
  { "tls://localhost:80?psk-file=x", "sets 'psk-file'" },
  { "tls://localhost:80?psk-identity=x", "sets 'psk-identity'" },
  { "tls://localhost:80?server-name=x", "sets 'server-name'" },
  { "tls://localhost:80?tls-validation-flags=0", "sets 'tls-validation-flags'" },
  { "tls://localhost:80?tls-priority=NORMAL", "sets 'tls-priority'" },
  { "tls://localhost:80?tls-allow-truncation=true", "sets 'tls-allow-truncation'" },
  { "tls://localhost:80?tls-handshake-timeout=0", "sets 'tls-handshake-timeout'" },
  { "tls://localhost:80?client-authentication=none", "sets 'client-authentication'" },
  { "tls://localhost:80?alpn-protocols=h2&ca-file=x", "sets 'ca-file'" },
  { "tls://localhost", "names no port" },
  { "tcp://localhost:80?mode", "cannot be read" },
  { "unix:", "names no socket" },
  { "unix://host/path", "names a host" },
  { "unix:/tmp/a%00b", "cannot be read" },
};

GST_START_TEST (test_a_bad_uri_names_the_part_that_is_wrong)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_uris); i++) {
    g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
    g_autoptr (GError) error = NULL;
    g_autofree gchar *uri = NULL;

    fail_if (gst_gio_socket_endpoint_set_uri (endpoint, bad_uris[i].uri, &error), "%s was taken",
        bad_uris[i].uri);
    fail_unless (strstr (error->message, bad_uris[i].part) != NULL, "%s", error->message);

    uri = gst_gio_socket_endpoint_dup_uri (endpoint);
    fail_unless_equals_string (uri, "tcp://localhost:4953");
    g_clear_error (&error);
    fail_if (gst_gio_socket_endpoint_check (endpoint, &error), "a bad URI was forgotten");
  }
}

GST_END_TEST

GST_START_TEST (test_a_good_uri_replaces_a_bad_one)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();

  g_object_set (endpoint, "uri", "tcp://nowhere", NULL);
  fail_if (gst_gio_socket_endpoint_check (endpoint, NULL));
  g_object_set (endpoint, "uri", "tcp://localhost:1", NULL);
  fail_unless (gst_gio_socket_endpoint_check (endpoint, NULL));
}

GST_END_TEST

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

/* --- Unix sockets -------------------------------------------------------- */

static gchar *
make_folder (void)
{
  gchar *folder = g_dir_make_tmp ("giosocket-XXXXXX", NULL);

  fail_unless (folder != NULL);

  return folder;
}

static void
connect_path_cb (guint port, gpointer user_data)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (g_getenv ("TEST_SOCKET_PATH"));
  GSocket **peer = user_data;

  *peer = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  fail_unless (g_socket_connect (*peer, address, NULL, NULL));
}

static void
listen_on_path (const gchar *path)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("TEST_SOCKET_PATH", path, TRUE);
  g_object_set (endpoint, "socket-path", path, "mode", GST_GIO_SOCKET_MODE_LISTEN, NULL);
  socket = gst_gio_socket_endpoint_open (endpoint, connect_path_cb, &peer, NULL, &error);
  fail_unless (socket != NULL, "%s", error ? error->message : "");
}

static GSocket *
bind_path (const gchar *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);

  fail_unless (g_socket_bind (socket, address, FALSE, NULL));
  fail_unless (g_socket_listen (socket, NULL));

  return socket;
}

GST_START_TEST (test_a_stale_path_is_replaced_and_the_path_is_removed_afterwards)
{
  g_autofree gchar *folder = make_folder ();
  g_autofree gchar *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (GSocket) dead = bind_path (path);

  g_socket_close (dead, NULL);
  fail_unless (g_file_test (path, G_FILE_TEST_EXISTS));
  listen_on_path (path);
  fail_if (g_file_test (path, G_FILE_TEST_EXISTS));
  g_rmdir (folder);
}

GST_END_TEST

GST_START_TEST (test_a_path_that_is_listened_on_or_is_no_socket_stays)
{
  g_autofree gchar *folder = make_folder ();
  g_autofree gchar *path = g_build_filename (folder, "socket", NULL);
  g_autofree gchar *file = g_build_filename (folder, "file", NULL);
  g_autoptr (GSocket) alive G_GNUC_UNUSED = bind_path (path);
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();

  g_object_set (endpoint, "socket-path", path, "mode", GST_GIO_SOCKET_MODE_LISTEN, NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Somebody else listens there");
  fail_unless (g_file_test (path, G_FILE_TEST_EXISTS));

  fail_unless (g_file_set_contents (file, "precious", -1, NULL));
  g_object_set (endpoint, "socket-path", file, NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "not a socket");
  fail_unless (g_file_test (file, G_FILE_TEST_EXISTS));

  g_unlink (file);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST

GST_START_TEST (test_a_path_that_does_not_exist_is_not_found)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();

  g_object_set (endpoint, "socket-path", "/no/such/socket", NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_NOT_FOUND, "unix:/no/such/socket");
}

GST_END_TEST

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
  tcase_add_test (tcase, test_a_good_uri_survives_the_round_trip);
  tcase_add_test (tcase, test_a_bad_uri_names_the_part_that_is_wrong);
  tcase_add_test (tcase, test_a_good_uri_replaces_a_bad_one);
  tcase_add_test (tcase, test_what_is_wrong_without_a_network_is_known_before);
  tcase_add_test (tcase, test_connecting_gives_a_connected_socket);
  tcase_add_test (tcase, test_a_refused_port_says_what_to_do);
  tcase_add_test (tcase, test_an_unknown_host_is_not_found);
  tcase_add_test (tcase, test_a_port_in_use_cannot_be_listened_on);
  tcase_add_test (tcase, test_listening_on_port_0_tells_the_port_before_it_accepts);
  tcase_add_test (tcase, test_accepting_ends_when_it_is_cancelled);
  tcase_add_test (tcase, test_a_stale_path_is_replaced_and_the_path_is_removed_afterwards);
  tcase_add_test (tcase, test_a_path_that_is_listened_on_or_is_no_socket_stays);
  tcase_add_test (tcase, test_a_path_that_does_not_exist_is_not_found);
  tcase_add_test (tcase, test_a_given_socket_must_be_connected);

  return suite;
}

GST_CHECK_MAIN (endpoint)
