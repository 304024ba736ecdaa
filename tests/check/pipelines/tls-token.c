/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* A certificate and a key that are in no file: a PKCS#11 token has them. */

#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#define MESSAGE_BYTES 100000
#define PIN "271828"

#define CERTIFICATE "pkcs11:token=tester;object=server;type=cert"
#define KEY "pkcs11:token=tester;object=server;type=private"

static Certificates *certificates;
static gchar *folder;

static const gchar *const commands[] = {
  "softhsm2-util --init-token --free --label tester --so-pin 31415926 --pin " PIN,
  "softhsm2-util --import {server-key.pem} --token tester --label server --id 01 --pin " PIN,
  "p11tool --batch --login --set-pin " PIN " --write --load-certificate {server.pem} "
  "--label server pkcs11:token=tester",
};

static void
run (const gchar *command)
{
  g_autofree gchar *expanded = peer_expand (certificates, command, 0);
  g_autofree gchar *output = NULL;
  g_autofree gchar *log = NULL;
  g_autoptr (GError) error = NULL;
  gint status;

  fail_unless (g_spawn_command_line_sync (expanded, &output, &log, &status, &error), "%s",
      error ? error->message : "");
  fail_unless (g_spawn_check_wait_status (status, NULL), "%s: %s", expanded, log);
}

static void
setup (void)
{
  g_autofree gchar *configuration = NULL;

  certificates = certificates_new ();
  folder = g_dir_make_tmp ("giosocket-token-XXXXXX", NULL);
  configuration =
      g_strdup_printf ("directories.tokendir = %s\nobjectstore.backend = file\n", folder);
  fail_unless (g_file_set_contents (certificates_scratch (certificates, "softhsm2.conf"),
      configuration, -1, NULL));
  fail_unless (g_file_set_contents (certificates_scratch (certificates, "pin"), PIN, -1, NULL));
  g_setenv ("SOFTHSM2_CONF", certificates_scratch (certificates, "softhsm2.conf"), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    run (commands[i]);
}

static void
teardown (void)
{
  g_autofree gchar *command = g_strdup_printf ("rm -r %s", folder);

  run (command);
  g_clear_pointer (&folder, g_free);
  g_clear_pointer (&certificates, certificates_free);
}

static GstElement *
start_server (const gchar *certificate, const gchar *key, const gchar *priority, Digest *received)
{
  g_autofree gchar *certificate_file = peer_expand (certificates, certificate, 0);
  g_autofree gchar *key_file = peer_expand (certificates, key, 0);
  GstElement *server =
      end_prepare (certificates, "giosocketsrc " END_LISTEN " tls=true" END_OUT, 0, priority);
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (server), "ours");

  g_object_set (ours, "certificate-file", certificate_file, "private-key-file", key_file, NULL);
  if (received != NULL)
    digest_listen (received, server);
  gst_element_set_state (server, GST_STATE_PLAYING);

  return server;
}

static const struct
{
  const gchar *certificate;
  const gchar *key;
} sources[] = {
  { CERTIFICATE, KEY "?pin-value=" PIN },
  { CERTIFICATE, KEY "?pin-source={pin}" },
  { "{server.pem}", KEY "?pin-value=" PIN },
};

GST_START_TEST (test_a_server_has_its_key_in_a_token)
{
  guint source = __i__ / N_TLS_VERSIONS;
  const gchar *priority = tls_versions[__i__ % N_TLS_VERSIONS].priority;
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, MESSAGE_BYTES, 1);
  g_autoptr (Digest) received = digest_new ();
  GstElement *server =
      start_server (sources[source].certificate, sources[source].key, priority, received);
  GstElement *client = end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT,
      end_wait_port (server), priority, NULL);

  ends_transfer (client, server, stream, received, "what was sent");
  end_stop (client);
  end_stop (server);
}

GST_END_TEST

static const struct
{
  const gchar *certificate;
  const gchar *key;
  const gchar *words[2];
} wrong[] = {
  { CERTIFICATE, KEY "?pin-value=" PIN "0",
      { "wants a PIN", "object=server;type=private?pin-value=..." } },
  { CERTIFICATE, KEY, { "PIN", "pin-source" } },
  { CERTIFICATE, "pkcs11:token=tester;object=nobody;type=private?pin-value=" PIN,
      { "no private key", "object=nobody" } },
  { "pkcs11:token=nobody;object=server;type=cert", KEY "?pin-value=" PIN,
      { "no certificate", "token=nobody" } },
};

GST_START_TEST (test_what_is_wrong_with_a_token_is_named_and_the_pin_is_not)
{
  GstElement *server = start_server (wrong[__i__].certificate, wrong[__i__].key, NULL, NULL);
  g_autofree gchar *text = end_wait_error (server);

  for (guint i = 0; i < G_N_ELEMENTS (wrong[__i__].words) && wrong[__i__].words[i] != NULL; i++)
    fail_unless (strstr (text, wrong[__i__].words[i]) != NULL, "no \"%s\" in \"%s\"",
        wrong[__i__].words[i], text);
  fail_unless (strstr (text, PIN) == NULL, "%s", text);
  end_stop (server);
}

GST_END_TEST

static Suite *
tls_token_suite (void)
{
  Suite *suite = suite_create ("tls-token");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_a_server_has_its_key_in_a_token, 0,
      N_TLS_VERSIONS * G_N_ELEMENTS (sources));
  tcase_add_loop_test (tcase, test_what_is_wrong_with_a_token_is_named_and_the_pin_is_not, 0,
      G_N_ELEMENTS (wrong));

  return suite;
}

GST_CHECK_MAIN (tls_token)
