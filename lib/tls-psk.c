/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Pre-shared keys, from the file that psktool writes. */

#include "config.h"

#include "tls-context-private.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#define OTHERS (S_IRWXG | S_IRWXO)

static gboolean
bad_psk_file (GError **error, const gchar *file, const gchar *why)
{
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
      "Could not use the keys in '%s': %s.", file, why);

  return FALSE;
}

static gboolean
check_mode (const gchar *file, GError **error)
{
  GStatBuf info;

  if (g_stat (file, &info) < 0)
    return bad_psk_file (error, file, g_strerror (errno));
  if ((info.st_mode & OTHERS) == 0)
    return TRUE;

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
      "The keys in '%s' are open to others than their owner (mode %04o). Say 'chmod 600' of it, "
      "and make new keys if anybody may have read it.",
      file, info.st_mode & 07777);

  return FALSE;
}

/* Returns: the key of @identity, or of the first one there is, with the identity in @found. */
static gchar *
find_key (const gchar *content, const gchar *identity, gchar **found)
{
  g_auto (GStrv) lines = g_strsplit (content, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    gchar *line = g_strstrip (lines[i]);
    gchar *colon = strrchr (line, ':');

    if (*line == '#' || colon == NULL)
      continue;

    *colon = '\0';
    if (identity == NULL || g_str_equal (line, identity)) {
      *found = g_strdup (line);
      return g_strdup (colon + 1);
    }
  }

  return NULL;
}

static void
forget (gchar *secret)
{
  if (secret != NULL)
    gnutls_memset (secret, 0, strlen (secret));
  g_free (secret);
}

static gboolean
load_client (GstGioSocketTlsContext *self, const gchar *file, GError **error)
{
  const gchar *wanted = self->settings.psk_identity;
  g_autoptr (GError) cause = NULL;
  g_autofree gchar *identity = NULL;
  g_autofree gchar *why = NULL;
  gchar *content = NULL;
  gchar *key;
  int code = GNUTLS_E_SUCCESS;

  if (!g_file_get_contents (file, &content, NULL, &cause))
    return bad_psk_file (error, file, cause->message);

  key = find_key (content, wanted, &identity);
  forget (content);
  if (key == NULL) {
    why = g_strdup_printf ("there is no line '%s:KEY'", wanted != NULL ? wanted : "IDENTITY");
    return bad_psk_file (error, file, why);
  }

  gnutls_psk_allocate_client_credentials (&self->psk_client);
  code = gnutls_psk_set_client_credentials (self->psk_client, identity,
      &(gnutls_datum_t){ (unsigned char *)key, strlen (key) }, GNUTLS_PSK_KEY_HEX);
  forget (key);

  return code == GNUTLS_E_SUCCESS ||
      bad_psk_file (error, file, "the key is not written in hexadecimal digits");
}

gboolean
gst_gio_socket_tls_context_load_psk (GstGioSocketTlsContext *self, GError **error)
{
  const gchar *file = self->settings.psk_file;
  int code;

  if (file == NULL)
    return TRUE;
  if (!check_mode (file, error))
    return FALSE;
  if (!self->is_server)
    return load_client (self, file, error);

  gnutls_psk_allocate_server_credentials (&self->psk_server);
  code = gnutls_psk_set_server_credentials_file (self->psk_server, file);

  return code == GNUTLS_E_SUCCESS || bad_psk_file (error, file, gnutls_strerror (code));
}
