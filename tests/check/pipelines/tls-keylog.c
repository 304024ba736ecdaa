/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* SSLKEYLOGFILE, with which Wireshark reads along. */

#include "tests/support/ends.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#define MESSAGE_BYTES 1000

static Certificates *certificates;

static void
setup (void)
{
  certificates = certificates_new ();
  /* GnuTLS looks once in a process: no other test may be in this program. */
  g_setenv ("SSLKEYLOGFILE", certificates_scratch (certificates, "keys.log"), TRUE);
}

static void
teardown (void)
{
  g_clear_pointer (&certificates, certificates_free);
}

static void
transfer (guint version)
{
  const gchar *priority = tls_versions[version].priority;
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, MESSAGE_BYTES, 1);
  g_autoptr (Digest) received = digest_new ();
  GstElement *receiver =
      end_start (certificates, "giosocketsrc " END_TLS_LISTEN END_OUT, 0, priority, received);
  GstElement *sender = end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT,
      end_wait_port (receiver), priority, NULL);

  ends_transfer (sender, receiver, stream, received, "what was sent");
  end_stop (sender);
  end_stop (receiver);
}

static guint
count_lines (const gchar *label)
{
  g_autofree gchar *content = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  fail_unless (
      g_file_get_contents (certificates_scratch (certificates, "keys.log"), &content, NULL, NULL));
  lines = g_strsplit (content, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree gchar *pattern = g_strdup_printf ("^%s [0-9a-f]{64} [0-9a-f]{64,96}$", label);

    n += g_regex_match_simple (pattern, lines[i], 0, 0);
  }

  return n;
}

GST_START_TEST (test_the_keys_of_every_connection_are_written_down)
{
  transfer (1);
  /* Client and server are in the same process. */
  fail_unless_equals_int (count_lines ("CLIENT_RANDOM"), 2);
  transfer (0);
  fail_unless_equals_int (count_lines ("CLIENT_TRAFFIC_SECRET_0"), 2);
  fail_unless_equals_int (count_lines ("SERVER_TRAFFIC_SECRET_0"), 2);
}

GST_END_TEST

static Suite *
tls_keylog_suite (void)
{
  Suite *suite = suite_create ("tls-keylog");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_keys_of_every_connection_are_written_down);

  return suite;
}

GST_CHECK_MAIN (tls_keylog)
