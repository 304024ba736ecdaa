/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

/* How often GLib has made what wakes a thread that waits: an eventfd, whose maker this replaces. */
gint wakeups_count (void);
