/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* One connection of a source and a sink: echoes and tunnels. */

#include "tests/support/ends-test.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

/* Where two sinks depend on each other, neither may hold up the other one's PLAYING. */
#define SINK "giosocketsink async=false "
#define OUT END_OUT " async=false"

/* --- echoes -------------------------------------------------------------- */

#define TLS_FILES " certificate-file={server.pem} private-key-file={server-key.pem}"

typedef struct
{
  const gchar *server;
  const gchar *client;
} Echo;

/* The address on the source, on the sink, on both, and some of it on either. */
static const Echo echoes[] = {
  { "giosocketsrc connection-id=echo " END_LISTEN " ! " SINK "connection-id=echo",
      END_IN SINK "connection-id=client " END_CONNECT " giosocketsrc connection-id=client" OUT },
  { "giosocketsrc connection-id=echo ! " SINK "connection-id=echo " END_LISTEN,
      END_IN SINK "connection-id=client giosocketsrc connection-id=client " END_CONNECT OUT },
  { "giosocketsrc connection-id=echo " END_TLS_LISTEN " ! " SINK "connection-id=echo",
      END_IN SINK "connection-id=client " END_TLS_CONNECT
                  " giosocketsrc connection-id=client" OUT },
  { "giosocketsrc connection-id=echo " END_LISTEN " ! " SINK
    "connection-id=echo tls=true" TLS_FILES,
      END_IN SINK "connection-id=client host=127.0.0.1 port={port} tls=true ca-file={ca.pem} "
                  "giosocketsrc connection-id=client server-name=localhost " END_CONNECT OUT },
};

GST_START_TEST (test_everything_comes_back_from_an_echo)
{
  const Echo *echo = &echoes[__i__];
  g_autoptr (Digest) received = digest_new ();
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, STREAM_BYTES / 4, 3);
  GstElement *server = end_start (certificates, echo->server, 0, NULL, NULL);
  GstElement *client =
      end_start (certificates, echo->client, end_wait_port (server), NULL, received);

  stream_feed (stream, client);
  support_wait_eos (server);
  support_wait_eos (client);
  digest_compare (stream_digest (stream), received, "the echo");
  end_stop (client);
  end_stop (server);
}

GST_END_TEST

GST_START_TEST (test_socat_gets_back_what_it_sends)
{
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, STREAM_BYTES / 4, 3);
  GstElement *server = end_start (certificates, echoes[0].server, 0, NULL, NULL);
  g_autoptr (Peer) peer =
      peer_spawn (certificates, "socat -t 30 - TCP:127.0.0.1:{port}", end_wait_port (server));

  peer_feed (peer, stream);
  support_wait_eos (server);
  end_stop (server);
  peer_wait_end (peer);
  digest_compare (stream_digest (stream), peer_digest (peer), "the echo");
}

GST_END_TEST

static guint64
get_stat (GstElement *pipeline, const gchar *field)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (pipeline), "ours");

  return support_get_stat (ours, field);
}

static const Echo lasting_echoes[] = {
  { "giosocketsrc keep-listening=true connection-id=echo " END_LISTEN " ! " SINK
    "connection-id=echo",
      END_IN SINK "connection-id=client " END_CONNECT " giosocketsrc connection-id=client" OUT },
  { "giosocketsrc keep-listening=true connection-id=echo " END_TLS_LISTEN " ! " SINK
    "connection-id=echo",
      END_IN SINK "connection-id=client " END_TLS_CONNECT
                  " giosocketsrc connection-id=client" OUT },
};

/* Each of them is answered in full, and with TLS with a close_notify at the end. */
GST_START_TEST (test_an_echo_that_keeps_listening_serves_one_client_after_the_other)
{
  const Echo *echo = &lasting_echoes[__i__];
  GstElement *server = end_start (certificates, echo->server, 0, NULL, NULL);

  for (guint i = 0; i < 5; i++) {
    g_autoptr (Digest) received = digest_new ();
    g_autoptr (Stream) stream = stream_new (STREAM_BINARY, 1000000, i);
    GstElement *client =
        end_start (certificates, echo->client, end_wait_port (server), NULL, received);

    stream_feed (stream, client);
    support_wait_eos (client);
    digest_compare (stream_digest (stream), received, "the echo");
    end_stop (client);
  }
  fail_unless_equals_uint64 (get_stat (server, "bytes-lost"), 0);
  fail_unless_equals_uint64 (get_stat (server, "connections"), 5);
  end_stop (server);
}

GST_END_TEST

/* --- halves -------------------------------------------------------------- */

GST_START_TEST (test_the_sink_goes_on_when_the_peer_has_ended_its_half)
{
  GstElement *ours = end_start (certificates,
      END_IN SINK "connection-id=both " END_LISTEN " giosocketsrc connection-id=both" END_OUT, 0,
      NULL, NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (ours), "in");
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (ours), "out");
  g_autoptr (GSocket) peer = support_connect (end_wait_port (ours));
  gchar got[4];

  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  fail_unless (gst_app_sink_try_pull_sample (GST_APP_SINK (out), SUPPORT_PATIENCE) == NULL);
  fail_unless (gst_app_sink_is_eos (GST_APP_SINK (out)));
  for (guint i = 0; i < 3; i++) {
    gst_app_src_push_buffer (GST_APP_SRC (in), gst_buffer_new_memdup ("more", 4));
    support_read_exactly (peer, got, 4);
    fail_unless_equals_int (memcmp (got, "more", 4), 0);
  }
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  support_wait_eos (ours);
  end_stop (ours);
}

GST_END_TEST

/* What it has sent by then waits, and is not discarded. */
GST_START_TEST (test_a_source_that_comes_later_misses_nothing)
{
  GstElement *sender =
      end_start (certificates, END_IN SINK "connection-id=both " END_LISTEN, 0, NULL, NULL);
  g_autoptr (GSocket) peer = support_connect (end_wait_port (sender));
  g_autoptr (Digest) received = digest_new ();
  g_autoptr (Digest) sent = digest_new ();
  GstElement *receiver;

  end_wait_connected (sender);
  support_send (peer, "early", 5);
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  digest_add (sent, "early", 5);
  receiver = end_start (certificates, "giosocketsrc connection-id=both name=ours" END_OUT, 0, NULL,
      received);
  support_wait_eos (receiver);
  digest_compare (sent, received, "what came before the source");
  end_stop (receiver);
  end_stop (sender);
}

GST_END_TEST

/* Until then the connection reads for itself what nobody receives. */
GST_START_TEST (test_a_source_that_comes_behind_the_end_of_the_sink_has_what_comes_then)
{
  GstElement *sender =
      end_start (certificates, END_IN SINK "connection-id=both " END_LISTEN, 0, NULL, NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (sender), "in");
  g_autoptr (GSocket) peer = support_connect (end_wait_port (sender));
  g_autoptr (Digest) received = digest_new ();
  g_autoptr (Digest) sent = digest_new ();
  GstElement *receiver;

  gst_app_src_end_of_stream (GST_APP_SRC (in));
  support_wait_eos (sender);
  receiver = end_start (certificates, "giosocketsrc connection-id=both name=ours" END_OUT, 0, NULL,
      received);
  for (guint i = 0; i < 100; i++) {
    support_send (peer, "late", 4);
    digest_add (sent, "late", 4);
    digest_wait (received, 4 * (i + 1));
  }
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  support_wait_eos (receiver);
  digest_compare (sent, received, "what came behind the end");
  end_stop (receiver);
  end_stop (sender);
}

GST_END_TEST

static gpointer
feed_and_read_thread (gpointer data)
{
  g_autofree gchar *block = g_malloc0 (8 * 1024 * 1024);
  gssize sent = 0;

  for (gssize n = 1; n > 0 && sent < 8 * 1024 * 1024; sent += MAX (n, 0))
    n = g_socket_send (data, block, 8 * 1024 * 1024 - sent, NULL, NULL);

  return support_read_all (data);
}

/* The peer reads only when it has sent all, and nobody receives that. */
GST_START_TEST (test_the_end_of_a_sink_without_a_source_is_not_held_up_by_what_comes)
{
  GstElement *sender =
      end_start (certificates, END_IN SINK "connection-id=both " END_LISTEN, 0, NULL, NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (sender), "in");
  g_autoptr (GSocket) peer = support_connect (end_wait_port (sender));
  GThread *reader = g_thread_new ("reader", feed_and_read_thread, peer);
  g_autoptr (GBytes) bytes = support_make_bytes (50000, 1);
  g_autoptr (GByteArray) got = NULL;

  gst_app_src_push_buffer (GST_APP_SRC (in), gst_buffer_new_wrapped_bytes (bytes));
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  got = g_thread_join (reader);
  fail_unless_equals_int (got->len, 50000);
  support_wait_eos (sender);
  end_stop (sender);
}

GST_END_TEST

/* --- tunnels ------------------------------------------------------------- */

#define TUNNEL                                                                                     \
  "giosocketsrc connection-id=outside " END_TLS_LISTEN " ! " SINK                                  \
  "connection-id=inside host=127.0.0.1 port={port} "                                               \
  "giosocketsrc connection-id=inside ! " SINK "connection-id=outside"

static void
write_file (const gchar *name, Digest *digest)
{
  g_autoptr (GBytes) bytes = support_make_bytes (5 * 1000 * 1000 + 7, 9);
  const gchar *path = certificates_scratch (certificates, name);

  digest_add (digest, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  fail_unless (
      g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
}

GST_START_TEST (test_a_tunnel_carries_a_session_of_the_web)
{
  g_autoptr (Digest) sent = digest_new ();
  g_autoptr (Peer) server =
      peer_spawn (certificates, "python3 -m http.server --bind 127.0.0.1 0", 0);
  g_autoptr (Peer) client = NULL;
  GstElement *tunnel;

  write_file ("page", sent);
  tunnel = end_start (certificates, TUNNEL, peer_wait_port (server), NULL, NULL);
  client = peer_spawn (certificates, "python3 {https-get.py} {port} {ca.pem} page",
      end_wait_port (tunnel));
  support_wait_eos (tunnel);
  peer_wait_end (client);
  digest_compare (sent, peer_digest (client), "the page");
  end_stop (tunnel);
}

GST_END_TEST

/* --- who does not fit ---------------------------------------------------- */

typedef struct
{
  const gchar *launch;
  gint code;
  const gchar *text;
} Misfit;

static const Misfit misfits[] = {
  { "giosocketsrc connection-id=a port=1 ! giosocketsink connection-id=a port=2",
      GST_RESOURCE_ERROR_SETTINGS, "disagree about 'port'" },
  { "giosocketsrc connection-id=a ! giosocketsink connection-id=a uri=tcp://",
      GST_RESOURCE_ERROR_SETTINGS, "tcp://" },
  { "fakesrc ! giosocketsink connection-id=a mode=listen port=0 fakesrc ! giosocketsink "
    "connection-id=a",
      GST_RESOURCE_ERROR_BUSY, "sends over the connection 'a' already" },
};

GST_START_TEST (test_who_does_not_fit_is_refused_with_the_reason)
{
  const Misfit *misfit = &misfits[__i__];
  GstElement *pipeline = support_launch (misfit->launch);
  g_autofree gchar *text = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, misfit->code);
  fail_unless (strstr (text, misfit->text) != NULL, "%s", text);
  end_stop (pipeline);
}

GST_END_TEST

/* What was started under the one could not be stopped under the other. */
GST_START_TEST (test_the_id_of_one_that_runs_stays)
{
  GstElement *sender =
      end_start (certificates, END_IN SINK "connection-id=both " END_LISTEN, 0, NULL, NULL);
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (sender), "ours");
  g_autofree gchar *id = NULL;

  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "*connection-id of ours*NULL and READY*");
  g_object_set (ours, "connection-id", NULL, NULL);
  g_test_assert_expected_messages ();
  g_object_get (ours, "connection-id", &id, NULL);
  fail_unless_equals_string (id, "both");
  end_stop (sender);
}

GST_END_TEST

GST_START_TEST (test_a_pair_starts_and_stops_again_and_again)
{
  GstElement *ours = end_prepare (certificates,
      END_IN SINK "connection-id=both " END_LISTEN " giosocketsrc connection-id=both" END_OUT, 0,
      NULL);

  for (guint i = 0; i < 20; i++) {
    g_autoptr (GSocket) peer = NULL;

    gst_element_set_state (ours, GST_STATE_PLAYING);
    if (i % 2 == 0)
      peer = support_connect (end_wait_port (ours));
    gst_element_set_state (ours, i % 3 == 0 ? GST_STATE_READY : GST_STATE_NULL);
  }
  end_stop (ours);
}

GST_END_TEST

static Suite *
share_suite (void)
{
  Suite *suite = suite_create ("share");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, ends_test_setup, ends_test_teardown);
  tcase_add_loop_test (tcase, test_everything_comes_back_from_an_echo, 0, G_N_ELEMENTS (echoes));
  tcase_add_test (tcase, test_socat_gets_back_what_it_sends);
  tcase_add_loop_test (tcase, test_an_echo_that_keeps_listening_serves_one_client_after_the_other,
      0, G_N_ELEMENTS (lasting_echoes));
  tcase_add_test (tcase, test_the_sink_goes_on_when_the_peer_has_ended_its_half);
  tcase_add_test (tcase, test_a_source_that_comes_later_misses_nothing);
  tcase_add_test (tcase, test_a_source_that_comes_behind_the_end_of_the_sink_has_what_comes_then);
  tcase_add_test (tcase, test_the_end_of_a_sink_without_a_source_is_not_held_up_by_what_comes);
  tcase_add_test (tcase, test_a_tunnel_carries_a_session_of_the_web);
  tcase_add_loop_test (tcase, test_who_does_not_fit_is_refused_with_the_reason, 0,
      G_N_ELEMENTS (misfits));
  tcase_add_test (tcase, test_the_id_of_one_that_runs_stays);
  tcase_add_test (tcase, test_a_pair_starts_and_stops_again_and_again);

  return suite;
}

GST_CHECK_MAIN (share)
