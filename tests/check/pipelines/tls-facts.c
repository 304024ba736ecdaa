/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What signal, message and stats say about a connection: the same, and the truth. */

#include "tests/support/ends.h"
#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

#define MESSAGE_BYTES 200000

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

/* One end, and what its signal has told. */
typedef struct
{
  GstElement *pipeline;
  GstElement *ours;
  GstStructure *told;
  GstMessage *message;
  GThread *thread;
  guint n_told;
} End;

static void
connected_cb (GstElement *element, const GstStructure *info, gpointer user_data)
{
  End *end = user_data;

  end->told = gst_structure_copy (info);
  end->thread = g_thread_self ();
  end->n_told++;
}

static void
end_init (End *end, GstElement *pipeline)
{
  *end = (End){ .pipeline = pipeline };
  end->ours = gst_bin_get_by_name (GST_BIN (pipeline), "ours");
  g_signal_connect (end->ours, "connected", G_CALLBACK (connected_cb), end);
}

static void
end_clear (End *end)
{
  gst_object_unref (end->ours);
  end_stop (end->pipeline);
  gst_structure_free (end->told);
  gst_message_unref (end->message);
}

static GstStructure *
get_stats (const End *end)
{
  GstStructure *stats = NULL;

  g_object_get (end->ours, "stats", &stats, NULL);

  return stats;
}

static guint64
get_count (const End *end, const gchar *field)
{
  g_autoptr (GstStructure) stats = get_stats (end);
  guint64 count = 0;

  fail_unless (gst_structure_get_uint64 (stats, field, &count), "no %s", field);

  return count;
}

/* --- the same ------------------------------------------------------------ */

static const gchar *const fields[] = { "local-address", "remote-address", "tls-version",
  "tls-cipher", "alpn", "peer-subject", "peer-fingerprint", "resumed" };

static void
assert_same (const GstStructure *told, const GstStructure *stats)
{
  fail_unless_equals_int (gst_structure_n_fields (told), G_N_ELEMENTS (fields));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    const GValue *a = gst_structure_get_value (told, fields[i]);
    const GValue *b = gst_structure_get_value (stats, fields[i]);

    fail_unless (a != NULL && b != NULL, "no %s", fields[i]);
    /* GStreamer does not compare strings that are NULL. */
    if (G_VALUE_HOLDS_STRING (a))
      fail_unless (g_strcmp0 (g_value_get_string (a), g_value_get_string (b)) == 0, "%s differs",
          fields[i]);
    else
      fail_unless_equals_int (gst_value_compare (a, b), GST_VALUE_EQUAL);
  }
}

static void
assert_told_once (const End *end)
{
  g_autoptr (GstStructure) stats = get_stats (end);

  fail_unless (gst_message_has_name (end->message, "GstGioSocketConnected"));
  fail_unless (GST_MESSAGE_SRC (end->message) == GST_OBJECT (end->ours));
  fail_unless_equals_int (end->n_told, 1);
  fail_if (end->thread == g_thread_self ());
  assert_same (end->told, gst_message_get_structure (end->message));
  assert_same (end->told, stats);
}

/* --- and the truth ------------------------------------------------------- */

static void
assert_true (const End *end, guint version, const gchar *subject, const gchar *certificate)
{
  g_autofree gchar *fingerprint =
      certificate != NULL ? certificates_fingerprint (certificates, certificate) : NULL;
  gboolean is_resumed = TRUE;

  fail_unless_equals_string (gst_structure_get_string (end->told, "tls-version"),
      tls_versions[version].name);
  fail_unless (strstr (gst_structure_get_string (end->told, "tls-cipher"), "TLS1.") != NULL);
  fail_unless_equals_string (gst_structure_get_string (end->told, "alpn"), "second");
  fail_unless_equals_string (gst_structure_get_string (end->told, "peer-subject"), subject);
  fail_unless_equals_string (gst_structure_get_string (end->told, "peer-fingerprint"), fingerprint);
  fail_unless (gst_structure_get_boolean (end->told, "resumed", &is_resumed));
  fail_if (is_resumed);
}

#define SERVER END_TLS_LISTEN " alpn-protocols=second,third "
#define CLIENT END_TLS_CONNECT " alpn-protocols=first,second "
#define OURS "certificate-file={client.pem} private-key-file={client-key.pem} "

static void
start (End *sender, End *receiver, guint version, const gchar *of_server, const gchar *of_client)
{
  const gchar *priority = tls_versions[version].priority;
  g_autofree gchar *server = g_strconcat ("giosocketsrc " SERVER, of_server, END_OUT, NULL);
  g_autofree gchar *client = g_strconcat (END_IN "giosocketsink " CLIENT, of_client, NULL);

  end_init (receiver, end_prepare (certificates, server, 0, priority));
  gst_element_set_state (receiver->pipeline, GST_STATE_PLAYING);
  end_init (sender,
      end_prepare (certificates, client, end_wait_port (receiver->pipeline), priority));
  gst_element_set_state (sender->pipeline, GST_STATE_PLAYING);
  /* Behind the signal; and whoever waits for another message throws it away. */
  sender->message = support_wait_message (sender->pipeline, GST_MESSAGE_ELEMENT);
  receiver->message = support_wait_message (receiver->pipeline, GST_MESSAGE_ELEMENT);
}

static void
transfer (End *sender, End *receiver)
{
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, MESSAGE_BYTES, 1);
  g_autoptr (Digest) received = digest_new ();

  digest_listen (received, receiver->pipeline);
  ends_transfer (sender->pipeline, receiver->pipeline, stream, received, "what was sent");
}

GST_START_TEST (test_signal_message_and_stats_tell_the_truth)
{
  End sender, receiver;

  start (&sender, &receiver, __i__, "ca-file={ca.pem} client-authentication=require", OURS);
  transfer (&sender, &receiver);
  assert_told_once (&sender);
  assert_told_once (&receiver);
  assert_true (&sender, __i__, "CN=server", "server");
  assert_true (&receiver, __i__, "CN=client", "client");
  end_clear (&sender);
  end_clear (&receiver);
}

GST_END_TEST

GST_START_TEST (test_a_client_without_a_certificate_is_nobody)
{
  End sender, receiver;

  start (&sender, &receiver, __i__, "", "");
  transfer (&sender, &receiver);
  assert_told_once (&receiver);
  assert_true (&receiver, __i__, NULL, NULL);
  end_clear (&sender);
  end_clear (&receiver);
}

GST_END_TEST

GST_START_TEST (test_payload_and_records_are_counted_alike_on_both_sides)
{
  End sender, receiver;
  guint64 records;

  start (&sender, &receiver, __i__, "", "");
  transfer (&sender, &receiver);
  records = get_count (&sender, "records-sent");
  fail_unless (records >= (MESSAGE_BYTES + 16383) / 16384);
  fail_unless_equals_uint64 (get_count (&receiver, "records-received"), records);
  fail_unless_equals_uint64 (get_count (&sender, "bytes-sent"), MESSAGE_BYTES);
  fail_unless_equals_uint64 (get_count (&receiver, "bytes-received"), MESSAGE_BYTES);
  fail_unless_equals_uint64 (get_count (&sender, "records-received"), 0);
  fail_unless_equals_uint64 (get_count (&receiver, "records-sent"), 0);
  end_clear (&sender);
  end_clear (&receiver);
}

GST_END_TEST

#define LIST_BUFFERS 100

/* Without writeaggregate: what is one list becomes one record. */
GST_START_TEST (test_a_list_of_small_buffers_is_one_record)
{
  g_autoptr (Digest) received = digest_new ();
  g_autoptr (GstElement) appsrc = NULL;
  GstBufferList *list = gst_buffer_list_new ();
  End sender, receiver;

  for (guint i = 0; i < LIST_BUFFERS; i++)
    gst_buffer_list_add (list, gst_buffer_new_allocate (NULL, 100, NULL));
  start (&sender, &receiver, __i__, "", "");
  digest_listen (received, receiver.pipeline);
  appsrc = gst_bin_get_by_name (GST_BIN (sender.pipeline), "in");
  fail_unless_equals_int (gst_app_src_push_buffer_list (GST_APP_SRC (appsrc), list), GST_FLOW_OK);
  gst_app_src_end_of_stream (GST_APP_SRC (appsrc));
  support_wait_eos (sender.pipeline);
  support_wait_eos (receiver.pipeline);
  fail_unless_equals_uint64 (digest_bytes (received), LIST_BUFFERS * 100);
  fail_unless_equals_uint64 (get_count (&sender, "records-sent"), 1);
  fail_unless_equals_uint64 (get_count (&receiver, "records-received"), 1);
  end_clear (&sender);
  end_clear (&receiver);
}

GST_END_TEST

static Suite *
tls_facts_suite (void)
{
  Suite *suite = suite_create ("tls-facts");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_signal_message_and_stats_tell_the_truth, 0, N_TLS_VERSIONS);
  tcase_add_loop_test (tcase, test_a_client_without_a_certificate_is_nobody, 0, N_TLS_VERSIONS);
  tcase_add_loop_test (tcase, test_payload_and_records_are_counted_alike_on_both_sides, 0,
      N_TLS_VERSIONS);
  tcase_add_loop_test (tcase, test_a_list_of_small_buffers_is_one_record, 0, N_TLS_VERSIONS);

  return suite;
}

GST_CHECK_MAIN (tls_facts)
