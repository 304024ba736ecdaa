/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/support/support.h"
#include "tests/support/transport.h"

#include <gst/check/gstcheck.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static Certificates *certificates;
static GSocket *sockets[2];
static GstGioSocketTransport *client, *server;
static guint fds_before, threads_before;

static void
setup (void)
{
  certificates = certificates_new ();
  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
  support_make_pair (&sockets[0], &sockets[1]);
}

static void
teardown (void)
{
  g_clear_object (&client);
  g_clear_object (&server);
  g_clear_object (&sockets[0]);
  g_clear_object (&sockets[1]);
  support_assert_no_more (fds_before, threads_before);
  g_clear_pointer (&certificates, certificates_free);
}

/* --- records ------------------------------------------------------------- */

GST_START_TEST (test_what_is_held_leaves_in_one_record_at_the_flush)
{
  guint64 calls;

  transport_pair (certificates, sockets, __i__, &client, &server);
  calls = transport_stat (client, "send-calls");

  for (guint i = 0; i < 100; i++)
    transport_send (client, "0123456789", 10, TRUE);
  fail_unless_equals_uint64 (transport_stat (client, "send-calls"), calls);
  fail_unless_equals_uint64 (transport_stat (client, "bytes-sent"), 1000);

  fail_unless (gst_gio_socket_transport_flush (client, NULL, NULL));
  fail_unless (gst_gio_socket_transport_flush (client, NULL, NULL));
  fail_unless_equals_uint64 (transport_stat (client, "send-calls"), calls + 1);
  fail_unless_equals_uint64 (transport_stat (client, "records-sent"), 1);
  fail_unless_equals_uint64 (transport_stat (client, "flushes"), 1);
  for (guint i = 0; i < 100; i++)
    transport_expect (server, "0123456789");
  fail_unless_equals_uint64 (transport_stat (server, "records-received"), 1);
}

GST_END_TEST

GST_START_TEST (test_a_list_of_small_pieces_is_one_record)
{
  GOutputVector list[100];
  GOutputVector *vectors = list;
  guint n_vectors = G_N_ELEMENTS (list);
  guint64 calls;

  transport_pair (certificates, sockets, __i__, &client, &server);
  calls = transport_stat (client, "send-calls");
  for (guint i = 0; i < G_N_ELEMENTS (list); i++)
    list[i] = (GOutputVector){ "0123456789", 10 };

  fail_unless (gst_gio_socket_transport_send (client, &vectors, &n_vectors, FALSE, NULL, NULL));
  fail_unless_equals_uint64 (transport_stat (client, "send-calls"), calls + 1);
  fail_unless_equals_uint64 (transport_stat (client, "records-sent"), 1);
}

GST_END_TEST

/* A header, and a frame whose length is not a multiple of a record's. */
GST_START_TEST (test_large_pieces_make_full_records)
{
  const gsize size = 20 * RECORD + 1000;
  g_autoptr (GBytes) bytes = support_make_bytes (size, 1);
  g_autofree guint8 *got = g_malloc (size);

  transport_pair (certificates, sockets, __i__, &client, &server);
  transport_send (client, g_bytes_get_data (bytes, NULL), 100, TRUE);
  transport_send (client, (const guint8 *)g_bytes_get_data (bytes, NULL) + 100, size - 100, FALSE);
  fail_unless_equals_uint64 (transport_stat (client, "records-sent"), 21);
  /* 20 records are two batches and a half. */
  fail_unless (transport_stat (client, "send-calls") <= 6 + transport_stat (client, "send-waits"));

  transport_receive (server, got, size);
  fail_unless (memcmp (got, g_bytes_get_data (bytes, NULL), size) == 0);
}

GST_END_TEST

/* Into the rest of one message and the room behind it, as slabs are filled. */
GST_START_TEST (test_one_receive_takes_all_records_that_are_there)
{
  const gsize size = 6 * RECORD + 100, rest = 2 * RECORD + 10;
  g_autoptr (GBytes) bytes = support_make_bytes (size, 2);
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  g_autofree guint8 *one = g_malloc (rest), *two = g_malloc (size);
  GInputVector vectors[] = { { one, rest }, { two, size } };
  gsize waiting = 0;
  guint64 calls;

  transport_pair (certificates, sockets, __i__, &client, &server);
  calls = transport_stat (server, "receive-calls");
  transport_send (client, data, size, FALSE);
  while (waiting < size)
    waiting = g_socket_get_available_bytes (sockets[1]);

  fail_unless_equals_int (gst_gio_socket_transport_receive (server, vectors, 2, NULL, NULL), size);
  fail_unless (memcmp (one, data, rest) == 0);
  fail_unless (memcmp (two, data + rest, size - rest) == 0);
  fail_unless_equals_uint64 (transport_stat (server, "records-received"), 7);
  fail_unless_equals_uint64 (transport_stat (server, "receive-calls"), calls + 1);
}

GST_END_TEST

/* Bursts cost records and no options: the socket below is never corked. */
GST_START_TEST (test_a_burst_costs_no_option_call)
{
  gint corked = -1;

  transport_pair (certificates, sockets, __i__, &client, &server);
  for (guint i = 0; i < 10; i++) {
    transport_send (client, "0123456789", 10, TRUE);
    transport_send (client, "0123456789", 10, TRUE);
    fail_unless (gst_gio_socket_transport_flush (client, NULL, NULL));
    transport_send (client, "0123456789", 10, FALSE);
    fail_unless (gst_gio_socket_transport_flush (client, NULL, NULL));
  }
  fail_unless_equals_uint64 (transport_stat (client, "records-sent"), 20);
  fail_unless_equals_uint64 (transport_stat (client, "flushes"), 10);
  fail_unless_equals_uint64 (transport_stat (client, "option-calls"), 0);
  fail_unless (g_socket_get_option (sockets[0], IPPROTO_TCP, TCP_CORK, &corked, NULL));
  fail_unless_equals_int (corked, 0);
}

GST_END_TEST

/* The same mark as without TLS: what the kernel does not take stays with the engine. */
GST_START_TEST (test_no_more_waits_in_the_kernel_than_the_mark_and_a_segment)
{
  enum
  {
    MARK = 16384,
    SEGMENT = 65536
  };
  g_autoptr (GBytes) bytes = support_make_bytes (16 * 1024 * 1024, 2);
  GOutputVector vector = { g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;
  g_autoptr (GError) error = NULL;

  transport_pair (certificates, sockets, __i__, &client, &server);
  gst_gio_socket_transport_set_notsent_lowat (client, MARK);
  gst_gio_socket_transport_set_linger (client, 0);
  fail_if (gst_gio_socket_transport_send (client, &vectors, &n_vectors, TRUE, NULL, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  fail_unless (transport_stat (client, "bytes-unsent") < MARK + SEGMENT);
}

GST_END_TEST

/* --- ends ---------------------------------------------------------------- */

GST_START_TEST (test_the_other_direction_goes_on_behind_the_end_of_one)
{
  g_autoptr (GError) error = NULL;

  transport_pair (certificates, sockets, __i__, &client, &server);
  transport_send (client, "last words", 10, TRUE);
  fail_unless (gst_gio_socket_transport_shutdown (client, NULL, NULL));
  fail_unless (gst_gio_socket_transport_drain (client, GST_SECOND, NULL, NULL));
  transport_expect (server, "last words");
  fail_unless_equals_int (transport_receive_end (server, &error), 0);
  fail_unless_equals_int (transport_receive_end (server, &error), 0);

  transport_send (server, "I see", 5, FALSE);
  transport_expect (client, "I see");
  fail_unless (gst_gio_socket_transport_shutdown (server, NULL, NULL));
  fail_unless_equals_int (transport_receive_end (client, &error), 0);
  g_assert_no_error (error);
}

GST_END_TEST

GST_START_TEST (test_an_end_without_close_notify_is_an_error)
{
  g_autoptr (GError) error = NULL;

  transport_pair (certificates, sockets, __i__, &client, &server);
  transport_send (client, "0123456789", 10, FALSE);
  fail_unless (shutdown (g_socket_get_fd (sockets[0]), SHUT_WR) == 0);
  transport_expect (server, "0123456789");
  fail_unless_equals_int (transport_receive_end (server, &error), -1);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_EOF);
  fail_unless (strstr (error->message, "after 10 bytes") != NULL, "%s", error->message);

  g_clear_error (&error);
  fail_unless_equals_int (transport_receive_end (server, &error), -1);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_EOF);

  /* It closed one half: the other one is not touched by that. */
  transport_send (server, "still here", 10, FALSE);
  transport_expect (client, "still here");
}

GST_END_TEST

static Suite *
transport_tls_suite (void)
{
  Suite *suite = suite_create ("transport-tls");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_what_is_held_leaves_in_one_record_at_the_flush, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_a_list_of_small_pieces_is_one_record, 0, N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_large_pieces_make_full_records, 0, N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_one_receive_takes_all_records_that_are_there, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_a_burst_costs_no_option_call, 0, N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_no_more_waits_in_the_kernel_than_the_mark_and_a_segment, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_the_other_direction_goes_on_behind_the_end_of_one, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_an_end_without_close_notify_is_an_error, 0,
      N_TRANSPORT_VERSIONS);

  return suite;
}

GST_CHECK_MAIN (transport_tls)
