/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

/* Binds a new socket to a path in the file system, with these permissions; @mode negative: what the
 * umask leaves.  There is no moment at which the path has wider ones, and nobody can connect before
 * the socket listens.
 *
 * A socket that a dead process has left there is replaced.  What is no socket is an error and stays,
 * and so does the path of a process that lives, whether it listens yet or not.  It does not notice
 * that it was looked at.  Of several that want the same stale path at the same time one gets it.
 *
 * The path is removed when the socket is freed, if it is still this socket's. */
gboolean unix_path_bind (GSocket *socket, const gchar *path, gint mode, GError **error);
