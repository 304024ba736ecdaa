/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

/* What this process takes for the system's settings of proxies, instead of those of a desktop.  Before
 * anything asks for a proxy, and from then on. */
void proxies_set (const gchar *uri);
