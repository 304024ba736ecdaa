/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Counts times of any length in constant memory, each to within 1 part in 256; the largest is
 * exact. */
#define HISTOGRAM_STEPS_BITS 8
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_STEPS_BITS + 1) << HISTOGRAM_STEPS_BITS)

typedef struct
{
  guint64 count;
  guint64 max;
  guint64 buckets[HISTOGRAM_BUCKETS];
} Histogram;

void histogram_add (Histogram *histogram, guint64 value);

/* Counts what @other has counted, too. */
void histogram_merge (Histogram *histogram, const Histogram *other);

/* @fraction: 0.5 is the median.  0 when nothing was counted. */
guint64 histogram_quantile (const Histogram *histogram, double fraction);

G_END_DECLS
