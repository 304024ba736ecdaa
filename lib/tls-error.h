/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>

/* What went wrong between two who speak TLS, in words for a user. */

/* @code: of GnuTLS.  @opening: what the peer has sent first, which tells whether it is TLS at all;
 * nothing once the handshake is over.
 * The errors are those of G_TLS_ERROR. */
void gst_gio_socket_tls_error_set (GError **error, gnutls_session_t session, int code,
    const guint8 *opening, gsize opening_size);

/* Whether that may be the beginning of TLS. */
gboolean gst_gio_socket_tls_error_is_tls (const guint8 *opening, gsize opening_size);
