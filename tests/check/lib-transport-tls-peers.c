/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Peers that do what ours never would. */

#include "tests/support/support.h"
#include "tests/support/transport.h"

#include <gnutls/gnutls.h>
#include <gst/check/gstcheck.h>

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

  client = transport_new (certificates, sockets[0], __i__ / 2 % 2, __i__ % 2);
  g_socket_set_blocking (sockets[1], TRUE);
  flooder = g_thread_new ("flood", flood_thread, &flood);
  fail_if (
      gst_gio_socket_transport_tls_handshake (GST_GIO_SOCKET_TRANSPORT_TLS (client), NULL, &error));
  fail_unless (error->domain == G_TLS_ERROR, "%s", error->message);
  g_socket_close (sockets[0], NULL);
  g_thread_join (flooder);
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
  gnutls_priority_set_direct (session, transport_priorities[version], NULL);
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
  client = transport_new (certificates, sockets[0], FALSE, __i__);
  peer = g_thread_new ("peer", small_server_thread, GUINT_TO_POINTER (__i__));
  transport_shake_hands (client);
  transport_send (client, g_bytes_get_data (bytes, NULL), RECORD, FALSE);
  records = GPOINTER_TO_UINT (g_thread_join (peer));
  fail_unless (records >= RECORD / SMALL_RECORD);
  fail_unless_equals_uint64 (transport_stat (client, "records-sent"), records);
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
  client = transport_new (certificates, sockets[0], FALSE, TLS_1_3);
  peer = g_thread_new ("peer", empty_server_thread, NULL);
  transport_shake_hands (client);
  for (guint i = 0; i < EMPTY_RECORDS; i++)
    transport_expect (client, "x");
  fail_unless_equals_int (transport_receive_end (client, &error), 0);
  g_thread_join (peer);
}

GST_END_TEST

/* --- a peer that sends what is no record ---------------------------------- */

static const guint8 junk[] = { 23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  16, 17, 18, 19, 20 };

/* And goes on taking whatever comes. */
static gpointer
junk_server_thread (gpointer version)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t session =
      start_server_session (&credentials, GPOINTER_TO_UINT (version), RECORD);
  gchar block[RECORD];

  fail_unless_equals_int (g_socket_send (sockets[1], (const gchar *)junk, sizeof (junk), NULL,
                              NULL),
      sizeof (junk));
  g_socket_set_blocking (sockets[1], TRUE);
  while (g_socket_receive (sockets[1], block, sizeof (block), NULL, NULL) > 0)
    ;
  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);

  return NULL;
}

static gpointer
send_on_thread (gpointer data)
{
  gboolean is_sent = TRUE;
  GError *error = NULL;

  while (is_sent) {
    GOutputVector vector = { "and on", 6 };
    GOutputVector *vectors = &vector;
    guint n_vectors = 1;

    is_sent = gst_gio_socket_transport_send (client, &vectors, &n_vectors, FALSE, NULL, &error);
  }

  return error;
}

/* What ends the session is found by the one, and the other one is told by it. */
GST_START_TEST (test_who_sends_is_told_what_who_receives_has_found)
{
  g_autoptr (GError) receive_error = NULL;
  g_autoptr (GError) send_error = NULL;
  GThread *peer, *sender;

  certificates_path (certificates, "server-with-key.pem");
  client = transport_new (certificates, sockets[0], FALSE, __i__);
  peer = g_thread_new ("peer", junk_server_thread, GUINT_TO_POINTER (__i__));
  transport_shake_hands (client);
  sender = g_thread_new ("sender", send_on_thread, NULL);
  fail_unless_equals_int (transport_receive_end (client, &receive_error), -1);
  send_error = g_thread_join (sender);
  fail_unless (strstr (receive_error->message, "damaged") != NULL, "%s", receive_error->message);
  fail_unless_equals_string (send_error->message, receive_error->message);
  g_socket_close (sockets[0], NULL);
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
  client = transport_new (certificates, sockets[0], FALSE, TLS_1_2);
  peer = g_thread_new ("peer", renegotiating_server_thread, NULL);
  transport_shake_hands (client);
  transport_expect (client, "all right");
  g_thread_join (peer);
}

GST_END_TEST

static gnutls_session_t
start_client_session (gnutls_certificate_credentials_t *credentials)
{
  gnutls_session_t session;

  gnutls_certificate_allocate_credentials (credentials);
  gnutls_init (&session, GNUTLS_CLIENT);
  gnutls_priority_set_direct (session, transport_priorities[TLS_1_2], NULL);
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

  client = transport_new (certificates, sockets[0], TRUE, TLS_1_2);
  peer = g_thread_new ("peer", renegotiating_client_thread, NULL);
  transport_shake_hands (client);
  for (guint i = 0; i < WISHES; i++)
    transport_expect (client, "all right");
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
  client = transport_new (certificates, sockets[0], FALSE, TLS_1_2);
  peer = g_thread_new ("peer", insisting_server_thread, NULL);
  transport_shake_hands (client);
  fail_unless_equals_int (transport_receive_end (client, &error), -1);
  fail_unless (strstr (error->message, "renegotiation") != NULL, "%s", error->message);
  g_thread_join (peer);
}

GST_END_TEST

static Suite *
transport_tls_peers_suite (void)
{
  Suite *suite = suite_create ("transport-tls-peers");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_a_flood_in_a_handshake_is_an_error, 0,
      4 * G_N_ELEMENTS (floods));
  tcase_add_loop_test (tcase, test_records_are_as_small_as_the_peer_wants_and_counted, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_test (tcase, test_an_empty_record_is_not_the_end);
  tcase_add_loop_test (tcase, test_who_sends_is_told_what_who_receives_has_found, 0,
      N_TRANSPORT_VERSIONS);
  tcase_add_test (tcase, test_renegotiation_is_refused_and_the_stream_goes_on);
  tcase_add_test (tcase, test_a_client_is_refused_renegotiation_and_the_stream_goes_on);
  tcase_add_test (tcase, test_who_insists_on_renegotiation_is_dropped);

  return suite;
}

GST_CHECK_MAIN (transport_tls_peers)
