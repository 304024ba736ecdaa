/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

/* Peers as nobody wants them: they hang up, reset, read nothing, send a little, or read to the end, as
 * it happens to be.  Whoever comes is served by one thread, and another one goes to whoever listens
 * on one of the abstract Unix sockets.  Everything asserts. */
typedef struct _Crowd Crowd;

/* @names: NULL-terminated, of those who are visited */
Crowd *crowd_new (const gchar *const *names, guint32 seed);

/* Where somebody accepts, and where nobody does: connecting is refused. */
guint crowd_port (Crowd *self);
guint crowd_refusing_port (Crowd *self);

void crowd_free (Crowd *self);
