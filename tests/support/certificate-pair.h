/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* A certificate and its key, made from a recipe; certificates.h tells what they are for. */
typedef struct
{
  const gchar *name;
  const gchar *issuer; /* NULL: itself */
  const gchar *subject;
  const gchar *alternatives; /* of the subject, separated by commas; NULL: it is an authority */
  gnutls_pk_algorithm_t algorithm;
  guint bits;
  const gchar *from;
  const gchar *until;
} CertificateRecipe;

typedef struct
{
  const CertificateRecipe *recipe;
  gnutls_x509_crt_t certificate;
  gnutls_x509_privkey_t key;
} CertificatePair;

/* Asserts that there is one of that name. */
const CertificateRecipe *certificate_recipe_find (const gchar *name);

/* Makes a key and signs a certificate for it: the issuer does, or itself. */
CertificatePair *certificate_pair_make (const CertificateRecipe *recipe,
    const CertificatePair *issuer, guint64 serial);

void certificate_pair_free (CertificatePair *pair);

void certificate_pair_append_certificate (const CertificatePair *pair, GString *pem);

/* In PKCS#8; encrypted, if there is a password. */
void certificate_pair_append_key (const CertificatePair *pair, const gchar *password, GString *pem);

/* SHA-256 of the certificate in DER, in lower-case hexadecimal. */
gchar *certificate_pair_fingerprint (const CertificatePair *pair);
