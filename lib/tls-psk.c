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
  if (!S_ISREG (info.st_mode))
    return bad_psk_file (error, file, "it is no regular file");
  if ((info.st_mode & OTHERS) == 0)
    return TRUE;

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
      "The keys in '%s' are open to others than their owner (mode %04o). Say 'chmod 600' of it, "
      "and make new keys if anybody may have read it.",
      file, info.st_mode & 07777);

  return FALSE;
}

static void
forget (gchar *secret)
{
  if (secret != NULL)
    gnutls_memset (secret, 0, strlen (secret));
  g_free (secret);
}

/* Returns: the key of @identity, or of the first one there is, with the identity in @found.  Cuts
 * @content. */
static gchar *
find_key (gchar *content, const gchar *identity, gchar **found)
{
  gchar *next;

  for (gchar *line = content; line != NULL; line = next) {
    gchar *end = strchr (line, '\n');
    gchar *colon;

    next = end != NULL ? end + 1 : NULL;
    if (end != NULL)
      *end = '\0';
    colon = strrchr (g_strstrip (line), ':');
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

static gboolean
is_hexadecimal (const gchar *key)
{
  gsize length = strspn (key, "0123456789abcdefABCDEF");

  return length > 0 && length % 2 == 0 && key[length] == '\0';
}

/* Returns: (transfer full): a key that can be used; pass it to forget(). */
static gchar *
read_key (const gchar *file, const gchar *wanted, gchar **identity, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree gchar *why = NULL;
  gchar *content = NULL;
  gchar *key;
  gsize size;

  if (!g_file_get_contents (file, &content, &size, &cause)) {
    bad_psk_file (error, file, cause->message);
    return NULL;
  }

  key = find_key (content, wanted, identity);
  gnutls_memset (content, 0, size);
  g_free (content);
  if (key == NULL) {
    why = g_strdup_printf ("there is no line '%s:KEY'", wanted != NULL ? wanted : "IDENTITY");
    bad_psk_file (error, file, why);
  } else if (!is_hexadecimal (key)) {
    why = g_strdup_printf ("the key of '%s' is not written in pairs of hexadecimal digits",
        *identity);
    bad_psk_file (error, file, why);
    forget (g_steal_pointer (&key));
  }

  return key;
}

static gboolean
load_client (GstGioSocketTlsContext *self, const gchar *identity, const gchar *key, GError **error)
{
  gnutls_datum_t datum = { (unsigned char *)key, strlen (key) };
  int code;

  gnutls_psk_allocate_client_credentials (&self->psk_client);
  code = gnutls_psk_set_client_credentials (self->psk_client, identity, &datum, GNUTLS_PSK_KEY_HEX);

  return code == GNUTLS_E_SUCCESS ||
      bad_psk_file (error, self->settings.psk_file, gnutls_strerror (code));
}

/* It reads the file again for each client. */
static gboolean
load_server (GstGioSocketTlsContext *self, GError **error)
{
  const gchar *file = self->settings.psk_file;
  int code;

  gnutls_psk_allocate_server_credentials (&self->psk_server);
  code = gnutls_psk_set_server_credentials_file (self->psk_server, file);

  return code == GNUTLS_E_SUCCESS || bad_psk_file (error, file, gnutls_strerror (code));
}

gboolean
gst_gio_socket_tls_context_load_psk (GstGioSocketTlsContext *self, GError **error)
{
  const gchar *file = self->settings.psk_file;
  g_autofree gchar *identity = NULL;
  gboolean is_loaded;
  gchar *key;

  if (file == NULL)
    return TRUE;
  if (!check_mode (file, error))
    return FALSE;

  key = read_key (file, self->is_server ? NULL : self->settings.psk_identity, &identity, error);
  if (key == NULL)
    return FALSE;

  is_loaded =
      self->is_server ? load_server (self, error) : load_client (self, identity, key, error);
  forget (key);

  return is_loaded;
}
