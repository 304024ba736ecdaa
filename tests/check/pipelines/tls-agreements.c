/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What can be agreed on with real peers besides the version: kinds of certificates and chains, client
 * certificates, keys without certificates, application protocols, names. */

#include "tests/support/certificates-test.h"
#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/stream.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#define MESSAGE_BYTES 100000

#define S_SERVER "openssl s_server -quiet -naccept 1 -accept 127.0.0.1:0 "
#define S_CLIENT                                                                                   \
  "openssl s_client -quiet -no_ign_eof -nocommands -connect 127.0.0.1:{port} -CAfile {ca.pem} "    \
  "-verify_return_error "
#define GNUTLS_CLI "gnutls-cli --x509cafile {ca.pem} --logfile=/dev/null -p {port} 127.0.0.1 "
#define FOR_LOCALHOST "--sni-hostname=localhost --verify-hostname=localhost "

#define CERTIFICATE(name) "-cert {" name ".pem} -key {" name "-key.pem} "
#define OURS(name) "certificate-file={" name ".pem} private-key-file={" name "-key.pem} "
#define TRUST "server-name=localhost ca-file={ca.pem} "
#define PSK "psk-identity=" CERTIFICATES_PSK_IDENTITY " psk-file={psk.txt} "
#define S_PSK "-psk_identity " CERTIFICATES_PSK_IDENTITY " -psk " CERTIFICATES_PSK_KEY
#define GNUTLS_PSK "--pskusername " CERTIFICATES_PSK_IDENTITY " --pskkey " CERTIFICATES_PSK_KEY

typedef struct
{
  const gchar *command;
  const gchar *properties;
  const gchar *field; /* of stats; NULL: that it works is enough */
  const gchar *value;
} Agreement;

/* Ours sends, as the client. */
static const Agreement with_servers[] = {
  { S_SERVER CERTIFICATE ("server-rsa"), TRUST, "peer-subject", "CN=RSA server" },
  { S_SERVER CERTIFICATE ("server-ed25519"), TRUST, "peer-subject", "CN=Ed25519 server" },
  { S_SERVER CERTIFICATE ("chain") "-cert_chain {chain.pem}", TRUST, "peer-subject",
      "CN=chained server" },
  { S_SERVER CERTIFICATE ("sni"), "server-name=sni.example ca-file={ca.pem}", "peer-subject",
      "CN=sni.example" },
  { S_SERVER CERTIFICATE ("server") "-Verify 1 -verify_return_error -CAfile {ca.pem}",
      TRUST OURS ("client"), NULL, NULL },
  { S_SERVER "-nocert " S_PSK, PSK, NULL, NULL },
  { S_SERVER CERTIFICATE ("server") "-alpn two,one", TRUST "alpn-protocols=zero,one,two", "alpn",
      "two" },
  { S_SERVER CERTIFICATE ("server"), TRUST "alpn-protocols=one", "alpn", NULL },
};

/* Ours receives, as the server. */
static const Agreement with_clients[] = {
  { S_CLIENT "-verify_hostname localhost", OURS ("server-rsa"), NULL, NULL },
  { S_CLIENT "-verify_hostname localhost", OURS ("server-ed25519"), NULL, NULL },
  { S_CLIENT "-verify_hostname localhost", OURS ("chain"), NULL, NULL },
  { S_CLIENT "-verify_hostname localhost", "certificate-file={server-with-key.pem}", NULL, NULL },
  { S_CLIENT "-servername sni.example -verify_hostname sni.example",
      "certificate-file={server.pem},{sni.pem} private-key-file={server-key.pem},{sni-key.pem}",
      NULL, NULL },
  { S_CLIENT CERTIFICATE ("client"),
      OURS ("server") "ca-file={ca.pem} client-authentication=require", "peer-subject",
      "CN=client" },
  { S_CLIENT "-alpn zero,one,two", OURS ("server") "alpn-protocols=two,one", "alpn", "two" },
  { S_CLIENT "", OURS ("server") "alpn-protocols=one", "alpn", NULL },
  { S_CLIENT S_PSK, "psk-file={psk.txt}", NULL, NULL },
  { GNUTLS_CLI FOR_LOCALHOST, OURS ("server-rsa"), NULL, NULL },
  { GNUTLS_CLI FOR_LOCALHOST, OURS ("server-ed25519"), NULL, NULL },
  { GNUTLS_CLI FOR_LOCALHOST, OURS ("chain"), NULL, NULL },
  { GNUTLS_CLI "--sni-hostname=sni.example --verify-hostname=sni.example",
      "certificate-file={server.pem},{sni.pem} private-key-file={server-key.pem},{sni-key.pem}",
      NULL, NULL },
  { GNUTLS_CLI FOR_LOCALHOST "--x509certfile {client.pem} --x509keyfile {client-key.pem}",
      OURS ("server") "ca-file={ca.pem} client-authentication=require", "peer-subject",
      "CN=client" },
  { GNUTLS_CLI FOR_LOCALHOST "--alpn=zero --alpn=one", OURS ("server") "alpn-protocols=two,one",
      "alpn", "one" },
  { GNUTLS_CLI GNUTLS_PSK " --priority NORMAL:-KX-ALL:+ECDHE-PSK:+DHE-PSK:+PSK",
      "psk-file={psk.txt}", NULL, NULL },
};

#define ROUNDS(agreements) ((gint)(N_TLS_VERSIONS * G_N_ELEMENTS (agreements)))

static gchar *
make_fragments (const gchar *before, const gchar *properties, const gchar *after)
{
  return g_strconcat (before, " tls=true ", properties, after, NULL);
}

static void
assert_agreed (GstElement *end, const Agreement *agreement, guint version)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (end), "ours");
  g_autoptr (GstStructure) stats = NULL;

  end_assert_version (end, version);
  g_object_get (ours, "stats", &stats, NULL);
  if (agreement->field != NULL)
    fail_unless (
        g_strcmp0 (gst_structure_get_string (stats, agreement->field), agreement->value) == 0);
}

GST_START_TEST (test_a_client_agrees_with_a_server)
{
  guint version = __i__ / G_N_ELEMENTS (with_servers);
  const Agreement *agreement = &with_servers[__i__ % G_N_ELEMENTS (with_servers)];
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, MESSAGE_BYTES, __i__);
  g_autoptr (Peer) peer = peer_spawn (certificates, agreement->command, 0);
  g_autofree gchar *fragments =
      make_fragments (END_IN "giosocketsink " END_CONNECT, agreement->properties, "");
  GstElement *sender = end_start (certificates, fragments, peer_wait_port (peer),
      tls_versions[version].priority, NULL);

  stream_feed (stream, sender);
  support_wait_eos (sender);
  assert_agreed (sender, agreement, version);
  end_stop (sender);
  peer_wait_end (peer);
  digest_compare (stream_digest (stream), peer_digest (peer), agreement->command);
}

GST_END_TEST

GST_START_TEST (test_a_server_agrees_with_a_client)
{
  guint version = __i__ / G_N_ELEMENTS (with_clients);
  const Agreement *agreement = &with_clients[__i__ % G_N_ELEMENTS (with_clients)];
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, MESSAGE_BYTES, __i__);
  g_autoptr (Digest) received = digest_new ();
  g_autofree gchar *fragments =
      make_fragments ("giosocketsrc " END_LISTEN, agreement->properties, END_OUT);
  GstElement *receiver =
      end_start (certificates, fragments, 0, tls_versions[version].priority, received);
  g_autoptr (Peer) peer = peer_spawn (certificates, agreement->command, end_wait_port (receiver));

  peer_feed (peer, stream);
  support_wait_eos (receiver);
  assert_agreed (receiver, agreement, version);
  end_stop (receiver);
  peer_wait_end (peer);
  digest_compare (stream_digest (stream), received, agreement->command);
}

GST_END_TEST

static Suite *
tls_agreements_suite (void)
{
  Suite *suite = suite_create ("tls-agreements");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, certificates_test_setup, certificates_test_teardown);
  tcase_add_loop_test (tcase, test_a_client_agrees_with_a_server, 0, ROUNDS (with_servers));
  tcase_add_loop_test (tcase, test_a_server_agrees_with_a_client, 0, ROUNDS (with_clients));

  return suite;
}

GST_CHECK_MAIN (tls_agreements)
