/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "match.h"

G_BEGIN_DECLS

/* What is measured in one run, in the order of the table of details. */
typedef enum
{
  MEASURE_MESSAGE_RATE,
  MEASURE_BYTE_RATE,
  MEASURE_SENDER_CPU,
  MEASURE_RECEIVER_CPU,
  MEASURE_SENDER_USER_CPU,
  MEASURE_RECEIVER_USER_CPU,
  MEASURE_SENDER_CALLS,
  MEASURE_RECEIVER_CALLS,
  MEASURE_SENDS,
  MEASURE_OPTIONS,
  MEASURE_RECEIVES,
  MEASURE_PACKETS,
  MEASURE_WIRE_BYTES,
  MEASURE_RECORDS,
  MEASURE_SENDER_COPIED,
  MEASURE_RECEIVER_COPIED,
  MEASURE_SENDER_PEAK,
  MEASURE_RECEIVER_PEAK,
  MEASURE_ROUND_TRIP,
  MEASURE_ROUND_TRIP_P99,
  MEASURE_HANDSHAKES,
  MEASURE_LATENESS,
  MEASURE_ARRIVAL,
  N_MEASURES
} Measure;

typedef struct
{
  const char *key;     /* in CSV */
  const char *heading; /* in the table of details */
  const char *unit;
  guint decimals;
  gboolean less_is_better;
} MeasureInfo;

extern const MeasureInfo measure_infos[N_MEASURES];

/* What could not be measured is NAN. */
typedef struct
{
  double values[N_MEASURES];
} Measures;

/* After a run; in the sender's network namespace. */
void measures_fill (Measures *self, Match *match);

/* The median, or of an even number the lower of the two in the middle; NAN where none is known. */
double measures_median (const Measures *runs, guint n, Measure measure);

/* How much better @ours is than @peer's, whether more is better or less. */
double measure_compare (Measure measure, double ours, double peer);

G_END_DECLS
