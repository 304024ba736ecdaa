/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers for people. */

/* "10,348" */
char *quantity_format_count (double value);

/* "10 k", "1.5 M": three digits at most, in thousands as far as it goes. */
char *quantity_format_short (double value);

/* "0 B", "1.5 kB", "200 MB": powers of 1000. */
char *quantity_format_bytes (double value);

/* "0.008", "12.3": three digits that mean something, no exponent */
char *quantity_format_plain (double value);

G_END_DECLS
