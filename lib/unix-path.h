/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

/*
 * A path in the file system on which a Unix socket listens: make room, bind, listen, look whether it
 * is held.  Several processes may want the same path at the same time; one of them gets it.
 *
 * Nobody who lives loses a path.  What a dead process has left refuses whoever connects, but so does
 * a socket between bind and listen.  So what refuses is renamed before it is removed, and asked again: by
 * then it may listen, and is put back.  If it begins to listen even later, its owner finds that it does
 * not hold the path, and tries again.
 */

/* Removes a socket on which nobody listens.  What is no socket is an error and stays; so does a socket
 * on which somebody listens, and binding tells. */
gboolean unix_path_make_room (const gchar *path, GError **error);

/* Binds a new socket, with these permissions; @mode negative: what the umask leaves.  There is no
 * moment at which it has others, and nobody can connect before it listens.  The path is removed
 * when the socket is freed, if it is still the socket's. */
gboolean unix_path_bind (GSocket *socket, const gchar *path, gint mode, GError **error);

/* Whether the path is still that of a socket that was bound to it. */
gboolean unix_path_is_held (GSocket *socket);
