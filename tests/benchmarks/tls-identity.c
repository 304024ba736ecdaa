/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-identity.h"

#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define HOUR 3600

static gboolean
set_gnutls_error (GError **error, int code)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot make a certificate: %s",
      gnutls_strerror (code));
  return FALSE;
}

/* Returns: the path under which the file can be opened, again and again. */
static gboolean
write_file (int *fd, char path[32], const char *name, const gnutls_datum_t *text, GError **error)
{
  *fd = memfd_create (name, 0);
  if (*fd >= 0 && write (*fd, text->data, text->size) == (gssize)text->size) {
    g_snprintf (path, 32, "/proc/self/fd/%d", *fd);
    return TRUE;
  }

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot keep a certificate: %s",
      g_strerror (errno));
  return FALSE;
}

/* It is its own authority, hence the rights of one. */
static int
fill_certificate (gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
  static const char name[] = TLS_IDENTITY_NAME;
  const guint usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_CERT_SIGN;
  const time_t now = time (NULL);
  const guint8 serial = 1;
  int code;

  if ((code = gnutls_x509_crt_set_version (certificate, 3)) < 0 ||
      (code = gnutls_x509_crt_set_serial (certificate, &serial, sizeof serial)) < 0 ||
      (code = gnutls_x509_crt_set_activation_time (certificate, now - HOUR)) < 0 ||
      (code = gnutls_x509_crt_set_expiration_time (certificate, now + 24 * HOUR)) < 0 ||
      (code = gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
           sizeof name - 1)) < 0 ||
      (code = gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, name,
           sizeof name - 1, GNUTLS_FSAN_SET)) < 0 ||
      (code = gnutls_x509_crt_set_basic_constraints (certificate, 1, -1)) < 0 ||
      (code = gnutls_x509_crt_set_key_usage (certificate, usage)) < 0 ||
      (code = gnutls_x509_crt_set_key (certificate, key)) < 0)
    return code;

  return gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
}

static int
make (gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, gnutls_datum_t texts[2])
{
  const guint bits = GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1);
  int code;

  if ((code = gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, bits, 0)) < 0 ||
      (code = fill_certificate (certificate, key)) < 0 ||
      (code = gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &texts[0])) < 0)
    return code;

  return gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &texts[1]);
}

gboolean
tls_identity_init (TlsIdentity *self, GError **error)
{
  gnutls_datum_t texts[2] = { { 0 } };
  gnutls_x509_crt_t certificate;
  gnutls_x509_privkey_t key;
  gboolean ok;
  int code;

  *self = (TlsIdentity){ .certificate_fd = -1, .key_fd = -1 };
  gnutls_x509_crt_init (&certificate);
  gnutls_x509_privkey_init (&key);
  code = make (certificate, key, texts);
  ok = code < 0
      ? set_gnutls_error (error, code)
      : write_file (&self->certificate_fd, self->certificate, "certificate", &texts[0], error) &&
          write_file (&self->key_fd, self->key, "key", &texts[1], error);

  gnutls_free (texts[0].data);
  gnutls_free (texts[1].data);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
  return ok;
}

char *
tls_identity_describe (const TlsIdentity *self, gboolean server)
{
  if (server)
    return g_strdup_printf ("tls=true tls-priority=" TLS_PRIORITY
                            " certificate-file=%s private-key-file=%s",
        self->certificate, self->key);

  return g_strdup_printf ("tls=true tls-priority=" TLS_PRIORITY
                          " ca-file=%s server-name=" TLS_IDENTITY_NAME,
      self->certificate);
}

void
tls_identity_clear (TlsIdentity *self)
{
  if (self->certificate_fd >= 0)
    close (self->certificate_fd);
  if (self->key_fd >= 0)
    close (self->key_fd);
  self->certificate_fd = self->key_fd = -1;
}
