/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-context-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (GstGioSocketTlsContext, gst_gio_socket_tls_context, G_TYPE_OBJECT)

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

/* What GnuTLS keeps of them. */
#define MAX_ALPN_LENGTH 31
#define MAX_ALPN_PROTOCOLS 8

static gboolean
set_alpn (GstGioSocketTlsContext *self, GError **error)
{
  if (self->settings.alpn_protocols == NULL)
    return TRUE;

  self->alpn_protocols = g_strsplit (self->settings.alpn_protocols, ",", -1);
  for (guint i = 0; self->alpn_protocols[i] != NULL; i++) {
    gsize length = strlen (g_strstrip (self->alpn_protocols[i]));

    if (length == 0 || length > MAX_ALPN_LENGTH || i >= MAX_ALPN_PROTOCOLS) {
      g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC,
          "The alpn-protocols '%s' are wrong: up to %u names of 1 to %u characters, with commas "
          "between them, can be used.",
          self->settings.alpn_protocols, MAX_ALPN_PROTOCOLS, MAX_ALPN_LENGTH);
      return FALSE;
    }
  }

  return TRUE;
}

/**
 * gst_gio_socket_tls_context_new:
 * @settings: what is wanted
 * @is_server: which role
 * @error: %G_TLS_ERROR: says which file is wrong, and how, or which setting
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
  self->files = gst_gio_socket_tls_describe_files (settings);
  gnutls_certificate_allocate_credentials (&self->certificates);

  if (!gst_gio_socket_tls_context_load_certificates (self, error) ||
      !gst_gio_socket_tls_context_load_trust (self, error) ||
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
 * Finds out whether the context can be used once more.
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
  g_autofree gchar *files = gst_gio_socket_tls_describe_files (settings);

  return self->is_server == is_server &&
      gst_gio_socket_tls_settings_equal (&self->settings, settings) &&
      g_str_equal (self->files, files);
}

/* --- tickets ------------------------------------------------------------- */

GBytes *
gst_gio_socket_tls_context_take_ticket (GstGioSocketTlsContext *self, const gchar *name)
{
  GBytes *ticket = NULL;

  g_mutex_lock (&self->lock);
  if (name != NULL && g_strcmp0 (self->ticket_name, name) == 0)
    ticket = g_steal_pointer (&self->ticket);
  g_mutex_unlock (&self->lock);

  return ticket;
}

void
gst_gio_socket_tls_context_give_ticket (GstGioSocketTlsContext *self, const gchar *name,
    const gnutls_datum_t *data)
{
  g_autoptr (GBytes) ticket = g_bytes_new (data->data, data->size);
  GBytes *old;

  g_mutex_lock (&self->lock);
  old = self->ticket;
  self->ticket = g_steal_pointer (&ticket);
  g_free (self->ticket_name);
  self->ticket_name = g_strdup (name);
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
  g_clear_pointer (&self->ticket_name, g_free);
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
