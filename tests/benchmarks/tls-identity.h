/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name in the certificate. */
#define TLS_IDENTITY_NAME "giosocket.test"

/* What all ends of a TLS connection use, so that all have the same work: ciphers cost differently. */
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM"

/*
 * A server that a client can trust: a key (ECDSA, P-256) and a certificate that it has signed itself,
 * in files of memory.  Child processes see them under the same paths, and nothing is left of them
 * when the processes are gone, however they end.
 */
typedef struct
{
  int certificate_fd, key_fd;
  char certificate[32], key[32]; /* paths of PEM files */
} TlsIdentity;

gboolean tls_identity_init (TlsIdentity *self, GError **error);

/* Properties of our elements, as in a launch line.  Returns: (transfer full) */
char *tls_identity_describe (const TlsIdentity *self, gboolean server);

void tls_identity_clear (TlsIdentity *self);

G_END_DECLS
