/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* The files that a context is made of. */

#include "config.h"

#include "tls-context-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <glib/gstdio.h>

static gboolean
is_url (const gchar *file)
{
  return g_str_has_prefix (file, "pkcs11:");
}

/* A URL may have commas of its own. */
static gchar **
split_files (const gchar *files)
{
  const gchar *alone[] = { files, NULL };

  return is_url (files) ? g_strdupv ((gchar **)alone) : g_strsplit (files, ",", -1);
}

/* --- which files they were ------------------------------------------------ */

static void
add_file (GString *list, const gchar *file)
{
  GStatBuf info;

  if (is_url (file) || g_stat (file, &info) < 0)
    return;

  /* The time of change covers the mode, too. */
  g_string_append_printf (list,
      "%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %ld.%09ld %ld.%09ld\n", file,
      (guint64)info.st_ino, (guint64)info.st_size, (long)info.st_mtim.tv_sec,
      (long)info.st_mtim.tv_nsec, (long)info.st_ctim.tv_sec, (long)info.st_ctim.tv_nsec);
}

gchar *
gst_gio_socket_tls_describe_files (const GstGioSocketTlsSettings *settings)
{
  const gchar *lists[] = { settings->certificate_file, settings->private_key_file };
  const gchar *alone[] = { settings->ca_file, settings->psk_file };
  GString *description = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_auto (GStrv) files = lists[i] != NULL ? split_files (lists[i]) : NULL;

    for (guint j = 0; files != NULL && files[j] != NULL; j++)
      add_file (description, files[j]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (alone); i++) {
    if (alone[i] != NULL)
      add_file (description, alone[i]);
  }

  return g_string_free (description, FALSE);
}

/* --- what is in them ------------------------------------------------------ */

/* A URL may have a PIN in it, which is not to be found on a bus or in a log. */
static gchar *
hide_pin (const gchar *file)
{
  static const gchar *const attribute = "pin-value=";
  const gchar *pin = is_url (file) ? strstr (file, attribute) : NULL;

  if (pin == NULL)
    return g_strdup (file);

  pin += strlen (attribute);

  return g_strdup_printf ("%.*s...%s", (gint)(pin - file), file, pin + strcspn (pin, "&;"));
}

static gboolean
bad_file (GError **error, const gchar *what, const gchar *file, const gchar *why)
{
  g_autofree gchar *shown = hide_pin (file);

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "Could not use the %s in '%s': %s.",
      what, shown, why);

  return FALSE;
}

/* GnuTLS says "error while reading file" of whatever is wrong with one, and a pipe would keep us waiting
 * for somebody who writes, and have nothing for the next connection. */
static gboolean
check_readable (const gchar *what, const gchar *file, GError **error)
{
  GStatBuf info;
  int fd;

  if (is_url (file))
    return TRUE;

  if (g_stat (file, &info) == 0 && !S_ISREG (info.st_mode))
    return bad_file (error, what, file, "it is no regular file");
  fd = g_open (file, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return bad_file (error, what, file, g_strerror (errno));

  return g_close (fd, NULL);
}

static gchar *
explain_pair (const gchar *file, const gchar *key_file, int code)
{
  g_autofree gchar *key = hide_pin (key_file);

  switch (code) {
    case GNUTLS_E_DECRYPTION_FAILED:
    case GNUTLS_E_INVALID_PASSWORD:
      return g_strdup_printf ("the key in '%s' is encrypted, and there is nobody to ask for the "
                              "password: decrypt it, for instance with 'openssl pkey'",
          key);
    case GNUTLS_E_PKCS11_PIN_ERROR:
      return g_strdup_printf ("the token with the key '%s' wants a PIN, or another one: add "
                              "'?pin-source=FILE' to that URL",
          key);
    case GNUTLS_E_CERTIFICATE_KEY_MISMATCH:
      return g_strdup_printf ("the key in '%s' is not the one of this certificate", key);
    case GNUTLS_E_NO_CERTIFICATE_FOUND:
      return g_strdup ("there is no certificate in PEM format");
    case GNUTLS_E_BASE64_DECODING_ERROR:
    case GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR:
    case GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE:
      return g_strdup_printf ("there is no certificate in it, or no private key in '%s'%s", key,
          is_url (file) ? "" : ", in PEM format");
    default:
      return g_strdup_printf ("%s (with the key in '%s')", gnutls_strerror (code), key);
  }
}

static gboolean
load_pair (GstGioSocketTlsContext *self, const gchar *file, const gchar *key_file, GError **error)
{
  g_autofree gchar *why = NULL;
  int code;

  if (!check_readable ("certificate", file, error) || !check_readable ("key", key_file, error))
    return FALSE;

  code = gnutls_certificate_set_x509_key_file2 (self->certificates, file, key_file,
      GNUTLS_X509_FMT_PEM, NULL, 0);
  if (code >= 0)
    return TRUE;

  why = explain_pair (file, key_file, code);
  return bad_file (error, "certificate", file, why);
}

gboolean
gst_gio_socket_tls_context_load_certificates (GstGioSocketTlsContext *self, GError **error)
{
  const GstGioSocketTlsSettings *settings = &self->settings;
  g_auto (GStrv) files = NULL;
  g_auto (GStrv) keys = NULL;

  if (settings->certificate_file == NULL)
    return TRUE;

  files = split_files (settings->certificate_file);
  keys = split_files (
      settings->private_key_file != NULL ? settings->private_key_file : settings->certificate_file);
  if (g_strv_length (files) != g_strv_length (keys)) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
        "There are %u files in certificate-file, but %u in private-key-file. Name a key for each, "
        "in the same order.",
        g_strv_length (files), g_strv_length (keys));
    return FALSE;
  }

  for (guint i = 0; files[i] != NULL; i++) {
    if (!load_pair (self, files[i], keys[i], error))
      return FALSE;
  }

  return TRUE;
}

/* Whom to trust; a server that asks for no certificate need not know. */
gboolean
gst_gio_socket_tls_context_load_trust (GstGioSocketTlsContext *self, GError **error)
{
  const gchar *file = self->settings.ca_file;
  int code;

  if (file != NULL) {
    if (!check_readable ("certificates of trusted authorities", file, error))
      return FALSE;
    code = gnutls_certificate_set_x509_trust_file (self->certificates, file, GNUTLS_X509_FMT_PEM);
    return code > 0 ||
        bad_file (error, "certificates of trusted authorities", file,
            code < 0 ? gnutls_strerror (code) : "there is no certificate in PEM format");
  }

  if (!self->is_server ||
      self->settings.client_authentication != GST_GIO_SOCKET_CLIENT_AUTHENTICATION_NONE)
    gnutls_certificate_set_x509_system_trust (self->certificates);

  return TRUE;
}
