/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* A TLS connection that ends before it should, at every byte of it: a receiver gets the beginning of
 * what was sent and an error, never EOS. */

#include "tests/support/certificates.h"
#include "tests/support/support.h"
#include "tests/support/tls-pair.h"

#include <gst/check/gstcheck.h>

/* Little enough to go through it byte by byte. */
#define MESSAGE_BYTES 100

/* Every byte; where everything is several times slower, every so many: no two of the loops below
 * begin at the same one. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STRIDE 31
#else
#define STRIDE 1
#endif

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

/* NULL: EOS; else the error's text. */
static gchar *
run (const TlsRoles *roles, const TlsProxyPlan *plan, guint64 *bytes)
{
  TlsPair pair;
  gchar *text;

  tls_pair_start (&pair, certificates, roles, plan, MESSAGE_BYTES);
  tls_pair_feed (&pair);
  text = tls_pair_wait_receiver (&pair);
  if (bytes != NULL)
    *bytes = tls_proxy_bytes (pair.proxy, tls_roles_way (roles));
  tls_pair_stop (&pair);

  return text;
}

static guint64
measure (const TlsRoles *roles)
{
  const TlsProxyPlan plan = { .fault = TLS_PROXY_PASS };
  guint64 bytes;
  g_autofree gchar *text = run (roles, &plan, &bytes);

  fail_unless (text == NULL, "%s", text);

  return bytes;
}

static void
cut_everywhere (TlsProxyFault fault, const TlsRoles *roles, guint64 first, guint64 stride,
    const gchar *words)
{
  TlsProxyPlan plan = { .fault = fault, .way = tls_roles_way (roles) };
  guint64 bytes = measure (roles);

  for (plan.byte = first; plan.byte < bytes; plan.byte += stride) {
    g_autofree gchar *text = run (roles, &plan, NULL);

    fail_unless (text != NULL, "EOS after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes",
        plan.byte, bytes);
    fail_unless (strstr (text, words) != NULL,
        "after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes: %s", plan.byte, bytes, text);
  }
}

GST_START_TEST (test_a_stream_that_is_cut_anywhere_is_an_error)
{
  cut_everywhere (TLS_PROXY_CUT, &tls_roles[__i__], __i__, STRIDE, "closed the connection");
}

GST_END_TEST

GST_START_TEST (test_a_connection_that_is_reset_somewhere_is_an_error)
{
  cut_everywhere (TLS_PROXY_RESET, &tls_roles[__i__], __i__, 29, "reset");
}

GST_END_TEST

GST_START_TEST (test_a_stream_that_is_cut_behind_its_end_is_not)
{
  TlsProxyPlan plan = { .fault = TLS_PROXY_CUT, .way = tls_roles_way (&tls_roles[__i__]) };
  g_autofree gchar *text = NULL;

  plan.byte = measure (&tls_roles[__i__]);
  text = run (&tls_roles[__i__], &plan, NULL);
  fail_unless (text == NULL, "%s", text);
}

GST_END_TEST

static Suite *
tls_cut_suite (void)
{
  Suite *suite = suite_create ("tls-cut");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_a_stream_that_is_cut_anywhere_is_an_error, 0, N_TLS_ROLES);
  tcase_add_loop_test (tcase, test_a_connection_that_is_reset_somewhere_is_an_error, 0,
      N_TLS_ROLES);
  tcase_add_loop_test (tcase, test_a_stream_that_is_cut_behind_its_end_is_not, 0, N_TLS_ROLES);

  return suite;
}

GST_CHECK_MAIN (tls_cut)
