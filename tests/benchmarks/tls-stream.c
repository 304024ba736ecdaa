/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-stream.h"

#include <gio/gio.h>

static gboolean
set_error (GError **error, const char *what, int code)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "TLS: cannot %s: %s", what,
      gnutls_strerror (code));
  return FALSE;
}

gboolean
tls_credentials_init (TlsCredentials *self, const TlsIdentity *identity, gboolean server,
    GError **error)
{
  int code;

  *self = (TlsCredentials){ .server = server };
  code = gnutls_certificate_allocate_credentials (&self->certificates);
  if (code >= 0 && server)
    code = gnutls_certificate_set_x509_key_file (self->certificates, identity->certificate,
        identity->key, GNUTLS_X509_FMT_PEM);
  else if (code >= 0)
    code = gnutls_certificate_set_x509_trust_file (self->certificates, identity->certificate,
        GNUTLS_X509_FMT_PEM);

  return code >= 0 || set_error (error, "read the certificate", code);
}

void
tls_credentials_clear (TlsCredentials *self)
{
  if (self->certificates)
    gnutls_certificate_free_credentials (self->certificates);
  *self = (TlsCredentials){ 0 };
}

/* No tickets: the library makes none unless it is given a key for them. */
static int
init_session (TlsStream *self, int fd, const TlsCredentials *credentials)
{
  int code;

  if ((code = gnutls_init (&self->session, credentials->server ? GNUTLS_SERVER : GNUTLS_CLIENT)) <
          0 ||
      (code = gnutls_priority_set_direct (self->session, TLS_PRIORITY, NULL)) < 0 ||
      (code = gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE,
           credentials->certificates)) < 0)
    return code;

  if (!credentials->server)
    gnutls_session_set_verify_cert (self->session, TLS_IDENTITY_NAME, 0);
  gnutls_transport_set_int (self->session, fd);
  return 0;
}

gboolean
tls_stream_open (TlsStream *self, int fd, const TlsCredentials *credentials, GError **error)
{
  int code;

  *self = (TlsStream){ 0 };
  code = init_session (self, fd, credentials);
  if (code < 0)
    return set_error (error, "begin", code);

  do
    code = gnutls_handshake (self->session);
  while (code < 0 && !gnutls_error_is_fatal (code));

  return code >= 0 || set_error (error, "shake hands", code);
}

gboolean
tls_stream_send (TlsStream *self, gconstpointer data, gsize size, GError **error)
{
  const guint8 *next = data;

  while (size > 0) {
    gssize sent = gnutls_record_send (self->session, next, size);

    if (sent < 0 && gnutls_error_is_fatal (sent))
      return set_error (error, "send", sent);
    if (sent > 0) {
      next += sent;
      size -= sent;
    }
  }

  return TRUE;
}

void
tls_stream_cork (TlsStream *self)
{
  gnutls_record_cork (self->session);
}

gboolean
tls_stream_uncork (TlsStream *self, GError **error)
{
  int code = gnutls_record_uncork (self->session, GNUTLS_RECORD_WAIT);

  return code >= 0 || set_error (error, "send", code);
}

gssize
tls_stream_receive (TlsStream *self, gpointer data, gsize size, GError **error)
{
  gssize n;

  do
    n = gnutls_record_recv (self->session, data, size);
  while (n < 0 && !gnutls_error_is_fatal (n));

  if (n > 0)
    self->records++;
  return n >= 0 ? n : (set_error (error, "receive", n), -1);
}

void
tls_stream_end (TlsStream *self)
{
  while (gnutls_bye (self->session, GNUTLS_SHUT_WR) == GNUTLS_E_INTERRUPTED)
    continue;
}

void
tls_stream_clear (TlsStream *self)
{
  if (self->session)
    gnutls_deinit (self->session);
  *self = (TlsStream){ 0 };
}
