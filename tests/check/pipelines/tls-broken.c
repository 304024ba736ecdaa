/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* TLS on a network that cuts, changes and crumbles what it is given.  Whatever happens, and
 * wherever, a receiver gets the beginning of what was sent and an error, or all of it and EOS. */

#include "tests/support/certificates.h"
#include "tests/support/support.h"
#include "tests/support/tls-pair.h"

#include <gst/check/gstcheck.h>

/* Enough for two records of data, and little enough to go through it byte by byte. */
#define MESSAGE_BYTES 100

/* Every byte; where everything is several times slower, every so many: no two of the loops below
 * begin at the same one. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STRIDE 13
#else
#define STRIDE 1
#endif

static Certificates *certificates;

static void
setup (void)
{
  certificates = certificates_new ();
}

static void
teardown (void)
{
  g_clear_pointer (&certificates, certificates_free);
}

/* NULL: EOS; else the error's text. */
static gchar *
run (const TlsRoles *roles, const TlsProxyPlan *plan, guint64 *bytes, guint *records)
{
  TlsPair pair;
  gchar *text;

  tls_pair_start (&pair, certificates, roles, plan, MESSAGE_BYTES);
  tls_pair_feed (&pair);
  text = tls_pair_wait_receiver (&pair);
  if (bytes != NULL)
    *bytes = tls_proxy_bytes (pair.proxy, tls_roles_way (roles));
  if (records != NULL)
    *records = tls_proxy_records (pair.proxy, tls_roles_way (roles));
  tls_pair_stop (&pair);

  return text;
}

static void
measure (const TlsRoles *roles, guint64 *bytes, guint *records)
{
  const TlsProxyPlan plan = { .fault = TLS_PROXY_PASS };
  g_autofree gchar *text = run (roles, &plan, bytes, records);

  fail_unless (text == NULL, "%s", text);
}

/* --- cut ----------------------------------------------------------------- */

static void
cut_everywhere (TlsProxyFault fault, const TlsRoles *roles, guint64 first, guint64 stride)
{
  TlsProxyPlan plan = { .fault = fault, .way = tls_roles_way (roles) };
  guint64 bytes;

  measure (roles, &bytes, NULL);
  for (plan.byte = first; plan.byte < bytes; plan.byte += stride) {
    g_autofree gchar *text = run (roles, &plan, NULL, NULL);

    fail_unless (text != NULL, "EOS after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes",
        plan.byte, bytes);
  }
}

GST_START_TEST (test_a_stream_that_is_cut_anywhere_is_an_error)
{
  cut_everywhere (TLS_PROXY_CUT, &tls_roles[__i__], __i__, STRIDE);
}

GST_END_TEST

GST_START_TEST (test_a_connection_that_is_reset_somewhere_is_an_error)
{
  cut_everywhere (TLS_PROXY_RESET, &tls_roles[__i__], __i__, 29);
}

GST_END_TEST

GST_START_TEST (test_a_stream_that_is_cut_behind_its_end_is_not)
{
  TlsProxyPlan plan = { .fault = TLS_PROXY_CUT, .way = tls_roles_way (&tls_roles[__i__]) };
  g_autofree gchar *text = NULL;

  measure (&tls_roles[__i__], &plan.byte, NULL);
  text = run (&tls_roles[__i__], &plan, NULL, NULL);
  fail_unless (text == NULL, "%s", text);
}

GST_END_TEST

/* --- change -------------------------------------------------------------- */

static const struct
{
  guint64 byte;
  guint8 mask;
} flips[] = {
  { TLS_PROXY_TYPE, 0x01 },
  { TLS_PROXY_TYPE, 0x80 },
  { TLS_PROXY_LENGTH, 0x40 }, /* more than 16 KiB: it is not to be waited for */
  { TLS_PROXY_LENGTH + 1, 0x01 },
  { TLS_PROXY_BODY, 0x10 },
  { TLS_PROXY_BODY + 1, 0x01 },
  { TLS_PROXY_BODY + 16, 0x80 },
};

static void
flip_everywhere (const TlsRoles *roles, guint64 byte, guint8 mask)
{
  TlsProxyPlan plan = { .fault = TLS_PROXY_FLIP,
    .way = tls_roles_way (roles),
    .byte = byte,
    .mask = mask };
  guint records;

  measure (roles, NULL, &records);
  for (plan.record = 0; plan.record < records; plan.record++) {
    g_autofree gchar *text = run (roles, &plan, NULL, NULL);

    fail_unless (text != NULL, "EOS with a change to byte %u of record %u of %u", (guint)byte,
        plan.record, records);
  }
}

GST_START_TEST (test_a_changed_record_is_an_error)
{
  guint flip = __i__ / N_TLS_ROLES;

  flip_everywhere (&tls_roles[__i__ % N_TLS_ROLES], flips[flip].byte, flips[flip].mask);
}

GST_END_TEST

/* --- crumble ------------------------------------------------------------- */

GST_START_TEST (test_segments_of_one_byte_are_as_good_as_any)
{
  const TlsProxyPlan plan = { .fault = TLS_PROXY_PASS, .segment = 1 };
  g_autofree gchar *text = NULL;
  TlsPair pair;

  tls_pair_start (&pair, certificates, &tls_roles[__i__], &plan, 100000);
  tls_pair_feed (&pair);
  text = tls_pair_wait_receiver (&pair);
  fail_unless (text == NULL, "%s", text);
  tls_pair_stop (&pair);
}

GST_END_TEST

static Suite *
tls_broken_suite (void)
{
  Suite *suite = suite_create ("tls-broken");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_a_stream_that_is_cut_anywhere_is_an_error, 0, N_TLS_ROLES);
  tcase_add_loop_test (tcase, test_a_connection_that_is_reset_somewhere_is_an_error, 0,
      N_TLS_ROLES);
  tcase_add_loop_test (tcase, test_a_stream_that_is_cut_behind_its_end_is_not, 0, N_TLS_ROLES);
  tcase_add_loop_test (tcase, test_a_changed_record_is_an_error, 0,
      G_N_ELEMENTS (flips) * N_TLS_ROLES);
  tcase_add_loop_test (tcase, test_segments_of_one_byte_are_as_good_as_any, 0, N_TLS_ROLES);

  return suite;
}

GST_CHECK_MAIN (tls_broken)
