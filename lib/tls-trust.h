/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>

/* Whether the peer is who it should be: what is wrong with its certificates, as flags and in words. */

/* What is wrong with the chain that the peer has sent, of which only @wanted matters.  @name: what the
 * leaf of a server has to be for, or NULL when that is not known; of a client it is not asked.  @words: (out) (transfer full): a sentence for the user. */
GTlsCertificateFlags gst_gio_socket_tls_trust_check (gnutls_session_t session, gboolean of_server,
    const gchar *name, GTlsCertificateFlags wanted, gchar **words);

/* What to tell a peer with whose chain this is wrong. */
gnutls_alert_description_t gst_gio_socket_tls_trust_get_alert (GTlsCertificateFlags flags);

/* Returns: (transfer full) (nullable): the chain in DER, leaf first; NULL: the peer has sent none */
GPtrArray *gst_gio_socket_tls_trust_get_chain (gnutls_session_t session);

/* Who the peer says to be.  (out) (transfer full) (nullable): NULL without a certificate. */
void
gst_gio_socket_tls_trust_describe (gnutls_session_t session, gchar **subject, gchar **fingerprint);
