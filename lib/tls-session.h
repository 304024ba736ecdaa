/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "byte-queue.h"
#include "tls-context-private.h"
#include "transport-tls.h"

/*
 * The engine: plaintext on one side, records on the other, and no socket anywhere.  What GnuTLS wants
 * to send it appends to @outgoing, which never fails; what it wants to receive it takes from
 * @incoming, or is told to come again.  Not thread-safe: who calls has the lock.
 */
#define TLS_MAX_OPENING 64
#define TLS_HEADER_SIZE 5

typedef struct
{
  gnutls_session_t session;
  GstGioSocketTlsContext *context;
  gchar *peer_name; /* (nullable): what a server's certificate has to be for */

  ByteQueue outgoing;
  ByteQueue incoming;
  gboolean is_incoming_over; /* the socket's end has come */
  gboolean is_record_cut;    /* it was in the middle of a record */

  guint8 header[TLS_HEADER_SIZE]; /* of the record that the engine reads */
  gsize header_size;
  gsize record_left;

  guint8 opening[TLS_MAX_OPENING]; /* what came first */
  gsize opening_size;
  gboolean is_open; /* the handshake is over */
  gboolean has_new_ticket;
  guint n_refusals;     /* of renegotiation */
  gboolean is_refusing; /* the last thing that came was such a wish */

  GstGioSocketTlsAcceptFunc accept;
  gpointer accept_data;
  gchar *distrust;                     /* why the peer's certificate was not accepted */
  GTlsCertificateFlags distrust_flags; /* the same */
} TlsSession;

TlsSession *tls_session_new (GstGioSocketTlsContext *context, const gchar *host, GError **error);
void tls_session_free (TlsSession *self);

/* One step: GNUTLS_E_SUCCESS, GNUTLS_E_AGAIN when @incoming has too little, or fatal. */
int tls_session_handshake (TlsSession *self);

/* Puts bytes into records, of the size that the peer allows.  Returns: how many, or fatal. */
int tls_session_send (TlsSession *self, const guint8 *data, gsize size);

/* Returns: how many bytes, GNUTLS_E_AGAIN when @incoming has too little; 0 at the end; or fatal. */
gssize tls_session_receive (TlsSession *self, guint8 *data, gsize size);

/* Takes what the socket gave. */
void tls_session_note_opening (TlsSession *self, const guint8 *data, gsize size);

/* The words for a fatal code. */
void tls_session_set_error (TlsSession *self, int code, GError **error);
