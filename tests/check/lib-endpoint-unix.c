/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/endpoint.h"
#include "lib/transport-plain.h"
#include "tests/support/support.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <fcntl.h>
#include <gst/check/gstcheck.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static gchar *folder;
static gchar *path;
static mode_t usual_umask;

static void
setup (void)
{
  folder = g_dir_make_tmp ("giosocket-XXXXXX", NULL);
  fail_unless (folder != NULL);
  path = g_build_filename (folder, "socket", NULL);
  usual_umask = umask (022);
}

/* Whatever a test does, it leaves nothing but what it says it leaves. */
static void
teardown (void)
{
  umask (usual_umask);
  g_unlink (path);
  fail_unless (g_rmdir (folder) == 0);
  g_free (path);
  g_free (folder);
}

static GSocket *
connect_to (const gchar *name, GUnixSocketAddressType type)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new_with_type (name, -1, type);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);

  fail_unless (g_socket_connect (socket, address, NULL, &error), "%s", error ? error->message : "");

  return socket;
}

static GSocket *
listen_at (const gchar *name, GUnixSocketAddressType type)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new_with_type (name, -1, type);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);

  fail_unless (g_socket_bind (socket, address, FALSE, &error), "%s", error ? error->message : "");
  fail_unless (g_socket_listen (socket, NULL));

  return socket;
}

/* What a process leaves that does not end well. */
static void
leave_stale_path (void)
{
  g_autoptr (GSocket) dead = listen_at (path, G_UNIX_SOCKET_ADDRESS_PATH);

  g_socket_close (dead, NULL);
  fail_unless (g_file_test (path, G_FILE_TEST_EXISTS));
}

static GstGioSocketEndpoint *
new_endpoint (GstGioSocketMode mode)
{
  GstGioSocketEndpoint *endpoint = gst_gio_socket_endpoint_new ();

  g_object_set (endpoint, "socket-path", path, "mode", mode, NULL);

  return endpoint;
}

static void
expect_failure (GstGioSocketEndpoint *endpoint, gint code, const gchar *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, &error);

  fail_unless (socket == NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code), "%s", error->message);
  fail_unless (strstr (error->message, part) != NULL, "%s", error->message);
}

static void
connect_cb (guint port, gpointer user_data)
{
  GSocket **peer = user_data;

  *peer = connect_to (path, G_UNIX_SOCKET_ADDRESS_PATH);
}

/* --- whose path it is ---------------------------------------------------- */

static void
replace_stale_path (void)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;

  leave_stale_path ();
  socket = gst_gio_socket_endpoint_open (endpoint, connect_cb, &peer, NULL, &error);
  fail_unless (socket != NULL, "%s", error ? error->message : "");
  fail_if (g_file_test (path, G_FILE_TEST_EXISTS));
}

GST_START_TEST (test_a_stale_path_is_replaced_and_the_path_is_removed_afterwards)
{
  replace_stale_path ();
}

GST_END_TEST

GST_START_TEST (test_a_long_path_can_be_stale_too)
{
  g_autofree gchar *name = g_strnfill (106 - strlen (folder), 'x');

  g_free (path);
  path = g_build_filename (folder, name, NULL);
  fail_unless_equals_int (strlen (path), 107);
  replace_stale_path ();
}

GST_END_TEST

static void
cancel_cb (guint port, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

GST_START_TEST (test_the_path_is_removed_when_nobody_came)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  fail_unless (
      gst_gio_socket_endpoint_open (endpoint, cancel_cb, cancellable, cancellable, NULL) == NULL);
  fail_if (g_file_test (path, G_FILE_TEST_EXISTS));
}

GST_END_TEST

GST_START_TEST (test_a_path_that_is_listened_on_stays)
{
  g_autoptr (GSocket) alive G_GNUC_UNUSED = listen_at (path, G_UNIX_SOCKET_ADDRESS_PATH);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GSocket) peer = NULL;

  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Somebody else listens there");
  peer = connect_to (path, G_UNIX_SOCKET_ADDRESS_PATH);
}

GST_END_TEST

/* A probe that connects would be taken for the peer that it waits for. */
GST_START_TEST (test_who_listens_does_not_notice_that_another_wanted_to)
{
  g_autoptr (GSocket) alive = listen_at (path, G_UNIX_SOCKET_ADDRESS_PATH);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);

  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Somebody else listens there");
  fail_unless_equals_int (g_socket_condition_check (alive, G_IO_IN), 0);
}

GST_END_TEST

GST_START_TEST (test_a_path_that_is_bound_and_not_listened_on_yet_stays)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) alive = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GSocket) peer = NULL;

  fail_unless (g_socket_bind (alive, address, FALSE, NULL));
  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Somebody else listens there");
  fail_unless (g_socket_listen (alive, NULL));
  peer = connect_to (path, G_UNIX_SOCKET_ADDRESS_PATH);
}

GST_END_TEST

/* systemd-tmpfiles spares what is in a folder that is locked, so a lock may stay for long. */
GST_START_TEST (test_a_folder_that_somebody_has_locked_is_no_obstacle)
{
  gint lock = open (folder, O_RDONLY | O_DIRECTORY);

  fail_unless (flock (lock, LOCK_EX) == 0);
  replace_stale_path ();
  close (lock);
}

GST_END_TEST

GST_START_TEST (test_what_is_no_socket_stays)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autofree gchar *contents = NULL;

  fail_unless (g_file_set_contents (path, "precious", -1, NULL));
  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "not a socket");
  fail_unless (g_file_get_contents (path, &contents, NULL, NULL));
  fail_unless_equals_string (contents, "precious");
}

GST_END_TEST

typedef struct
{
  GSocket *peer;
  GSocket *other;
} Successor;

static void
succeed_cb (guint port, gpointer user_data)
{
  Successor *successor = user_data;

  successor->peer = connect_to (path, G_UNIX_SOCKET_ADDRESS_PATH);
  g_unlink (path);
  successor->other = listen_at (path, G_UNIX_SOCKET_ADDRESS_PATH);
}

GST_START_TEST (test_a_path_that_somebody_else_has_now_is_not_removed)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocket) guest = NULL;
  Successor successor = { NULL, NULL };

  socket = gst_gio_socket_endpoint_open (endpoint, succeed_cb, &successor, NULL, NULL);
  fail_unless (socket != NULL);
  guest = connect_to (path, G_UNIX_SOCKET_ADDRESS_PATH);
  g_object_unref (successor.peer);
  g_object_unref (successor.other);
}

GST_END_TEST

/* --- several at the same time --------------------------------------------- */

#ifdef __SANITIZE_THREAD__
#define N_ROUNDS 50
#else
#define N_ROUNDS 300
#endif
#define N_RIVALS 4

typedef struct
{
  guint32 token;
  GSocket *peer;
  gboolean has_won;
} Rival;

static gint n_ready;

static void
visit_cb (guint port, gpointer user_data)
{
  Rival *rival = user_data;

  rival->peer = connect_to (path, G_UNIX_SOCKET_ADDRESS_PATH);
  fail_unless (
      g_socket_send (rival->peer, (gchar *)&rival->token, sizeof (guint32), NULL, NULL) == 4);
}

/* Whoever gets the path is who is found there. */
static gpointer
compete (gpointer data)
{
  Rival *rival = data;
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  guint32 token = 0;

  g_atomic_int_inc (&n_ready);
  while (g_atomic_int_get (&n_ready) < N_RIVALS)
    g_thread_yield ();

  socket = gst_gio_socket_endpoint_open (endpoint, visit_cb, rival, NULL, &error);
  rival->has_won = socket != NULL;
  if (socket == NULL) {
    fail_unless (strstr (error->message, "Somebody else listens") != NULL, "%s", error->message);
    return NULL;
  }

  support_read_exactly (socket, &token, sizeof (token));
  fail_unless_equals_int (token, rival->token);
  g_clear_object (&rival->peer);

  return NULL;
}

GST_START_TEST (test_of_many_that_want_a_path_each_that_gets_it_has_it)
{
  for (guint round = 0; round < N_ROUNDS; round++) {
    Rival rivals[N_RIVALS] = { 0 };
    GThread *threads[N_RIVALS];
    guint n_winners = 0;

    leave_stale_path ();
    g_atomic_int_set (&n_ready, 0);
    for (guint i = 0; i < N_RIVALS; i++) {
      rivals[i].token = round * N_RIVALS + i + 1;
      threads[i] = g_thread_new ("rival", compete, &rivals[i]);
    }
    for (guint i = 0; i < N_RIVALS; i++) {
      g_thread_join (threads[i]);
      n_winners += rivals[i].has_won;
    }
    fail_unless (n_winners > 0);
    fail_if (g_file_test (path, G_FILE_TEST_EXISTS));
  }
}

GST_END_TEST

/* --- who may come, and who has --------------------------------------------- */

static const struct
{
  gint mode;
  mode_t umask;
  mode_t expected;
} modes[] = {
  { -1, 022, 0755 },
  { -1, 0, 0777 },
  { -1, 077, 0700 },
  { 0600, 022, 0600 },
  { 0600, 0, 0600 },
  { 0, 0, 0 },
  { 0777, 0, 0777 },
  { 0660, 022, 0660 },
  { 0666, 077, 0666 },
};

typedef struct
{
  GCancellable *cancellable;
  mode_t mode;
  gint watch; /* of the folder; -1: none */
  guint n_created;
  guint n_changed;
} Look;

/* What has happened in the folder so far. */
static void
read_events (Look *look)
{
  union
  {
    struct inotify_event event;
    gchar bytes[4096];
  } buffer;
  gssize size = read (look->watch, &buffer, sizeof (buffer));

  for (gssize at = 0; at < size;) {
    const struct inotify_event *event = (const struct inotify_event *)(buffer.bytes + at);

    look->n_created += (event->mask & IN_CREATE) != 0;
    look->n_changed += (event->mask & IN_ATTRIB) != 0;
    at += sizeof (*event) + event->len;
  }
}

static void
look_cb (guint port, gpointer user_data)
{
  Look *look = user_data;
  struct stat info;

  fail_unless (g_lstat (path, &info) == 0);
  look->mode = info.st_mode & 07777;
  if (look->watch >= 0)
    read_events (look);
  g_cancellable_cancel (look->cancellable);
}

static void
listen_with_mode (gint mode, Look *look)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  look->cancellable = cancellable;
  g_object_set (endpoint, "socket-mode", mode, NULL);
  fail_unless (gst_gio_socket_endpoint_open (endpoint, look_cb, look, cancellable, &error) == NULL);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED), "%s", error->message);
}

GST_START_TEST (test_a_path_has_the_permissions_that_were_asked_for)
{
  Look look = { .watch = -1 };

  umask (modes[__i__].umask);
  listen_with_mode (modes[__i__].mode, &look);
  fail_unless (look.mode == modes[__i__].expected, "%o, not %o", look.mode, modes[__i__].expected);
  /* It is the process's, and other threads make files, too. */
  fail_unless (umask (0) == modes[__i__].umask);
}

GST_END_TEST

GST_START_TEST (test_permissions_are_written_as_everywhere)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  gint mode;

  gst_util_set_object_arg (G_OBJECT (endpoint), "socket-mode", "0640");
  g_object_get (endpoint, "socket-mode", &mode, NULL);
  fail_unless_equals_int (mode, 0640);
}

GST_END_TEST

GST_START_TEST (test_there_is_no_moment_with_other_permissions)
{
  Look look = { .watch = inotify_init1 (IN_NONBLOCK) };

  umask (0);
  fail_unless (inotify_add_watch (look.watch, folder, IN_CREATE | IN_ATTRIB) >= 0);
  listen_with_mode (0600, &look);
  fail_unless_equals_int (look.mode, 0600);
  fail_unless_equals_int (look.n_created, 1);
  fail_unless_equals_int (look.n_changed, 0);
  close (look.watch);
}

GST_END_TEST

static void
assert_credentials (const GstStructure *structure)
{
  gint pid, uid, gid;

  fail_unless (gst_structure_get (structure, "peer-pid", G_TYPE_INT, &pid, "peer-uid", G_TYPE_INT,
      &uid, "peer-gid", G_TYPE_INT, &gid, NULL));
  fail_unless_equals_int (pid, getpid ());
  fail_unless_equals_int (uid, getuid ());
  fail_unless_equals_int (gid, getgid ());
}

static void
assert_ends (GSocket *socket, const gchar *local, const gchar *remote)
{
  g_autoptr (GstGioSocketTransport) transport = gst_gio_socket_transport_plain_new (socket, TRUE);
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");
  g_autoptr (GstStructure) info = gst_structure_new_empty ("info");

  gst_gio_socket_transport_add_stats (transport, stats);
  gst_gio_socket_transport_add_info (transport, info);
  assert_credentials (stats);
  assert_credentials (info);
  fail_unless_equals_string (gst_structure_get_string (info, "local-address"), local);
  fail_unless_equals_string (gst_structure_get_string (info, "remote-address"), remote);
  fail_unless_equals_string (gst_structure_get_string (stats, "local-address"), local);
  fail_unless_equals_string (gst_structure_get_string (stats, "remote-address"), remote);
}

GST_START_TEST (test_it_is_known_who_is_at_the_other_end)
{
  g_autoptr (GstGioSocketEndpoint) server = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GstGioSocketEndpoint) client = new_endpoint (GST_GIO_SOCKET_MODE_CONNECT);
  g_autoptr (GSocket) listener = NULL;
  g_autoptr (GSocket) accepted = NULL;
  g_autoptr (GSocket) connected = NULL;
  g_autoptr (GSocket) peer = NULL;

  accepted = gst_gio_socket_endpoint_open (server, connect_cb, &peer, NULL, NULL);
  fail_unless (accepted != NULL);
  assert_ends (accepted, path, NULL);

  listener = listen_at (path, G_UNIX_SOCKET_ADDRESS_PATH);
  connected = gst_gio_socket_endpoint_open (client, NULL, NULL, NULL, NULL);
  fail_unless (connected != NULL);
  assert_ends (connected, NULL, path);
}

GST_END_TEST

/* --- connecting ---------------------------------------------------------- */

GST_START_TEST (test_a_path_that_does_not_exist_is_not_found)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_CONNECT);

  g_object_set (endpoint, "socket-path", "/no/such/socket", NULL);
  expect_failure (endpoint, GST_RESOURCE_ERROR_NOT_FOUND, "unix:/no/such/socket");
}

GST_END_TEST

GST_START_TEST (test_a_stale_path_refuses)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_CONNECT);

  leave_stale_path ();
  expect_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "start the peer first");
}

GST_END_TEST

GST_START_TEST (test_a_listener_whose_queue_is_full_is_busy)
{
  g_autoptr (GSocket) listener = listen_at (path, G_UNIX_SOCKET_ADDRESS_PATH);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (GST_GIO_SOCKET_MODE_CONNECT);
  g_autoptr (GSocket) first = NULL;

  fail_unless (listen (g_socket_get_fd (listener), 0) == 0);
  first = connect_to (path, G_UNIX_SOCKET_ADDRESS_PATH);
  expect_failure (endpoint, GST_RESOURCE_ERROR_BUSY, "try again later");
}

GST_END_TEST

/* --- abstract names ------------------------------------------------------ */

static void
connect_abstract_cb (guint port, gpointer user_data)
{
  GSocket **peer = user_data;

  *peer = connect_to (path, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
}

GST_START_TEST (test_an_abstract_name_is_listened_on_and_connected_to)
{
  g_autoptr (GstGioSocketEndpoint) server = new_endpoint (GST_GIO_SOCKET_MODE_LISTEN);
  g_autoptr (GstGioSocketEndpoint) client = new_endpoint (GST_GIO_SOCKET_MODE_CONNECT);
  g_autoptr (GSocket) listener = NULL;
  g_autoptr (GSocket) accepted = NULL;
  g_autoptr (GSocket) connected = NULL;
  g_autoptr (GSocket) peer = NULL;

  g_object_set (server, "socket-type", G_UNIX_SOCKET_ADDRESS_ABSTRACT, NULL);
  g_object_set (client, "socket-type", G_UNIX_SOCKET_ADDRESS_ABSTRACT, NULL);
  accepted = gst_gio_socket_endpoint_open (server, connect_abstract_cb, &peer, NULL, NULL);
  fail_unless (accepted != NULL);
  fail_if (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_object (&accepted);

  listener = listen_at (path, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  connected = gst_gio_socket_endpoint_open (client, NULL, NULL, NULL, NULL);
  fail_unless (connected != NULL);
  expect_failure (server, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Somebody else listens there");
}

GST_END_TEST

static Suite *
endpoint_unix_suite (void)
{
  Suite *suite = suite_create ("endpoint-unix");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_stale_path_is_replaced_and_the_path_is_removed_afterwards);
  tcase_add_test (tcase, test_a_long_path_can_be_stale_too);
  tcase_add_test (tcase, test_the_path_is_removed_when_nobody_came);
  tcase_add_test (tcase, test_a_path_that_is_listened_on_stays);
  tcase_add_test (tcase, test_who_listens_does_not_notice_that_another_wanted_to);
  tcase_add_test (tcase, test_a_path_that_is_bound_and_not_listened_on_yet_stays);
  tcase_add_test (tcase, test_a_folder_that_somebody_has_locked_is_no_obstacle);
  tcase_add_test (tcase, test_what_is_no_socket_stays);
  tcase_add_test (tcase, test_a_path_that_somebody_else_has_now_is_not_removed);
  tcase_add_test (tcase, test_of_many_that_want_a_path_each_that_gets_it_has_it);
  tcase_add_loop_test (tcase, test_a_path_has_the_permissions_that_were_asked_for, 0,
      G_N_ELEMENTS (modes));
  tcase_add_test (tcase, test_permissions_are_written_as_everywhere);
  tcase_add_test (tcase, test_there_is_no_moment_with_other_permissions);
  tcase_add_test (tcase, test_it_is_known_who_is_at_the_other_end);
  tcase_add_test (tcase, test_a_path_that_does_not_exist_is_not_found);
  tcase_add_test (tcase, test_a_stale_path_refuses);
  tcase_add_test (tcase, test_a_listener_whose_queue_is_full_is_busy);
  tcase_add_test (tcase, test_an_abstract_name_is_listened_on_and_connected_to);

  return suite;
}

GST_CHECK_MAIN (endpoint_unix)
