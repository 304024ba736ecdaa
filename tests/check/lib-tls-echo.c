/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Both directions of one connection at once, each in its thread: gnutls-serv sends back every line
 * that it receives. */

#include "lib/giosocket.h"
#include "tests/support/certificates.h"
#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/stream.h"

#include <gst/check/gstcheck.h>

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

static Suite *
lib_tls_echo_suite (void)
{
  Suite *suite = suite_create ("lib-tls-echo");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_gnutls_serv_sends_back_what_it_receives, 0, N_TLS_VERSIONS);

  return suite;
}

GST_CHECK_MAIN (lib_tls_echo)
