/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "certificates.h"
#include "stream.h"

#include <gio/gio.h>

/* A program on the other end of the connection.  It runs in the folder of the certificates.  Everything asserts; nothing waits longer than
 * SUPPORT_PATIENCE, and who gives up says what the program had to say. */
typedef struct _Peer Peer;

/* Replaces every {port} by @port, {NAME.pem} and {NAME.txt} by what certificates_path() makes,
 * {NAME.py} by the path of a script beside this file, and every other {NAME} by that of a file in
 * the folder of the certificates. */
gchar *peer_expand (Certificates *certificates, const gchar *text, guint port);

/* Runs a command line, expanded, and without a shell. */
Peer *peer_spawn (Certificates *certificates, const gchar *command, guint port);

/* The same, and the program inherits this socket as its file descriptor 3. */
Peer *peer_spawn_with_socket (Certificates *certificates, const gchar *command, guint port,
    GSocket *socket);

/* Kills it, if it runs. */
void peer_free (Peer *self);

/* Waits until it listens on a TCP port over IPv4, and returns that port.  Nobody connects to find
 * out, so that it may be one that accepts only once. */
guint peer_wait_port (Peer *self);

/* Writes the stream to its standard input, in a thread of its own, and ends it.  The stream is
 * used until peer_wait_end() or peer_free(). */
void peer_feed (Peer *self, Stream *stream);

/* Writes that to its standard input, which stays open. */
void peer_say (Peer *self, const gchar *text);

/* Waits until it has written so much to its standard output. */
void peer_wait_bytes (Peer *self, guint64 bytes);

/* Ends its standard input. */
void peer_close_input (Peer *self);

/* Waits until it exits, and asserts that it does so with success. */
void peer_wait_end (Peer *self);

/* Of its standard output. */
Digest *peer_digest (Peer *self);

/* Waits until it has written that to its standard error; of very much, the last part is looked at. */
void peer_wait_log (Peer *self, const gchar *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)
