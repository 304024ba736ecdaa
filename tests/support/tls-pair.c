/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tls-pair.h"

#include "support.h"

#include <gst/check/gstcheck.h>

const TlsRoles tls_roles[N_TLS_ROLES] = {
  { 0, TRUE },
  { 0, FALSE },
  { 1, TRUE },
  { 1, FALSE },
};

#define SEED 11
#define LIMIT " tls-handshake-timeout=1"

/* An Ed25519 signature always has the same length, and so every exchange has. */
#define CONNECT END_CONNECT " tls=true server-name=localhost ca-file={ca.pem}" LIMIT
#define LISTEN                                                                                     \
  END_LISTEN " tls=true certificate-file={server-ed25519.pem} "                                    \
             "private-key-file={server-ed25519-key.pem}" LIMIT

TlsProxyWay
tls_roles_way (const TlsRoles *roles)
{
  return roles->receiver_is_client ? TLS_PROXY_TO_CLIENT : TLS_PROXY_TO_SERVER;
}

void
tls_pair_start (TlsPair *self, Certificates *certificates, const TlsRoles *roles,
    const TlsProxyPlan *plan, guint64 bytes)
{
  const gchar *priority = tls_versions[roles->version].priority;
  guint port;

  self->stream = stream_new (STREAM_BINARY, bytes, SEED);
  self->received = digest_new ();
  self->bytes = bytes;
  if (roles->receiver_is_client) {
    self->sender = end_start (certificates, END_IN "giosocketsink " LISTEN, 0, priority, NULL);
    self->proxy = tls_proxy_new (end_wait_port (self->sender), plan, &port);
    self->receiver =
        end_start (certificates, "giosocketsrc " CONNECT END_OUT, port, priority, self->received);
  } else {
    self->receiver =
        end_start (certificates, "giosocketsrc " LISTEN END_OUT, 0, priority, self->received);
    self->proxy = tls_proxy_new (end_wait_port (self->receiver), plan, &port);
    self->sender = end_start (certificates, END_IN "giosocketsink " CONNECT, port, priority, NULL);
  }
}

void
tls_pair_stop (TlsPair *self)
{
  end_stop (self->sender);
  end_stop (self->receiver);
  tls_proxy_free (self->proxy);
  stream_free (self->stream);
  digest_free (self->received);
}

void
tls_pair_feed (TlsPair *self)
{
  stream_feed (self->stream, self->sender);
}

/* The same stream again, as far as that. */
static void
assert_beginning (Digest *received, guint64 bytes)
{
  g_autoptr (Stream) stream = stream_new (STREAM_BINARY, bytes, SEED);
  g_autoptr (Digest) beginning = digest_new ();
  guint64 left = digest_bytes (received);

  while (left > 0) {
    g_autoptr (GBytes) piece = stream_next (stream);
    gsize size;
    gconstpointer data;

    fail_unless (piece != NULL, "more than was sent");
    data = g_bytes_get_data (piece, &size);
    size = MIN (size, left);
    digest_add (beginning, data, size);
    left -= size;
  }
  digest_compare (beginning, received, "the beginning");
}

gchar *
tls_pair_wait_receiver (TlsPair *self)
{
  g_autoptr (GstMessage) message =
      support_wait_message (self->receiver, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  /* What it has received it shall have received. */
  gst_element_set_state (self->receiver, GST_STATE_NULL);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    digest_compare (stream_digest (self->stream), self->received, "all of it");
    return NULL;
  }

  gst_message_parse_error (message, &error, NULL);
  fail_unless (error->domain == GST_RESOURCE_ERROR, "%s: %s", g_quark_to_string (error->domain),
      error->message);
  assert_beginning (self->received, self->bytes);

  return g_strdup (error->message);
}
