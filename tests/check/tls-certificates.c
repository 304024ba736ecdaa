/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* That the certificates of the other tests are as bad, and only as bad, as their names say. */

#include "tests/support/certificates-test.h"

#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <gst/check/gstcheck.h>

static gnutls_x509_crt_t *
load_chain (const gchar *file, guint *n)
{
  const gchar *path = certificates_path (certificates, file);
  g_autofree gchar *pem = NULL;
  gsize size;
  gnutls_x509_crt_t *chain;
  gnutls_datum_t datum;

  fail_unless (g_file_get_contents (path, &pem, &size, NULL));
  datum = (gnutls_datum_t){ (guchar *)pem, size };
  fail_unless_equals_int (gnutls_x509_crt_list_import2 (&chain, n, &datum, GNUTLS_X509_FMT_PEM, 0),
      0);

  return chain;
}

static void
unload_chain (gnutls_x509_crt_t *chain, guint n)
{
  for (guint i = 0; i < n; i++)
    gnutls_x509_crt_deinit (chain[i]);
  gnutls_free (chain);
}

static guint
verify (const gchar *file, const gchar *purpose, const gchar *host)
{
  gnutls_x509_trust_list_t trust;
  gnutls_typed_vdata_st expectations[] = {
    { GNUTLS_DT_KEY_PURPOSE_OID, (guchar *)g_strdup (purpose), 0 },
    { GNUTLS_DT_DNS_HOSTNAME, (guchar *)g_strdup (host), 0 },
  };
  guint status = 0;
  guint n;
  gnutls_x509_crt_t *chain = load_chain (file, &n);

  fail_unless_equals_int (gnutls_x509_trust_list_init (&trust, 0), 0);
  fail_unless_equals_int (gnutls_x509_trust_list_add_trust_file (trust,
                              certificates_path (certificates, "ca.pem"), NULL, GNUTLS_X509_FMT_PEM,
                              0, 0),
      1);
  fail_unless_equals_int (gnutls_x509_trust_list_verify_crt2 (trust, chain, n, expectations,
                              host != NULL ? 2 : 1, 0, &status, NULL),
      0);
  gnutls_x509_trust_list_deinit (trust, 1);
  unload_chain (chain, n);
  for (guint i = 0; i < G_N_ELEMENTS (expectations); i++)
    g_free (expectations[i].data);

  return status;
}

static const struct
{
  const gchar *file;
  const gchar *host;
  guint status;
} verdicts[] = {
  { "server.pem", "localhost", 0 },
  { "server.pem", "127.0.0.1", 0 },
  { "server.pem", "::1", 0 },
  { "server-rsa.pem", "localhost", 0 },
  { "server-ed25519.pem", "localhost", 0 },
  { "chain.pem", "localhost", 0 },
  { "server-with-key.pem", "localhost", 0 },
  { "sni.pem", "sni.example", 0 },
  { "sni.pem", "localhost", GNUTLS_CERT_INVALID | GNUTLS_CERT_UNEXPECTED_OWNER },
  { "wrong-name.pem", "other.example", 0 },
  { "wrong-name.pem", "localhost", GNUTLS_CERT_INVALID | GNUTLS_CERT_UNEXPECTED_OWNER },
  { "expired.pem", "localhost", GNUTLS_CERT_INVALID | GNUTLS_CERT_EXPIRED },
  { "not-yet-valid.pem", "localhost", GNUTLS_CERT_INVALID | GNUTLS_CERT_NOT_ACTIVATED },
  { "other-issuer.pem", "localhost", GNUTLS_CERT_INVALID | GNUTLS_CERT_SIGNER_NOT_FOUND },
  { "self-signed.pem", "localhost", GNUTLS_CERT_INVALID | GNUTLS_CERT_SIGNER_NOT_FOUND },
};

GST_START_TEST (test_a_server_is_what_its_name_says)
{
  guint status = verify (verdicts[__i__].file, GNUTLS_KP_TLS_WWW_SERVER, verdicts[__i__].host);

  fail_unless (status == verdicts[__i__].status, "%s: %#x", verdicts[__i__].file, status);
}

GST_END_TEST

GST_START_TEST (test_a_client_is_what_its_name_says)
{
  fail_unless_equals_int (verify ("client.pem", GNUTLS_KP_TLS_WWW_CLIENT, NULL), 0);
  fail_unless_equals_int (verify ("other-client.pem", GNUTLS_KP_TLS_WWW_CLIENT, NULL),
      GNUTLS_CERT_INVALID | GNUTLS_CERT_SIGNER_NOT_FOUND);
}

GST_END_TEST

GST_START_TEST (test_a_chain_has_its_intermediate_and_not_its_root)
{
  guint n;
  gnutls_x509_crt_t *chain = load_chain ("chain.pem", &n);

  fail_unless_equals_int (n, 2);
  fail_unless (gnutls_x509_crt_check_issuer (chain[0], chain[1]));
  unload_chain (chain, n);
}

GST_END_TEST

static gint
load_key (const gchar *certificate, const gchar *key, const gchar *password)
{
  gnutls_certificate_credentials_t credentials;
  gint code;

  fail_unless_equals_int (gnutls_certificate_allocate_credentials (&credentials), 0);
  code = gnutls_certificate_set_x509_key_file2 (credentials,
      certificates_path (certificates, certificate), certificates_path (certificates, key),
      GNUTLS_X509_FMT_PEM, password, 0);
  gnutls_certificate_free_credentials (credentials);

  return code;
}

GST_START_TEST (test_a_key_belongs_to_its_certificate)
{
  fail_unless (load_key ("server.pem", "server-key.pem", NULL) >= 0);
  fail_unless (load_key ("server-rsa.pem", "server-rsa-key.pem", NULL) >= 0);
  fail_unless (load_key ("server-ed25519.pem", "server-ed25519-key.pem", NULL) >= 0);
  fail_unless (load_key ("chain.pem", "chain-key.pem", NULL) >= 0);
  fail_unless (load_key ("client-with-key.pem", "client-with-key.pem", NULL) >= 0);
  fail_unless_equals_int (load_key ("client.pem", "server-key.pem", NULL),
      GNUTLS_E_CERTIFICATE_KEY_MISMATCH);
}

GST_END_TEST

GST_START_TEST (test_an_encrypted_key_needs_its_password)
{
  const gchar *key = "server-encrypted-key.pem";

  fail_unless (load_key ("server.pem", key, CERTIFICATES_PASSWORD) >= 0);
  fail_unless_equals_int (load_key ("server.pem", key, NULL), GNUTLS_E_DECRYPTION_FAILED);
  fail_unless_equals_int (load_key ("server.pem", key, "wrong"), GNUTLS_E_DECRYPTION_FAILED);
}

GST_END_TEST

GST_START_TEST (test_only_one_psk_file_is_private)
{
  GStatBuf private;
  GStatBuf open;

  fail_unless_equals_int (g_stat (certificates_path (certificates, "psk.txt"), &private), 0);
  fail_unless_equals_int (g_stat (certificates_path (certificates, "psk-open.txt"), &open), 0);
  fail_unless_equals_int (private.st_mode & 0777, 0600);
  fail_unless_equals_int (open.st_mode & 0777, 0644);
}

GST_END_TEST

GST_START_TEST (test_a_renewed_certificate_is_another_one)
{
  g_autofree gchar *before = certificates_fingerprint (certificates, "server");
  g_autofree gchar *after = NULL;

  fail_unless (load_key ("server.pem", "server-key.pem", NULL) >= 0);
  certificates_renew (certificates, "server");
  after = certificates_fingerprint (certificates, "server");
  fail_if (g_str_equal (before, after));
  fail_unless (load_key ("server.pem", "server-key.pem", NULL) >= 0);
  fail_unless_equals_int (verify ("server.pem", GNUTLS_KP_TLS_WWW_SERVER, "localhost"), 0);
}

GST_END_TEST

GST_START_TEST (test_nothing_is_left_behind)
{
  Certificates *some = certificates_new ();
  g_autofree gchar *folder = g_path_get_dirname (certificates_path (some, "server.pem"));
  const gchar *scratch = certificates_scratch (some, "a peer's log");

  fail_unless (g_file_set_contents (scratch, "hello", -1, NULL));
  certificates_free (some);
  fail_if (g_file_test (folder, G_FILE_TEST_EXISTS));
}

GST_END_TEST

static Suite *
tls_certificates_suite (void)
{
  Suite *suite = suite_create ("tls-certificates");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, certificates_test_setup, certificates_test_teardown);
  tcase_add_loop_test (tcase, test_a_server_is_what_its_name_says, 0, G_N_ELEMENTS (verdicts));
  tcase_add_test (tcase, test_a_client_is_what_its_name_says);
  tcase_add_test (tcase, test_a_chain_has_its_intermediate_and_not_its_root);
  tcase_add_test (tcase, test_a_key_belongs_to_its_certificate);
  tcase_add_test (tcase, test_an_encrypted_key_needs_its_password);
  tcase_add_test (tcase, test_only_one_psk_file_is_private);
  tcase_add_test (tcase, test_a_renewed_certificate_is_another_one);
  tcase_add_test (tcase, test_nothing_is_left_behind);

  return suite;
}

GST_CHECK_MAIN (tls_certificates)
