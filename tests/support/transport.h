/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "certificates.h"
#include "lib/transport-tls.h"

/* A transport over TLS as the tests of transports need it.  Everything asserts. */
#define TLS_1_2 0
#define TLS_1_3 1
#define N_TRANSPORT_VERSIONS 2
extern const gchar *const transport_priorities[N_TRANSPORT_VERSIONS];

/* The largest plaintext of a record. */
#define RECORD 16384

/* A server has the certificate "server"; a client wants "localhost". */
GstGioSocketTransport *
transport_new (Certificates *certificates, GSocket *socket, gboolean is_server, guint version);

/* For a thread, too.  Returns: NULL */
gpointer transport_shake_hands (gpointer transport);

/* Two that have shaken hands. */
void transport_pair (Certificates *certificates, GSocket *const sockets[2], guint version,
    GstGioSocketTransport **client, GstGioSocketTransport **server);

/* A field of its stats. */
guint64 transport_stat (GstGioSocketTransport *transport, const gchar *field);

void
transport_send (GstGioSocketTransport *transport, gconstpointer data, gsize size, gboolean hold);

/* Exactly @size bytes. */
void transport_receive (GstGioSocketTransport *transport, guint8 *data, gsize size);

/* Receives exactly these. */
void transport_expect (GstGioSocketTransport *transport, const gchar *text);

/* What it says when one more byte is wanted. */
gssize transport_receive_end (GstGioSocketTransport *transport, GError **error);
