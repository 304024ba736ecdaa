/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tls-session.h"

#include "tls-error.h"
#include "tls-session-wire.h"
#include "tls-trust.h"

/* --- trust --------------------------------------------------------------- */

static gboolean
ask (TlsSession *self, GTlsCertificateFlags flags)
{
  g_autoptr (GPtrArray) chain = NULL;

  if (self->accept == NULL)
    return FALSE;

  chain = gst_gio_socket_tls_trust_get_chain (self->session);

  return chain != NULL && self->accept (chain, flags, self->accept_data);
}

static int
verify (gnutls_session_t session)
{
  TlsSession *self = gnutls_session_get_ptr (session);
  const GstGioSocketTlsSettings *settings = &self->context->settings;

  g_clear_pointer (&self->distrust, g_free);
  if (gnutls_auth_get_type (session) != GNUTLS_CRD_CERTIFICATE ||
      gnutls_certificate_get_peers (session, NULL) == NULL)
    return 0;

  self->distrust_flags = gst_gio_socket_tls_trust_check (session, !self->context->is_server,
      self->peer_name, settings->validation_flags, &self->distrust);

  return self->distrust_flags == 0 || ask (self, self->distrust_flags) ? 0
                                                                       : GNUTLS_E_CERTIFICATE_ERROR;
}

/* --- tickets ------------------------------------------------------------- */

static void
keep_ticket (TlsSession *self)
{
  gnutls_datum_t data = { 0 };

  self->has_new_ticket = FALSE;
  if (self->peer_name == NULL || gnutls_session_get_data2 (self->session, &data) < 0)
    return;

  gst_gio_socket_tls_context_give_ticket (self->context, self->peer_name, &data);
  gnutls_memset (data.data, 0, data.size);
  gnutls_free (data.data);
}

/* Not kept here: GnuTLS would look for more of them and swallow what comes behind. */
static int
ticket_came (gnutls_session_t session, unsigned int type, unsigned int when, unsigned int incoming,
    const gnutls_datum_t *message)
{
  TlsSession *self = gnutls_session_get_ptr (session);

  self->has_new_ticket = incoming;

  return 0;
}

static void
set_up_tickets (TlsSession *self)
{
  g_autoptr (GBytes) ticket = NULL;
  gconstpointer data;
  gsize size;

  if (self->context->is_server) {
    gnutls_session_ticket_enable_server (self->session, &self->context->ticket_key);
    return;
  }

  gnutls_handshake_set_hook_function (self->session, GNUTLS_HANDSHAKE_NEW_SESSION_TICKET,
      GNUTLS_HOOK_POST, ticket_came);
  ticket = gst_gio_socket_tls_context_take_ticket (self->context, self->peer_name);
  if (ticket != NULL) {
    data = g_bytes_get_data (ticket, &size);
    gnutls_session_set_data (self->session, data, size);
  }
}

/* --- making one ---------------------------------------------------------- */

static int
set_up_alpn (TlsSession *self)
{
  gchar **protocols = self->context->alpn_protocols;
  guint n = protocols != NULL ? g_strv_length (protocols) : 0;
  g_autofree gnutls_datum_t *list = g_new0 (gnutls_datum_t, n + 1);

  if (n == 0)
    return GNUTLS_E_SUCCESS;

  for (guint i = 0; i < n; i++)
    list[i] = (gnutls_datum_t){ (unsigned char *)protocols[i], strlen (protocols[i]) };
  /* A server that knows none of its client's protocols says so instead of guessing, and takes the one
   * that it likes best. */
  return gnutls_alpn_set_protocols (self->session, list, n,
      GNUTLS_ALPN_MANDATORY | GNUTLS_ALPN_SERVER_PRECEDENCE);
}

static void
set_up_credentials (TlsSession *self)
{
  GstGioSocketTlsContext *context = self->context;

  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, context->certificates);
  if (context->psk_client != NULL)
    gnutls_credentials_set (self->session, GNUTLS_CRD_PSK, context->psk_client);
  if (context->psk_server != NULL)
    gnutls_credentials_set (self->session, GNUTLS_CRD_PSK, context->psk_server);

  gnutls_session_set_verify_function (self->session, verify);
  if (!context->is_server)
    return;

  switch (context->settings.client_authentication) {
    case GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUIRE:
      gnutls_certificate_server_set_request (self->session, GNUTLS_CERT_REQUIRE);
      break;
    case GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUEST:
      gnutls_certificate_server_set_request (self->session, GNUTLS_CERT_REQUEST);
      break;
    default:
      break;
  }
}

static void
set_up_name (TlsSession *self)
{
  g_autoptr (GInetAddress) address = NULL;

  if (self->context->is_server || self->peer_name == NULL)
    return;

  /* An address is not a name that may be asked for. */
  address = g_inet_address_new_from_string (self->peer_name);
  if (address == NULL)
    gnutls_server_name_set (self->session, GNUTLS_NAME_DNS, self->peer_name,
        strlen (self->peer_name));
}

void
tls_session_free (TlsSession *self)
{
  gnutls_deinit (self->session);
  g_object_unref (self->context);
  byte_queue_clear (&self->outgoing);
  byte_queue_clear (&self->incoming);
  g_free (self->peer_name);
  g_free (self->distrust);
  g_free (self);
}

TlsSession *
tls_session_new (GstGioSocketTlsContext *context, const gchar *host, GError **error)
{
  TlsSession *self = g_new0 (TlsSession, 1);
  const gchar *name = context->settings.server_name;
  /* A client shows its certificate whoever the server says to trust: "issuer unknown" helps more than
   * "no certificate". */
  int code = gnutls_init (&self->session,
      (context->is_server ? GNUTLS_SERVER : GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT) |
          GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

  if (code < 0) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC, "TLS failed: %s", gnutls_strerror (code));
    g_free (self);
    return NULL;
  }

  self->context = g_object_ref (context);
  self->peer_name = g_strdup (name != NULL ? name : host);
  gnutls_session_set_ptr (self->session, self);
  tls_session_set_up_wire (self);
  gnutls_priority_set (self->session, context->priority);
  /* Whoever waits has the time limit. */
  gnutls_handshake_set_timeout (self->session, GNUTLS_INDEFINITE_TIMEOUT);
  set_up_credentials (self);
  set_up_name (self);
  set_up_tickets (self);
  code = set_up_alpn (self);
  if (code < 0) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC, "alpn-protocols cannot be used: %s",
        gnutls_strerror (code));
    tls_session_free (self);
    return NULL;
  }

  return self;
}

/* --- working ------------------------------------------------------------- */

/* The engine has an alert for each of its codes, but not always the one that helps the peer. */
static void
tell_peer (TlsSession *self, int code)
{
  if (code == GNUTLS_E_CERTIFICATE_ERROR)
    gnutls_alert_send (self->session, GNUTLS_AL_FATAL,
        gst_gio_socket_tls_trust_get_alert (self->distrust_flags));
  else if (code == GNUTLS_E_NO_CERTIFICATE_FOUND)
    gnutls_alert_send (self->session, GNUTLS_AL_FATAL, GNUTLS_A_HANDSHAKE_FAILURE);
  else
    gnutls_alert_send_appropriate (self->session, code);
}

int
tls_session_handshake (TlsSession *self)
{
  int code;

  /* Warnings and the like: what comes next matters. */
  do
    code = tls_session_correct_code (self, gnutls_handshake (self->session));
  while (code < 0 && code != GNUTLS_E_AGAIN && !gnutls_error_is_fatal (code));

  /* For a greeting of SSL 2.0 the engine would wait, and takes many things for one. */
  if (code == GNUTLS_E_AGAIN && self->opening_size >= TLS_HEADER_SIZE &&
      !gst_gio_socket_tls_error_is_tls (self->opening, self->opening_size))
    code = GNUTLS_E_UNEXPECTED_PACKET;

  /* The engine asks about certificates that are sent, and a session that is resumed sends none. */
  if (code == GNUTLS_E_SUCCESS && gnutls_session_is_resumed (self->session))
    code = verify (self->session);

  self->is_open = code == GNUTLS_E_SUCCESS;
  if (self->is_open && !self->context->is_server &&
      gnutls_protocol_get_version (self->session) < GNUTLS_TLS1_3)
    keep_ticket (self);
  if (code < 0 && code != GNUTLS_E_AGAIN)
    tell_peer (self, code);

  return code;
}

int
tls_session_send (TlsSession *self, const guint8 *data, gsize size)
{
  int n_records;

  for (n_records = 0; size > 0; n_records++) {
    gssize n = gnutls_record_send (self->session, data, size);

    if (n < 0)
      return n;
    data += n;
    size -= n;
  }

  return n_records;
}

#define MAX_REFUSALS 4

static gboolean
has_more (const TlsSession *self, gsize before)
{
  gsize now = byte_queue_get_length (&self->incoming);

  return now > 0 && now < before;
}

/* Nobody gets a second handshake, whoever asks; and who asks for ever gets no answer either. */
static gboolean
refuse_handshake (TlsSession *self)
{
  if (self->n_refusals++ == MAX_REFUSALS)
    return FALSE;

  gnutls_alert_send (self->session, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION);
  self->is_refusing = TRUE;

  return TRUE;
}

/* As a server, the engine keeps the client's first message for the handshake that will not be, and
 * complains about it, and drops it, when it is asked for data next. */
static gboolean
is_refused_message (TlsSession *self, gssize code)
{
  gboolean is_refused = self->is_refusing && code == GNUTLS_E_UNEXPECTED_PACKET;

  self->is_refusing = FALSE;

  return is_refused;
}

gssize
tls_session_receive (TlsSession *self, guint8 *data, gsize size)
{
  while (TRUE) {
    gsize before = byte_queue_get_length (&self->incoming);
    gssize n = tls_session_correct_code (self, gnutls_record_recv (self->session, data, size));

    if (self->has_new_ticket)
      keep_ticket (self);

    if (is_refused_message (self, n) || (n == GNUTLS_E_REHANDSHAKE && refuse_handshake (self)) ||
        (n == GNUTLS_E_AGAIN && has_more (self, before))) /* it was a ticket or the like */
      continue;
    if (n >= 0 || n == GNUTLS_E_AGAIN || n == GNUTLS_E_REHANDSHAKE)
      return n;
    if (gnutls_error_is_fatal (n)) {
      if (n != GNUTLS_E_FATAL_ALERT_RECEIVED && n != GNUTLS_E_PREMATURE_TERMINATION)
        gnutls_alert_send_appropriate (self->session, n);
      return n;
    }
  }
}

void
tls_session_note_opening (TlsSession *self, const guint8 *data, gsize size)
{
  gsize n = MIN (size, sizeof (self->opening) - self->opening_size);

  memcpy (self->opening + self->opening_size, data, n);
  self->opening_size += n;
}

void
tls_session_set_error (TlsSession *self, int code, GError **error)
{
  if (code == GNUTLS_E_CERTIFICATE_ERROR || code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
    g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "the peer is not trusted: %s",
        self->distrust != NULL ? self->distrust : "its certificate was not accepted");
    return;
  }

  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED && self->n_refusals > 0) {
    g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_MISC,
        "the peer has asked for a renegotiation, which is refused, and has left");
    return;
  }

  gst_gio_socket_tls_error_set (error, self->session, code, self->opening,
      self->is_open ? 0 : self->opening_size);
}
