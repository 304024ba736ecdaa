/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gnutls/gnutls.h>

#include "tls-context.h"

struct _GstGioSocketTlsContext
{
  GObject parent_instance;

  /* Immutable once constructed. */
  GstGioSocketTlsSettings settings;
  gboolean is_server;
  gchar *files; /* what they were when they were read */
  gnutls_certificate_credentials_t certificates;
  gnutls_psk_client_credentials_t psk_client;
  gnutls_psk_server_credentials_t psk_server;
  gnutls_priority_t priority;
  gnutls_datum_t ticket_key; /* server */
  gchar **alpn_protocols;

  GMutex lock;
  GBytes *ticket;     /* client; lock */
  gchar *ticket_name; /* whose it is; lock */
};

/* A ticket opens one session, with the peer of that name only: who takes it has it alone.  Returns:
 * (transfer full) (nullable) */
GBytes *gst_gio_socket_tls_context_take_ticket (GstGioSocketTlsContext *self, const gchar *name);
void gst_gio_socket_tls_context_give_ticket (GstGioSocketTlsContext *self, const gchar *name,
    const gnutls_datum_t *data);

/* Which files they are, as they are now: a text that is another one when one of them has changed. */
gchar *gst_gio_socket_tls_describe_files (const GstGioSocketTlsSettings *settings);

/* Read into @self our certificates with their keys, and whom to trust. */
gboolean
gst_gio_socket_tls_context_load_certificates (GstGioSocketTlsContext *self, GError **error);
gboolean gst_gio_socket_tls_context_load_trust (GstGioSocketTlsContext *self, GError **error);

/* Reads the pre-shared keys into @self, if there is a file with some. */
gboolean gst_gio_socket_tls_context_load_psk (GstGioSocketTlsContext *self, GError **error);
