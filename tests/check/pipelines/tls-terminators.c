/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* TLS through the programs that are there to do it for others: ours with TLS on one side of them,
 * ours without on the other. */

#include "tests/support/certificates.h"
#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/stream.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

/* --- the programs -------------------------------------------------------- */

#define STUNNEL "foreground = yes\npid =\nsyslog = no\n[test]\naccept = 127.0.0.1:0\n"

/* haproxy does not listen on a port of the system's choice, but on a socket that it is given. */
#define HAPROXY                                                                                    \
  "global\n  maxconn 10\n"                                                                         \
  "defaults\n  mode tcp\n  timeout connect 30s\n  timeout client 30s\n  timeout server 30s\n"

typedef struct
{
  const gchar *command;
  const gchar *configuration; /* {port} is where the other side listens */
} Program;

#define N_PROGRAMS 2

static const Program terminators[N_PROGRAMS] = {
  { "stunnel4 {configuration}",
      STUNNEL "connect = 127.0.0.1:{port}\ncert = {server.pem}\nkey = {server-key.pem}\n" },
  { "/usr/sbin/haproxy -db -f {configuration}",
      HAPROXY "frontend front\n  bind fd@3 ssl crt {server-with-key.pem}\n  default_backend back\n"
              "backend back\n  server ours 127.0.0.1:{port}\n" },
};

static const Program originators[N_PROGRAMS] = {
  { "stunnel4 {configuration}",
      STUNNEL "connect = 127.0.0.1:{port}\nclient = yes\nCAfile = {ca.pem}\nverifyChain = yes\n"
              "checkHost = localhost\nsni = localhost\n" },
  { "/usr/sbin/haproxy -db -f {configuration}",
      HAPROXY "frontend front\n  bind fd@3\n  default_backend back\n"
              "backend back\n  server ours 127.0.0.1:{port} ssl verify required ca-file {ca.pem} "
              "verifyhost localhost sni str(localhost)\n" },
};

static Certificates *certificates;
static Peer *program;

static void
setup (void)
{
  certificates = certificates_new ();
}

static void
teardown (void)
{
  g_clear_pointer (&program, peer_free);
  g_clear_pointer (&certificates, certificates_free);
}

/* Between who connects to the port that it returns, and who listens on @port. */
static guint
run_program (const Program *with, guint port)
{
  g_autofree gchar *text = peer_expand (certificates, with->configuration, port);
  const gchar *file = certificates_scratch (certificates, "configuration");
  g_autoptr (GSocket) listener = NULL;
  guint front;

  fail_unless (g_file_set_contents (file, text, -1, NULL));
  if (strstr (with->configuration, "fd@3") == NULL) {
    program = peer_spawn (certificates, with->command, 0);
    return peer_wait_port (program);
  }

  listener = support_listen (&front);
  program = peer_spawn_with_socket (certificates, with->command, 0, listener);

  return front;
}

/* --- transfers ----------------------------------------------------------- */

static const struct
{
  const Program *programs;
  const gchar *sender;
  const gchar *receiver;
  gboolean receiver_listens;
} ways[] = {
  { terminators, "giosocketsink " END_TLS_CONNECT, "giosocketsrc " END_LISTEN, TRUE },
  { terminators, "giosocketsink " END_LISTEN, "giosocketsrc " END_TLS_CONNECT, FALSE },
  { originators, "giosocketsink " END_CONNECT, "giosocketsrc " END_TLS_LISTEN, TRUE },
  { originators, "giosocketsink " END_TLS_LISTEN, "giosocketsrc " END_CONNECT, FALSE },
};

static GstElement *
start (const gchar *fragment, guint port, guint version, Digest *received)
{
  gboolean is_receiver = received != NULL;
  g_autofree gchar *fragments =
      g_strconcat (is_receiver ? "" : END_IN, fragment, is_receiver ? END_OUT : "", NULL);
  const gchar *priority = strstr (fragment, "tls=") ? tls_versions[version].priority : NULL;

  return end_start (certificates, fragments, port, priority, received);
}

GST_START_TEST (test_what_giosocketsink_sends_passes_through)
{
  guint way = __i__ % G_N_ELEMENTS (ways);
  guint version = __i__ / G_N_ELEMENTS (ways) % N_TLS_VERSIONS;
  const Program *with = &ways[way].programs[__i__ / G_N_ELEMENTS (ways) / N_TLS_VERSIONS];
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, STREAM_BYTES, __i__);
  g_autoptr (Digest) received = digest_new ();
  GstElement *sender;
  GstElement *receiver;

  if (ways[way].receiver_listens) {
    receiver = start (ways[way].receiver, 0, version, received);
    sender = start (ways[way].sender, run_program (with, end_wait_port (receiver)), version, NULL);
  } else {
    sender = start (ways[way].sender, 0, version, NULL);
    receiver =
        start (ways[way].receiver, run_program (with, end_wait_port (sender)), version, received);
  }

  ends_transfer (sender, receiver, stream, received, with->command);
  end_assert_version (strstr (ways[way].sender, "tls=") ? sender : receiver, version);
  end_stop (sender);
  end_stop (receiver);
}

GST_END_TEST

static Suite *
tls_terminators_suite (void)
{
  Suite *suite = suite_create ("tls-terminators");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_what_giosocketsink_sends_passes_through, 0,
      N_PROGRAMS * N_TLS_VERSIONS * G_N_ELEMENTS (ways));

  return suite;
}

GST_CHECK_MAIN (tls_terminators)
