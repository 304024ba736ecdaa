/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define AXIS_MAX_TICKS 16

/* A range of values with round ends, where its ticks are, and where a value lies. */
typedef struct
{
  double min, max;
  gboolean logarithmic;
  guint n_ticks;
  double ticks[AXIS_MAX_TICKS];
} Axis;

/* From 0 to something round that is not less than @largest, with at most about @n_ticks steps. */
Axis axis_linear (double largest, guint n_ticks);

/* From something round that is not more than @smallest, which must be greater than 0. */
Axis axis_logarithmic (double smallest, double largest);

/* A linear axis, or, where that would show the small values as nothing, a logarithmic one. */
Axis axis_for_range (double smallest, double largest, guint n_ticks);

/* Returns: 0 for the axis's minimum to 1 for its maximum; what is outside is moved to the end */
double axis_place (const Axis *self, double value);

G_END_DECLS
