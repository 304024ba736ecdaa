/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/**
 * GST_GIO_SOCKET_DEFAULT_TLS_HANDSHAKE_TIMEOUT:
 *
 * Seconds that a handshake may last when nothing else is set.
 *
 * Since: 0.1
 */
#define GST_GIO_SOCKET_DEFAULT_TLS_HANDSHAKE_TIMEOUT 15

/**
 * GstGioSocketClientAuthentication:
 * @GST_GIO_SOCKET_CLIENT_AUTHENTICATION_NONE: do not ask for a certificate
 * @GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUEST: ask for one, and check it if there is one
 * @GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUIRE: refuse a client that has none
 *
 * What a TLS server wants of its client.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_CLIENT_AUTHENTICATION_NONE,
  GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUEST,
  GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUIRE,
} GstGioSocketClientAuthentication;

#define GST_GIO_SOCKET_TYPE_CLIENT_AUTHENTICATION (gst_gio_socket_client_authentication_get_type ())
GST_GIO_SOCKET_API
GType gst_gio_socket_client_authentication_get_type (void);

/**
 * GstGioSocketTlsSettings: (skip)
 * @is_enabled: whether there is TLS at all
 * @certificate_file: our certificate with its chain, PEM or a PKCS#11 URL; several files separated
 *   by commas, of which a server takes the one that has the name its client asks for
 * @private_key_file: the key for each of them, or %NULL: it is in the same file
 * @ca_file: whom to trust, PEM; %NULL: whom the system trusts
 * @validation_flags: what is checked
 * @server_name: the name that the peer's certificate has to have; %NULL: the host
 * @alpn_protocols: protocols separated by commas, the best one first
 * @priority: GnuTLS priority string, or %NULL
 * @client_authentication: what a server wants of its client
 * @psk_identity: which of the keys in @psk_file is ours; %NULL: the first
 * @psk_file: lines of identity:key, the key in hexadecimal digits, or %NULL
 * @allow_truncation: whether a stream may end without close_notify
 * @handshake_timeout: seconds that a handshake may last; 0: no limit
 *
 * How TLS is to be spoken: a value, owned by whoever has it.
 *
 * Since: 0.1
 */
typedef struct
{
  gboolean is_enabled;
  gchar *certificate_file;
  gchar *private_key_file;
  gchar *ca_file;
  GTlsCertificateFlags validation_flags;
  gchar *server_name;
  gchar *alpn_protocols;
  gchar *priority;
  GstGioSocketClientAuthentication client_authentication;
  gchar *psk_identity;
  gchar *psk_file;
  gboolean allow_truncation;
  guint handshake_timeout;
} GstGioSocketTlsSettings;

GST_GIO_SOCKET_API
void gst_gio_socket_tls_settings_init (GstGioSocketTlsSettings *settings);

GST_GIO_SOCKET_API
void gst_gio_socket_tls_settings_copy (const GstGioSocketTlsSettings *settings,
    GstGioSocketTlsSettings *copy);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_tls_settings_equal (const GstGioSocketTlsSettings *a,
    const GstGioSocketTlsSettings *b);

GST_GIO_SOCKET_API
void gst_gio_socket_tls_settings_clear (GstGioSocketTlsSettings *settings);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstGioSocketTlsSettings, gst_gio_socket_tls_settings_clear)

G_END_DECLS
