/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "spread.h"

#include <math.h>
#include <stdlib.h>

static int
compare (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

double
spread_median (double *values, guint n)
{
  guint n_known = 0;

  for (guint i = 0; i < n; i++)
    if (!isnan (values[i]))
      values[n_known++] = values[i];
  if (n_known == 0)
    return NAN;

  qsort (values, n_known, sizeof *values, compare);
  return values[(n_known - 1) / 2];
}
