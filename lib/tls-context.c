/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-context-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <glib/gstdio.h>

G_DEFINE_FINAL_TYPE (GstGioSocketTlsContext, gst_gio_socket_tls_context, G_TYPE_OBJECT)

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

  g_string_append_printf (list, "%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %ld.%09ld\n", file,
      (guint64)info.st_ino, (guint64)info.st_size, (long)info.st_mtim.tv_sec,
      (long)info.st_mtim.tv_nsec);
}

static gchar *
describe_files (const GstGioSocketTlsSettings *settings)
{
  const gchar *lists[] = { settings->certificate_file, settings->private_key_file,
    settings->ca_file, settings->psk_file };
  GString *description = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_auto (GStrv) files = lists[i] != NULL ? split_files (lists[i]) : NULL;

    for (guint j = 0; files != NULL && files[j] != NULL; j++)
      add_file (description, files[j]);
  }

  return g_string_free (description, FALSE);
}

/* --- what is in them ------------------------------------------------------ */

static gboolean
bad_file (GError **error, const gchar *what, const gchar *file, const gchar *why)
{
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "Could not use the %s in '%s': %s.",
      what, file, why);

  return FALSE;
}

/* GnuTLS says "error while reading file" of whatever is wrong with one. */
static gboolean
check_readable (const gchar *what, const gchar *file, GError **error)
{
  int fd;

  if (is_url (file))
    return TRUE;

  fd = g_open (file, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return bad_file (error, what, file, g_strerror (errno));

  return g_close (fd, NULL);
}

static gchar *
explain_pair (const gchar *key_file, int code)
{
  switch (code) {
    case GNUTLS_E_DECRYPTION_FAILED:
    case GNUTLS_E_INVALID_PASSWORD:
      return g_strdup_printf ("the key in '%s' is encrypted, and there is nobody to ask for the "
                              "password: decrypt it, for instance with 'openssl pkey'",
          key_file);
    case GNUTLS_E_CERTIFICATE_KEY_MISMATCH:
      return g_strdup_printf ("the key in '%s' is not the one of this certificate", key_file);
    case GNUTLS_E_NO_CERTIFICATE_FOUND:
      return g_strdup ("there is no certificate in PEM format");
    case GNUTLS_E_BASE64_DECODING_ERROR:
    case GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR:
    case GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE:
      return g_strdup_printf ("there is no certificate in it, or no private key in '%s', in PEM "
                              "format",
          key_file);
    default:
      return g_strdup_printf ("%s (with the key in '%s')", gnutls_strerror (code), key_file);
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

  why = explain_pair (key_file, code);
  return bad_file (error, "certificate", file, why);
}

static gboolean
load_certificates (GstGioSocketTlsContext *self, GError **error)
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
static gboolean
load_trust (GstGioSocketTlsContext *self, GError **error)
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

/* --- what is spoken ------------------------------------------------------- */

/* GnuTLS has pre-shared keys switched off; who names a file with some wants them on. */
static gchar *
make_priority (const GstGioSocketTlsSettings *settings)
{
  const gchar *base = settings->priority != NULL ? settings->priority : "NORMAL";

  if (settings->psk_file == NULL || strstr (base, "PSK") != NULL)
    return g_strdup (base);

  return g_strconcat (base, ":+ECDHE-PSK:+DHE-PSK:+PSK", NULL);
}

static gboolean
set_priority (GstGioSocketTlsContext *self, GError **error)
{
  g_autofree gchar *text = make_priority (&self->settings);
  const gchar *fault = NULL;

  if (gnutls_priority_init (&self->priority, text, &fault) == GNUTLS_E_SUCCESS)
    return TRUE;

  self->priority = NULL;
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC,
      "The tls-priority '%s' is wrong at '%s'. 'gnutls-cli --list' names what can be in it.", text,
      fault != NULL ? fault : text);

  return FALSE;
}

#define MAX_ALPN_LENGTH 255

static gboolean
set_alpn (GstGioSocketTlsContext *self, GError **error)
{
  if (self->settings.alpn_protocols == NULL)
    return TRUE;

  self->alpn_protocols = g_strsplit (self->settings.alpn_protocols, ",", -1);
  for (guint i = 0; self->alpn_protocols[i] != NULL; i++) {
    gsize length = strlen (g_strstrip (self->alpn_protocols[i]));

    if (length == 0 || length > MAX_ALPN_LENGTH) {
      g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC,
          "The alpn-protocols '%s' are wrong: each has from 1 to 255 characters, and commas are "
          "between them.",
          self->settings.alpn_protocols);
      return FALSE;
    }
  }

  return TRUE;
}

/**
 * gst_gio_socket_tls_context_new:
 * @settings: what is wanted
 * @is_server: which role
 * @error: says which file is wrong, and how
 *
 * Reads the files.
 *
 * Returns: (transfer full) (nullable): the context
 *
 * Since: 0.1
 */
GstGioSocketTlsContext *
gst_gio_socket_tls_context_new (const GstGioSocketTlsSettings *settings, gboolean is_server,
    GError **error)
{
  g_autoptr (GstGioSocketTlsContext) self = g_object_new (GST_TYPE_GIO_SOCKET_TLS_CONTEXT, NULL);

  gst_gio_socket_tls_settings_copy (settings, &self->settings);
  self->is_server = is_server;
  /* Before they are read: what changes meanwhile will be read again. */
  self->files = describe_files (settings);
  gnutls_certificate_allocate_credentials (&self->certificates);

  if (!load_certificates (self, error) || !load_trust (self, error) ||
      !gst_gio_socket_tls_context_load_psk (self, error) || !set_priority (self, error) ||
      !set_alpn (self, error))
    return NULL;

  if (is_server)
    gnutls_session_ticket_key_generate (&self->ticket_key);

  return g_steal_pointer (&self);
}

/**
 * gst_gio_socket_tls_context_is_fresh:
 * @self: the context
 * @settings: what is wanted now
 * @is_server: which role
 *
 * Returns: whether a new context would be the same: it was made for these settings, and the files
 *   have not changed since
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_tls_context_is_fresh (GstGioSocketTlsContext *self,
    const GstGioSocketTlsSettings *settings, gboolean is_server)
{
  g_autofree gchar *files = describe_files (settings);

  return self->is_server == is_server &&
      gst_gio_socket_tls_settings_equal (&self->settings, settings) &&
      g_str_equal (self->files, files);
}

/* --- tickets ------------------------------------------------------------- */

GBytes *
gst_gio_socket_tls_context_take_ticket (GstGioSocketTlsContext *self)
{
  GBytes *ticket;

  g_mutex_lock (&self->lock);
  ticket = g_steal_pointer (&self->ticket);
  g_mutex_unlock (&self->lock);

  return ticket;
}

void
gst_gio_socket_tls_context_give_ticket (GstGioSocketTlsContext *self, const gnutls_datum_t *data)
{
  g_autoptr (GBytes) ticket = g_bytes_new (data->data, data->size);
  GBytes *old;

  g_mutex_lock (&self->lock);
  old = self->ticket;
  self->ticket = g_steal_pointer (&ticket);
  g_mutex_unlock (&self->lock);

  g_clear_pointer (&old, g_bytes_unref);
}

/* --- GObject ------------------------------------------------------------- */

static void
gst_gio_socket_tls_context_finalize (GObject *object)
{
  GstGioSocketTlsContext *self = GST_GIO_SOCKET_TLS_CONTEXT (object);

  g_clear_pointer (&self->certificates, gnutls_certificate_free_credentials);
  g_clear_pointer (&self->psk_client, gnutls_psk_free_client_credentials);
  g_clear_pointer (&self->psk_server, gnutls_psk_free_server_credentials);
  g_clear_pointer (&self->priority, gnutls_priority_deinit);
  if (self->ticket_key.data != NULL)
    gnutls_memset (self->ticket_key.data, 0, self->ticket_key.size);
  g_clear_pointer (&self->ticket_key.data, gnutls_free);
  g_clear_pointer (&self->alpn_protocols, g_strfreev);
  g_clear_pointer (&self->ticket, g_bytes_unref);
  g_clear_pointer (&self->files, g_free);
  gst_gio_socket_tls_settings_clear (&self->settings);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_gio_socket_tls_context_parent_class)->finalize (object);
}

static void
gst_gio_socket_tls_context_class_init (GstGioSocketTlsContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_gio_socket_tls_context_finalize;
}

static void
gst_gio_socket_tls_context_init (GstGioSocketTlsContext *self)
{
  g_mutex_init (&self->lock);
}
