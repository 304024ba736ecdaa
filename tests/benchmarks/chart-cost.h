/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

#include <stdio.h>

G_BEGIN_DECLS

#define COST_MAX_POINTS 16
#define COST_MAX_SERIES 8

/* What messages of some sizes cost one who receives them. */
typedef struct
{
  const char *name;
  guint n_points;
  double sizes[COST_MAX_POINTS]; /* bytes, each larger than the one before */
  double costs[COST_MAX_POINTS]; /* microseconds of processor time a message */
} CostSeries;

typedef struct
{
  const char *title;
  const char *note; /* one line */
  CostSeries series[COST_MAX_SERIES];
  guint n_series;
} CostChart;

/* Draws cost over size, both logarithmic: where cost grows with the size and no faster, it is a straight
 * line of the slope that is drawn beside it.  Figures are in the description, too. */
gboolean cost_chart_write (const CostChart *self, FILE *file, GError **error);

G_END_DECLS
