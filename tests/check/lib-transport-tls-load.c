/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Many bytes, and more than one thread at a transport. */

#include "tests/support/support.h"
#include "tests/support/transport.h"

#include <gst/check/gstcheck.h>
#include <sys/ioctl.h>

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

/* 64 MiB each way; where everything is several times slower, 4. */
#define LOAD (4 * 1024 * 1024)
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROUNDS 1
#else
#define ROUNDS 16
#endif
#define SMALL_LOAD (256 * 1024)
#define MAX_PIECE 60000

/* GnuTLS takes more than 8 in a second for an attack, and two sides that ask each other at the same
 * time for a mistake: 4 of each, and one side asks. */
#define UPDATE_INTERVAL (32 * ROUNDS)

typedef enum
{
  NO_UPDATE,
  UPDATE_OF_ONE,
  UPDATE_OF_BOTH,
} Updates;

typedef struct
{
  GstGioSocketTransport *transport;
  GBytes *bytes; /* sent and received so many times */
  guint rounds;
  guint seed;
  Updates updates;
} Direction;

static gpointer
load_thread (gpointer data)
{
  Direction *direction = data;
  g_autoptr (GRand) random = g_rand_new_with_seed (direction->seed);
  const guint8 *bytes = g_bytes_get_data (direction->bytes, NULL);
  guint pieces = 0;

  for (gsize sent = 0; sent < direction->rounds * LOAD;) {
    gsize offset = sent % LOAD;
    gsize size = g_rand_int_range (random, 1, MAX_PIECE);

    size = MIN (size, LOAD - offset);
    transport_send (direction->transport, bytes + offset, size, g_rand_boolean (random));
    sent += size;
    if (++pieces % UPDATE_INTERVAL == 0 && direction->updates != NO_UPDATE) {
      g_autoptr (GError) error = NULL;

      gst_gio_socket_transport_tls_update_keys (GST_GIO_SOCKET_TRANSPORT_TLS (direction->transport),
          direction->updates == UPDATE_OF_BOTH, NULL, &error);
      g_assert_no_error (error);
    }
  }
  fail_unless (gst_gio_socket_transport_flush (direction->transport, NULL, NULL));

  return NULL;
}

static gpointer
unload_thread (gpointer data)
{
  Direction *direction = data;
  gsize size = g_bytes_get_size (direction->bytes);
  g_autofree guint8 *got = g_malloc (size);

  for (guint i = 0; i < direction->rounds; i++) {
    transport_receive (direction->transport, got, size);
    fail_unless (memcmp (got, g_bytes_get_data (direction->bytes, NULL), size) == 0);
  }

  return NULL;
}

/* A key update that comes in is answered by the receiving thread while the other one sends. */
GST_START_TEST (test_keys_change_under_full_load_in_both_directions)
{
  gboolean updates_keys = __i__ == TLS_1_3;
  g_autoptr (GBytes) up = support_make_bytes (LOAD, 1);
  g_autoptr (GBytes) down = support_make_bytes (LOAD, 2);
  Direction directions[] = {
    { NULL, up, ROUNDS, 1, updates_keys ? UPDATE_OF_BOTH : NO_UPDATE },
    { NULL, up, ROUNDS, 0, NO_UPDATE },
    { NULL, down, ROUNDS, 2, updates_keys ? UPDATE_OF_ONE : NO_UPDATE },
    { NULL, down, ROUNDS, 0, NO_UPDATE },
  };
  GThread *threads[G_N_ELEMENTS (directions)];

  transport_pair (certificates, sockets, __i__, &client, &server);
  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    directions[i].transport = i == 0 || i == 3 ? client : server;
  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    threads[i] = g_thread_new ("load", i % 2 == 0 ? load_thread : unload_thread, &directions[i]);
  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    g_thread_join (threads[i]);
}

GST_END_TEST

#define QUESTIONS 5

/* The answer is due with what is sent next, which never comes. */
GST_START_TEST (test_who_only_receives_may_be_asked_for_new_keys_again_and_again)
{
  transport_pair (certificates, sockets, TLS_1_3, &client, &server);
  for (guint i = 0; i < QUESTIONS; i++) {
    g_autoptr (GError) error = NULL;

    gst_gio_socket_transport_tls_update_keys (GST_GIO_SOCKET_TRANSPORT_TLS (client), TRUE, NULL,
        &error);
    g_assert_no_error (error);
    transport_send (client, "x", 1, FALSE);
    if (i % 2 == 1)
      transport_expect (server, "xx");
  }
  transport_expect (server, "x");

  transport_send (server, "still here", 10, FALSE);
  transport_expect (client, "still here");
}

GST_END_TEST

#define TOO_MANY 40

GST_START_TEST (test_keys_that_change_all_the_time_are_an_error)
{
  g_autoptr (GError) error = NULL;

  transport_pair (certificates, sockets, TLS_1_3, &client, &server);
  for (guint i = 0; i < TOO_MANY; i++)
    fail_unless (gst_gio_socket_transport_tls_update_keys (GST_GIO_SOCKET_TRANSPORT_TLS (client),
        FALSE, NULL, NULL));
  fail_unless_equals_int (transport_receive_end (server, &error), -1);
  fail_unless (strstr (error->message, "changes its keys") != NULL, "%s", error->message);
}

GST_END_TEST

#define BULK_PIECE (256 * 1024)
#define CALL_BYTES (64 * 1024)

static gpointer
bulk_thread (gpointer data)
{
  const Direction *direction = data;
  const guint8 *bytes = g_bytes_get_data (direction->bytes, NULL);

  for (gsize sent = 0; sent < direction->rounds * LOAD; sent += BULK_PIECE)
    transport_send (direction->transport, bytes + sent % LOAD, BULK_PIECE, FALSE);

  return NULL;
}

/* And one more whenever it had to wait, and got what was there then. */
static void
assert_few_calls (GstGioSocketTransport *transport, const gchar *calls, const gchar *waits)
{
  guint64 most = ROUNDS * LOAD / CALL_BYTES + transport_stat (transport, waits) + 10;

  fail_unless (transport_stat (transport, calls) <= most,
      "%s: %" G_GUINT64_FORMAT " instead of %" G_GUINT64_FORMAT, calls,
      transport_stat (transport, calls), most);
}

GST_START_TEST (test_bulk_takes_a_system_call_for_64_kib)
{
  g_autoptr (GBytes) bytes = support_make_bytes (LOAD, 1);
  Direction up = { NULL, bytes, ROUNDS, 0, NO_UPDATE };
  Direction down;
  GThread *sender;

  transport_pair (certificates, sockets, __i__, &client, &server);
  up.transport = client;
  down = up;
  down.transport = server;
  sender = g_thread_new ("bulk", bulk_thread, &up);
  unload_thread (&down);
  g_thread_join (sender);
  fail_unless_equals_uint64 (transport_stat (client, "records-sent"), ROUNDS * LOAD / RECORD);
  assert_few_calls (client, "send-calls", "send-waits");
  assert_few_calls (server, "receive-calls", "receive-waits");
}

GST_END_TEST

static gpointer
cancel_thread (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);

  return NULL;
}

/* Against a full pipe, cut off by the cancellable many times. */
GST_START_TEST (test_an_interrupted_send_goes_on_from_the_same_byte)
{
  g_autoptr (GBytes) bytes = support_make_bytes (SMALL_LOAD, 3);
  GOutputVector halves[] = {
    { g_bytes_get_data (bytes, NULL), SMALL_LOAD / 2 - 77 },
    { (const guint8 *)g_bytes_get_data (bytes, NULL) + SMALL_LOAD / 2 - 77, SMALL_LOAD / 2 + 77 },
  };
  GOutputVector *rest = halves;
  guint n_rest = G_N_ELEMENTS (halves);
  guint n_interrupted = 0;
  Direction direction = { NULL, bytes, 1, 0, NO_UPDATE };
  GThread *reader = NULL;

  support_shrink_buffers (sockets[0]);
  support_shrink_buffers (sockets[1]);
  transport_pair (certificates, sockets, __i__, &client, &server);
  direction.transport = server;

  while (n_rest > 0) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    GThread *canceller = g_thread_new ("cancel", cancel_thread, cancellable);

    if (!gst_gio_socket_transport_send (client, &rest, &n_rest, FALSE, cancellable, &error)) {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      n_interrupted++;
    }
    g_thread_join (canceller);
    if (n_interrupted >= 20 && reader == NULL)
      reader = g_thread_new ("unload", unload_thread, &direction);
  }
  fail_unless (n_interrupted >= 20);
  fail_unless (gst_gio_socket_transport_flush (client, NULL, NULL));
  g_thread_join (reader);
}

GST_END_TEST

static gpointer
cancel_blocked_thread (gpointer cancellable)
{
  while (transport_stat (client, "send-waits") == 0)
    g_thread_yield ();
  g_cancellable_cancel (cancellable);

  return NULL;
}

/* Less than what is written at once. */
#define QUEUED (100 * 1024)

/* Is interrupted when all has been taken, and not all could be written. */
static void
fill (GBytes *bytes)
{
  GOutputVector vector = { g_bytes_get_data (bytes, NULL), QUEUED };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *canceller = g_thread_new ("cancel", cancel_blocked_thread, cancellable);

  fail_if (gst_gio_socket_transport_send (client, &vectors, &n_vectors, FALSE, cancellable, NULL));
  g_thread_join (canceller);
  fail_unless_equals_int (n_vectors, 0);
}

GST_START_TEST (test_what_waits_here_is_not_acknowledged_either)
{
  g_autoptr (GBytes) bytes = support_make_bytes (QUEUED, 1);
  gint arrived = 0;

  support_shrink_buffers (sockets[0]);
  support_shrink_buffers (sockets[1]);
  transport_pair (certificates, sockets, __i__, &client, &server);
  fill (bytes);
  fail_unless_equals_int (ioctl (g_socket_get_fd (sockets[1]), FIONREAD, &arrived), 0);
  fail_unless (gst_gio_socket_transport_get_unacknowledged (client) + arrived >= QUEUED);
}

GST_END_TEST

/* As when a seek comes at the end of a stream. */
GST_START_TEST (test_an_end_that_was_interrupted_need_not_be_the_end)
{
  g_autoptr (GBytes) bytes = support_make_bytes (QUEUED, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Direction direction = { NULL, bytes, 1, 0, NO_UPDATE };
  g_autoptr (GError) error = NULL;
  GThread *reader;

  support_shrink_buffers (sockets[0]);
  support_shrink_buffers (sockets[1]);
  transport_pair (certificates, sockets, __i__, &client, &server);
  fill (bytes);
  g_cancellable_cancel (cancellable);
  fail_if (gst_gio_socket_transport_shutdown (client, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  direction.transport = server;
  reader = g_thread_new ("unload", unload_thread, &direction);
  transport_send (client, "and on", 6, FALSE);
  g_thread_join (reader);
  transport_expect (server, "and on");
}

GST_END_TEST

GST_START_TEST (test_receive_ends_when_it_is_cancelled)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint8 byte;
  GInputVector vector = { &byte, 1 };
  GThread *canceller;

  transport_pair (certificates, sockets, __i__, &client, &server);
  canceller = g_thread_new ("cancel", cancel_thread, cancellable);
  fail_unless_equals_int (gst_gio_socket_transport_receive (client, &vector, 1, cancellable,
                              &error),
      -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (canceller);

  transport_send (server, "x", 1, FALSE);
  transport_expect (client, "x");
}

GST_END_TEST

GST_START_TEST (test_a_handshake_ends_when_it_is_cancelled)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *canceller;

  client = transport_new (certificates, sockets[0], FALSE, __i__);
  canceller = g_thread_new ("cancel", cancel_thread, cancellable);
  fail_if (gst_gio_socket_transport_tls_handshake (GST_GIO_SOCKET_TRANSPORT_TLS (client),
      cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (canceller);
}

GST_END_TEST

static Suite *
transport_tls_load_suite (void)
{
  Suite *suite = suite_create ("transport-tls-load");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_keys_change_under_full_load_in_both_directions, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_test (tcase, test_keys_that_change_all_the_time_are_an_error);
  tcase_add_loop_test (tcase, test_bulk_takes_a_system_call_for_64_kib, 0, N_TRANSPORT_VERSIONS);
  tcase_add_test (tcase, test_who_only_receives_may_be_asked_for_new_keys_again_and_again);
  tcase_add_loop_test (tcase, test_an_interrupted_send_goes_on_from_the_same_byte, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_what_waits_here_is_not_acknowledged_either, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_an_end_that_was_interrupted_need_not_be_the_end, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_receive_ends_when_it_is_cancelled, 0, N_TRANSPORT_VERSIONS);
  tcase_add_loop_test (tcase, test_a_handshake_ends_when_it_is_cancelled, 0, N_TRANSPORT_VERSIONS);

  return suite;
}

GST_CHECK_MAIN (transport_tls_load)
