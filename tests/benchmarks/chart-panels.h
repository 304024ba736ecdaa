/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "chart.h"

#include <cairo.h>

G_BEGIN_DECLS

/* The parts of a chart, one below the other, each as wide as the chart. */
#define CHART_WIDTH 880.0
#define CHART_MARGIN 20.0

double chart_bars_get_height (const Chart *chart);
void chart_bars_draw (cairo_t *cr, const Chart *chart, double y);

double chart_latency_get_height (const Chart *chart);
void chart_latency_draw (cairo_t *cr, const Chart *chart, double y);

double chart_arrivals_get_height (const Chart *chart);
void chart_arrivals_draw (cairo_t *cr, const Chart *chart, double y);

G_END_DECLS
