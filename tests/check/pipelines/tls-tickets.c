/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Tickets of others and for others; and a ticket is no way round the checks, though no certificate is
 * sent in a session that is resumed. */

#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

static Certificates *certificates;
static guint fds_before, threads_before;
static GstElement *server, *client;

static void
setup (void)
{
  certificates = certificates_new ();
  ends_warm_up ();
  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
}

static void
teardown (void)
{
  support_assert_no_more (fds_before, threads_before);
  g_clear_pointer (&certificates, certificates_free);
}

/* The client receives, so that it has a ticket when the stream has ended. */
static void
start (const gchar *name, guint version)
{
  g_autofree gchar *listening =
      g_strdup_printf (END_IN "giosocketsink " END_LISTEN
                              " tls=true certificate-file={%s.pem} private-key-file={%s-key.pem}",
          name, name);
  const gchar *priority = tls_versions[version].priority;

  server = end_start (certificates, listening, 0, priority, NULL);
  client = support_launch ("giosocketsrc name=ours host=localhost tls=true" END_OUT);
}

static void
stop (void)
{
  end_stop (client);
  end_stop (server);
}

static void
set_client (const gchar *property, const gchar *value)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (client), "ours");

  gst_util_set_object_arg (G_OBJECT (ours), property, value);
}

static void
connect_client (void)
{
  g_autofree gchar *port = g_strdup_printf ("%u", end_wait_port (server));

  set_client ("port", port);
  gst_element_set_state (client, GST_STATE_PLAYING);
}

static void
transfer (void)
{
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, 1000, 1);
  g_autoptr (Digest) received = digest_new ();

  digest_listen (received, client);
  connect_client ();
  ends_transfer (server, client, stream, received, "what was sent");
}

static gboolean
is_resumed (GstElement *end)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (end), "ours");
  g_autoptr (GstStructure) stats = NULL;
  gboolean value;

  g_object_get (ours, "stats", &stats, NULL);
  fail_unless (gst_structure_get_boolean (stats, "resumed", &value));

  return value;
}

/* --- OpenSSL's and ours --------------------------------------------------- */

#define S_SERVER                                                                                   \
  "openssl s_server -quiet -accept 127.0.0.1:0 -cert {server.pem} -key {server-key.pem}"
#define S_CLIENT                                                                                   \
  "openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:{port} -CAfile {ca.pem} "                \
  "-servername localhost -verify_return_error "
#define GREETING "hello\n"

GST_START_TEST (test_s_server_resumes_our_session)
{
  g_autoptr (Peer) peer = peer_spawn (certificates, S_SERVER, 0);
  g_autoptr (Digest) received = digest_new ();

  client = end_prepare (certificates, "giosocketsrc " END_TLS_CONNECT END_OUT,
      peer_wait_port (peer), tls_versions[__i__].priority);
  digest_listen (received, client);
  for (guint i = 0; i < 3; i++) {
    gst_element_set_state (client, GST_STATE_PLAYING);
    end_wait_connected (client);
    /* Behind the ticket. */
    peer_say (peer, GREETING);
    digest_wait (received, (i + 1) * strlen (GREETING));
    fail_unless_equals_int (is_resumed (client), i > 0);
    gst_element_set_state (client, GST_STATE_NULL);
  }
  end_stop (client);
}

GST_END_TEST

static void
greet (void)
{
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (server), "in");

  fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (appsrc),
                              gst_buffer_new_memdup (GREETING, strlen (GREETING))),
      GST_FLOW_OK);
}

GST_START_TEST (test_s_client_resumes_its_session)
{
  static const gchar *const commands[] = { S_CLIENT "-sess_out {session}",
    S_CLIENT "-sess_in {session}" };

  server = end_prepare (certificates, END_IN "giosocketsink " END_TLS_LISTEN, 0,
      tls_versions[__i__].priority);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autoptr (Peer) peer = NULL;

    gst_element_set_state (server, GST_STATE_PLAYING);
    peer = peer_spawn (certificates, commands[i], end_wait_port (server));
    end_wait_connected (server);
    greet ();
    peer_wait_bytes (peer, strlen (GREETING));
    peer_close_input (peer);
    peer_wait_end (peer);
    fail_unless_equals_int (is_resumed (server), i > 0);
    gst_element_set_state (server, GST_STATE_NULL);
  }
  end_stop (server);
}

GST_END_TEST

/* --- no way round the checks ---------------------------------------------- */

static void
restart_server (void)
{
  gst_element_set_state (client, GST_STATE_NULL);
  gst_element_set_state (server, GST_STATE_NULL);
  gst_element_set_state (server, GST_STATE_PLAYING);
}

GST_START_TEST (test_a_ticket_is_for_its_host_only)
{
  start ("server", __i__);
  set_client ("ca-file", certificates_path (certificates, "ca.pem"));
  transfer ();
  restart_server ();
  transfer ();
  fail_unless (is_resumed (client));

  restart_server ();
  set_client ("host", "127.0.0.1");
  transfer ();
  fail_if (is_resumed (client));
  stop ();
}

GST_END_TEST

typedef struct
{
  gboolean answer;
  guint n_asked;
} Judge;

static gboolean
judge_cb (GstElement *element, GPtrArray *chain, GTlsCertificateFlags errors, gpointer user_data)
{
  Judge *judge = user_data;

  judge->n_asked++;
  fail_unless_equals_int (errors, G_TLS_CERTIFICATE_BAD_IDENTITY);

  return judge->answer;
}

GST_START_TEST (test_the_application_is_asked_again_when_a_session_resumes)
{
  Judge judge = { .answer = TRUE };
  g_autoptr (GstElement) ours = NULL;
  g_autofree gchar *text = NULL;

  start ("wrong-name", __i__);
  ours = gst_bin_get_by_name (GST_BIN (client), "ours");
  g_signal_connect (ours, "accept-certificate", G_CALLBACK (judge_cb), &judge);
  set_client ("ca-file", certificates_path (certificates, "ca.pem"));
  transfer ();
  fail_unless_equals_int (judge.n_asked, 1);

  restart_server ();
  transfer ();
  fail_unless (is_resumed (client));
  fail_unless_equals_int (judge.n_asked, 2);

  restart_server ();
  judge.answer = FALSE;
  connect_client ();
  text = end_wait_error (client);
  fail_unless (strstr (text, "not for 'localhost'") != NULL, "%s", text);
  fail_unless_equals_int (judge.n_asked, 3);
  stop ();
}

GST_END_TEST

static Suite *
tls_tickets_suite (void)
{
  Suite *suite = suite_create ("tls-tickets");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_s_server_resumes_our_session, 0, N_TLS_VERSIONS);
  tcase_add_loop_test (tcase, test_s_client_resumes_its_session, 0, N_TLS_VERSIONS);
  tcase_add_loop_test (tcase, test_a_ticket_is_for_its_host_only, 0, N_TLS_VERSIONS);
  tcase_add_loop_test (tcase, test_the_application_is_asked_again_when_a_session_resumes, 0,
      N_TLS_VERSIONS);

  return suite;
}

GST_CHECK_MAIN (tls_tickets)
