/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef gboolean (*CrewFunc) (guint i, gpointer data, GError **error);

/* Calls @func for 0 to @n - 1, each in a thread of its own; one alone in the calling thread.  The
 * first error leaves the others to their work, and with them the call: whoever waits for the process
 * has to end it.  FALSE: there was an error */
gboolean crew_run (guint n, CrewFunc func, gpointer data, GError **error);

G_END_DECLS
