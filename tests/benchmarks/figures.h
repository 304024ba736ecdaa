/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is measured in one run, in the order of the table. */
typedef enum
{
  FIGURE_WRITES,
  FIGURE_BYTES,
  FIGURE_PACKETS,
  FIGURE_WIRE_BYTES,
  FIGURE_RECORDS,
  FIGURE_RETRANSMITS,
  FIGURE_SENDS,
  FIGURE_SOCKET_OPTIONS,
  FIGURE_SECONDS,
  FIGURE_SENDER_CPU,
  FIGURE_RECEIVER_CPU,
  FIGURE_LATENCY_P50,
  FIGURE_LATENCY_P99,
  FIGURE_LATENCY_MAX,
  FIGURE_UNTIMED,
  FIGURE_HASH_WAIT,
  FIGURE_PUSH_LATE_P50,
  FIGURE_PUSH_LATE_P99,
  N_FIGURES
} Figure;

typedef struct
{
  const char *key;     /* in JSON */
  const char *heading; /* in the table; NULL: in JSON only */
  guint decimals;
} FigureInfo;

extern const FigureInfo figure_infos[N_FIGURES];

/* A figure that could not be measured is NAN. */
typedef struct
{
  double values[N_FIGURES];
} Figures;

/* The median of each figure over @n runs; of an even number the lower of the two in the middle, so
 * that a count stays a count. */
Figures figures_median (const Figures *runs, guint n);

/* @more_decimals: than the table shows, of a figure that has any
 * Returns: @missing for a figure that could not be measured */
char *
figures_format (const Figures *figures, Figure figure, guint more_decimals, const char *missing);

G_END_DECLS
