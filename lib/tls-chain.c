/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-chain.h"

#include <arpa/inet.h>

void
tls_chain_clear (TlsChain *chain)
{
  for (guint i = 0; i < chain->n; i++)
    gnutls_x509_crt_deinit (chain->certificates[i]);
  g_free (chain->certificates);
}

void
tls_chain_init (TlsChain *chain, gnutls_session_t session)
{
  unsigned int n = 0;
  const gnutls_datum_t *list = gnutls_certificate_get_peers (session, &n);

  *chain = (TlsChain){ g_new0 (gnutls_x509_crt_t, n), 0 };
  for (guint i = 0; i < n; i++) {
    gnutls_x509_crt_init (&chain->certificates[chain->n]);
    if (gnutls_x509_crt_import (chain->certificates[chain->n], &list[i], GNUTLS_X509_FMT_DER) < 0)
      gnutls_x509_crt_deinit (chain->certificates[chain->n]);
    else
      chain->n++;
  }
}

gchar *
gst_gio_socket_tls_clean_text (const gchar *text, gssize size)
{
  gchar *clean = g_utf8_make_valid (text, size);

  for (gchar *c = clean; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  }

  return g_strchomp (clean);
}

/* --- words --------------------------------------------------------------- */

gchar *
tls_chain_dup_name (gnutls_x509_crt_t certificate, gboolean of_issuer)
{
  gnutls_datum_t name = { 0 };
  gchar *clean;
  int code = of_issuer ? gnutls_x509_crt_get_issuer_dn3 (certificate, &name, 0)
                       : gnutls_x509_crt_get_dn3 (certificate, &name, 0);

  if (code < 0)
    return g_strdup ("without a name");

  clean = gst_gio_socket_tls_clean_text ((gchar *)name.data, name.size);
  gnutls_free (name.data);

  return clean;
}

static gchar *
format_time (time_t seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC") : g_strdup ("long ago");
}

static gchar *
format_alternative_name (guint type, const gchar *name, gsize size)
{
  gchar text[INET6_ADDRSTRLEN];

  if (type == GNUTLS_SAN_DNSNAME)
    return gst_gio_socket_tls_clean_text (name, size);
  if (type == GNUTLS_SAN_IPADDRESS && size == sizeof (struct in_addr))
    return g_strdup (inet_ntop (AF_INET, name, text, sizeof (text)));
  if (type == GNUTLS_SAN_IPADDRESS && size == sizeof (struct in6_addr))
    return g_strdup (inet_ntop (AF_INET6, name, text, sizeof (text)));

  return NULL;
}

#define MAX_NAMES 8

/* The names that the certificate is good for: alternative names, and the common name where there are
 * none. */
static gchar *
list_names (gnutls_x509_crt_t certificate)
{
  GString *list = g_string_new (NULL);
  gchar name[256];
  gsize size;
  int type;

  for (guint i = 0; i < MAX_NAMES; i++) {
    g_autofree gchar *text = NULL;

    size = sizeof (name);
    type = gnutls_x509_crt_get_subject_alt_name (certificate, i, name, &size, NULL);
    if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
      break;
    if (type >= 0)
      text = format_alternative_name (type, name, size);
    if (text != NULL)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", text);
  }

  size = sizeof (name);
  if (list->len == 0 &&
      gnutls_x509_crt_get_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size) ==
          GNUTLS_E_SUCCESS) {
    g_autofree gchar *text = gst_gio_socket_tls_clean_text (name, size);

    g_string_append (list, text);
  }

  return g_string_free (list, FALSE);
}

static gchar *
say_time (const TlsChain *chain, gboolean is_expiry)
{
  time_t now = time (NULL);

  for (guint i = 0; i < chain->n; i++) {
    time_t limit = is_expiry ? gnutls_x509_crt_get_expiration_time (chain->certificates[i])
                             : gnutls_x509_crt_get_activation_time (chain->certificates[i]);
    g_autofree gchar *when = format_time (limit);
    g_autofree gchar *who = tls_chain_dup_name (chain->certificates[i], FALSE);

    if (is_expiry ? limit < now : limit > now)
      return g_strdup_printf (is_expiry ? "the certificate %s expired on %s"
                                        : "the certificate %s is not valid before %s",
          who, when);
  }

  return g_strdup ("a certificate is out of its time");
}

static gchar *
say_issuer (const TlsChain *chain)
{
  gnutls_x509_crt_t last = chain->certificates[chain->n - 1];
  g_autofree gchar *subject = tls_chain_dup_name (last, FALSE);
  g_autofree gchar *issuer = tls_chain_dup_name (last, TRUE);

  if (g_str_equal (subject, issuer))
    return g_strdup_printf (
        "the certificate %s is signed by itself and by no authority in ca-file or the system",
        subject);

  return g_strdup_printf ("the issuer %s of the certificate %s is not in ca-file or the system",
      issuer, subject);
}

static gchar *
say_identity (const TlsChain *chain, const gchar *name)
{
  g_autofree gchar *names = list_names (chain->certificates[0]);

  if (name == NULL)
    return g_strdup_printf ("the certificate is for %s, and nobody says whether that is right: set "
                            "server-name",
        *names != '\0' ? names : "no name");

  return g_strdup_printf ("the certificate is for %s, and not for '%s'",
      *names != '\0' ? names : "no name", name);
}

static gchar *
say (GTlsCertificateFlags flag, const TlsChain *chain, const gchar *name)
{
  switch (flag) {
    case G_TLS_CERTIFICATE_UNKNOWN_CA:
      return say_issuer (chain);
    case G_TLS_CERTIFICATE_BAD_IDENTITY:
      return say_identity (chain, name);
    case G_TLS_CERTIFICATE_NOT_ACTIVATED:
      return say_time (chain, FALSE);
    case G_TLS_CERTIFICATE_EXPIRED:
      return say_time (chain, TRUE);
    case G_TLS_CERTIFICATE_REVOKED:
      return g_strdup ("a certificate was revoked");
    case G_TLS_CERTIFICATE_INSECURE:
      return g_strdup ("a certificate is signed in a way that is not secure");
    default:
      return g_strdup ("a certificate is not valid for this use");
  }
}

gchar *
tls_chain_explain (GTlsCertificateFlags flags, const TlsChain *chain, const gchar *name)
{
  GString *words = g_string_new (NULL);

  for (guint flag = 1; flag <= (guint)flags; flag <<= 1) {
    if ((flags & flag) != 0) {
      g_autofree gchar *one = say (flag, chain, name);

      g_string_append_printf (words, "%s%s", words->len > 0 ? ", and " : "", one);
    }
  }

  return g_string_free (words, FALSE);
}
