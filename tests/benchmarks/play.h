/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "match.h"

G_BEGIN_DECLS

/* What a process does in a match, each until its end; it leaves its figures in the score. */

/* A loop over send(), with a player's framing where the player receives. */
gboolean play_plain_send (Match *match, GError **error);

/* A loop over recv(). */
gboolean play_plain_receive (Match *match, GError **error);

/* Loops over recv() that cut the stream: into one buffer, and into lists of many. */
gboolean play_message_receive (Match *match, GError **error);
gboolean play_buffer_receive (Match *match, GError **error);

/* The same over TLS, with GnuTLS; without framing. */
gboolean play_tls_send (Match *match, GError **error);
gboolean play_tls_receive (Match *match, GError **error);

/* The player's launch fragments. */
gboolean play_pipeline_send (Match *match, GError **error);
gboolean play_pipeline_receive (Match *match, GError **error);

/* Round trips of one message at a time, over a connection in either direction: who begins, and who
 * sends everything back. */
gboolean play_plain_ping (Match *match, GError **error);
gboolean play_plain_pong (Match *match, GError **error);
gboolean play_pipeline_ping (Match *match, GError **error);
gboolean play_pipeline_pong (Match *match, GError **error);

/* Connections, one after the other, each for a handshake: who makes them, and who takes them. */
gboolean play_tls_call (Match *match, GError **error);
gboolean play_tls_answer (Match *match, GError **error);
gboolean play_pipeline_call (Match *match, GError **error);

/* How late a wait ends in which nothing happens: a burst's end, and a condition variable's. */
gboolean play_pipeline_uncork (Match *match, GError **error);
gboolean play_plain_uncork (Match *match, GError **error);

G_END_DECLS
