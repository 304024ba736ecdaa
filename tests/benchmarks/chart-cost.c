/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "chart-cost.h"

#include "plot-style.h"
#include "quantity.h"
#include "svg.h"

#include <math.h>

#define WIDTH 720.0
#define MARGIN 20.0
#define TITLE_Y 26.0
#define LEGEND_Y 66.0
#define BOX_LEFT 76.0
#define BOX_HEIGHT 360.0
#define BELOW 52.0

typedef struct
{
  PlotBox box;
  Axis sizes, costs;
} Plot;

static double
get_box_top (const CostChart *chart)
{
  return LEGEND_Y + chart->n_series * PLOT_LINE_HEIGHT + 6;
}

static double
get_height (const CostChart *chart)
{
  return get_box_top (chart) + BOX_HEIGHT + BELOW;
}

static Plot
make_plot (const CostChart *chart)
{
  Plot self = { .box = { BOX_LEFT, get_box_top (chart), WIDTH - MARGIN - BOX_LEFT, BOX_HEIGHT } };
  double smallest = INFINITY, largest = 1, cheapest = INFINITY, dearest = 0;

  for (guint i = 0; i < chart->n_series; i++) {
    const CostSeries *series = &chart->series[i];

    for (guint k = 0; k < series->n_points; k++) {
      smallest = MIN (smallest, series->sizes[k]);
      largest = MAX (largest, series->sizes[k]);
      cheapest = MIN (cheapest, series->costs[k]);
      dearest = MAX (dearest, series->costs[k]);
    }
  }

  self.sizes = axis_logarithmic (MIN (smallest, largest), largest);
  self.costs = dearest > 0 ? axis_logarithmic (cheapest, dearest) : axis_logarithmic (1, 10);
  return self;
}

static double
place_size (const Plot *self, double size)
{
  return self->box.x + self->box.width * axis_place (&self->sizes, size);
}

static double
place_cost (const Plot *self, double cost)
{
  return self->box.y + self->box.height * (1 - axis_place (&self->costs, cost));
}

static void
draw_series (cairo_t *cr, const Plot *self, guint i, const CostSeries *series)
{
  for (guint k = 0; k < series->n_points; k++)
    cairo_line_to (cr, place_size (self, series->sizes[k]), place_cost (self, series->costs[k]));
  plot_style_stroke (cr, i);
  for (guint k = 0; k < series->n_points; k++)
    plot_style_mark (cr, i, place_size (self, series->sizes[k]),
        place_cost (self, series->costs[k]));
}

/* Through the largest message of the first series: so much a byte. */
static void
draw_slope (cairo_t *cr, const Plot *self, const CostSeries *series)
{
  double size = series->sizes[series->n_points - 1];
  double per_byte = series->costs[series->n_points - 1] / size;
  double from = MAX (self->sizes.min, self->costs.min / per_byte);

  cairo_move_to (cr, place_size (self, from), place_cost (self, from * per_byte));
  cairo_line_to (cr, place_size (self, size), place_cost (self, size * per_byte));
  cairo_set_source_rgb (cr, 0.6, 0.6, 0.6);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  plot_label (cr, place_size (self, from) + 10, place_cost (self, from * per_byte) - 14,
      "so much a byte");
}

static void
draw_legend (cairo_t *cr, const CostChart *chart)
{
  for (guint i = 0; i < chart->n_series; i++) {
    double y = LEGEND_Y + i * PLOT_LINE_HEIGHT;

    plot_style_key (cr, i, MARGIN, y);
    plot_short_text (cr, MARGIN + PLOT_KEY_WIDTH, y + 4, WIDTH - 2 * MARGIN - PLOT_KEY_WIDTH,
        chart->series[i].name);
  }
}

static void
draw (cairo_t *cr, gpointer data)
{
  const CostChart *chart = data;
  Plot self = make_plot (chart);

  plot_heading (cr, MARGIN, TITLE_Y, WIDTH - 2 * MARGIN, chart->title);
  plot_short_text (cr, MARGIN, TITLE_Y + PLOT_LINE_HEIGHT, WIDTH - 2 * MARGIN, chart->note);
  draw_legend (cr, chart);

  plot_x_axis (cr, &self.box, &self.sizes, quantity_format_bytes);
  plot_y_axis (cr, &self.box, &self.costs, quantity_format_plain);
  plot_text (cr, self.box.x + self.box.width / 2,
      self.box.y + self.box.height + 2 * PLOT_LINE_HEIGHT + 5, PLOT_CENTRE,
      "size of a message; µs of processor time for each, upwards (log scales)");
  if (chart->n_series > 0 && chart->series[0].n_points > 0)
    draw_slope (cr, &self, &chart->series[0]);
  plot_edges (cr, &self.box);
  for (guint i = 0; i < chart->n_series; i++)
    draw_series (cr, &self, i, &chart->series[i]);
}

/* For those who cannot see it. */
static char *
describe (const CostChart *self)
{
  GString *text = g_string_new (self->note);

  for (guint i = 0; i < self->n_series; i++) {
    const CostSeries *series = &self->series[i];

    g_string_append_printf (text, "\n%s:", series->name);
    for (guint k = 0; k < series->n_points; k++) {
      g_autofree char *cost = quantity_format_plain (series->costs[k]);

      g_string_append_printf (text, " %.0f bytes %s µs,", series->sizes[k], cost);
    }
  }

  return g_string_free (text, FALSE);
}

gboolean
cost_chart_write (const CostChart *self, FILE *file, GError **error)
{
  g_autofree char *description = describe (self);

  return svg_write (WIDTH, get_height (self), self->title, description, draw, (gpointer)self, file,
      error);
}
