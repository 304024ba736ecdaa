/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* The endpoint's properties about TLS: described once, here, for the endpoint and for the elements. */

#include "config.h"

#include "settings-private.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

GParamSpec *
gst_gio_socket_settings_new_tls_pspec (guint prop_id)
{
  switch (prop_id) {
    /**
     * GstGioSocketEndpoint:tls:
     *
     * Whether TLS is spoken: as a client with mode=connect, as a server with mode=listen.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_TLS:
      return g_param_spec_boolean ("tls", "TLS",
          "Speak TLS, as a client with mode=connect and as a server with mode=listen", FALSE,
          FLAGS);
    /**
     * GstGioSocketEndpoint:certificate-file:
     *
     * Our certificate and its chain, as a PEM file or a PKCS#11 URL.  Several files are separated by
     * commas; a server takes the one that has the name its client asks for.  Files that have changed
     * are read again for the next connection.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_CERTIFICATE_FILE:
      return g_param_spec_string ("certificate-file", "Certificate file",
          "PEM files (separated by commas) or PKCS#11 URL with our certificate and its chain", NULL,
          FLAGS);
    /**
     * GstGioSocketEndpoint:private-key-file:
     *
     * The key of the certificate, as a PEM file without a password or a PKCS#11 URL; as many as there
     * are in certificate-file.  %NULL: it is in the same file.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_PRIVATE_KEY_FILE:
      return g_param_spec_string ("private-key-file", "Private key file",
          "PEM file or PKCS#11 URL with the key (unset: it is in certificate-file)", NULL, FLAGS);
    /**
     * GstGioSocketEndpoint:ca-file:
     *
     * The authorities to trust, as a PEM file.  %NULL: those that the system trusts.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_CA_FILE:
      return g_param_spec_string ("ca-file", "CA file",
          "PEM file with the authorities to trust (unset: the system's)", NULL, FLAGS);
    /**
     * GstGioSocketEndpoint:tls-validation-flags:
     *
     * What is checked of the peer's certificate.  What is wrong with it beyond that is ignored.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_TLS_VALIDATION_FLAGS:
      return g_param_spec_flags ("tls-validation-flags", "TLS validation flags",
          "What is checked of the peer's certificate", G_TYPE_TLS_CERTIFICATE_FLAGS,
          G_TLS_CERTIFICATE_VALIDATE_ALL, FLAGS);
    /**
     * GstGioSocketEndpoint:server-name:
     *
     * The name that a client asks for (SNI) and that the server's certificate has to have.  %NULL:
     * the host.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_SERVER_NAME:
      return g_param_spec_string ("server-name", "Server name",
          "Name to ask for, and that the server's certificate has to have (unset: the host)", NULL,
          FLAGS);
    /**
     * GstGioSocketEndpoint:alpn-protocols:
     *
     * Application protocols (ALPN) separated by commas, the best one first: up to 8, of up to 31
     * characters.  A server refuses a client that offers others only; one that offers none at all is
     * served.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_ALPN_PROTOCOLS:
      return g_param_spec_string ("alpn-protocols", "ALPN protocols",
          "Application protocols, separated by commas, the best one first", NULL, FLAGS);
    /**
     * GstGioSocketEndpoint:tls-priority:
     *
     * Which versions, ciphers and the like are allowed, as a GnuTLS priority string.  %NULL: NORMAL.
     * With psk-file, pre-shared keys are allowed, too, unless it says something about them.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_TLS_PRIORITY:
      return g_param_spec_string ("tls-priority", "TLS priority",
          "Versions and ciphers that are allowed, as a GnuTLS priority string (unset: NORMAL)",
          NULL, FLAGS);
    /**
     * GstGioSocketEndpoint:client-authentication:
     *
     * Whether a server asks its client for a certificate.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_CLIENT_AUTHENTICATION:
      return g_param_spec_enum ("client-authentication", "Client authentication",
          "Whether a server asks its client for a certificate",
          GST_GIO_SOCKET_TYPE_CLIENT_AUTHENTICATION, GST_GIO_SOCKET_CLIENT_AUTHENTICATION_NONE,
          FLAGS);
    /**
     * GstGioSocketEndpoint:psk-identity:
     *
     * Which of the keys in psk-file a client has.  %NULL: the first.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_PSK_IDENTITY:
      return g_param_spec_string ("psk-identity", "PSK identity",
          "Which of the keys in psk-file a client has (unset: the first)", NULL, FLAGS);
    /**
     * GstGioSocketEndpoint:psk-file:
     *
     * Pre-shared keys, as lines of identity:key with the key in hexadecimal digits.  Its mode has to be
     * 0600: what others may read is not used.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_PSK_FILE:
      return g_param_spec_string ("psk-file", "PSK file",
          "Pre-shared keys, lines of identity:hexadecimal key, in a file of mode 0600", NULL,
          FLAGS);
    /**
     * GstGioSocketEndpoint:tls-allow-truncation:
     *
     * Whether a stream that ends without close_notify has ended well.  Anybody on the way may have cut
     * it then.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_TLS_ALLOW_TRUNCATION:
      return g_param_spec_boolean ("tls-allow-truncation", "Allow truncation",
          "Take the end of the connection for the end of the stream, for peers that never send "
          "close_notify",
          FALSE, FLAGS);
    /**
     * GstGioSocketEndpoint:tls-handshake-timeout:
     *
     * Seconds that a handshake may last; 0: no limit.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_TLS_HANDSHAKE_TIMEOUT:
      return g_param_spec_uint ("tls-handshake-timeout", "TLS handshake timeout",
          "Seconds that a TLS handshake may last (0: no limit)", 0, G_MAXUINT,
          GST_GIO_SOCKET_DEFAULT_TLS_HANDSHAKE_TIMEOUT, FLAGS);
    default:
      return NULL;
  }
}

/* The fields that are texts. */
static gchar **
get_text (GstGioSocketTlsSettings *tls, guint id)
{
  switch (id) {
    case GST_GIO_SOCKET_SETTING_CERTIFICATE_FILE:
      return &tls->certificate_file;
    case GST_GIO_SOCKET_SETTING_PRIVATE_KEY_FILE:
      return &tls->private_key_file;
    case GST_GIO_SOCKET_SETTING_CA_FILE:
      return &tls->ca_file;
    case GST_GIO_SOCKET_SETTING_SERVER_NAME:
      return &tls->server_name;
    case GST_GIO_SOCKET_SETTING_ALPN_PROTOCOLS:
      return &tls->alpn_protocols;
    case GST_GIO_SOCKET_SETTING_TLS_PRIORITY:
      return &tls->priority;
    case GST_GIO_SOCKET_SETTING_PSK_IDENTITY:
      return &tls->psk_identity;
    case GST_GIO_SOCKET_SETTING_PSK_FILE:
      return &tls->psk_file;
    default:
      return NULL;
  }
}

void
gst_gio_socket_settings_set_tls (GstGioSocketTlsSettings *tls, guint id, const GValue *value)
{
  gchar **text = get_text (tls, id);

  if (text != NULL) {
    g_free (*text);
    *text = g_value_dup_string (value);
    return;
  }

  switch (id) {
    case GST_GIO_SOCKET_SETTING_TLS:
      tls->is_enabled = g_value_get_boolean (value);
      break;
    case GST_GIO_SOCKET_SETTING_TLS_VALIDATION_FLAGS:
      tls->validation_flags = g_value_get_flags (value);
      break;
    case GST_GIO_SOCKET_SETTING_CLIENT_AUTHENTICATION:
      tls->client_authentication = g_value_get_enum (value);
      break;
    case GST_GIO_SOCKET_SETTING_TLS_ALLOW_TRUNCATION:
      tls->allow_truncation = g_value_get_boolean (value);
      break;
    case GST_GIO_SOCKET_SETTING_TLS_HANDSHAKE_TIMEOUT:
      tls->handshake_timeout = g_value_get_uint (value);
      break;
    default:
      g_assert_not_reached ();
  }
}

void
gst_gio_socket_settings_get_tls (const GstGioSocketTlsSettings *tls, guint id, GValue *value)
{
  gchar **text = get_text ((GstGioSocketTlsSettings *)tls, id);

  if (text != NULL) {
    g_value_set_string (value, *text);
    return;
  }

  switch (id) {
    case GST_GIO_SOCKET_SETTING_TLS:
      g_value_set_boolean (value, tls->is_enabled);
      break;
    case GST_GIO_SOCKET_SETTING_TLS_VALIDATION_FLAGS:
      g_value_set_flags (value, tls->validation_flags);
      break;
    case GST_GIO_SOCKET_SETTING_CLIENT_AUTHENTICATION:
      g_value_set_enum (value, tls->client_authentication);
      break;
    case GST_GIO_SOCKET_SETTING_TLS_ALLOW_TRUNCATION:
      g_value_set_boolean (value, tls->allow_truncation);
      break;
    case GST_GIO_SOCKET_SETTING_TLS_HANDSHAKE_TIMEOUT:
      g_value_set_uint (value, tls->handshake_timeout);
      break;
    default:
      g_assert_not_reached ();
  }
}
