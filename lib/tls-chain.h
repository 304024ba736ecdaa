/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>
#include <gnutls/x509.h>

/* The certificates that a peer has sent, leaf first, and what can be said about them. */
typedef struct
{
  gnutls_x509_crt_t *certificates;
  guint n;
} TlsChain;

/* Those that can be read. */
void tls_chain_init (TlsChain *chain, gnutls_session_t session);
void tls_chain_clear (TlsChain *chain);

/* Who the certificate is of, or who has signed it. */
gchar *tls_chain_dup_name (gnutls_x509_crt_t certificate, gboolean of_issuer);

/* What is wrong, in words for a user.  @name: what the leaf had to be for, or NULL. */
gchar *tls_chain_explain (GTlsCertificateFlags flags, const TlsChain *chain, const gchar *name);

/* Text from the network, fit for messages. */
gchar *gst_gio_socket_tls_clean_text (const gchar *text, gssize size);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsChain, tls_chain_clear)
