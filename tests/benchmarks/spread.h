/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The median of those of @values that are not NAN; of an even number the lower of the two in the
 * middle, so that a count stays a count.  NAN: there are none.  Sorts @values. */
double spread_median (double *values, guint n);

G_END_DECLS
