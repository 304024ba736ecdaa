/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "figures.h"
#include "histogram.h"
#include "timeline.h"

#include <stdio.h>

G_BEGIN_DECLS

/* One contestant. */
typedef struct
{
  const char *name;
  const char *error;          /* NULL: what follows is there */
  const Figures *figures;     /* as in the table */
  const Histogram *latencies; /* nanoseconds */
} ChartSeries;

typedef struct
{
  const char *title;
  const char *note; /* below the title; lines */
  const ChartSeries *series;
  guint n_series;

  /* When messages arrived at one contestant's receiver.  NULL: not to be drawn. */
  const Timeline *arrivals;
  const char *arrivals_name;
} Chart;

/* Draws packets, bytes on the wire and latencies of all, and the arrivals of one, and writes it to
 * @file as SVG.  Names and figures are in its description, too, for those who cannot see it. */
gboolean chart_write (const Chart *self, FILE *file, GError **error);

G_END_DECLS
