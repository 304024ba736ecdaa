/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* TLS on a network that changes and crumbles what it is given.  Whatever happens, and
 * wherever, a receiver gets the beginning of what was sent and an error, or all of it and EOS. */

#include "tests/support/certificates.h"
#include "tests/support/support.h"
#include "tests/support/tls-pair.h"

#include <gst/check/gstcheck.h>

#define MESSAGE_BYTES 100

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

/* --- change -------------------------------------------------------------- */

static const struct
{
  guint64 byte;
  guint8 mask;
  gboolean may_be_ignored; /* in TLS 1.3, what looks like a handshake is decrypted all the same */
} flips[] = {
  { TLS_PROXY_TYPE, 0x01, TRUE },
  { TLS_PROXY_TYPE, 0x80, FALSE },
  { TLS_PROXY_LENGTH, 0x40, FALSE }, /* more than 16 KiB: it is not to be waited for */
  { TLS_PROXY_LENGTH + 1, 0x01, FALSE },
  { TLS_PROXY_BODY, 0x10, FALSE },
  { TLS_PROXY_BODY + 1, 0x01, FALSE },
  { TLS_PROXY_BODY + 16, 0x80, FALSE },
};

#define MAX_RECORDS 16

static guint
count_records (const TlsRoles *roles)
{
  const TlsProxyPlan plan = { .fault = TLS_PROXY_PASS };
  g_autofree gchar *text = NULL;
  TlsPair pair;
  guint records;

  tls_pair_start (&pair, certificates, roles, &plan, MESSAGE_BYTES);
  tls_pair_feed (&pair);
  text = tls_pair_wait_receiver (&pair);
  fail_unless (text == NULL, "%s", text);
  records = tls_proxy_records (pair.proxy, tls_roles_way (roles));
  tls_pair_stop (&pair);

  return records;
}

/* All at once: a length that is wrong may be waited for, until the handshake takes too long. */
static void
flip_everywhere (const TlsRoles *roles, guint flip)
{
  TlsProxyPlan plan = { .fault = TLS_PROXY_FLIP, .way = tls_roles_way (roles) };
  TlsPair pairs[MAX_RECORDS];
  guint records = count_records (roles);

  fail_unless (records <= MAX_RECORDS);
  plan.byte = flips[flip].byte;
  plan.mask = flips[flip].mask;
  for (guint i = 0; i < records; i++) {
    plan.record = i;
    tls_pair_start (&pairs[i], certificates, roles, &plan, MESSAGE_BYTES);
    tls_pair_feed (&pairs[i]);
  }

  for (guint i = 0; i < records; i++) {
    g_autofree gchar *text = tls_pair_wait_receiver (&pairs[i]);

    fail_unless (text != NULL || flips[flip].may_be_ignored,
        "EOS with a change to byte %u of record %u of %u", (guint)plan.byte, i, records);
    fail_if (text != NULL && strstr (text, "keys in psk-file") != NULL, "there are none: %s", text);
    tls_pair_stop (&pairs[i]);
  }
}

GST_START_TEST (test_a_changed_record_is_an_error)
{
  flip_everywhere (&tls_roles[__i__ % N_TLS_ROLES], __i__ / N_TLS_ROLES);
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
  tcase_add_loop_test (tcase, test_a_changed_record_is_an_error, 0,
      G_N_ELEMENTS (flips) * N_TLS_ROLES);
  tcase_add_loop_test (tcase, test_segments_of_one_byte_are_as_good_as_any, 0, N_TLS_ROLES);

  return suite;
}

GST_CHECK_MAIN (tls_broken)
