/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Started by systemd because somebody came: systemd itself does it, as for a socket unit. */

#include "tests/support/certificates-test.h"
#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gio/gunixsocketaddress.h>
#include <gst/check/gstcheck.h>

#define BYTES (1024 * 1024)

/* It hands on nothing of its own accord. */
static const gchar *const variables[] = { "GST_PLUGIN_PATH_1_0", "GST_PLUGIN_SYSTEM_PATH_1_0",
  "GST_REGISTRY_1_0", "GST_REGISTRY_FORK", "GSETTINGS_BACKEND", "GIO_USE_VFS", "LD_LIBRARY_PATH",
  "G_SLICE", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS" };

static Peer *
activate (const gchar *options, const gchar *pipeline)
{
  GString *command = g_string_new ("systemd-socket-activate -l {socket} ");
  Peer *peer;

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++) {
    if (g_getenv (variables[i]) != NULL)
      g_string_append_printf (command, "-E %s ", variables[i]);
  }
  g_string_append_printf (command, "%s %s '%s'", options, g_getenv ("GIOSOCKET_TESTS_LAUNCH"),
      pipeline);
  peer = peer_spawn (certificates, command->str, 0);
  g_string_free (command, TRUE);

  return peer;
}

/* The first time that somebody listens there. */
static GSocket *
connect_to (const gchar *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);

  while (!g_socket_connect (socket, address, NULL, NULL)) {
    fail_unless (g_get_monotonic_time () < end, "nobody listens on %s", path);
    g_thread_yield ();
  }

  return socket;
}

/* A socket that listens, and one that systemd has accepted. */
static const gchar *const options[] = { "", "--accept" };

GST_START_TEST (test_a_source_that_systemd_starts_receives_what_was_sent)
{
  g_autoptr (Peer) peer = activate (options[__i__], "giosocketsrc uri=systemd:3 ! fdsink fd=1");
  g_autoptr (GSocket) socket = connect_to (certificates_scratch (certificates, "socket"));
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, BYTES, 1);
  GstElement *sender = end_prepare (certificates, END_IN "giosocketsink name=ours", 0, NULL);
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (sender), "ours");

  g_object_set (ours, "socket", socket, NULL);
  gst_element_set_state (sender, GST_STATE_PLAYING);
  stream_feed (stream, sender);
  support_wait_eos (sender);
  peer_wait_bytes (peer, BYTES);
  digest_compare (stream_digest (stream), peer_digest (peer), options[__i__]);
  end_stop (sender);
}

GST_END_TEST

GST_START_TEST (test_a_sink_that_systemd_starts_ends_the_connection)
{
  g_autoptr (Peer) peer = activate (options[__i__],
      "fakesrc num-buffers=10 sizetype=fixed sizemax=1000 ! "
      "giosocketsink uri=systemd:3");
  g_autoptr (GSocket) socket = connect_to (certificates_scratch (certificates, "socket"));
  g_autoptr (GByteArray) received = NULL;

  g_socket_set_timeout (socket, SUPPORT_PATIENCE / GST_SECOND);
  received = support_read_all (socket);
  fail_unless_equals_int (received->len, 10000);
}

GST_END_TEST

static Suite *
systemd_suite (void)
{
  Suite *suite = suite_create ("systemd");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, certificates_test_setup, certificates_test_teardown);
  tcase_add_loop_test (tcase, test_a_source_that_systemd_starts_receives_what_was_sent, 0,
      G_N_ELEMENTS (options));
  tcase_add_loop_test (tcase, test_a_sink_that_systemd_starts_ends_the_connection, 0,
      G_N_ELEMENTS (options));

  return suite;
}

GST_CHECK_MAIN (systemd)
