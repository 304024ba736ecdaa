/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "chart-panels.h"

#include "plot.h"
#include "quantity.h"

#include <math.h>

#define HEADING 26.0
#define HEIGHT 130.0
#define BELOW 48.0
#define PLOT_X (CHART_MARGIN + 56)
#define PLOT_WIDTH (CHART_WIDTH - CHART_MARGIN - PLOT_X - 10)
#define MAX_INTERVALS 250

#define NS_PER_MS 1e6
#define NS_PER_S 1e9

double
chart_arrivals_get_height (const Chart *chart)
{
  return chart->arrivals ? HEADING + HEIGHT + BELOW : 0;
}

static Axis
make_amount_axis (const Timeline *arrivals)
{
  double smallest = INFINITY, largest = 0;

  for (guint i = 0; i < arrivals->n; i++) {
    if (arrivals->amounts[i] > 0)
      smallest = MIN (smallest, arrivals->amounts[i]);
    largest = MAX (largest, arrivals->amounts[i]);
  }

  return axis_for_range (smallest, largest, 4);
}

/* One shape for all intervals: shorter than a bar for each. */
static void
draw_steps (cairo_t *cr, const PlotBox *box, const Timeline *arrivals, const Axis *amounts,
    double interval_width)
{
  double bottom = box->y + box->height, last = bottom;

  cairo_move_to (cr, box->x, bottom);
  for (guint i = 0; i < arrivals->n; i++) {
    double x = round (2 * (box->x + i * interval_width)) / 2;
    double y = bottom;

    if (arrivals->amounts[i] > 0)
      y = round (bottom - MAX (box->height * axis_place (amounts, arrivals->amounts[i]), 1));
    if (y != last) {
      cairo_line_to (cr, x, last);
      cairo_line_to (cr, x, y);
    }
    last = y;
  }
  cairo_line_to (cr, round (box->x + arrivals->n * interval_width), last);
  cairo_line_to (cr, round (box->x + arrivals->n * interval_width), bottom);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, 0.3, 0.3, 0.3);
  cairo_fill (cr);
}

static char *
describe (const char *name, const Timeline *arrivals, const Axis *amounts)
{
  gboolean short_ones = arrivals->interval_ns < NS_PER_MS;
  g_autofree char *interval =
      quantity_format_plain (arrivals->interval_ns / (short_ones ? 1e3 : NS_PER_MS));

  return g_strdup_printf ("messages that arrived in every %s %s%s: %s", interval,
      short_ones ? "µs" : "ms", amounts->logarithmic ? " (log scale)" : "", name);
}

void
chart_arrivals_draw (cairo_t *cr, const Chart *chart, double y)
{
  PlotBox box = { PLOT_X, y + HEADING, PLOT_WIDTH, HEIGHT };
  g_autofree Timeline *arrivals = g_memdup2 (chart->arrivals, sizeof *chart->arrivals);
  g_autofree char *heading = NULL;
  double length, unit;
  Axis times, amounts;

  timeline_shorten (arrivals, MAX_INTERVALS);
  length = (double)arrivals->n * arrivals->interval_ns;
  unit = length < NS_PER_S ? NS_PER_MS : NS_PER_S;
  times = axis_linear (length / unit, 10);
  amounts = make_amount_axis (arrivals);
  heading = describe (chart->arrivals_name, arrivals, &amounts);

  plot_heading (cr, CHART_MARGIN, y + 8, CHART_WIDTH - 2 * CHART_MARGIN, heading);
  plot_x_axis (cr, &box, &times, quantity_format_plain);
  plot_y_axis (cr, &box, &amounts, quantity_format_short);
  draw_steps (cr, &box, arrivals, &amounts, box.width / times.max * arrivals->interval_ns / unit);
  plot_edges (cr, &box);
  plot_text (cr, box.x + box.width / 2, box.y + box.height + 2 * PLOT_LINE_HEIGHT + 5, PLOT_CENTRE,
      unit == NS_PER_S ? "time in s" : "time in ms");
}
