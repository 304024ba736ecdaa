/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* One connection after the other between the same two elements: tickets, renewed certificates, and
 * what is said about each connection. */

#include "tests/support/ends-test.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#define MESSAGE_BYTES 50000

/* The same two elements for every connection. */
typedef struct
{
  GstElement *server;
  GstElement *client;
  gboolean sink_is_client;
} Couple;

/* The round is the version and who is the client. */
#define ROUNDS (2 * N_TLS_VERSIONS)

static void
couple_init (Couple *self, guint round)
{
  const gchar *priority = tls_versions[round / 2].priority;

  *self = (Couple){ .sink_is_client = round % 2 == 1 };
  if (self->sink_is_client) {
    self->server =
        end_start (certificates, "giosocketsrc " END_TLS_LISTEN END_OUT, 0, priority, NULL);
    self->client = end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT,
        end_wait_port (self->server), priority, NULL);
  } else {
    self->server =
        end_start (certificates, END_IN "giosocketsink " END_TLS_LISTEN, 0, priority, NULL);
    self->client = end_start (certificates, "giosocketsrc " END_TLS_CONNECT END_OUT,
        end_wait_port (self->server), priority, NULL);
  }
}

static void
couple_clear (Couple *self)
{
  end_stop (self->client);
  end_stop (self->server);
}

static GstElement *
get_sender (const Couple *self)
{
  return self->sink_is_client ? self->client : self->server;
}

static GstElement *
get_receiver (const Couple *self)
{
  return self->sink_is_client ? self->server : self->client;
}

static void
set_state (GstElement *end, GstState state)
{
  fail_unless (gst_element_set_state (end, state) != GST_STATE_CHANGE_FAILURE);
}

/* A connection of its own, by the same elements. */
static void
listen_again (Couple *self)
{
  set_state (self->client, GST_STATE_NULL);
  set_state (self->server, GST_STATE_NULL);
  set_state (self->server, GST_STATE_PLAYING);
}

static void
connect_again (Couple *self)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (self->client), "ours");

  g_object_set (ours, "port", end_wait_port (self->server), NULL);
  set_state (self->client, GST_STATE_PLAYING);
}

static GstStructure *
get_stats (GstElement *end)
{
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (end), "ours");
  GstStructure *stats = NULL;

  g_object_get (ours, "stats", &stats, NULL);

  return stats;
}

static void
transfer (Couple *self, guint round)
{
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, MESSAGE_BYTES, round);
  g_autoptr (Digest) received = digest_new ();
  GstElement *receiver = get_receiver (self);

  digest_listen (received, receiver);
  ends_transfer (get_sender (self), receiver, stream, received, "what was sent");
}

static gboolean
is_resumed (GstElement *end)
{
  g_autoptr (GstStructure) stats = get_stats (end);
  gboolean value;

  fail_unless (gst_structure_get_boolean (stats, "resumed", &value));

  return value;
}

static void
assert_resumed (const Couple *self, gboolean expected)
{
  fail_unless_equals_int (is_resumed (self->client), expected);
  fail_unless_equals_int (is_resumed (self->server), expected);
}

/* Who the client takes its server for. */
static void
assert_server_is (const Couple *self, const gchar *name)
{
  g_autofree gchar *fingerprint = certificates_fingerprint (certificates, name);
  g_autoptr (GstStructure) stats = get_stats (self->client);

  fail_unless_equals_string (gst_structure_get_string (stats, "peer-fingerprint"), fingerprint);
}

/* --- tickets ------------------------------------------------------------- */

#define MAX_MISSED 50

static void
transfer_again (Couple *self, guint round)
{
  listen_again (self);
  connect_again (self);
  transfer (self, round);
}

/* Tickets of TLS 1.3 come behind the handshake: who only sends may have gone before that. */
static void
transfer_with_ticket (Couple *self, guint round)
{
  guint may_miss = self->sink_is_client && round / 2 == 0 ? MAX_MISSED : 0;

  transfer_again (self, round);
  for (guint i = 0; i < may_miss && !is_resumed (self->client); i++)
    transfer_again (self, round);
  assert_resumed (self, TRUE);
}

GST_START_TEST (test_every_connection_but_the_first_resumes)
{
  Couple couple;

  couple_init (&couple, __i__);
  transfer (&couple, __i__);
  assert_resumed (&couple, FALSE);

  for (guint i = 0; i < 3; i++) {
    transfer_with_ticket (&couple, __i__);
    assert_server_is (&couple, "server");
  }
  couple_clear (&couple);
}

GST_END_TEST

static const struct
{
  const gchar *property;
  const gchar *value;
  const gchar *words;
} changes[] = {
  { "server-name", "other.example", "not for 'other.example'" },
  { "ca-file", "{other-ca.pem}", "is not in ca-file" },
};

/* Nobody looks at certificates when a connection resumes: what was trusted then need not be now. */
GST_START_TEST (test_a_ticket_is_not_used_after_the_trust_has_changed)
{
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autofree gchar *value = peer_expand (certificates, changes[i].value, 0);
    g_autoptr (GstElement) ours = NULL;
    g_autofree gchar *text = NULL;
    Couple couple;

    couple_init (&couple, __i__);
    transfer (&couple, __i__);

    listen_again (&couple);
    ours = gst_bin_get_by_name (GST_BIN (couple.client), "ours");
    g_object_set (ours, changes[i].property, value, NULL);
    connect_again (&couple);
    text = end_wait_error (couple.client);
    fail_unless (strstr (text, changes[i].words) != NULL, "%s", text);
    couple_clear (&couple);
  }
}

GST_END_TEST

/* --- renewed certificates ------------------------------------------------ */

GST_START_TEST (test_a_renewed_certificate_is_shown_to_the_next_client)
{
  g_autofree gchar *old = certificates_fingerprint (certificates, "server");
  g_autofree gchar *new = NULL;
  Couple couple;

  couple_init (&couple, __i__);
  transfer (&couple, __i__);
  assert_server_is (&couple, "server");

  certificates_renew (certificates, "server");
  new = certificates_fingerprint (certificates, "server");
  fail_if (g_str_equal (old, new));
  transfer_again (&couple, __i__);
  assert_server_is (&couple, "server");
  assert_resumed (&couple, FALSE);
  couple_clear (&couple);
}

GST_END_TEST

GST_START_TEST (test_a_certificate_may_be_renewed_while_a_client_is_waited_for)
{
  Couple couple;

  couple_init (&couple, __i__);
  transfer (&couple, __i__);

  listen_again (&couple);
  end_wait_port (couple.server);
  certificates_renew (certificates, "server");
  connect_again (&couple);
  transfer (&couple, __i__);
  assert_server_is (&couple, "server");
  couple_clear (&couple);
}

GST_END_TEST

static Suite *
tls_session_suite (void)
{
  Suite *suite = suite_create ("tls-session");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, ends_test_setup, ends_test_teardown);
  tcase_add_loop_test (tcase, test_every_connection_but_the_first_resumes, 0, ROUNDS);
  tcase_add_loop_test (tcase, test_a_ticket_is_not_used_after_the_trust_has_changed, 0, ROUNDS);
  tcase_add_loop_test (tcase, test_a_renewed_certificate_is_shown_to_the_next_client, 0, ROUNDS);
  tcase_add_loop_test (tcase, test_a_certificate_may_be_renewed_while_a_client_is_waited_for, 0,
      ROUNDS);

  return suite;
}

GST_CHECK_MAIN (tls_session)
