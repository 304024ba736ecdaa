/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* TLS with everybody else: whoever is the client and whoever sends, what goes in comes out, byte
 * for byte and to the end. */

#include "tests/support/certificates-test.h"
#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/stream.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#define S_SERVER                                                                                   \
  "openssl s_server -quiet -naccept 1 -accept 127.0.0.1:0 -cert {server.pem} -key "                \
  "{server-key.pem}"
#define S_CLIENT                                                                                   \
  "openssl s_client -quiet -no_ign_eof -nocommands -connect 127.0.0.1:{port} "                     \
  "-servername localhost -CAfile {ca.pem} -verify_hostname localhost -verify_return_error"
#define GNUTLS_CLI                                                                                 \
  "gnutls-cli --x509cafile {ca.pem} --sni-hostname=localhost --verify-hostname=localhost "         \
  "--logfile=/dev/null -p {port} 127.0.0.1"
#define SOCAT_LISTEN "OPENSSL-LISTEN:0,bind=127.0.0.1,cert={server-with-key.pem},verify=0"
#define SOCAT_CONNECT "OPENSSL:127.0.0.1:{port},cafile={ca.pem},commonname=localhost"

static const gchar *const receiving_servers[] = {
  S_SERVER,
  "socat -u " SOCAT_LISTEN " STDOUT",
  "python3 {tls-peer.py} listen receive 0 {ca.pem} {server-with-key.pem}",
};

static const gchar *const sending_servers[] = {
  S_SERVER,
  "socat -u STDIN " SOCAT_LISTEN,
  "python3 {tls-peer.py} listen send 0 {ca.pem} {server-with-key.pem}",
};

static const gchar *const receiving_clients[] = {
  S_CLIENT,
  GNUTLS_CLI,
  "socat -u " SOCAT_CONNECT " STDOUT",
  "python3 {tls-peer.py} connect receive {port} {ca.pem} {client-with-key.pem}",
};

static const gchar *const sending_clients[] = {
  S_CLIENT,
  GNUTLS_CLI,
  "socat -u STDIN " SOCAT_CONNECT,
  "python3 {tls-peer.py} connect send {port} {ca.pem} {client-with-key.pem}",
};

/* Every loop goes through the peers with one version, then with the other. */
#define ROUNDS(peers) ((gint)(N_TLS_VERSIONS * G_N_ELEMENTS (peers)))

/* --- both ends ----------------------------------------------------------- */

/* gnutls-cli makes a system call for every single byte that it writes. */
static guint64
get_bytes (const gchar *receiver)
{
  return g_str_has_prefix (receiver, "gnutls-cli") ? STREAM_BYTES / 16 : STREAM_BYTES;
}

static void
send_and_compare (GstElement *sender, Peer *peer, guint version, const gchar *what)
{
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, get_bytes (what), version);

  stream_feed (stream, sender);
  support_wait_eos (sender);
  end_assert_version (sender, version);
  end_stop (sender);
  peer_wait_end (peer);
  digest_compare (stream_digest (stream), peer_digest (peer), what);
}

GST_START_TEST (test_a_server_receives_what_giosocketsink_sends)
{
  guint version = __i__ / G_N_ELEMENTS (receiving_servers);
  const gchar *command = receiving_servers[__i__ % G_N_ELEMENTS (receiving_servers)];
  g_autoptr (Peer) peer = peer_spawn (certificates, command, 0);
  GstElement *sender = end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT,
      peer_wait_port (peer), tls_versions[version].priority, NULL);

  send_and_compare (sender, peer, version, command);
}

GST_END_TEST

GST_START_TEST (test_a_client_receives_what_giosocketsink_sends)
{
  guint version = __i__ / G_N_ELEMENTS (receiving_clients);
  const gchar *command = receiving_clients[__i__ % G_N_ELEMENTS (receiving_clients)];
  GstElement *sender = end_start (certificates, END_IN "giosocketsink " END_TLS_LISTEN, 0,
      tls_versions[version].priority, NULL);
  g_autoptr (Peer) peer = peer_spawn (certificates, command, end_wait_port (sender));

  send_and_compare (sender, peer, version, command);
}

GST_END_TEST

/* s_server is not to have anything to send before it has shaken hands: it would do so while sending,
 * and might then wait in vain for something to read. */
static void
receive_and_compare (GstElement *receiver, Peer *peer, Stream *stream, Digest *received,
    guint version, const gchar *what)
{
  end_wait_connected (receiver);
  peer_feed (peer, stream);
  support_wait_eos (receiver);
  end_assert_version (receiver, version);
  end_stop (receiver);
  peer_wait_end (peer);
  digest_compare (stream_digest (stream), received, what);
}

GST_START_TEST (test_giosocketsrc_receives_what_a_server_sends)
{
  guint version = __i__ / G_N_ELEMENTS (sending_servers);
  const gchar *command = sending_servers[__i__ % G_N_ELEMENTS (sending_servers)];
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, STREAM_BYTES, __i__);
  g_autoptr (Digest) received = digest_new ();
  g_autoptr (Peer) peer = peer_spawn (certificates, command, 0);
  GstElement *receiver = end_start (certificates, "giosocketsrc " END_TLS_CONNECT END_OUT,
      peer_wait_port (peer), tls_versions[version].priority, received);

  receive_and_compare (receiver, peer, stream, received, version, command);
}

GST_END_TEST

GST_START_TEST (test_giosocketsrc_receives_what_a_client_sends)
{
  guint version = __i__ / G_N_ELEMENTS (sending_clients);
  const gchar *command = sending_clients[__i__ % G_N_ELEMENTS (sending_clients)];
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, STREAM_BYTES, __i__);
  g_autoptr (Digest) received = digest_new ();
  GstElement *receiver = end_start (certificates, "giosocketsrc " END_TLS_LISTEN END_OUT, 0,
      tls_versions[version].priority, received);
  g_autoptr (Peer) peer = peer_spawn (certificates, command, end_wait_port (receiver));

  receive_and_compare (receiver, peer, stream, received, version, command);
}

GST_END_TEST

static Suite *
tls_peers_suite (void)
{
  Suite *suite = suite_create ("tls-peers");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, certificates_test_setup, certificates_test_teardown);
  tcase_add_loop_test (tcase, test_a_server_receives_what_giosocketsink_sends, 0,
      ROUNDS (receiving_servers));
  tcase_add_loop_test (tcase, test_a_client_receives_what_giosocketsink_sends, 0,
      ROUNDS (receiving_clients));
  tcase_add_loop_test (tcase, test_giosocketsrc_receives_what_a_server_sends, 0,
      ROUNDS (sending_servers));
  tcase_add_loop_test (tcase, test_giosocketsrc_receives_what_a_client_sends, 0,
      ROUNDS (sending_clients));

  return suite;
}

GST_CHECK_MAIN (tls_peers)
