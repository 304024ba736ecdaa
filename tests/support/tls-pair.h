/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "ends.h"
#include "tls-proxy.h"

/* Two ends of ours with a proxy between them, and a short message on its way. */
typedef struct
{
  GstElement *sender;
  GstElement *receiver;
  TlsProxy *proxy;
  Stream *stream;
  Digest *received;
  guint64 bytes;
} TlsPair;

/* Who shakes hands with whom. */
typedef struct
{
  guint version;               /* of tls_versions */
  gboolean receiver_is_client; /* and connects, else it listens */
} TlsRoles;

#define N_TLS_ROLES 4
extern const TlsRoles tls_roles[N_TLS_ROLES];

/* Both give up a handshake after a second. */
void tls_pair_start (TlsPair *self, Certificates *certificates, const TlsRoles *roles,
    const TlsProxyPlan *plan, guint64 bytes);

void tls_pair_stop (TlsPair *self);

/* Sends all. */
void tls_pair_feed (TlsPair *self);

/* Waits for the receiver's EOS (NULL) or error (its text), and asserts that what it has received
 * is what the sender sent: after an error its beginning, else all of it.  Stops the receiver. */
gchar *tls_pair_wait_receiver (TlsPair *self);

/* From the sender to the receiver. */
TlsProxyWay tls_roles_way (const TlsRoles *roles);
