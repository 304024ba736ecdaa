/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/giosocket.h"
#include "tests/support/certificates.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

static GSocket *ours;
static GSocket *peer;
static GstGioSocketConnection *connection;
static GstGioSocketWriter *writer;

static void
setup (void)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();

  support_make_pair (&ours, &peer);
  g_object_set (endpoint, "socket", ours, NULL);
  connection = gst_gio_socket_connection_new (endpoint, FALSE);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
  writer = gst_gio_socket_writer_new ();
}

static void
teardown (void)
{
  gst_gio_socket_writer_free (writer);
  gst_gio_socket_connection_stop (connection);
  g_clear_object (&connection);
  g_clear_object (&ours);
  g_clear_object (&peer);
}

static GstBuffer *
make_buffer (GBytes *bytes, guint n_memories)
{
  GstBuffer *buffer = gst_buffer_new ();
  gsize size = g_bytes_get_size (bytes) / n_memories;

  for (guint i = 0; i < n_memories; i++) {
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, i * size, size);
    g_autoptr (GstBuffer) one = gst_buffer_new_wrapped_bytes (part);

    gst_buffer_append_memory (buffer, gst_buffer_get_memory (one, 0));
  }

  return buffer;
}

static void
expect_bytes (GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  g_autofree guint8 *got = g_malloc (size);

  support_read_exactly (peer, got, size);
  fail_unless (memcmp (got, data, size) == 0);
}

/* 0 before there is a connection. */
static guint64
get_stat (const gchar *field)
{
  g_autoptr (GstStructure) stats = gst_gio_socket_connection_get_stats (connection);
  guint64 value = 0;

  gst_structure_get_uint64 (stats, field, &value);

  return value;
}

GST_START_TEST (test_memories_are_not_merged_and_are_let_go_of)
{
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 1);
  g_autoptr (GstBuffer) buffer = make_buffer (bytes, 10);
  g_autoptr (GstBuffer) empty = gst_buffer_new_allocate (NULL, 0, NULL);

  fail_unless (gst_gio_socket_writer_add (writer, buffer));
  fail_unless (gst_gio_socket_writer_add (writer, empty));
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), 2);
  fail_unless (gst_gio_socket_writer_run (writer, connection, FALSE, NULL, NULL));
  expect_bytes (bytes);
  fail_unless_equals_uint64 (get_stat ("send-calls"), 1);
  fail_unless_equals_int (gst_buffer_n_memory (buffer), 10);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), 1);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (empty), 1);
}

GST_END_TEST

GST_START_TEST (test_what_was_not_begun_can_be_dropped)
{
  g_autoptr (GBytes) bytes = support_make_bytes (1000, 2);
  g_autoptr (GBytes) other = support_make_bytes (1000, 3);
  g_autoptr (GstBuffer) buffer = make_buffer (bytes, 2);
  g_autoptr (GstBuffer) later = make_buffer (other, 2);

  fail_unless (gst_gio_socket_writer_add (writer, buffer));
  gst_gio_socket_writer_drop_unstarted (writer);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), 1);
  fail_unless (gst_gio_socket_writer_add (writer, later));
  fail_unless (gst_gio_socket_writer_run (writer, connection, FALSE, NULL, NULL));
  expect_bytes (other);
}

GST_END_TEST

static gpointer
cancel_thread (gpointer data)
{
  while (get_stat ("send-waits") == 0)
    g_thread_yield ();
  g_cancellable_cancel (data);

  return NULL;
}

static gpointer
run_thread (gpointer data)
{
  fail_unless (gst_gio_socket_writer_run (writer, connection, FALSE, NULL, NULL));

  return NULL;
}

static gpointer
read_all_thread (gpointer data)
{
  return support_read_all (data);
}

GST_START_TEST (test_a_buffer_that_has_begun_is_completed_before_what_comes_later)
{
  g_autoptr (GBytes) sent = support_make_bytes (1000, 4);
  g_autoptr (GBytes) begun = support_make_bytes (16 * 1024 * 1024, 5);
  g_autoptr (GBytes) dropped = support_make_bytes (1000, 6);
  g_autoptr (GBytes) added = support_make_bytes (1000, 7);
  GBytes *expected[] = { sent, begun, added };
  GBytes *queued[] = { sent, begun, dropped };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GByteArray) got = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBuffer) last = make_buffer (added, 1);
  GThread *thread;
  gsize at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (queued); i++) {
    g_autoptr (GstBuffer) buffer = make_buffer (queued[i], 4);

    fail_unless (gst_gio_socket_writer_add (writer, buffer));
  }
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  fail_if (gst_gio_socket_writer_run (writer, connection, FALSE, cancellable, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_thread_join (thread);

  gst_gio_socket_writer_drop_unstarted (writer);
  fail_unless (gst_gio_socket_writer_add (writer, last));
  thread = g_thread_new ("reader", read_all_thread, peer);
  fail_unless (gst_gio_socket_writer_run (writer, connection, FALSE, NULL, NULL));
  gst_gio_socket_connection_set_linger (connection, 20 * GST_SECOND);
  fail_unless (gst_gio_socket_connection_finish (connection, NULL, NULL));
  got = g_thread_join (thread);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    gsize size;
    gconstpointer data = g_bytes_get_data (expected[i], &size);

    fail_unless (got->len >= at + size);
    fail_unless (memcmp (got->data + at, data, size) == 0, "part %u differs", i);
    at += size;
  }
  fail_unless_equals_int (got->len, at);
}

GST_END_TEST

/* --- TLS ----------------------------------------------------------------- */

static GstGioSocketTransport *
make_server (Certificates *certificates)
{
  g_auto (GstGioSocketTlsSettings) settings = { 0 };
  g_autoptr (GstGioSocketTlsContext) context = NULL;

  gst_gio_socket_tls_settings_init (&settings);
  settings.certificate_file = g_strdup (certificates_path (certificates, "server-with-key.pem"));
  context = gst_gio_socket_tls_context_new (&settings, TRUE, NULL);

  return gst_gio_socket_transport_tls_new (peer, TRUE, context, NULL, NULL);
}

static void
start_tls (Certificates *certificates)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();

  g_object_set (endpoint, "socket", ours, "tls", TRUE, "server-name", "localhost", "ca-file",
      certificates_path (certificates, "ca.pem"), NULL);
  gst_gio_socket_connection_stop (connection);
  g_object_unref (connection);
  connection = gst_gio_socket_connection_new (endpoint, FALSE);
  fail_unless (gst_gio_socket_connection_start (connection, NULL));
}

/* Less than what is encrypted before it is written: all of it has been taken when that blocks. */
#define TAKEN (100 * 1024)

GST_START_TEST (test_what_was_taken_in_full_leaves_when_it_goes_on)
{
  g_autoptr (Certificates) certificates = certificates_new ();
  g_autoptr (GstGioSocketTransport) server = make_server (certificates);
  g_autoptr (GBytes) bytes = support_make_bytes (TAKEN, 1);
  g_autoptr (GstBuffer) buffer = make_buffer (bytes, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree guint8 *got = g_malloc (TAKEN);
  g_autoptr (GError) error = NULL;
  GThread *thread;

  support_shrink_buffers (ours);
  support_shrink_buffers (peer);
  start_tls (certificates);
  fail_unless (
      gst_gio_socket_transport_tls_handshake (GST_GIO_SOCKET_TRANSPORT_TLS (server), NULL, NULL));

  fail_unless (gst_gio_socket_writer_add (writer, buffer));
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  fail_if (gst_gio_socket_writer_run (writer, connection, FALSE, cancellable, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_thread_join (thread);
  fail_unless_equals_uint64 (get_stat ("bytes-sent"), TAKEN);

  thread = g_thread_new ("run", run_thread, NULL);
  for (gsize n = 0; n < TAKEN;) {
    GInputVector vector = { got + n, TAKEN - n };
    gssize received = gst_gio_socket_transport_receive (server, &vector, 1, NULL, NULL);

    fail_unless (received > 0);
    n += received;
  }
  fail_unless (memcmp (got, g_bytes_get_data (bytes, NULL), TAKEN) == 0);
  g_thread_join (thread);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), 1);
}

GST_END_TEST

static Suite *
writer_suite (void)
{
  Suite *suite = suite_create ("writer");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_memories_are_not_merged_and_are_let_go_of);
  tcase_add_test (tcase, test_what_was_not_begun_can_be_dropped);
  tcase_add_test (tcase, test_a_buffer_that_has_begun_is_completed_before_what_comes_later);
  tcase_add_test (tcase, test_what_was_taken_in_full_leaves_when_it_goes_on);

  return suite;
}

GST_CHECK_MAIN (writer)
