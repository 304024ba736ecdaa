/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Peers that are killed or go, and others that come after them; plain and with TLS. */

#include "tests/support/ends-test.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

#define AGAIN " auto-reconnect=true retry-backoff-factor=0.001 retry-backoff-max=0.01"
#define NEXT " keep-listening=true"

static void
push_text (GstElement *sender, const gchar *text)
{
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (sender), "in");

  fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (in),
                              gst_buffer_new_memdup (text, strlen (text))),
      GST_FLOW_OK);
}

/* The next element message; there may be attempts before it. */
static GstMessage *
wait_life (GstElement *pipeline, const gchar *name)
{
  while (TRUE) {
    GstMessage *message = support_wait_message (pipeline, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);

    if (gst_message_has_name (message, name))
      return message;
    fail_unless (gst_message_has_name (message, "GstGioSocketReconnecting"), "%" GST_PTR_FORMAT,
        (gpointer)message);
    gst_message_unref (message);
  }
}

static void
expect_life (GstElement *pipeline, const gchar *name)
{
  gst_message_unref (wait_life (pipeline, name));
}

/* --- a process that is killed -------------------------------------------- */

#define RECEIVING_PEER "socat -u TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr STDOUT"
#define SENDING_PEER "socat -u STDIN TCP:127.0.0.1:{port}"

GST_START_TEST (test_a_sender_outlives_receivers_that_are_killed)
{
  Peer *peer = peer_spawn (certificates, RECEIVING_PEER, 0);
  guint port = peer_wait_port (peer);
  GstElement *sender =
      end_start (certificates, END_IN "giosocketsink " END_CONNECT AGAIN, port, NULL, NULL);

  for (guint i = 0; i < 3; i++) {
    expect_life (sender, "GstGioSocketConnected");
    push_text (sender, "some text");
    peer_wait_bytes (peer, 9);
    peer_free (peer);
    expect_life (sender, "GstGioSocketDisconnected");
    peer = peer_spawn (certificates, RECEIVING_PEER, port);
  }
  push_text (sender, "the last");
  peer_wait_bytes (peer, 8);
  end_stop (sender);
  peer_free (peer);
}

GST_END_TEST

static void
wait_bytes (Digest *digest, guint64 bytes)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (digest_bytes (digest) < bytes) {
    fail_unless (g_get_monotonic_time () < end, "only %" G_GUINT64_FORMAT " bytes came",
        digest_bytes (digest));
    g_thread_yield ();
  }
}

GST_START_TEST (test_a_receiver_outlives_senders_that_are_killed)
{
  g_autoptr (Digest) received = digest_new ();
  GstElement *receiver =
      end_start (certificates, "giosocketsrc " END_LISTEN NEXT END_OUT, 0, NULL, received);

  for (guint i = 0; i < 3; i++) {
    Peer *peer = peer_spawn (certificates, SENDING_PEER, end_wait_port (receiver));
    g_autoptr (Stream) stream = stream_new (STREAM_TEXT, 1000, i);

    expect_life (receiver, "GstGioSocketConnected");
    peer_feed (peer, stream);
    wait_bytes (received, (i + 1) * 1000);
    peer_free (peer);
    expect_life (receiver, "GstGioSocketDisconnected");
  }
  end_stop (receiver);
}

GST_END_TEST

/* --- ours on both sides -------------------------------------------------- */

typedef struct
{
  const gchar *receiver;
  const gchar *sender;
} Ends;

static const Ends senders_come[] = {
  { "giosocketsrc " END_LISTEN NEXT END_OUT, END_IN "giosocketsink " END_CONNECT },
  { "giosocketsrc " END_TLS_LISTEN NEXT END_OUT, END_IN "giosocketsink " END_TLS_CONNECT },
};

GST_START_TEST (test_what_one_sender_after_the_other_sends_arrives_in_full)
{
  const Ends *ends = &senders_come[__i__];
  g_autoptr (Digest) received = digest_new ();
  g_autoptr (Digest) sent = digest_new ();
  GstElement *receiver = end_start (certificates, ends->receiver, 0, NULL, received);

  for (guint i = 0; i < 5; i++) {
    g_autoptr (GBytes) bytes = support_make_bytes (100000, i);
    GstElement *sender =
        end_start (certificates, ends->sender, end_wait_port (receiver), NULL, NULL);
    g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (sender), "in");

    expect_life (receiver, "GstGioSocketConnected");
    digest_add (sent, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    gst_app_src_push_buffer (GST_APP_SRC (in), gst_buffer_new_wrapped_bytes (bytes));
    gst_app_src_end_of_stream (GST_APP_SRC (in));
    support_wait_eos (sender);
    end_stop (sender);
    expect_life (receiver, "GstGioSocketDisconnected");
  }
  digest_compare (sent, received, "all of them");
  end_stop (receiver);
}

GST_END_TEST

static const Ends receivers_come[] = {
  { "giosocketsrc " END_CONNECT END_OUT, END_IN "giosocketsink " END_LISTEN NEXT },
  { "giosocketsrc " END_TLS_CONNECT END_OUT, END_IN "giosocketsink " END_TLS_LISTEN NEXT },
};

/* A receiver that is stopped leaves bytes unread now and then, and that is a reset: either way the
 * next one is served. */
GST_START_TEST (test_one_receiver_after_the_other_is_served)
{
  const Ends *ends = &receivers_come[__i__];
  GstElement *sender = end_start (certificates, ends->sender, 0, NULL, NULL);

  for (guint i = 0; i < 5; i++) {
    g_autoptr (Digest) received = digest_new ();
    GstElement *receiver =
        end_start (certificates, ends->receiver, end_wait_port (sender), NULL, received);

    expect_life (sender, "GstGioSocketConnected");
    push_text (sender, "some text");
    wait_bytes (received, 9);
    end_stop (receiver);
    expect_life (sender, "GstGioSocketDisconnected");
  }
  end_stop (sender);
}

GST_END_TEST

static gboolean
is_resumed (const GstMessage *message)
{
  gboolean resumed = FALSE;

  fail_unless (gst_structure_get_boolean (gst_message_get_structure ((GstMessage *)message),
      "resumed", &resumed));

  return resumed;
}

static void
restart (GstElement *pipeline, guint port)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (pipeline), "ours");

  gst_element_set_state (pipeline, GST_STATE_READY);
  g_object_set (ours, "port", port, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

GST_START_TEST (test_a_client_that_connects_again_shakes_hands_again_and_resumes)
{
  g_autoptr (Digest) received = digest_new ();
  GstElement *receiver =
      end_start (certificates, "giosocketsrc " END_TLS_LISTEN END_OUT, 0, NULL, received);
  guint port = end_wait_port (receiver);
  GstElement *sender =
      end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT AGAIN, port, NULL, NULL);

  for (guint i = 0; i < 4; i++) {
    g_autoptr (GstMessage) connected = wait_life (sender, "GstGioSocketConnected");

    fail_unless_equals_int (is_resumed (connected), i > 0);
    push_text (sender, "some text");
    wait_bytes (received, (i + 1) * 9);
    restart (receiver, port);
    expect_life (sender, "GstGioSocketDisconnected");
  }
  end_stop (sender);
  end_stop (receiver);
}

GST_END_TEST

/* --- strangers ----------------------------------------------------------- */

GST_START_TEST (test_a_stranger_does_not_keep_a_tls_server_from_the_next_client)
{
  g_autoptr (Digest) received = digest_new ();
  GstElement *receiver =
      end_start (certificates, "giosocketsrc " END_TLS_LISTEN NEXT END_OUT, 0, NULL, received);
  g_autoptr (GSocket) stranger = support_connect (end_wait_port (receiver));
  g_autoptr (GError) warning = NULL;
  GstElement *sender;

  support_send (stranger, "GET / HTTP/1.0\r\n\r\n", 18);
  warning = support_wait_warning (receiver, NULL);
  sender = end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT,
      end_wait_port (receiver), NULL, NULL);
  push_text (sender, "some text");
  wait_bytes (received, 9);
  end_stop (sender);
  end_stop (receiver);
}

GST_END_TEST

GST_START_TEST (test_a_server_that_is_not_trusted_is_not_tried_again)
{
  GstElement *receiver =
      end_start (certificates, "giosocketsrc " END_TLS_LISTEN NEXT END_OUT, 0, NULL, NULL);
  GstElement *sender = end_start (certificates,
      END_IN "giosocketsink " END_CONNECT AGAIN " tls=true server-name=localhost "
             "ca-file={other-ca.pem}",
      end_wait_port (receiver), NULL, NULL);
  g_autofree gchar *text =
      support_wait_error (sender, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED);

  fail_unless (strstr (text, "agree on TLS") != NULL, "%s", text);
  end_stop (sender);
  end_stop (receiver);
}

GST_END_TEST

static Suite *
reconnect_suite (void)
{
  Suite *suite = suite_create ("reconnect");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, ends_test_setup, ends_test_teardown);
  tcase_add_test (tcase, test_a_sender_outlives_receivers_that_are_killed);
  tcase_add_test (tcase, test_a_receiver_outlives_senders_that_are_killed);
  tcase_add_loop_test (tcase, test_what_one_sender_after_the_other_sends_arrives_in_full, 0,
      G_N_ELEMENTS (senders_come));
  tcase_add_loop_test (tcase, test_one_receiver_after_the_other_is_served, 0,
      G_N_ELEMENTS (receivers_come));
  tcase_add_test (tcase, test_a_client_that_connects_again_shakes_hands_again_and_resumes);
  tcase_add_test (tcase, test_a_stranger_does_not_keep_a_tls_server_from_the_next_client);
  tcase_add_test (tcase, test_a_server_that_is_not_trusted_is_not_tried_again);

  return suite;
}

GST_CHECK_MAIN (reconnect)
