/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "give-tls.h"

#include "tls-identity.h"

static gboolean
accept_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags faults)
{
  return TRUE;
}

GIOStream *
give_tls_stream (GIOStream *base, GError **error)
{
  g_autoptr (GIOStream) stream = NULL;

  /* Read when the backend is loaded; the process is the player's own. */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", TLS_PRIORITY, TRUE);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE,
        "GIO has no TLS; that is in the package glib-networking");
    return NULL;
  }

  stream = g_tls_client_connection_new (base, NULL, error);
  if (stream == NULL)
    return NULL;

  g_signal_connect (stream, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (stream), NULL, error))
    return NULL;

  return g_steal_pointer (&stream);
}
