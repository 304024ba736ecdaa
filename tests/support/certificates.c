/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "certificates.h"

#include "certificate-pair.h"

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

struct _Certificates
{
  gchar *folder;
  GHashTable *pairs; /* name → CertificatePair */
  GHashTable *paths; /* name of the file → path */
  guint64 serial;    /* each has its own: some know a certificate by it */
};

static const CertificatePair *
get_pair (Certificates *self, const gchar *name)
{
  const CertificateRecipe *recipe = certificate_recipe_find (name);
  CertificatePair *pair = g_hash_table_lookup (self->pairs, name);

  if (pair == NULL) {
    pair = certificate_pair_make (recipe,
        recipe->issuer != NULL ? get_pair (self, recipe->issuer) : NULL, ++self->serial);
    g_hash_table_insert (self->pairs, g_strdup (name), pair);
  }

  return pair;
}

/* --- files --------------------------------------------------------------- */

/* The root is known to those who are to know it. */
static void
append_certificates (Certificates *self, const CertificatePair *pair, GString *pem)
{
  const gchar *issuer = pair->recipe->issuer;

  certificate_pair_append_certificate (pair, pem);
  if (issuer != NULL && certificate_recipe_find (issuer)->issuer != NULL)
    append_certificates (self, get_pair (self, issuer), pem);
}

static void
write_text (Certificates *self, const gchar *name, const gchar *text, gint mode)
{
  const gchar *path = certificates_scratch (self, name);

  fail_unless (
      g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, mode, NULL));
  /* What is asked for, whatever the umask. */
  fail_unless_equals_int (g_chmod (path, mode), 0);
}

static gboolean
write_psk (Certificates *self, const gchar *name)
{
  const gchar *line = CERTIFICATES_PSK_IDENTITY ":" CERTIFICATES_PSK_KEY "\n";
  const gchar *other_line = CERTIFICATES_PSK_IDENTITY ":0123456789abcdef\n";

  if (!g_str_has_prefix (name, "psk"))
    return FALSE;

  write_text (self, name, g_str_equal (name, "psk-other.txt") ? other_line : line,
      g_str_equal (name, "psk-open.txt") ? 0644 : 0600);

  return TRUE;
}

static const struct
{
  const gchar *suffix;
  gboolean certificate;
  gboolean key;
  const gchar *password;
} forms[] = {
  { "-with-key.pem", TRUE, TRUE, NULL },
  { "-encrypted-key.pem", FALSE, TRUE, CERTIFICATES_PASSWORD },
  { "-key.pem", FALSE, TRUE, NULL },
  { ".pem", TRUE, FALSE, NULL },
};

static void
write_pem (Certificates *self, const gchar *name)
{
  g_autoptr (GString) pem = g_string_new (NULL);
  g_autofree gchar *stem = NULL;
  const CertificatePair *pair;
  guint form = 0;

  while (!g_str_has_suffix (name, forms[form].suffix))
    form++;
  stem = g_strndup (name, strlen (name) - strlen (forms[form].suffix));
  pair = get_pair (self, stem);
  if (forms[form].certificate)
    append_certificates (self, pair, pem);
  if (forms[form].key)
    certificate_pair_append_key (pair, forms[form].password, pem);
  write_text (self, name, pem->str, 0600);
}

/* --- what tests use ------------------------------------------------------ */

Certificates *
certificates_new (void)
{
  Certificates *self = g_new0 (Certificates, 1);

  self->folder = g_dir_make_tmp ("giosocket-tls-XXXXXX", NULL);
  fail_unless (self->folder != NULL);
  self->pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify)certificate_pair_free);
  self->paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
certificates_free (Certificates *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (self->folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (self->folder);
  g_hash_table_unref (self->pairs);
  g_hash_table_unref (self->paths);
  g_free (self->folder);
  g_free (self);
}

const gchar *
certificates_scratch (Certificates *self, const gchar *name)
{
  gchar *path = g_hash_table_lookup (self->paths, name);

  if (path == NULL) {
    path = g_build_filename (self->folder, name, NULL);
    g_hash_table_insert (self->paths, g_strdup (name), path);
  }

  return path;
}

const gchar *
certificates_path (Certificates *self, const gchar *name)
{
  const gchar *path = certificates_scratch (self, name);

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !write_psk (self, name))
    write_pem (self, name);

  return path;
}

void
certificates_renew (Certificates *self, const gchar *name)
{
  g_hash_table_remove (self->pairs, name);
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree gchar *file = g_strconcat (name, forms[i].suffix, NULL);

    if (g_hash_table_contains (self->paths, file))
      write_pem (self, file);
  }
}

gchar *
certificates_fingerprint (Certificates *self, const gchar *name)
{
  return certificate_pair_fingerprint (get_pair (self, name));
}
