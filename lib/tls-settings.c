/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-settings.h"

/* The fields that own their text. */
static const gsize texts[] = {
  G_STRUCT_OFFSET (GstGioSocketTlsSettings, certificate_file),
  G_STRUCT_OFFSET (GstGioSocketTlsSettings, private_key_file),
  G_STRUCT_OFFSET (GstGioSocketTlsSettings, ca_file),
  G_STRUCT_OFFSET (GstGioSocketTlsSettings, server_name),
  G_STRUCT_OFFSET (GstGioSocketTlsSettings, alpn_protocols),
  G_STRUCT_OFFSET (GstGioSocketTlsSettings, priority),
  G_STRUCT_OFFSET (GstGioSocketTlsSettings, psk_identity),
  G_STRUCT_OFFSET (GstGioSocketTlsSettings, psk_file),
};

#define TEXT(settings, i) (G_STRUCT_MEMBER (gchar *, (settings), texts[i]))

GType
gst_gio_socket_client_authentication_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_GIO_SOCKET_CLIENT_AUTHENTICATION_NONE, "Do not ask for a certificate", "none" },
    { GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUEST, "Ask for a certificate", "request" },
    { GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUIRE, "Refuse a client without one", "require" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type)) {
    g_once_init_leave (&type, g_enum_register_static ("GstGioSocketClientAuthentication", values));
  }

  return type;
}

/**
 * gst_gio_socket_tls_settings_init: (skip)
 * @settings: (out): no TLS, and everything checked once there is
 *
 * Fills in the defaults.
 *
 * Since: 0.1
 */
void
gst_gio_socket_tls_settings_init (GstGioSocketTlsSettings *settings)
{
  *settings = (GstGioSocketTlsSettings){
    .validation_flags = G_TLS_CERTIFICATE_VALIDATE_ALL,
    .handshake_timeout = GST_GIO_SOCKET_DEFAULT_TLS_HANDSHAKE_TIMEOUT,
  };
}

/**
 * gst_gio_socket_tls_settings_copy: (skip)
 * @settings: what is copied
 * @copy: (out): to be cleared
 *
 * Copies the settings and every text in them.
 *
 * Since: 0.1
 */
void
gst_gio_socket_tls_settings_copy (const GstGioSocketTlsSettings *settings,
    GstGioSocketTlsSettings *copy)
{
  *copy = *settings;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    TEXT (copy, i) = g_strdup (TEXT (settings, i));
}

/**
 * gst_gio_socket_tls_settings_equal: (skip)
 * @a: settings
 * @b: settings
 *
 * Compares two settings.
 *
 * Returns: whether they ask for the same
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_tls_settings_equal (const GstGioSocketTlsSettings *a,
    const GstGioSocketTlsSettings *b)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (g_strcmp0 (TEXT (a, i), TEXT (b, i)) != 0)
      return FALSE;
  }

  return a->is_enabled == b->is_enabled && a->validation_flags == b->validation_flags &&
      a->client_authentication == b->client_authentication &&
      a->allow_truncation == b->allow_truncation && a->handshake_timeout == b->handshake_timeout;
}

/**
 * gst_gio_socket_tls_settings_clear: (skip)
 * @settings: whose texts are freed
 *
 * Frees what is in the settings, not the settings.
 *
 * Since: 0.1
 */
void
gst_gio_socket_tls_settings_clear (GstGioSocketTlsSettings *settings)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (&TEXT (settings, i), g_free);
}
