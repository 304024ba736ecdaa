/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel knows about the TCP sockets of this process's network namespace.  Looking does
 * not disturb: a server that takes one client only must not be probed with a connection. */

gboolean tcp_table_is_listening (guint port);

/* Is there an established connection to a remote @port? */
gboolean tcp_table_is_connected (guint port);

typedef struct
{
  gboolean found;
  guint64 segments;    /* sent, with and without payload */
  guint64 retransmits; /* among them */
} TcpFigures;

/* TCP_INFO of the connection of this process to a remote @port. */
TcpFigures tcp_table_get_figures (guint port);

G_END_DECLS
