/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-error.h"
#include "tls-chain.h"

typedef struct
{
  int code;
  GTlsError error;
  const gchar *words;
} Explanation;

/* What the peer said about us. */
static const Explanation alerts[] = {
  { GNUTLS_A_HANDSHAKE_FAILURE, G_TLS_ERROR_HANDSHAKE,
      "the peer found no version, cipher or key exchange that both sides can do: compare "
      "tls-priority and the kinds of certificates, and whether it wants a client certificate "
      "(certificate-file) or a key (psk-file)" },
  { GNUTLS_A_PROTOCOL_VERSION, G_TLS_ERROR_HANDSHAKE,
      "the peer speaks no TLS version that we do: compare tls-priority" },
  { GNUTLS_A_INSUFFICIENT_SECURITY, G_TLS_ERROR_HANDSHAKE,
      "the peer wants more security than we offer: compare tls-priority" },
  { GNUTLS_A_NO_APPLICATION_PROTOCOL, G_TLS_ERROR_HANDSHAKE,
      "the peer knows none of our application protocols: compare alpn-protocols" },
  { GNUTLS_A_CERTIFICATE_REQUIRED, G_TLS_ERROR_CERTIFICATE_REQUIRED,
      "the peer wants a client certificate, and we have none: set certificate-file" },
  { GNUTLS_A_UNKNOWN_CA, G_TLS_ERROR_BAD_CERTIFICATE,
      "the peer does not trust the issuer of our certificate" },
  { GNUTLS_A_CERTIFICATE_EXPIRED, G_TLS_ERROR_BAD_CERTIFICATE,
      "the peer says that our certificate has expired" },
  { GNUTLS_A_CERTIFICATE_REVOKED, G_TLS_ERROR_BAD_CERTIFICATE,
      "the peer says that our certificate was revoked" },
  { GNUTLS_A_BAD_CERTIFICATE, G_TLS_ERROR_BAD_CERTIFICATE,
      "the peer does not accept our certificate" },
  { GNUTLS_A_UNSUPPORTED_CERTIFICATE, G_TLS_ERROR_BAD_CERTIFICATE,
      "the peer does not take certificates of this kind" },
  { GNUTLS_A_CERTIFICATE_UNKNOWN, G_TLS_ERROR_BAD_CERTIFICATE,
      "the peer does not accept our certificate" },
  { GNUTLS_A_UNRECOGNIZED_NAME, G_TLS_ERROR_HANDSHAKE,
      "the peer has no certificate for the name that we asked for: see server-name" },
  { GNUTLS_A_UNKNOWN_PSK_IDENTITY, G_TLS_ERROR_HANDSHAKE,
      "the peer does not know our psk-identity" },
  { GNUTLS_A_DECRYPT_ERROR, G_TLS_ERROR_MISC, "the peer could not verify what we sent" },
  { GNUTLS_A_ILLEGAL_PARAMETER, G_TLS_ERROR_MISC, "the peer says that we do not keep to TLS" },
  { GNUTLS_A_BAD_RECORD_MAC, G_TLS_ERROR_MISC, "the peer received a record that was damaged" },
};

/* What we found out. */
static const Explanation codes[] = {
  { GNUTLS_E_NO_APPLICATION_PROTOCOL, G_TLS_ERROR_HANDSHAKE,
      "the peer knows none of our application protocols: compare alpn-protocols" },
  { GNUTLS_E_UNSUPPORTED_VERSION_PACKET, G_TLS_ERROR_HANDSHAKE,
      "the peer speaks no TLS version that we do: compare tls-priority" },
  { GNUTLS_E_NO_CIPHER_SUITES, G_TLS_ERROR_HANDSHAKE,
      "there is no version or cipher suite that both sides know: compare tls-priority and the "
      "kinds of "
      "certificates" },
  { GNUTLS_E_NO_COMMON_KEY_SHARE, G_TLS_ERROR_HANDSHAKE,
      "there is no key exchange that both sides know: compare tls-priority" },
  { GNUTLS_E_INSUFFICIENT_CREDENTIALS, G_TLS_ERROR_HANDSHAKE,
      "we lack the certificate or key for what the peer asks: set certificate-file or psk-file" },
  { GNUTLS_E_CERTIFICATE_REQUIRED, G_TLS_ERROR_CERTIFICATE_REQUIRED,
      "the client has sent no certificate, and client-authentication is 'require'" },
  { GNUTLS_E_NO_CERTIFICATE_FOUND, G_TLS_ERROR_CERTIFICATE_REQUIRED,
      "the client has sent no certificate, and client-authentication is 'require'" },
  { GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER, G_TLS_ERROR_MISC, "the peer does not keep to TLS" },
  { GNUTLS_E_UNEXPECTED_PACKET, G_TLS_ERROR_MISC, "the peer does not keep to TLS" },
  { GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET, G_TLS_ERROR_MISC, "the peer does not keep to TLS" },
  { GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS, G_TLS_ERROR_MISC,
      "the peer changes its keys more than 8 times in a second, which is taken for an attack" },
  { GNUTLS_E_UNEXPECTED_PACKET_LENGTH, G_TLS_ERROR_MISC,
      "the peer has sent a record of a size that TLS does not allow" },
  { GNUTLS_E_RECORD_OVERFLOW, G_TLS_ERROR_MISC,
      "the peer has sent a record of a size that TLS does not allow" },
  { GNUTLS_E_DECRYPTION_FAILED, G_TLS_ERROR_MISC,
      "a record was damaged on its way: something between the two alters what is sent" },
  { GNUTLS_E_REHANDSHAKE, G_TLS_ERROR_MISC,
      "the peer asks for a renegotiation again and again, which is refused" },
  { GNUTLS_E_PK_SIG_VERIFY_FAILED, G_TLS_ERROR_BAD_CERTIFICATE,
      "the peer has not got the key of its certificate" },
  { GNUTLS_E_ERROR_IN_FINISHED_PACKET, G_TLS_ERROR_MISC,
      "the two sides disagree about what was said" },
  { GNUTLS_E_PREMATURE_TERMINATION, G_TLS_ERROR_EOF,
      "the peer has closed the connection in the middle of the TLS handshake: look there for the "
      "reason" },
};

static const Explanation *
find (const Explanation *table, guint n, int code)
{
  for (guint i = 0; i < n; i++) {
    if (table[i].code == code)
      return &table[i];
  }

  return NULL;
}

/* Change cipher spec, alert, handshake, application data: whatever else begins is no record. */
#define FIRST_CONTENT_TYPE 20
#define LAST_CONTENT_TYPE 23
#define MAX_SHOWN 40

gboolean
gst_gio_socket_tls_error_is_tls (const guint8 *opening, gsize opening_size)
{
  return opening_size == 0 || (opening[0] >= FIRST_CONTENT_TYPE && opening[0] <= LAST_CONTENT_TYPE);
}

static gboolean
set_not_tls (GError **error, const guint8 *opening, gsize size)
{
  g_autofree gchar *shown = NULL;
  gsize line = 0;

  if (gst_gio_socket_tls_error_is_tls (opening, size))
    return FALSE;

  while (line < MIN (size, MAX_SHOWN) && opening[line] != '\n' && opening[line] != '\0')
    line++;
  shown = gst_gio_socket_tls_clean_text ((const gchar *)opening, line);
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS,
      "the peer does not speak TLS: it has sent '%s'. Check the port, or switch 'tls' off", shown);

  return TRUE;
}

/* What looks like damage in a handshake mostly is another pre-shared key. */
static const gchar *
get_hint (gnutls_session_t session, const Explanation *explanation, gboolean is_open)
{
  if (is_open || explanation->error != G_TLS_ERROR_MISC ||
      gnutls_credentials_get (session, GNUTLS_CRD_PSK, NULL) != GNUTLS_E_SUCCESS)
    return "";

  return ": compare the keys in psk-file on both sides";
}

static void
set_alert (GError **error, gnutls_session_t session, gboolean is_open)
{
  gnutls_alert_description_t alert = gnutls_alert_get (session);
  const Explanation *explanation = find (alerts, G_N_ELEMENTS (alerts), alert);
  const gchar *name = gnutls_alert_get_name (alert);

  if (explanation != NULL)
    g_set_error (error, G_TLS_ERROR, explanation->error, "%s (alert %u)%s", explanation->words,
        alert, get_hint (session, explanation, is_open));
  else
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC,
        "the peer has ended the connection with the TLS alert %u, '%s'", alert,
        name != NULL ? name : "unknown");
}

void
gst_gio_socket_tls_error_set (GError **error, gnutls_session_t session, int code,
    const guint8 *opening, gsize opening_size)
{
  const Explanation *explanation;

  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
    set_alert (error, session, opening_size == 0);
    return;
  }
  if (set_not_tls (error, opening, opening_size))
    return;

  explanation = find (codes, G_N_ELEMENTS (codes), code);
  if (explanation != NULL)
    g_set_error (error, G_TLS_ERROR, explanation->error, "%s%s", explanation->words,
        get_hint (session, explanation, opening_size == 0));
  else
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC, "TLS failed: %s", gnutls_strerror (code));
}
