/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "match.h"

G_BEGIN_DECLS

/* A TCP connection of one side of a match, without any library: it connects, or it listens, says
 * so, and takes the one who comes.  Returns: -1 on error */
int tcp_socket_open (const Match *match, gboolean sender, GError **error);

/* Only the one or the other, at @host. */
int tcp_socket_connect (const char *host, guint port, GError **error);
int tcp_socket_listen (const char *host, guint port, GError **error);
int tcp_socket_accept (int listener, GError **error);

G_END_DECLS
