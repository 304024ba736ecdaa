/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "outlet.h"

#include "tcp-socket.h"
#include "tls-stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* red-stream.cpp of spice 0.15: without TLS a call's pieces are one writev(); with TLS each is one
 * SSL_write(), and OpenSSL, as GnuTLS, makes a record and a system call of it. */
typedef struct
{
  Outlet parent;
  int fd;
  TlsCredentials credentials;
  TlsStream stream;
} SpiceOutlet;

static void
set_option (SpiceOutlet *self, int option, int value)
{
  setsockopt (self->fd, IPPROTO_TCP, option, &value, sizeof value);
}

static gboolean
spice_send (Outlet *outlet, gconstpointer data, gsize size, GError **error)
{
  return tls_stream_send (&((SpiceOutlet *)outlet)->stream, data, size, error);
}

static void
spice_cork (Outlet *outlet, gboolean corked)
{
  set_option ((SpiceOutlet *)outlet, TCP_CORK, corked);
}

static gboolean
spice_end (Outlet *outlet, GError **error)
{
  SpiceOutlet *self = (SpiceOutlet *)outlet;

  tls_stream_end (&self->stream);
  shutdown (self->fd, SHUT_WR);
  return TRUE;
}

static void
spice_free (Outlet *outlet)
{
  SpiceOutlet *self = (SpiceOutlet *)outlet;

  tls_stream_clear (&self->stream);
  tls_credentials_clear (&self->credentials);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

Outlet *
outlet_open_spice_tls (const char *host, guint port, const TlsIdentity *identity, GError **error)
{
  static const OutletClass klass = { spice_send, spice_cork, spice_end, spice_free };
  SpiceOutlet *self = g_new0 (SpiceOutlet, 1);

  self->parent.klass = &klass;
  self->fd = tcp_socket_connect (host, port, error);
  if (self->fd >= 0 && tls_credentials_init (&self->credentials, identity, FALSE, error) &&
      tls_stream_open (&self->stream, self->fd, &self->credentials, error)) {
    set_option (self, TCP_NODELAY, TRUE);
    return &self->parent;
  }

  spice_free (&self->parent);
  return NULL;
}
