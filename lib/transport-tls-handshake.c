/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Before the first byte: who is there? */

#include "config.h"

#include "tls-chain.h"
#include "tls-trust.h"
#include "transport-tls-private.h"

typedef struct
{
  GstGioSocketTransportTls *self;
  gint64 deadline; /* microseconds; -1: none */
  GCancellable *cancellable;
} Handshake;

/* Returns: microseconds; -1: no limit */
static gint64
get_time_left (const Handshake *handshake)
{
  return handshake->deadline < 0 ? -1 : MAX (handshake->deadline - g_get_monotonic_time (), 0);
}

static gboolean
wait (Handshake *handshake, GIOCondition condition, GError **error)
{
  GstGioSocketTransportTls *self = handshake->self;
  GSocket *socket = gst_gio_socket_transport_get_socket (GST_GIO_SOCKET_TRANSPORT (self));
  GError *cause = NULL;

  if (g_socket_condition_timed_wait (socket, condition, get_time_left (handshake),
          handshake->cancellable, &cause))
    return TRUE;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE,
        "the TLS handshake was not over after %u seconds (tls-handshake-timeout), of which the "
        "peer has used some to send %" G_GSIZE_FORMAT " bytes or more. Does it speak TLS?",
        self->session->context->settings.handshake_timeout, self->session->opening_size);
    g_error_free (cause);
  } else {
    g_propagate_error (error, cause);
  }

  return FALSE;
}

static gboolean
write_flight (Handshake *handshake, GError **error)
{
  TlsWriteResult result;

  while ((result = gst_gio_socket_transport_tls_try_write (handshake->self, error)) ==
      TLS_WRITE_BLOCKED) {
    if (!wait (handshake, G_IO_OUT, error))
      return FALSE;
  }

  return result == TLS_WRITE_DONE;
}

/* A peer that goes without a word has closed; the engine finds the words for that. */
static gboolean
read_flight (Handshake *handshake, GError **error)
{
  GError *cause = NULL;

  while (!gst_gio_socket_transport_tls_try_read (handshake->self, &cause)) {
    if (cause != NULL) {
      g_propagate_error (error, cause);
      return FALSE;
    }
    if (!wait (handshake, G_IO_IN, error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
shake_hands (Handshake *handshake, GError **error)
{
  TlsSession *session = handshake->self->session;

  while (TRUE) {
    int code = tls_session_handshake (session);

    if (code < 0 && code != GNUTLS_E_AGAIN) {
      tls_session_set_error (session, code, error);
      /* The alert tells the peer, if it is still there. */
      gst_gio_socket_transport_tls_try_write (handshake->self, NULL);
      return FALSE;
    }
    if (!write_flight (handshake, error))
      return FALSE;
    if (code == GNUTLS_E_SUCCESS)
      return TRUE;
    if (!read_flight (handshake, error))
      return FALSE;
  }
}

static void
note_result (GstGioSocketTransportTls *self)
{
  gnutls_session_t session = self->session->session;
  gnutls_datum_t protocol = { 0 };
  char *description = gnutls_session_get_desc (session);

  self->version = g_strdup (gnutls_protocol_get_name (gnutls_protocol_get_version (session)));
  self->cipher = g_strdup (description);
  gnutls_free (description);
  if (gnutls_alpn_get_selected_protocol (session, &protocol) == GNUTLS_E_SUCCESS)
    self->alpn = gst_gio_socket_tls_clean_text ((const gchar *)protocol.data, protocol.size);
  gst_gio_socket_tls_trust_describe (session, &self->peer_subject, &self->peer_fingerprint);
  self->is_resumed = gnutls_session_is_resumed (session) != 0;
  self->is_receiving = TRUE;
}

/**
 * gst_gio_socket_transport_tls_handshake:
 * @self: the transport, before anything is sent or received
 * @cancellable: (nullable): ends the wait
 * @error: %G_TLS_ERROR with words for the user, or %G_IO_ERROR
 *
 * Finds out who is there and agrees on keys, for as long as the context's settings allow.
 *
 * Returns: whether there is a TLS connection
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_transport_tls_handshake (GstGioSocketTransportTls *self, GCancellable *cancellable,
    GError **error)
{
  guint seconds = self->session->context->settings.handshake_timeout;
  Handshake handshake = {
    .self = self,
    .deadline = seconds > 0 ? g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND : -1,
    .cancellable = cancellable,
  };

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !shake_hands (&handshake, error))
    return FALSE;

  note_result (self);

  return TRUE;
}
