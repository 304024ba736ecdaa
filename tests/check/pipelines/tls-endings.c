/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* How a connection ends when somebody does not end it as TLS wants: without close_notify, or with an
 * alert to one who only sends. */

#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

#define MESSAGE_BYTES 100000

static Certificates *certificates;
static guint fds_before, threads_before;

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

/* --- a sender that is stopped before its EOS ----------------------------- */

/* The round is the version and who is the client. */
#define ROUNDS (2 * N_TLS_VERSIONS)

static void
start (guint round, const gchar *allow, GstElement **sender, GstElement **receiver,
    Digest *received)
{
  const gchar *priority = tls_versions[round / 2].priority;
  gboolean sender_is_client = round % 2 == 1;
  g_autofree gchar *fragments = g_strconcat ("giosocketsrc ",
      sender_is_client ? END_TLS_LISTEN : END_TLS_CONNECT, allow, END_OUT, NULL);

  if (sender_is_client) {
    *receiver = end_start (certificates, fragments, 0, priority, received);
    *sender = end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT,
        end_wait_port (*receiver), priority, NULL);
  } else {
    *sender = end_start (certificates, END_IN "giosocketsink " END_TLS_LISTEN, 0, priority, NULL);
    *receiver = end_start (certificates, fragments, end_wait_port (*sender), priority, received);
  }
}

/* Sends, waits until all is there, and goes without a word. */
static void
send_and_vanish (GstElement *sender, Digest *received)
{
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (sender), "in");
  g_autoptr (GBytes) bytes = support_make_bytes (MESSAGE_BYTES, 1);

  fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (appsrc),
                              gst_buffer_new_wrapped_bytes (bytes)),
      GST_FLOW_OK);
  digest_wait (received, MESSAGE_BYTES);
  gst_element_set_state (sender, GST_STATE_NULL);
}

GST_START_TEST (test_a_sender_that_is_stopped_leaves_an_error_that_counts_bytes)
{
  g_autoptr (Digest) received = digest_new ();
  g_autofree gchar *text = NULL;
  GstElement *sender, *receiver;

  start (__i__, "", &sender, &receiver, received);
  send_and_vanish (sender, received);
  text = end_wait_error (receiver);
  fail_unless (strstr (text, "without close_notify, after 100000 bytes") != NULL, "%s", text);
  fail_unless (strstr (text, "tls-allow-truncation") != NULL, "%s", text);
  fail_unless_equals_uint64 (digest_bytes (received), MESSAGE_BYTES);
  end_stop (sender);
  end_stop (receiver);
}

GST_END_TEST

GST_START_TEST (test_truncation_that_is_allowed_is_the_end)
{
  g_autoptr (Digest) received = digest_new ();
  GstElement *sender, *receiver;

  start (__i__, " tls-allow-truncation=true", &sender, &receiver, received);
  send_and_vanish (sender, received);
  support_wait_eos (receiver);
  fail_unless_equals_uint64 (digest_bytes (received), MESSAGE_BYTES);
  end_stop (sender);
  end_stop (receiver);
}

GST_END_TEST

/* --- an alert to one who only sends -------------------------------------- */

#define REQUIRE " ca-file={ca.pem} client-authentication=require" END_OUT

typedef enum
{
  SENDS_NOTHING,
  SENDS_WITHOUT_END,
} Habit;

static gpointer
feed_thread (gpointer sender)
{
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (sender), "in");
  GstFlowReturn ret;

  do
    ret =
        gst_app_src_push_buffer (GST_APP_SRC (appsrc), gst_buffer_new_allocate (NULL, 5000, NULL));
  while (ret == GST_FLOW_OK);

  return NULL;
}

/* With TLS 1.3 a client's handshake is over before its server has looked at the certificate: what it
 * thinks of it comes while the client sends. */
GST_START_TEST (test_a_sender_learns_from_an_alert_why_it_is_refused)
{
  GstElement *server = end_start (certificates, "giosocketsrc " END_TLS_LISTEN REQUIRE, 0,
      tls_versions[0].priority, NULL);
  GstElement *client = end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT,
      end_wait_port (server), tls_versions[0].priority, NULL);
  GThread *feeder = __i__ == SENDS_WITHOUT_END ? g_thread_new ("feed", feed_thread, client) : NULL;
  g_autofree gchar *text = end_wait_error (client);
  g_autofree gchar *server_text = end_wait_error (server);

  fail_unless (strstr (text, "wants a client certificate") != NULL, "%s", text);
  fail_unless (strstr (server_text, "the client has sent no certificate") != NULL, "%s",
      server_text);
  gst_element_set_state (client, GST_STATE_NULL);
  g_clear_pointer (&feeder, g_thread_join);
  end_stop (client);
  end_stop (server);
}

GST_END_TEST

/* --- a receiver that leaves ----------------------------------------------- */

#define S_CLIENT                                                                                   \
  "openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:{port} -CAfile {ca.pem} "                \
  "-servername localhost -verify_return_error"

/* With a close_notify, and without having received everything. */
GST_START_TEST (test_a_sender_whose_receiver_leaves_says_so)
{
  GstElement *sender = end_start (certificates, END_IN "giosocketsink " END_TLS_LISTEN, 0,
      tls_versions[__i__].priority, NULL);
  Peer *peer = peer_spawn (certificates, S_CLIENT, end_wait_port (sender));
  GThread *feeder = g_thread_new ("feed", feed_thread, sender);
  g_autofree gchar *text = NULL;

  peer_wait_bytes (peer, MESSAGE_BYTES);
  peer_close_input (peer);
  text = end_wait_error (sender);
  fail_unless (strstr (text, "Could not send to 127.0.0.1:") != NULL, "%s", text);
  fail_unless (strstr (text, "The peer has gone") != NULL, "%s", text);
  gst_element_set_state (sender, GST_STATE_NULL);
  g_thread_join (feeder);
  peer_free (peer);
  end_stop (sender);
}

GST_END_TEST

static Suite *
tls_endings_suite (void)
{
  Suite *suite = suite_create ("tls-endings");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_a_sender_that_is_stopped_leaves_an_error_that_counts_bytes, 0,
      ROUNDS);
  tcase_add_loop_test (tcase, test_truncation_that_is_allowed_is_the_end, 0, ROUNDS);
  tcase_add_loop_test (tcase, test_a_sender_learns_from_an_alert_why_it_is_refused, SENDS_NOTHING,
      SENDS_WITHOUT_END + 1);
  tcase_add_loop_test (tcase, test_a_sender_whose_receiver_leaves_says_so, 0, N_TLS_VERSIONS);

  return suite;
}

GST_CHECK_MAIN (tls_endings)
