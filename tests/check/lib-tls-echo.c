/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Both directions of one connection at once, each in its thread: gnutls-serv sends back every line
 * that it receives, and s_client changes keys in the middle of it. */

#include "lib/giosocket.h"
#include "tests/support/certificates.h"
#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/stream.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>
#include <sys/socket.h>

#define GNUTLS_SERV                                                                                \
  "gnutls-serv -p 0 --echo --x509certfile {server.pem} --x509keyfile {server-key.pem}"

static Certificates *certificates;
static GstGioSocketEndpoint *endpoint;
static GstGioSocketConnection *connection;

static void
setup (void)
{
  certificates = certificates_new ();
  endpoint = gst_gio_socket_endpoint_new ();
  g_object_set (endpoint, "host", "127.0.0.1", "tls", TRUE, "server-name", "localhost", "ca-file",
      certificates_path (certificates, "ca.pem"), NULL);
  connection = gst_gio_socket_connection_new (endpoint, TRUE);
}

static void
teardown (void)
{
  gst_gio_socket_connection_stop (connection);
  g_clear_object (&connection);
  g_clear_object (&endpoint);
  g_clear_pointer (&certificates, certificates_free);
}

static void
send_piece (GBytes *piece)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (piece, &size);
  GOutputVector vector = { data, size };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;
  g_autoptr (GError) error = NULL;

  fail_unless (gst_gio_socket_connection_send (connection, &vectors, &n_vectors, FALSE, NULL,
                   &error),
      "%s", error ? error->message : "");
}

static gpointer
send_all (gpointer data)
{
  Stream *stream = data;
  GBytes *piece;

  while ((piece = stream_next (stream)) != NULL) {
    send_piece (piece);
    g_bytes_unref (piece);
  }

  return NULL;
}

static void
receive (Digest *received, guint64 bytes)
{
  g_autofree guint8 *block = g_malloc (65536);
  GInputVector vector = { block, 65536 };

  while (digest_bytes (received) < bytes) {
    g_autoptr (GError) error = NULL;
    gssize n = gst_gio_socket_connection_receive (connection, &vector, 1, NULL, &error);

    fail_unless (n > 0, "%s", error ? error->message : "the end of the stream");
    digest_add (received, block, n);
  }
}

GST_START_TEST (test_gnutls_serv_sends_back_what_it_receives)
{
  g_autoptr (Stream) stream = stream_new (STREAM_TEXT, STREAM_BYTES, __i__);
  g_autoptr (Digest) received = digest_new ();
  g_autoptr (Peer) peer = peer_spawn (certificates, GNUTLS_SERV, 0);
  g_autoptr (GError) error = NULL;
  GThread *sender;

  g_object_set (endpoint, "port", peer_wait_port (peer), "tls-priority",
      tls_versions[__i__].priority, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, &error), "%s",
      error ? error->message : "");
  sender = g_thread_new ("sender", send_all, stream);
  receive (received, STREAM_BYTES);
  g_thread_join (sender);
  digest_compare (stream_digest (stream), received, GNUTLS_SERV);
}

GST_END_TEST

/* --- keys that change ---------------------------------------------------- */

/* Standard input is a socket that keeps packets apart: what is a packet of its own is a command. */
#define S_CLIENT                                                                                   \
  "sh -c 'exec openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:{port} -CAfile {ca.pem} "    \
  "-servername localhost -verify_return_error <&3'"

/* "K" asks us to change ours, too.  GnuTLS takes more than 8 in a second for an attack. */
static const gchar *const key_updates[] = { "k\n", "K\n", "K\n", "k\n", "K\n", "k\n", "K\n" };

#define MAX_PACKET 8192

static void
make_packets (GSocket **ours, GSocket **theirs)
{
  int fds[2];

  fail_unless_equals_int (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
  *ours = g_socket_new_from_fd (fds[0], NULL);
  *theirs = g_socket_new_from_fd (fds[1], NULL);
}

typedef struct
{
  GSocket *packets;
  Digest *digest;
} Typist;

static void
type (Typist *typist, const gchar *text, gsize size)
{
  g_autoptr (GError) error = NULL;

  fail_unless (g_socket_send (typist->packets, text, size, NULL, &error) == (gssize)size, "%s",
      error ? error->message : "in part");
}

/* What it sends is random, but begins no command. */
static gpointer
type_all (gpointer data)
{
  Typist *typist = data;
  g_autoptr (GBytes) pool = support_make_bytes (1024 * 1024, 5);
  g_autoptr (GRand) random = g_rand_new_with_seed (6);
  guint n_updates = 0;
  guint64 sent = 0;

  while (sent < STREAM_BYTES) {
    gchar packet[MAX_PACKET];
    gsize size = g_rand_int_range (random, 1, MAX_PACKET + 1);

    size = MIN (size, STREAM_BYTES - sent);
    memcpy (packet, (const gchar *)g_bytes_get_data (pool, NULL) + sent % (512 * 1024), size);
    packet[0] = 'x';
    type (typist, packet, size);
    digest_add (typist->digest, packet, size);
    sent += size;
    if (n_updates < G_N_ELEMENTS (key_updates) &&
        sent >= (n_updates + 1) * STREAM_BYTES / (G_N_ELEMENTS (key_updates) + 1))
      type (typist, key_updates[n_updates++], 2);
  }
  fail_unless_equals_int (n_updates, G_N_ELEMENTS (key_updates));

  return NULL;
}

static guint
listen_for_s_client (guint version)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;
  g_autoptr (GError) error = NULL;
  guint port;

  g_object_set (endpoint, "mode", GST_GIO_SOCKET_MODE_LISTEN, "port", 0, "certificate-file",
      certificates_path (certificates, "server-with-key.pem"), "tls-priority",
      tls_versions[version].priority, NULL);
  fail_unless (gst_gio_socket_connection_start (connection, &error), "%s",
      error ? error->message : "");

  while ((port = gst_gio_socket_connection_get_current_port (connection)) == 0) {
    fail_unless (g_get_monotonic_time () < end, "nobody listens");
    g_thread_yield ();
  }

  return port;
}

GST_START_TEST (test_s_client_changes_keys_under_full_load)
{
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, STREAM_BYTES, 1);
  g_autoptr (Digest) typed = digest_new ();
  g_autoptr (Digest) received = digest_new ();
  g_autoptr (GSocket) ours = NULL;
  g_autoptr (GSocket) theirs = NULL;
  g_autoptr (Peer) peer = NULL;
  GThread *sender, *typist;
  Typist data;

  make_packets (&ours, &theirs);
  peer = peer_spawn_with_socket (certificates, S_CLIENT, listen_for_s_client (0), theirs);
  data = (Typist){ ours, typed };
  typist = g_thread_new ("typist", type_all, &data);
  sender = g_thread_new ("sender", send_all, stream);
  receive (received, STREAM_BYTES);
  g_thread_join (typist);
  g_thread_join (sender);
  digest_compare (typed, received, "from s_client");
  peer_wait_bytes (peer, STREAM_BYTES);
  digest_compare (stream_digest (stream), peer_digest (peer), "to s_client");
}

GST_END_TEST

/* s_client takes the refusal for a reason to leave. */
GST_START_TEST (test_s_client_wants_to_renegotiate_and_is_refused)
{
  g_autoptr (GSocket) ours = NULL;
  g_autoptr (GSocket) theirs = NULL;
  g_autoptr (Peer) peer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Digest) received = digest_new ();
  guint8 byte;
  GInputVector vector = { &byte, 1 };
  Typist typist;

  make_packets (&ours, &theirs);
  peer = peer_spawn_with_socket (certificates, S_CLIENT, listen_for_s_client (1), theirs);
  typist = (Typist){ ours, NULL };
  type (&typist, "first", 5);
  receive (received, 5);
  type (&typist, "R\n", 2);
  fail_unless_equals_int (gst_gio_socket_connection_receive (connection, &vector, 1, NULL, &error),
      -1);
  fail_unless (strstr (error->message, "renegotiation") != NULL, "%s", error->message);
}

GST_END_TEST

static Suite *
lib_tls_echo_suite (void)
{
  Suite *suite = suite_create ("lib-tls-echo");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_gnutls_serv_sends_back_what_it_receives, 0, N_TLS_VERSIONS);
  tcase_add_test (tcase, test_s_client_changes_keys_under_full_load);
  tcase_add_test (tcase, test_s_client_wants_to_renegotiate_and_is_refused);

  return suite;
}

GST_CHECK_MAIN (lib_tls_echo)
