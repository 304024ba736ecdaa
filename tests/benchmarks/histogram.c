/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "histogram.h"

#define STEPS (1u << HISTOGRAM_STEPS_BITS)

/* Values below STEPS have a bucket each; above, every power of two is cut into STEPS buckets. */
static guint
bucket_of (guint64 value)
{
  guint shift;

  if (value < STEPS)
    return value;

  shift = 63 - __builtin_clzll (value) - HISTOGRAM_STEPS_BITS;
  return ((shift + 1) << HISTOGRAM_STEPS_BITS) + (value >> shift) - STEPS;
}

static guint64
middle_of (guint bucket)
{
  guint shift;

  if (bucket < STEPS)
    return bucket;

  shift = (bucket >> HISTOGRAM_STEPS_BITS) - 1;
  return ((guint64)((bucket & (STEPS - 1)) + STEPS) << shift) + (((guint64)1 << shift) >> 1);
}

void
histogram_add (Histogram *histogram, guint64 value)
{
  histogram->count++;
  histogram->max = MAX (histogram->max, value);
  histogram->buckets[bucket_of (value)]++;
}

void
histogram_merge (Histogram *histogram, const Histogram *other)
{
  histogram->count += other->count;
  histogram->max = MAX (histogram->max, other->max);
  for (guint i = 0; i < HISTOGRAM_BUCKETS; i++)
    histogram->buckets[i] += other->buckets[i];
}

guint64
histogram_quantile (const Histogram *histogram, double fraction)
{
  guint64 rank = histogram->count * fraction;

  for (guint i = 0; i < HISTOGRAM_BUCKETS; i++) {
    if (histogram->buckets[i] > rank)
      return MIN (middle_of (i), histogram->max);
    rank -= histogram->buckets[i];
  }

  return histogram->max;
}
