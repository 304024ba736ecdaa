/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

/* Stands between a client and a server, and passes on what one of them sends to the other, but for
 * one thing that goes wrong on one of the two ways.  It knows where a TLS record begins, and nothing
 * else of TLS.  A ChangeCipherSpec is no record to it: it says nothing, and nobody protects it.  For one connection; everything asserts. */
typedef struct _TlsProxy TlsProxy;

typedef enum
{
  TLS_PROXY_TO_SERVER,
  TLS_PROXY_TO_CLIENT,
} TlsProxyWay;

typedef enum
{
  TLS_PROXY_PASS,
  TLS_PROXY_CUT, /* what comes before the place, then the end of the stream; the other way stays */
  TLS_PROXY_RESET, /* what comes before the place, then a reset of both connections */
  TLS_PROXY_STALL, /* what comes before the place, then nothing */
  TLS_PROXY_FLIP,  /* the bits of @mask in the byte at the place */
} TlsProxyFault;

typedef struct
{
  TlsProxyFault fault;
  TlsProxyWay way;
  /* The place: so many bytes from the first byte of that record, which may be beyond its end. */
  guint record;
  guint64 byte;
  guint8 mask;
  gsize segment; /* at most so many bytes at once, on both ways; 0: as they come */
} TlsProxyPlan;

/* A record's header. */
#define TLS_PROXY_TYPE 0
#define TLS_PROXY_LENGTH 3
#define TLS_PROXY_BODY 5

/* Between whoever connects to *@port and a server on @server_port. */
TlsProxy *tls_proxy_new (guint server_port, const TlsProxyPlan *plan, guint *port);

/* Ends both connections. */
void tls_proxy_free (TlsProxy *self);

/* What has come on that way, passed on or not. */
guint64 tls_proxy_bytes (TlsProxy *self, TlsProxyWay way);

/* How many records have begun. */
guint tls_proxy_records (TlsProxy *self, TlsProxyWay way);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsProxy, tls_proxy_free)
