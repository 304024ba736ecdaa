/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-trust.h"

#include "tls-chain.h"

/* The alert is what the peer is told about it. */
static const struct
{
  guint status;
  GTlsCertificateFlags flag;
  gnutls_alert_description_t alert;
} meanings[] = {
  { GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA, G_TLS_CERTIFICATE_UNKNOWN_CA,
      GNUTLS_A_UNKNOWN_CA },
  { GNUTLS_CERT_REVOKED, G_TLS_CERTIFICATE_REVOKED, GNUTLS_A_CERTIFICATE_REVOKED },
  { GNUTLS_CERT_EXPIRED, G_TLS_CERTIFICATE_EXPIRED, GNUTLS_A_CERTIFICATE_EXPIRED },
  { GNUTLS_CERT_NOT_ACTIVATED, G_TLS_CERTIFICATE_NOT_ACTIVATED, GNUTLS_A_BAD_CERTIFICATE },
  { GNUTLS_CERT_INSECURE_ALGORITHM, G_TLS_CERTIFICATE_INSECURE, GNUTLS_A_BAD_CERTIFICATE },
};

static GTlsCertificateFlags
flags_from_status (guint status)
{
  GTlsCertificateFlags flags = 0;
  guint rest = status & ~(guint)GNUTLS_CERT_INVALID;

  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++) {
    if ((status & meanings[i].status) != 0)
      flags |= meanings[i].flag;
    rest &= ~meanings[i].status;
  }

  if (rest != 0 || (flags == 0 && status != 0))
    flags |= G_TLS_CERTIFICATE_GENERIC_ERROR;

  return flags;
}

static GTlsCertificateFlags
check_dates (const TlsChain *chain)
{
  time_t now = time (NULL);
  GTlsCertificateFlags flags = 0;

  for (guint i = 0; i < chain->n; i++) {
    if (gnutls_x509_crt_get_expiration_time (chain->certificates[i]) < now)
      flags |= G_TLS_CERTIFICATE_EXPIRED;
    if (gnutls_x509_crt_get_activation_time (chain->certificates[i]) > now)
      flags |= G_TLS_CERTIFICATE_NOT_ACTIVATED;
  }

  return flags;
}

gnutls_alert_description_t
gst_gio_socket_tls_trust_get_alert (GTlsCertificateFlags flags)
{
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++) {
    if ((flags & meanings[i].flag) != 0)
      return meanings[i].alert;
  }

  return GNUTLS_A_BAD_CERTIFICATE;
}

GTlsCertificateFlags
gst_gio_socket_tls_trust_check (gnutls_session_t session, gboolean of_server, const gchar *name,
    GTlsCertificateFlags wanted, gchar **words)
{
  g_auto (TlsChain) chain = { 0 };
  /* Not for anything: a key that may sign mail must not be taken for a server's. */
  const gchar *purpose = of_server ? GNUTLS_KP_TLS_WWW_SERVER : GNUTLS_KP_TLS_WWW_CLIENT;
  gnutls_typed_vdata_st data = {
    .type = GNUTLS_DT_KEY_PURPOSE_OID,
    .data = (unsigned char *)purpose,
  };
  GTlsCertificateFlags flags;
  guint status = 0;

  tls_chain_init (&chain, session);
  if (chain.n == 0 || gnutls_certificate_verify_peers (session, &data, 1, &status) < 0) {
    *words = g_strdup ("its certificate cannot be read");
    return G_TLS_CERTIFICATE_GENERIC_ERROR;
  }

  flags = flags_from_status (status);
  /* The engine looks no further than to an issuer that it does not know. */
  if ((flags & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
    flags |= check_dates (&chain);
  if (of_server && (name == NULL || !gnutls_x509_crt_check_hostname (chain.certificates[0], name)))
    flags |= G_TLS_CERTIFICATE_BAD_IDENTITY;

  flags &= wanted;
  *words = tls_chain_explain (flags, &chain, name);

  return flags;
}

static void
free_bytes (gpointer bytes)
{
  g_bytes_unref (bytes);
}

GPtrArray *
gst_gio_socket_tls_trust_get_chain (gnutls_session_t session)
{
  unsigned int n = 0;
  const gnutls_datum_t *list = gnutls_certificate_get_peers (session, &n);
  GPtrArray *chain;

  if (list == NULL || n == 0)
    return NULL;

  chain = g_ptr_array_new_with_free_func (free_bytes);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (chain, g_bytes_new (list[i].data, list[i].size));

  return chain;
}

static gchar *
format_fingerprint (gnutls_x509_crt_t certificate)
{
  guint8 digest[32];
  gsize size = sizeof (digest);
  GString *text;

  if (gnutls_x509_crt_get_fingerprint (certificate, GNUTLS_DIG_SHA256, digest, &size) < 0)
    return NULL;

  text = g_string_sized_new (2 * size);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", digest[i]);

  return g_string_free (text, FALSE);
}

void
gst_gio_socket_tls_trust_describe (gnutls_session_t session, gchar **subject, gchar **fingerprint)
{
  g_auto (TlsChain) chain = { 0 };

  *subject = NULL;
  *fingerprint = NULL;
  tls_chain_init (&chain, session);
  if (chain.n == 0)
    return;

  *subject = tls_chain_dup_name (chain.certificates[0], FALSE);
  *fingerprint = format_fingerprint (chain.certificates[0]);
}
