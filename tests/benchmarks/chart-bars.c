/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "chart-panels.h"

#include "plot-style.h"
#include "quantity.h"

#include <math.h>

/* A row for each contestant: key and name, which are the legend of the whole chart, and bars.
 *
 *   key  name            packets           bytes on the wire */
#define HEADING 22.0
#define ROW 36.0
#define BAR 16.0
#define BELOW 40.0
#define NAME_X (CHART_MARGIN + PLOT_KEY_WIDTH)
#define NAME_WIDTH 220.0
#define BARS_X (NAME_X + NAME_WIDTH + 16)
#define VALUE_WIDTH 84.0
#define BARS_GAP 12.0
#define COLUMN_WIDTH ((CHART_WIDTH - CHART_MARGIN - BARS_X - BARS_GAP) / 2)

double
chart_bars_get_height (const Chart *chart)
{
  return HEADING + chart->n_series * ROW + BELOW;
}

static gboolean
get_value (const ChartSeries *series, Figure figure, double *value)
{
  *value = series->error ? NAN : series->figures->values[figure];
  return !isnan (*value);
}

/* FALSE: nobody has that figure. */
static gboolean
get_axis (const Chart *chart, Figure figure, Axis *axis)
{
  double smallest = INFINITY, largest = -1, value;

  for (guint i = 0; i < chart->n_series; i++) {
    if (get_value (&chart->series[i], figure, &value)) {
      smallest = MIN (smallest, value);
      largest = MAX (largest, value);
    }
  }

  *axis = axis_for_range (smallest, largest, 4);
  return largest >= 0;
}

static void
draw_column (cairo_t *cr, const Chart *chart, PlotBox box, Figure figure, const char *heading,
    char *(*format) (double))
{
  Axis axis;
  gboolean any = get_axis (chart, figure, &axis);
  g_autofree char *text = g_strconcat (heading, axis.logarithmic ? " (log scale)" : "", NULL);

  plot_heading (cr, box.x, box.y - 8, COLUMN_WIDTH, text);
  if (any)
    plot_x_axis (cr, &box, &axis, format);

  for (guint i = 0; i < chart->n_series; i++) {
    PlotBox bar = { box.x, box.y + i * ROW + (ROW - BAR) / 2, 0, BAR };
    g_autofree char *number = NULL;
    double value;

    if (get_value (&chart->series[i], figure, &value)) {
      bar.width = box.width * axis_place (&axis, value);
      plot_style_bar (cr, i, &bar);
      number = quantity_format_count (value);
    } else {
      number = g_strdup (chart->series[i].error ? "failed" : "not known");
    }
    plot_label (cr, bar.x + bar.width + 6, bar.y + BAR - 4, number);
  }
  plot_edges (cr, &box);
}

void
chart_bars_draw (cairo_t *cr, const Chart *chart, double y)
{
  PlotBox box = { BARS_X, y + HEADING, COLUMN_WIDTH - VALUE_WIDTH, chart->n_series * ROW };

  plot_heading (cr, CHART_MARGIN, box.y - 8, NAME_WIDTH, "contestant");
  for (guint i = 0; i < chart->n_series; i++) {
    double middle = box.y + (i + 0.5) * ROW;

    plot_style_key (cr, i, CHART_MARGIN, middle);
    plot_wrapped_text (cr, NAME_X, middle, NAME_WIDTH, chart->series[i].name);
  }

  draw_column (cr, chart, box, FIGURE_PACKETS, "packets sent", quantity_format_short);
  box.x += COLUMN_WIDTH + BARS_GAP;
  draw_column (cr, chart, box, FIGURE_WIRE_BYTES, "bytes on the wire", quantity_format_bytes);
}
