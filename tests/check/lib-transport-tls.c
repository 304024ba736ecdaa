/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/transport-tls.h"
#include "tests/support/certificates.h"
#include "tests/support/support.h"

#include <gnutls/gnutls.h>
#include <gst/check/gstcheck.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static const gchar *priorities[] = {
  "NORMAL:-VERS-ALL:+VERS-TLS1.2",
  "NORMAL:-VERS-ALL:+VERS-TLS1.3",
};

#define N_VERSIONS ((int)G_N_ELEMENTS (priorities))
#define TLS_1_2 0
#define TLS_1_3 1

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

static GstGioSocketTransport *
make_transport (GSocket *socket, gboolean is_server, guint version)
{
  g_auto (GstGioSocketTlsSettings) settings = { 0 };
  g_autoptr (GstGioSocketTlsContext) context = NULL;
  g_autoptr (GError) error = NULL;
  GstGioSocketTransport *transport;

  gst_gio_socket_tls_settings_init (&settings);
  settings.priority = g_strdup (priorities[version]);
  if (is_server)
    settings.certificate_file = g_strdup (certificates_path (certificates, "server-with-key.pem"));
  else
    settings.ca_file = g_strdup (certificates_path (certificates, "ca.pem"));

  context = gst_gio_socket_tls_context_new (&settings, is_server, &error);
  g_assert_no_error (error);
  transport = gst_gio_socket_transport_tls_new (socket, TRUE, context, "localhost", &error);
  g_assert_no_error (error);

  return transport;
}

static gpointer
handshake_thread (gpointer transport)
{
  g_autoptr (GError) error = NULL;

  gst_gio_socket_transport_tls_handshake (transport, NULL, &error);
  g_assert_no_error (error);

  return NULL;
}

static void
shake_hands (guint version)
{
  GThread *thread;

  client = make_transport (sockets[0], FALSE, version);
  server = make_transport (sockets[1], TRUE, version);
  thread = g_thread_new ("server", handshake_thread, server);
  handshake_thread (client);
  g_thread_join (thread);
}

static guint64
get_stat (GstGioSocketTransport *transport, const gchar *field)
{
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");
  guint64 value = G_MAXUINT64;

  gst_gio_socket_transport_add_stats (transport, stats);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "no field %s", field);

  return value;
}

static void
send_bytes (GstGioSocketTransport *transport, gconstpointer data, gsize size, gboolean hold)
{
  GOutputVector vector = { data, size };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;
  g_autoptr (GError) error = NULL;

  gst_gio_socket_transport_send (transport, &vectors, &n_vectors, hold, NULL, &error);
  g_assert_no_error (error);
  fail_unless_equals_int (n_vectors, 0);
}

static void
receive_bytes (GstGioSocketTransport *transport, guint8 *data, gsize size)
{
  while (size > 0) {
    g_autoptr (GError) error = NULL;
    GInputVector vector = { data, size };
    gssize n = gst_gio_socket_transport_receive (transport, &vector, 1, NULL, &error);

    g_assert_no_error (error);
    fail_unless (n > 0, "the end came early");
    data += n;
    size -= n;
  }
}

static void
expect_text (GstGioSocketTransport *transport, const gchar *text)
{
  g_autofree gchar *got = g_malloc0 (strlen (text) + 1);

  receive_bytes (transport, (guint8 *)got, strlen (text));
  fail_unless_equals_string (got, text);
}

/* --- records ------------------------------------------------------------- */

GST_START_TEST (test_what_is_held_leaves_in_one_record_at_the_flush)
{
  guint64 calls;

  shake_hands (__i__);
  calls = get_stat (client, "send-calls");

  for (guint i = 0; i < 100; i++)
    send_bytes (client, "0123456789", 10, TRUE);
  fail_unless_equals_uint64 (get_stat (client, "send-calls"), calls);
  fail_unless_equals_uint64 (get_stat (client, "bytes-sent"), 1000);

  fail_unless (gst_gio_socket_transport_flush (client, NULL, NULL));
  fail_unless (gst_gio_socket_transport_flush (client, NULL, NULL));
  fail_unless_equals_uint64 (get_stat (client, "send-calls"), calls + 1);
  fail_unless_equals_uint64 (get_stat (client, "records-sent"), 1);
  fail_unless_equals_uint64 (get_stat (client, "flushes"), 1);
  for (guint i = 0; i < 100; i++)
    expect_text (server, "0123456789");
  fail_unless_equals_uint64 (get_stat (server, "records-received"), 1);
}

GST_END_TEST

GST_START_TEST (test_a_list_of_small_pieces_is_one_record)
{
  GOutputVector list[100];
  GOutputVector *vectors = list;
  guint n_vectors = G_N_ELEMENTS (list);
  guint64 calls;

  shake_hands (__i__);
  calls = get_stat (client, "send-calls");
  for (guint i = 0; i < G_N_ELEMENTS (list); i++)
    list[i] = (GOutputVector){ "0123456789", 10 };

  fail_unless (gst_gio_socket_transport_send (client, &vectors, &n_vectors, FALSE, NULL, NULL));
  fail_unless_equals_uint64 (get_stat (client, "send-calls"), calls + 1);
  fail_unless_equals_uint64 (get_stat (client, "records-sent"), 1);
}

GST_END_TEST

#define RECORD 16384

/* A header, and a frame whose length is not a multiple of a record's. */
GST_START_TEST (test_large_pieces_make_full_records)
{
  const gsize size = 20 * RECORD + 1000;
  g_autoptr (GBytes) bytes = support_make_bytes (size, 1);
  g_autofree guint8 *got = g_malloc (size);

  shake_hands (__i__);
  send_bytes (client, g_bytes_get_data (bytes, NULL), 100, TRUE);
  send_bytes (client, (const guint8 *)g_bytes_get_data (bytes, NULL) + 100, size - 100, FALSE);
  fail_unless_equals_uint64 (get_stat (client, "records-sent"), 21);
  /* 20 records are two batches and a half. */
  fail_unless (get_stat (client, "send-calls") <= 6 + get_stat (client, "send-waits"));

  receive_bytes (server, got, size);
  fail_unless (memcmp (got, g_bytes_get_data (bytes, NULL), size) == 0);
}

GST_END_TEST

/* --- two threads and more ------------------------------------------------ */

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
    send_bytes (direction->transport, bytes + offset, size, g_rand_boolean (random));
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
    receive_bytes (direction->transport, got, size);
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

  shake_hands (__i__);
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
  shake_hands (TLS_1_3);
  for (guint i = 0; i < QUESTIONS; i++) {
    g_autoptr (GError) error = NULL;

    gst_gio_socket_transport_tls_update_keys (GST_GIO_SOCKET_TRANSPORT_TLS (client), TRUE, NULL,
        &error);
    g_assert_no_error (error);
    send_bytes (client, "x", 1, FALSE);
    if (i % 2 == 1)
      expect_text (server, "xx");
  }
  expect_text (server, "x");

  send_bytes (server, "still here", 10, FALSE);
  expect_text (client, "still here");
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
    send_bytes (direction->transport, bytes + sent % LOAD, BULK_PIECE, FALSE);

  return NULL;
}

/* And one more whenever it had to wait, and got what was there then. */
static void
assert_few_calls (GstGioSocketTransport *transport, const gchar *calls, const gchar *waits)
{
  guint64 most = ROUNDS * LOAD / CALL_BYTES + get_stat (transport, waits) + 10;

  fail_unless (get_stat (transport, calls) <= most,
      "%s: %" G_GUINT64_FORMAT " instead of %" G_GUINT64_FORMAT, calls, get_stat (transport, calls),
      most);
}

GST_START_TEST (test_bulk_takes_a_system_call_for_64_kib)
{
  g_autoptr (GBytes) bytes = support_make_bytes (LOAD, 1);
  Direction up = { NULL, bytes, ROUNDS, 0, NO_UPDATE };
  Direction down;
  GThread *sender;

  shake_hands (__i__);
  up.transport = client;
  down = up;
  down.transport = server;
  sender = g_thread_new ("bulk", bulk_thread, &up);
  unload_thread (&down);
  g_thread_join (sender);
  fail_unless_equals_uint64 (get_stat (client, "records-sent"), ROUNDS * LOAD / RECORD);
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
  shake_hands (__i__);
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
  while (get_stat (client, "send-waits") == 0)
    g_thread_yield ();
  g_cancellable_cancel (cancellable);

  return NULL;
}

/* Less than what is written at once. */
#define QUEUED (100 * 1024)

GST_START_TEST (test_what_waits_here_is_not_acknowledged_either)
{
  g_autoptr (GBytes) bytes = support_make_bytes (QUEUED, 1);
  GOutputVector vector = { g_bytes_get_data (bytes, NULL), QUEUED };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *canceller;
  gint arrived = 0;

  support_shrink_buffers (sockets[0]);
  support_shrink_buffers (sockets[1]);
  shake_hands (__i__);
  canceller = g_thread_new ("cancel", cancel_blocked_thread, cancellable);
  fail_if (gst_gio_socket_transport_send (client, &vectors, &n_vectors, FALSE, cancellable, NULL));
  g_thread_join (canceller);
  fail_unless_equals_int (n_vectors, 0);
  fail_unless_equals_int (ioctl (g_socket_get_fd (sockets[1]), FIONREAD, &arrived), 0);
  fail_unless (gst_gio_socket_transport_get_unacknowledged (client) + arrived >= QUEUED);
}

GST_END_TEST

GST_START_TEST (test_receive_ends_when_it_is_cancelled)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint8 byte;
  GInputVector vector = { &byte, 1 };
  GThread *canceller;

  shake_hands (__i__);
  canceller = g_thread_new ("cancel", cancel_thread, cancellable);
  fail_unless_equals_int (gst_gio_socket_transport_receive (client, &vector, 1, cancellable,
                              &error),
      -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (canceller);

  send_bytes (server, "x", 1, FALSE);
  expect_text (client, "x");
}

GST_END_TEST

GST_START_TEST (test_a_handshake_ends_when_it_is_cancelled)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *canceller;

  client = make_transport (sockets[0], FALSE, __i__);
  canceller = g_thread_new ("cancel", cancel_thread, cancellable);
  fail_if (gst_gio_socket_transport_tls_handshake (GST_GIO_SOCKET_TRANSPORT_TLS (client),
      cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (canceller);
}

GST_END_TEST

/* --- a peer that never stops -------------------------------------------- */

/* Records that a handshake may see, but not for ever. */
static const struct
{
  guint8 bytes[9];
  gsize size;
} floods[] = {
  { { 21, 3, 3, 0, 2, 1, 90 }, 7 },      /* a warning that means nothing */
  { { 22, 3, 3, 0, 4, 0, 0, 0, 0 }, 9 }, /* HelloRequest */
  { { 22, 3, 3, 0, 0 }, 5 },             /* a part of a message, of no bytes */
  { { 20, 3, 3, 0, 1, 1 }, 6 },          /* ChangeCipherSpec */
};

#define FLOOD_RECORDS 1000

typedef struct
{
  GSocket *socket;
  guint flood;
} Flood;

static gpointer
flood_thread (gpointer data)
{
  const Flood *flood = data;
  gsize size = floods[flood->flood].size;
  g_autoptr (GByteArray) block = g_byte_array_new ();
  gsize at = 0;
  gssize n;

  for (guint i = 0; i < FLOOD_RECORDS; i++)
    g_byte_array_append (block, floods[flood->flood].bytes, size);
  while ((n = g_socket_send (flood->socket, (const gchar *)block->data + at, block->len - at, NULL,
              NULL)) > 0)
    at = (at + n) % block->len;

  return NULL;
}

/* There always is something to read: it never waits, and so no time limit ends it. */
GST_START_TEST (test_a_flood_in_a_handshake_is_an_error)
{
  Flood flood = { sockets[1], __i__ / 4 };
  g_autoptr (GError) error = NULL;
  GThread *flooder;

  client = make_transport (sockets[0], __i__ / 2 % 2, __i__ % 2);
  g_socket_set_blocking (sockets[1], TRUE);
  flooder = g_thread_new ("flood", flood_thread, &flood);
  fail_if (
      gst_gio_socket_transport_tls_handshake (GST_GIO_SOCKET_TRANSPORT_TLS (client), NULL, &error));
  fail_unless (error->domain == G_TLS_ERROR, "%s", error->message);
  g_socket_close (sockets[0], NULL);
  g_thread_join (flooder);
}

GST_END_TEST

/* --- ends ---------------------------------------------------------------- */

static gssize
receive_end (GstGioSocketTransport *transport, GError **error)
{
  guint8 byte;
  GInputVector vector = { &byte, 1 };

  return gst_gio_socket_transport_receive (transport, &vector, 1, NULL, error);
}

GST_START_TEST (test_the_other_direction_goes_on_behind_the_end_of_one)
{
  g_autoptr (GError) error = NULL;

  shake_hands (__i__);
  send_bytes (client, "last words", 10, TRUE);
  fail_unless (gst_gio_socket_transport_shutdown (client, NULL, NULL));
  fail_unless (gst_gio_socket_transport_drain (client, GST_SECOND, NULL, NULL));
  expect_text (server, "last words");
  fail_unless_equals_int (receive_end (server, &error), 0);
  fail_unless_equals_int (receive_end (server, &error), 0);

  send_bytes (server, "I see", 5, FALSE);
  expect_text (client, "I see");
  fail_unless (gst_gio_socket_transport_shutdown (server, NULL, NULL));
  fail_unless_equals_int (receive_end (client, &error), 0);
  g_assert_no_error (error);
}

GST_END_TEST

GST_START_TEST (test_an_end_without_close_notify_is_an_error)
{
  g_autoptr (GError) error = NULL;

  shake_hands (__i__);
  send_bytes (client, "0123456789", 10, FALSE);
  fail_unless (shutdown (g_socket_get_fd (sockets[0]), SHUT_WR) == 0);
  expect_text (server, "0123456789");
  fail_unless_equals_int (receive_end (server, &error), -1);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_EOF);
  fail_unless (strstr (error->message, "after 10 bytes") != NULL, "%s", error->message);

  g_clear_error (&error);
  fail_unless_equals_int (receive_end (server, &error), -1);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_EOF);

  /* It closed one half: the other one is not touched by that. */
  send_bytes (server, "still here", 10, FALSE);
  expect_text (client, "still here");
}

GST_END_TEST

/* --- peers that are GnuTLS itself ----------------------------------------- */

/* GSocket's sockets do not block. */
static int
wait_for_handshake (gnutls_session_t session)
{
  int code;

  while ((code = gnutls_handshake (session)) == GNUTLS_E_AGAIN)
    g_socket_condition_wait (sockets[1], G_IO_IN, NULL, NULL);

  return code;
}

static gnutls_session_t
start_server_session (gnutls_certificate_credentials_t *credentials, guint version,
    gsize max_record)
{
  const gchar *file = certificates_path (certificates, "server-with-key.pem");
  gnutls_session_t session;

  gnutls_certificate_allocate_credentials (credentials);
  fail_unless (
      gnutls_certificate_set_x509_key_file (*credentials, file, file, GNUTLS_X509_FMT_PEM) >= 0);
  gnutls_init (&session, GNUTLS_SERVER);
  gnutls_priority_set_direct (session, priorities[version], NULL);
  gnutls_record_set_max_recv_size (session, max_record);
  gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, *credentials);
  gnutls_transport_set_int (session, g_socket_get_fd (sockets[1]));
  fail_unless_equals_int (wait_for_handshake (session), GNUTLS_E_SUCCESS);

  return session;
}

/* --- a peer that wants small records -------------------------------------- */

#define SMALL_RECORD 512

static gpointer
small_server_thread (gpointer version)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t session =
      start_server_session (&credentials, GPOINTER_TO_UINT (version), SMALL_RECORD);
  guint8 data[RECORD];
  guint records = 0;

  for (gsize received = 0; received < sizeof (data);) {
    gssize n = gnutls_record_recv (session, data + received, sizeof (data) - received);

    if (n == GNUTLS_E_AGAIN) {
      g_socket_condition_wait (sockets[1], G_IO_IN, NULL, NULL);
      continue;
    }
    fail_unless (n > 0 && n <= SMALL_RECORD, "%d", (gint)n);
    received += n;
    records++;
  }
  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);

  return GUINT_TO_POINTER (records);
}

GST_START_TEST (test_records_are_as_small_as_the_peer_wants_and_counted)
{
  g_autoptr (GBytes) bytes = support_make_bytes (RECORD, 1);
  GThread *peer;
  guint records;

  certificates_path (certificates, "server-with-key.pem");
  client = make_transport (sockets[0], FALSE, __i__);
  peer = g_thread_new ("peer", small_server_thread, GUINT_TO_POINTER (__i__));
  handshake_thread (client);
  send_bytes (client, g_bytes_get_data (bytes, NULL), RECORD, FALSE);
  records = GPOINTER_TO_UINT (g_thread_join (peer));
  fail_unless (records >= RECORD / SMALL_RECORD);
  fail_unless_equals_uint64 (get_stat (client, "records-sent"), records);
}

GST_END_TEST

#define EMPTY_RECORDS 10

#define PADDING 7

static gpointer
empty_server_thread (gpointer data)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t session = start_server_session (&credentials, TLS_1_3, RECORD);

  for (guint i = 0; i < EMPTY_RECORDS; i++) {
    fail_unless_equals_int (gnutls_record_send2 (session, "", 0, PADDING, 0), 0);
    fail_unless_equals_int (gnutls_record_send (session, "x", 1), 1);
  }
  fail_unless_equals_int (gnutls_bye (session, GNUTLS_SHUT_WR), GNUTLS_E_SUCCESS);
  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);

  return NULL;
}

/* Nothing but padding, to hide how much is sent. */
GST_START_TEST (test_an_empty_record_is_not_the_end)
{
  g_autoptr (GError) error = NULL;
  GThread *peer;

  certificates_path (certificates, "server-with-key.pem");
  client = make_transport (sockets[0], FALSE, TLS_1_3);
  peer = g_thread_new ("peer", empty_server_thread, NULL);
  handshake_thread (client);
  for (guint i = 0; i < EMPTY_RECORDS; i++)
    expect_text (client, "x");
  fail_unless_equals_int (receive_end (client, &error), 0);
  g_thread_join (peer);
}

GST_END_TEST

/* --- a peer that wants another handshake --------------------------------- */

static gpointer
renegotiating_server_thread (gpointer data)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t session = start_server_session (&credentials, TLS_1_2, RECORD);
  int code;

  fail_unless_equals_int (gnutls_rehandshake (session), GNUTLS_E_SUCCESS);
  code = wait_for_handshake (session);
  fail_unless (code == GNUTLS_E_WARNING_ALERT_RECEIVED, "%s", gnutls_strerror_name (code));
  fail_unless_equals_int (gnutls_alert_get (session), GNUTLS_A_NO_RENEGOTIATION);
  fail_unless_equals_int (gnutls_record_send (session, "all right", 9), 9);

  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);

  return NULL;
}

GST_START_TEST (test_renegotiation_is_refused_and_the_stream_goes_on)
{
  GThread *peer;

  /* Made before there are two threads. */
  certificates_path (certificates, "server-with-key.pem");
  client = make_transport (sockets[0], FALSE, TLS_1_2);
  peer = g_thread_new ("peer", renegotiating_server_thread, NULL);
  handshake_thread (client);
  expect_text (client, "all right");
  g_thread_join (peer);
}

GST_END_TEST

static gnutls_session_t
start_client_session (gnutls_certificate_credentials_t *credentials)
{
  gnutls_session_t session;

  gnutls_certificate_allocate_credentials (credentials);
  gnutls_init (&session, GNUTLS_CLIENT);
  gnutls_priority_set_direct (session, priorities[TLS_1_2], NULL);
  gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, *credentials);
  gnutls_transport_set_int (session, g_socket_get_fd (sockets[1]));
  fail_unless_equals_int (wait_for_handshake (session), GNUTLS_E_SUCCESS);

  return session;
}

#define WISHES 3

static gpointer
renegotiating_client_thread (gpointer data)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t session = start_client_session (&credentials);

  for (guint i = 0; i < WISHES; i++) {
    int code = wait_for_handshake (session);

    fail_unless (code == GNUTLS_E_WARNING_ALERT_RECEIVED, "%s", gnutls_strerror_name (code));
    fail_unless_equals_int (gnutls_alert_get (session), GNUTLS_A_NO_RENEGOTIATION);
    fail_unless_equals_int (gnutls_record_send (session, "all right", 9), 9);
  }

  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);

  return NULL;
}

GST_START_TEST (test_a_client_is_refused_renegotiation_and_the_stream_goes_on)
{
  GThread *peer;

  client = make_transport (sockets[0], TRUE, TLS_1_2);
  peer = g_thread_new ("peer", renegotiating_client_thread, NULL);
  handshake_thread (client);
  for (guint i = 0; i < WISHES; i++)
    expect_text (client, "all right");
  g_thread_join (peer);
}

GST_END_TEST

/* More often than anybody would. */
#define REQUESTS 20

static gpointer
insisting_server_thread (gpointer data)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t session = start_server_session (&credentials, TLS_1_2, RECORD);

  for (guint i = 0; i < REQUESTS; i++)
    fail_unless_equals_int (gnutls_rehandshake (session), GNUTLS_E_SUCCESS);

  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);

  return NULL;
}

GST_START_TEST (test_who_insists_on_renegotiation_is_dropped)
{
  g_autoptr (GError) error = NULL;
  GThread *peer;

  certificates_path (certificates, "server-with-key.pem");
  client = make_transport (sockets[0], FALSE, TLS_1_2);
  peer = g_thread_new ("peer", insisting_server_thread, NULL);
  handshake_thread (client);
  fail_unless_equals_int (receive_end (client, &error), -1);
  fail_unless (strstr (error->message, "renegotiation") != NULL, "%s", error->message);
  g_thread_join (peer);
}

GST_END_TEST

static Suite *
transport_tls_suite (void)
{
  Suite *suite = suite_create ("transport-tls");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_what_is_held_leaves_in_one_record_at_the_flush, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_a_list_of_small_pieces_is_one_record, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_large_pieces_make_full_records, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_keys_change_under_full_load_in_both_directions, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_bulk_takes_a_system_call_for_64_kib, 0, N_VERSIONS);
  tcase_add_test (tcase, test_who_only_receives_may_be_asked_for_new_keys_again_and_again);
  tcase_add_loop_test (tcase, test_an_interrupted_send_goes_on_from_the_same_byte, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_what_waits_here_is_not_acknowledged_either, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_receive_ends_when_it_is_cancelled, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_a_handshake_ends_when_it_is_cancelled, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_a_flood_in_a_handshake_is_an_error, 0,
      4 * G_N_ELEMENTS (floods));
  tcase_add_loop_test (tcase, test_the_other_direction_goes_on_behind_the_end_of_one, 0,
      N_VERSIONS);
  tcase_add_loop_test (tcase, test_an_end_without_close_notify_is_an_error, 0, N_VERSIONS);
  tcase_add_loop_test (tcase, test_records_are_as_small_as_the_peer_wants_and_counted, 0,
      N_VERSIONS);
  tcase_add_test (tcase, test_an_empty_record_is_not_the_end);
  tcase_add_test (tcase, test_renegotiation_is_refused_and_the_stream_goes_on);
  tcase_add_test (tcase, test_a_client_is_refused_renegotiation_and_the_stream_goes_on);
  tcase_add_test (tcase, test_who_insists_on_renegotiation_is_dropped);

  return suite;
}

GST_CHECK_MAIN (transport_tls)
