/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What the engine takes for a socket. */

#include "config.h"

#include "tls-session-wire.h"

#include <errno.h>

static ssize_t
push (gnutls_transport_ptr_t pointer, const void *data, size_t size)
{
  byte_queue_append (&((TlsSession *)pointer)->outgoing, data, size);

  return size;
}

/* Keeps track of where records end. */
static void
follow_records (TlsSession *self, const guint8 *data, gsize size)
{
  while (size > 0) {
    gsize n;

    if (self->header_size < TLS_HEADER_SIZE) {
      n = MIN (size, TLS_HEADER_SIZE - self->header_size);
      memcpy (self->header + self->header_size, data, n);
      self->header_size += n;
      if (self->header_size == TLS_HEADER_SIZE)
        self->record_left = self->header[3] << 8 | self->header[4];
    } else {
      n = MIN (size, self->record_left);
      self->record_left -= n;
    }
    if (self->header_size == TLS_HEADER_SIZE && self->record_left == 0)
      self->header_size = 0;
    data += n;
    size -= n;
  }
}

static ssize_t
pull (gnutls_transport_ptr_t pointer, void *data, size_t size)
{
  TlsSession *self = pointer;
  gsize n = MIN (size, byte_queue_get_length (&self->incoming));

  /* It never hears of the end: the whole session would be invalid then, and whoever has closed one
   * half may well listen. */
  if (n == 0) {
    gnutls_transport_set_errno (self->session, EAGAIN);
    return -1;
  }

  memcpy (data, byte_queue_peek (&self->incoming), n);
  follow_records (self, data, n);
  byte_queue_skip (&self->incoming, n);

  return n;
}

gssize
tls_session_correct_code (TlsSession *self, gssize code)
{
  if (code != GNUTLS_E_AGAIN || !self->is_incoming_over ||
      byte_queue_get_length (&self->incoming) > 0)
    return code;

  self->is_record_cut = self->header_size > 0;

  return GNUTLS_E_PREMATURE_TERMINATION;
}

/* Never waits; GnuTLS asks it in the handshake only. */
static int
pull_timeout (gnutls_transport_ptr_t pointer, unsigned int ms)
{
  TlsSession *self = pointer;

  return byte_queue_get_length (&self->incoming) > 0 || self->is_incoming_over;
}

void
tls_session_set_up_wire (TlsSession *self)
{
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_push_function (self->session, push);
  gnutls_transport_set_pull_function (self->session, pull);
  gnutls_transport_set_pull_timeout_function (self->session, pull_timeout);
}
