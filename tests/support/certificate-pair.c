/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "certificate-pair.h"

#include "certificates.h"

#include <gio/gio.h>
#include <gst/check/gstcheck.h>

#define SERVER_NAMES "localhost,127.0.0.1,::1"
#define LONG_AGO "2018-01-01"
#define FAR_AHEAD "2099-12-31"

#define ECDSA GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1)
#define ALWAYS LONG_AGO, FAR_AHEAD

static const CertificateRecipe recipes[] = {
  { "ca", NULL, "CN=Test CA", NULL, ECDSA, ALWAYS },
  { "other-ca", NULL, "CN=Other CA", NULL, ECDSA, ALWAYS },
  { "intermediate", "ca", "CN=Intermediate CA", NULL, ECDSA, ALWAYS },
  { "server", "ca", "CN=server", SERVER_NAMES, ECDSA, ALWAYS },
  { "server-rsa", "ca", "CN=RSA server", SERVER_NAMES, GNUTLS_PK_RSA, 2048, ALWAYS },
  { "server-ed25519", "ca", "CN=Ed25519 server", SERVER_NAMES, GNUTLS_PK_EDDSA_ED25519, 0, ALWAYS },
  { "sni", "ca", "CN=sni.example", "sni.example", ECDSA, ALWAYS },
  { "wrong-name", "ca", "CN=other.example", "other.example", ECDSA, ALWAYS },
  { "expired", "ca", "CN=old server", SERVER_NAMES, ECDSA, LONG_AGO, CERTIFICATES_EXPIRED },
  { "not-yet-valid", "ca", "CN=new server", SERVER_NAMES, ECDSA, CERTIFICATES_NOT_YET_VALID,
      FAR_AHEAD },
  { "other-issuer", "other-ca", "CN=other server", SERVER_NAMES, ECDSA, ALWAYS },
  { "self-signed", NULL, "CN=lonely server", SERVER_NAMES, ECDSA, ALWAYS },
  { "chain", "intermediate", "CN=chained server", SERVER_NAMES, ECDSA, ALWAYS },
  { "client", "ca", "CN=client", "client.example", ECDSA, ALWAYS },
  { "other-client", "other-ca", "CN=other client", "client.example", ECDSA, ALWAYS },
};

static void
check (gint code, const gchar *what)
{
  fail_unless (code >= 0, "%s: %s", what, gnutls_strerror (code));
}

static time_t
parse_date (const gchar *date)
{
  g_autofree gchar *text = g_strconcat (date, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return g_date_time_to_unix (time);
}

static void
add_alternative (gnutls_x509_crt_t certificate, const gchar *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);

  if (address != NULL)
    check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS,
               g_inet_address_to_bytes (address), g_inet_address_get_native_size (address),
               GNUTLS_FSAN_APPEND),
        name);
  else
    check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, name,
               strlen (name), GNUTLS_FSAN_APPEND),
        name);
}

static void
describe_authority (gnutls_x509_crt_t certificate)
{
  check (gnutls_x509_crt_set_basic_constraints (certificate, 1, -1), "basic constraints");
  check (gnutls_x509_crt_set_key_usage (certificate,
             GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN),
      "key usage");
}

static void
describe_end (gnutls_x509_crt_t certificate, const CertificateRecipe *recipe)
{
  g_auto (GStrv) names = g_strsplit (recipe->alternatives, ",", -1);
  const gchar *purpose = g_str_has_suffix (recipe->name, "client") ? GNUTLS_KP_TLS_WWW_CLIENT
                                                                   : GNUTLS_KP_TLS_WWW_SERVER;

  check (gnutls_x509_crt_set_basic_constraints (certificate, 0, -1), "basic constraints");
  check (gnutls_x509_crt_set_key_usage (certificate, GNUTLS_KEY_DIGITAL_SIGNATURE), "key usage");
  check (gnutls_x509_crt_set_key_purpose_oid (certificate, purpose, 0), "key purpose");
  for (guint i = 0; names[i] != NULL; i++)
    add_alternative (certificate, names[i]);
}

static void
describe (CertificatePair *pair, guint64 number)
{
  const CertificateRecipe *recipe = pair->recipe;
  /* In as many bytes as it is long, and not negative: OpenSSL insists. */
  guint64 serial = GUINT64_TO_BE (number | G_GUINT64_CONSTANT (1) << 62);

  check (gnutls_x509_crt_set_version (pair->certificate, 3), "version");
  check (gnutls_x509_crt_set_serial (pair->certificate, &serial, sizeof serial), "serial");
  check (gnutls_x509_crt_set_dn (pair->certificate, recipe->subject, NULL), recipe->subject);
  check (gnutls_x509_crt_set_key (pair->certificate, pair->key), "key");
  check (gnutls_x509_crt_set_activation_time (pair->certificate, parse_date (recipe->from)),
      recipe->from);
  check (gnutls_x509_crt_set_expiration_time (pair->certificate, parse_date (recipe->until)),
      recipe->until);
  if (recipe->alternatives == NULL)
    describe_authority (pair->certificate);
  else
    describe_end (pair->certificate, recipe);
}

static void
set_key_ids (const CertificatePair *pair, const CertificatePair *issuer)
{
  guint8 id[64];
  gsize size = sizeof id;

  check (gnutls_x509_crt_get_key_id (pair->certificate, 0, id, &size), "key id");
  check (gnutls_x509_crt_set_subject_key_id (pair->certificate, id, size), "key id");
  size = sizeof id;
  check (gnutls_x509_crt_get_key_id (issuer->certificate, 0, id, &size), "key id");
  check (gnutls_x509_crt_set_authority_key_id (pair->certificate, id, size), "key id");
}

static void
append (GString *pem, gnutls_datum_t *datum)
{
  g_string_append_len (pem, (const gchar *)datum->data, datum->size);
  gnutls_free (datum->data);
}

const CertificateRecipe *
certificate_recipe_find (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (recipes); i++) {
    if (g_str_equal (recipes[i].name, name))
      return &recipes[i];
  }
  g_error ("there is no recipe for %s", name);
}

CertificatePair *
certificate_pair_make (const CertificateRecipe *recipe, const CertificatePair *issuer,
    guint64 serial)
{
  CertificatePair *pair = g_new0 (CertificatePair, 1);
  const CertificatePair *signer = issuer != NULL ? issuer : pair;

  pair->recipe = recipe;
  check (gnutls_x509_privkey_init (&pair->key), "key");
  check (gnutls_x509_privkey_generate2 (pair->key, recipe->algorithm, recipe->bits, 0, NULL, 0),
      recipe->name);
  check (gnutls_x509_crt_init (&pair->certificate), "certificate");
  describe (pair, serial);
  set_key_ids (pair, signer);
  check (gnutls_x509_crt_sign2 (pair->certificate, signer->certificate, signer->key,
             GNUTLS_DIG_SHA256, 0),
      recipe->name);

  return pair;
}

void
certificate_pair_free (CertificatePair *pair)
{
  gnutls_x509_crt_deinit (pair->certificate);
  gnutls_x509_privkey_deinit (pair->key);
  g_free (pair);
}

void
certificate_pair_append_certificate (const CertificatePair *pair, GString *pem)
{
  gnutls_datum_t datum;

  check (gnutls_x509_crt_export2 (pair->certificate, GNUTLS_X509_FMT_PEM, &datum), "PEM");
  append (pem, &datum);
}

void
certificate_pair_append_key (const CertificatePair *pair, const gchar *password, GString *pem)
{
  guint flags = password != NULL ? GNUTLS_PKCS_PBES2_AES_128 : GNUTLS_PKCS_PLAIN;
  gnutls_datum_t datum;

  check (gnutls_x509_privkey_export2_pkcs8 (pair->key, GNUTLS_X509_FMT_PEM, password, flags,
             &datum),
      "PKCS#8");
  append (pem, &datum);
}

gchar *
certificate_pair_fingerprint (const CertificatePair *pair)
{
  gnutls_datum_t der;
  gchar *fingerprint;

  check (gnutls_x509_crt_export2 (pair->certificate, GNUTLS_X509_FMT_DER, &der), "DER");
  fingerprint = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);
  gnutls_free (der.data);

  return fingerprint;
}
