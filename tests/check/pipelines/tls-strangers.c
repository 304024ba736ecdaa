/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Those who do not speak TLS, or fall silent: an error says so, in time. */

#include "tests/support/certificates.h"
#include "tests/support/ends.h"
#include "tests/support/support.h"
#include "tests/support/tls-pair.h"

#include <gst/check/gstcheck.h>

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

/* --- other protocols ----------------------------------------------------- */

static const struct
{
  const gchar *greeting;
  gssize size; /* -1: a string */
  const gchar *words[3];
} strangers[] = {
  { "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", -1,
      { "not speak TLS", "HTTP" } },
  { "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", -1, { "not speak TLS", "HTTP" } },
  { "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", -1, { "not speak TLS", "SSH" } },
  { "220 mail.example ESMTP\r\n", -1, { "not speak TLS" } },
  { "\x80\x01\x02\x03 and whatever comes after that, in plain words\r\n", -1, { "not speak TLS" } },
  { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20, { "not speak TLS" } },
};

static void
assert_words (const gchar *text, const gchar *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    fail_unless (strstr (text, words[i]) != NULL, "no \"%s\" in \"%s\"", words[i], text);
}

static void
greet (GSocket *socket, guint stranger)
{
  const gchar *greeting = strangers[stranger].greeting;
  gssize size = strangers[stranger].size;

  fail_unless (
      g_socket_send (socket, greeting, size < 0 ? strlen (greeting) : (gsize)size, NULL, NULL) > 0);
}

/* It stays: what ends this is what it said. */
static void
assert_server_is_a_stranger (const gchar *fragments, guint stranger)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  GstElement *client = end_start (certificates, fragments, port, NULL, NULL);
  g_autoptr (GSocket) socket = support_accept (listener);
  g_autofree gchar *text = NULL;

  greet (socket, stranger);
  text = end_wait_error (client);
  assert_words (text, strangers[stranger].words);
  end_stop (client);
}

static void
assert_client_is_a_stranger (const gchar *fragments, guint stranger)
{
  GstElement *server = end_start (certificates, fragments, 0, NULL, NULL);
  g_autoptr (GSocket) socket = support_connect (end_wait_port (server));
  g_autofree gchar *text = NULL;

  greet (socket, stranger);
  text = end_wait_error (server);
  assert_words (text, strangers[stranger].words);
  end_stop (server);
}

GST_START_TEST (test_a_server_that_speaks_something_else)
{
  assert_server_is_a_stranger ("giosocketsrc " END_TLS_CONNECT END_OUT, __i__);
  assert_server_is_a_stranger (END_IN "giosocketsink " END_TLS_CONNECT, __i__);
}

GST_END_TEST

GST_START_TEST (test_a_client_that_speaks_something_else)
{
  assert_client_is_a_stranger ("giosocketsrc " END_TLS_LISTEN END_OUT, __i__);
  assert_client_is_a_stranger (END_IN "giosocketsink " END_TLS_LISTEN, __i__);
}

GST_END_TEST

/* --- silence ------------------------------------------------------------- */

/* The records of a handshake that an end has to wait for. */
static const struct
{
  guint version;
  TlsProxyWay way;
  guint records;
} handshakes[] = {
  { 0, TLS_PROXY_TO_SERVER, 2 }, /* ClientHello, Finished */
  { 0, TLS_PROXY_TO_CLIENT, 5 }, /* ServerHello, four encrypted ones */
  { 1, TLS_PROXY_TO_SERVER, 3 }, /* ClientHello, key exchange, Finished */
  { 1, TLS_PROXY_TO_CLIENT, 6 }, /* ServerHello and three more, ticket, Finished */
};

#define MAX_RECORDS 6

static TlsRoles
make_roles (guint version, TlsProxyWay way)
{
  return (TlsRoles){ version, way == TLS_PROXY_TO_CLIENT };
}

/* All at once, as each takes as long as the limit says. */
GST_START_TEST (test_a_handshake_that_stalls_is_given_up)
{
  TlsRoles roles = make_roles (handshakes[__i__].version, handshakes[__i__].way);
  TlsPair pairs[MAX_RECORDS];
  guint n = handshakes[__i__].records;

  for (guint i = 0; i < n; i++) {
    TlsProxyPlan plan = { .fault = TLS_PROXY_STALL, .way = handshakes[__i__].way, .record = i };

    /* Before a record, and in it. */
    plan.byte = i % 2 == 0 ? 0 : 3;
    tls_pair_start (&pairs[i], certificates, &roles, &plan, 100);
    tls_pair_feed (&pairs[i]);
  }

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *text = tls_pair_wait_receiver (&pairs[i]);

    fail_unless (text != NULL && strstr (text, "handshake") != NULL, "record %u: %s", i, text);
    tls_pair_stop (&pairs[i]);
  }
}

GST_END_TEST

#define NO_LIMIT " tls-handshake-timeout=0"

static void
wait_for_record (TlsProxy *proxy, const TlsProxyPlan *plan)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (tls_proxy_records (proxy, plan->way) <= plan->record) {
    fail_unless (g_get_monotonic_time () < end, "record %u never came", plan->record);
    g_thread_yield ();
  }
}

static void
assert_stops (GstElement *end)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (end);

  fail_unless_equals_int (gst_element_set_state (end, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
  end_stop (end);
}

/* Nothing else would end it. */
static void
stall_and_stop (guint version, const TlsProxyPlan *plan)
{
  const gchar *priority = tls_versions[version].priority;
  GstElement *server =
      end_start (certificates, "giosocketsrc " END_TLS_LISTEN NO_LIMIT END_OUT, 0, priority, NULL);
  guint port;
  g_autoptr (TlsProxy) proxy = tls_proxy_new (end_wait_port (server), plan, &port);
  GstElement *client = end_start (certificates, END_IN "giosocketsink " END_TLS_CONNECT NO_LIMIT,
      port, priority, NULL);

  wait_for_record (proxy, plan);
  assert_stops (plan->way == TLS_PROXY_TO_CLIENT ? client : server);
  end_stop (plan->way == TLS_PROXY_TO_CLIENT ? server : client);
}

GST_START_TEST (test_a_state_change_ends_a_handshake_wherever_it_stalls)
{
  TlsProxyPlan plan = { .fault = TLS_PROXY_STALL, .way = handshakes[__i__].way };

  for (plan.record = 0; plan.record < handshakes[__i__].records; plan.record++)
    stall_and_stop (handshakes[__i__].version, &plan);
}

GST_END_TEST

static Suite *
tls_strangers_suite (void)
{
  Suite *suite = suite_create ("tls-strangers");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_a_server_that_speaks_something_else, 0,
      G_N_ELEMENTS (strangers));
  tcase_add_loop_test (tcase, test_a_client_that_speaks_something_else, 0,
      G_N_ELEMENTS (strangers));
  tcase_add_loop_test (tcase, test_a_handshake_that_stalls_is_given_up, 0,
      G_N_ELEMENTS (handshakes));
  tcase_add_loop_test (tcase, test_a_state_change_ends_a_handshake_wherever_it_stalls, 0,
      G_N_ELEMENTS (handshakes));

  return suite;
}

GST_CHECK_MAIN (tls_strangers)
