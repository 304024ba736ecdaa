/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns at @due_ns (CLOCK_MONOTONIC) or at once if that has passed, a microsecond or two late.
 * Returns the processor time that this took the calling thread, in nanoseconds. */
gint64 pace_until (gint64 due_ns);

G_END_DECLS
