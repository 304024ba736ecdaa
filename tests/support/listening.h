/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

/* The TCP port, over IPv4, on which a process listens; 0: on none.  The kernel is asked, and not
 * the process by connecting to it. */
guint listening_port (const gchar *pid);
