/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Who is trusted, who is not, and what an error says about it. */

#include "tests/support/ends.h"
#include "tests/support/support.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
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

#define CERTIFICATE(name) "certificate-file={" name ".pem} private-key-file={" name "-key.pem} "
#define SERVER CERTIFICATE ("server")
#define CLIENT "server-name=localhost ca-file={ca.pem} "
#define PSK_FILE(name)                                                                             \
  "psk-file={" name ".txt} tls-priority=NORMAL:-KX-ALL:+ECDHE-PSK:+DHE-PSK:+PSK"
#define PSK PSK_FILE ("psk")

static GstElement *
start_server (const gchar *properties, Digest *received)
{
  g_autofree gchar *fragments =
      g_strconcat ("giosocketsrc " END_LISTEN " tls=true ", properties, END_OUT, NULL);

  return end_start (certificates, fragments, 0, NULL, received);
}

static GstElement *
start_client (const gchar *properties, GstElement *server)
{
  g_autofree gchar *fragments =
      g_strconcat (END_IN "giosocketsink " END_CONNECT " tls=true ", properties, NULL);

  return end_start (certificates, fragments, end_wait_port (server), NULL, NULL);
}

/* --- refused ------------------------------------------------------------- */

#define V12 "tls-priority=NORMAL:-VERS-ALL:+VERS-TLS1.2 "
#define V13 "tls-priority=NORMAL:-VERS-ALL:+VERS-TLS1.3 "

typedef struct
{
  const gchar *client;
  const gchar *server;
  const gchar *client_words[3];
  const gchar *server_words[3];
} Refusal;

static const Refusal refusals[] = {
  { CLIENT, CERTIFICATE ("expired"), { "expired on " CERTIFICATES_EXPIRED },
      { "certificate has expired" } },
  { CLIENT, CERTIFICATE ("not-yet-valid"), { "not valid before " CERTIFICATES_NOT_YET_VALID },
      { "certificate" } },
  { CLIENT, CERTIFICATE ("wrong-name"), { "for other.example", "not for 'localhost'" },
      { "certificate" } },
  { CLIENT, CERTIFICATE ("other-issuer"), { "issuer", "is not in ca-file" }, { "issuer" } },
  { CLIENT, CERTIFICATE ("self-signed"), { "signed by itself" }, { "issuer" } },
  { "ca-file={ca.pem}", CERTIFICATE ("sni"), { "sni.example", "not for '127.0.0.1'" },
      { "certificate" } },
  { CLIENT V12, SERVER "ca-file={ca.pem} client-authentication=require", { "client certificate" },
      { "the client has sent no certificate" } },
  { CLIENT V13, SERVER "ca-file={ca.pem} client-authentication=require",
      { "wants a client certificate", "certificate-file" },
      { "the client has sent no certificate" } },
  { CLIENT CERTIFICATE ("other-client"), SERVER "ca-file={ca.pem} client-authentication=require",
      { "certificate" }, { "issuer", "is not in ca-file" } },
  { CLIENT CERTIFICATE ("server"), SERVER "ca-file={ca.pem} client-authentication=request",
      { "certificate" }, { "not valid for this use" } },
  { CLIENT "alpn-protocols=one", SERVER "alpn-protocols=two,three", { "alpn-protocols" },
      { "alpn-protocols" } },
  { CLIENT V12, SERVER V13, { "version" }, { "version" } },
  { CLIENT V13, SERVER V12, { "version" }, { "version" } },
  { PSK_FILE ("psk-other"), PSK, { "keys in psk-file" }, { "keys in psk-file" } },
  { PSK_FILE ("psk-other") ":-VERS-ALL:+VERS-TLS1.2", PSK, { "keys in psk-file" },
      { "keys in psk-file" } },
  { PSK " psk-identity=nobody", PSK, { "no line 'nobody:KEY'" }, { "" } },
};

static void
assert_words (GstElement *end, const gchar *const *words)
{
  g_autofree gchar *text = end_wait_error (end);

  for (guint i = 0; words[i] != NULL; i++)
    fail_unless (strstr (text, words[i]) != NULL, "no \"%s\" in \"%s\"", words[i], text);
}

GST_START_TEST (test_who_is_refused_is_told_why)
{
  const Refusal *refusal = &refusals[__i__];
  GstElement *server = start_server (refusal->server, NULL);
  GstElement *client = start_client (refusal->client, server);

  assert_words (client, refusal->client_words);
  if (*refusal->server_words[0] != '\0')
    assert_words (server, refusal->server_words);
  end_stop (client);
  end_stop (server);
}

GST_END_TEST

/* --- trusted ------------------------------------------------------------- */

static const struct
{
  const gchar *client;
  const gchar *server;
} agreements[] = {
  { CLIENT, CERTIFICATE ("chain") },
  { "ca-file={ca.pem}", SERVER }, /* by its address */
  { "server-name=sni.example ca-file={ca.pem}", CERTIFICATE ("sni") },
  { CLIENT "tls-validation-flags=0x3d", CERTIFICATE ("wrong-name") },
  { CLIENT "tls-validation-flags=0x37", CERTIFICATE ("expired") },
  { "tls-validation-flags=0x7e server-name=localhost", SERVER },
  { CLIENT, SERVER "ca-file={ca.pem} client-authentication=request" },
  { CLIENT CERTIFICATE ("client"), SERVER "ca-file={ca.pem} client-authentication=require" },
  { PSK, PSK },
};

static void
transfer (GstElement *client, GstElement *server, Digest *received)
{
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, 100000, 1);

  ends_transfer (client, server, stream, received, "what was sent");
}

GST_START_TEST (test_who_is_trusted_is_served)
{
  g_autoptr (Digest) received = digest_new ();
  GstElement *server = start_server (agreements[__i__].server, received);
  GstElement *client = start_client (agreements[__i__].client, server);

  transfer (client, server, received);
  end_stop (client);
  end_stop (server);
}

GST_END_TEST

/* --- the application decides --------------------------------------------- */

typedef struct
{
  gboolean answer;
  GThread *thread;
  GTlsCertificateFlags errors;
  guint n_certificates;
  gboolean is_der;
  GMutex *is_undecided; /* locked by whoever wants to be waited for */
  gint is_asked;
} Judge;

static gboolean
judge_cb (GstElement *element, GPtrArray *chain, GTlsCertificateFlags errors, gpointer user_data)
{
  Judge *judge = user_data;
  gnutls_x509_crt_t certificate;
  gnutls_datum_t data;
  gsize size;

  data.data = (unsigned char *)g_bytes_get_data (g_ptr_array_index (chain, 0), &size);
  data.size = size;
  gnutls_x509_crt_init (&certificate);
  judge->is_der = gnutls_x509_crt_import (certificate, &data, GNUTLS_X509_FMT_DER) == 0;
  gnutls_x509_crt_deinit (certificate);
  judge->n_certificates = chain->len;
  judge->errors = errors;
  judge->thread = g_thread_self ();
  g_atomic_int_set (&judge->is_asked, TRUE);
  if (judge->is_undecided != NULL) {
    g_mutex_lock (judge->is_undecided);
    g_mutex_unlock (judge->is_undecided);
  }

  return judge->answer;
}

static GstElement *
start_judged_client (GstElement *server, Judge *judge)
{
  g_autofree gchar *description = g_strdup_printf (END_IN
      "giosocketsink name=ours host=127.0.0.1 port=%u tls=true server-name=localhost ca-file=%s",
      end_wait_port (server), certificates_path (certificates, "ca.pem"));
  GstElement *client = support_launch (description);
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (client), "ours");

  g_signal_connect (ours, "accept-certificate", G_CALLBACK (judge_cb), judge);
  gst_element_set_state (client, GST_STATE_PLAYING);

  return client;
}

GST_START_TEST (test_the_application_may_trust_whom_it_likes)
{
  g_autoptr (Digest) received = digest_new ();
  Judge judge = { .answer = TRUE };
  GstElement *server = start_server (CERTIFICATE ("expired"), received);
  GstElement *client = start_judged_client (server, &judge);

  transfer (client, server, received);
  fail_unless_equals_int (judge.errors, G_TLS_CERTIFICATE_EXPIRED);
  fail_unless_equals_int (judge.n_certificates, 1);
  fail_unless (judge.is_der);
  fail_unless (judge.thread != NULL && judge.thread != g_thread_self ());
  end_stop (client);
  end_stop (server);
}

GST_END_TEST

GST_START_TEST (test_the_application_may_refuse)
{
  Judge judge = { .answer = FALSE };
  GstElement *server = start_server (CERTIFICATE ("wrong-name"), NULL);
  GstElement *client = start_judged_client (server, &judge);
  g_autofree gchar *text = end_wait_error (client);

  fail_unless (strstr (text, "other.example") != NULL, "%s", text);
  fail_unless_equals_int (judge.errors, G_TLS_CERTIFICATE_BAD_IDENTITY);
  end_stop (client);
  end_stop (server);
}

GST_END_TEST

GST_START_TEST (test_nobody_is_asked_about_a_peer_that_is_trusted)
{
  g_autoptr (Digest) received = digest_new ();
  Judge judge = { .answer = FALSE };
  GstElement *server = start_server (SERVER, received);
  GstElement *client = start_judged_client (server, &judge);

  transfer (client, server, received);
  fail_unless (judge.thread == NULL);
  end_stop (client);
  end_stop (server);
}

GST_END_TEST

static const GstState states[] = { GST_STATE_READY, GST_STATE_NULL };

static void
wait_until_asked (Judge *judge)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (!g_atomic_int_get (&judge->is_asked)) {
    fail_unless (g_get_monotonic_time () < end, "nobody is asked");
    g_thread_yield ();
  }
}

/* As a dialogue would, whose answer comes from the very thread that stops the pipeline. */
GST_START_TEST (test_a_handler_that_waits_holds_up_no_state_change)
{
  GMutex is_undecided;
  Judge judge = { .answer = __i__ / G_N_ELEMENTS (states), .is_undecided = &is_undecided };
  GstElement *server = start_server (CERTIFICATE ("wrong-name"), NULL);
  GstElement *client;

  g_mutex_init (&is_undecided);
  g_mutex_lock (&is_undecided);
  client = start_judged_client (server, &judge);
  wait_until_asked (&judge);
  fail_unless_equals_int (gst_element_set_state (client, states[__i__ % G_N_ELEMENTS (states)]),
      GST_STATE_CHANGE_SUCCESS);
  end_stop (client);
  g_mutex_unlock (&is_undecided);
  end_stop (server);
  support_assert_no_more (fds_before, threads_before);
  g_mutex_clear (&is_undecided);
}

GST_END_TEST

/* The answer to a question that was asked before does not matter. */
GST_START_TEST (test_a_handler_that_waits_does_not_decide_about_the_next_connection)
{
  g_autoptr (Digest) received = digest_new ();
  GMutex is_undecided;
  Judge judge = { .answer = FALSE, .is_undecided = &is_undecided };
  GstElement *server = start_server (CERTIFICATE ("wrong-name"), NULL);
  GstElement *trusted = start_server (SERVER, received);
  g_autoptr (GstElement) ours = NULL;
  GstElement *client;

  g_mutex_init (&is_undecided);
  g_mutex_lock (&is_undecided);
  client = start_judged_client (server, &judge);
  wait_until_asked (&judge);
  gst_element_set_state (client, GST_STATE_NULL);
  ours = gst_bin_get_by_name (GST_BIN (client), "ours");
  g_object_set (ours, "port", end_wait_port (trusted), NULL);
  gst_element_set_state (client, GST_STATE_PLAYING);
  end_wait_connected (client);
  g_mutex_unlock (&is_undecided);
  transfer (client, trusted, received);
  end_stop (client);
  end_stop (server);
  end_stop (trusted);
  support_assert_no_more (fds_before, threads_before);
  g_mutex_clear (&is_undecided);
}

GST_END_TEST

static Suite *
tls_trust_suite (void)
{
  Suite *suite = suite_create ("tls-trust");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_who_is_refused_is_told_why, 0, G_N_ELEMENTS (refusals));
  tcase_add_loop_test (tcase, test_who_is_trusted_is_served, 0, G_N_ELEMENTS (agreements));
  tcase_add_test (tcase, test_the_application_may_trust_whom_it_likes);
  tcase_add_test (tcase, test_the_application_may_refuse);
  tcase_add_test (tcase, test_nobody_is_asked_about_a_peer_that_is_trusted);
  tcase_add_loop_test (tcase, test_a_handler_that_waits_holds_up_no_state_change, 0,
      2 * G_N_ELEMENTS (states));
  tcase_add_test (tcase, test_a_handler_that_waits_does_not_decide_about_the_next_connection);

  return suite;
}

GST_CHECK_MAIN (tls_trust)
