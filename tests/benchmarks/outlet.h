/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "fragment.h"
#include "tls-identity.h"

G_BEGIN_DECLS

/* Where a sender puts what it replays.  It is connected before anything is sent: connecting belongs
 * to the start, not to the latency of the first message. */
typedef struct _Outlet Outlet;

/* @data: stays as it is and where it is
 * @cork: what is sent from here on may be held back; what was sent before !@corked may not
 * @end: there will be no more; FALSE: and not all of it has left
 * @free: also in the middle */
typedef struct
{
  gboolean (*send) (Outlet *self, gconstpointer data, gsize size, GError **error);
  void (*cork) (Outlet *self, gboolean corked);
  gboolean (*end) (Outlet *self, GError **error);
  void (*free) (Outlet *self);
} OutletClass;

struct _Outlet
{
  const OutletClass *klass;
};

/* A launch fragment.  Returns: NULL on error */
Outlet *outlet_open_pipeline (const char *description, const FragmentPlace *place, GError **error);

/* TLS as SPICE does it: every piece that it is given is a record and a system call of its own, on a
 * socket with TCP_NODELAY, which is corked and uncorked.  Returns: NULL on error */
Outlet *
outlet_open_spice_tls (const char *host, guint port, const TlsIdentity *identity, GError **error);

G_END_DECLS
