/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "tls-identity.h"

#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/*
 * TLS as GnuTLS has it, straight on a blocking socket: what a program gets that calls
 * gnutls_record_send() and gnutls_record_recv() and nothing else.
 */
typedef struct
{
  gnutls_session_t session;
  guint64 records; /* with data, received */
} TlsStream;

/* What any number of connections share: a server's certificate and its key, or whom a client trusts. */
typedef struct
{
  gnutls_certificate_credentials_t certificates;
  gboolean server;
} TlsCredentials;

gboolean tls_credentials_init (TlsCredentials *self, const TlsIdentity *identity, gboolean server,
    GError **error);

void tls_credentials_clear (TlsCredentials *self);

/* Shakes hands; a client checks certificate and name, and both take the cipher of TLS_PRIORITY only.
 * @fd: stays the caller's
 * @credentials: used as long as the stream */
gboolean
tls_stream_open (TlsStream *self, int fd, const TlsCredentials *credentials, GError **error);

/* In records as large as they can be; the last is what is left. */
gboolean tls_stream_send (TlsStream *self, gconstpointer data, gsize size, GError **error);

/* What is sent between the two shares records. */
void tls_stream_cork (TlsStream *self);
gboolean tls_stream_uncork (TlsStream *self, GError **error);

/* One record.
 * @size: enough for any
 * Returns: 0 when the other side has said that it is at the end, -1 on error */
#define TLS_STREAM_RECORD 16384
gssize tls_stream_receive (TlsStream *self, gpointer data, gsize size, GError **error);

/* Says that this is the end of what is sent. */
void tls_stream_end (TlsStream *self);

void tls_stream_clear (TlsStream *self);

G_END_DECLS
