/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "chart-panels.h"

#include "plot-style.h"
#include "quantity.h"

#include <math.h>

/* How many messages took how long: the share of those that arrived within a time, on a scale that
 * gives every further nine as much room, because the slow ones are those that one notices. */
#define HEADING 26.0
#define HEIGHT 220.0
#define BELOW 58.0
#define PLOT_X (CHART_MARGIN + 56)
#define COLUMN 56.0
#define LEGEND_WIDTH (PLOT_KEY_WIDTH + 3 * COLUMN)
#define LEGEND_X (CHART_WIDTH - CHART_MARGIN - LEGEND_WIDTH)
#define LEGEND_ROW 20.0
#define PLOT_WIDTH (LEGEND_X - PLOT_X - 36)

#define NS_PER_MS 1e6
#define MIN_NINES 2
#define MAX_NINES 5

/* The longest time is drawn that much above the last nine. */
#define ABOVE_LAST 0.5

typedef struct
{
  PlotBox box;
  Axis times;
  Axis tails; /* the share of messages that took longer */
} Panel;

double
chart_latency_get_height (const Chart *chart)
{
  return MAX (HEADING + HEIGHT, HEADING + chart->n_series * LEGEND_ROW) + BELOW;
}

static gboolean
has_latencies (const ChartSeries *series)
{
  return series->error == NULL && series->latencies && series->latencies->count > 0;
}

static Panel
make_panel (const Chart *chart, double y)
{
  Panel self = { .box = { PLOT_X, y + HEADING, PLOT_WIDTH, HEIGHT } };
  double shortest = INFINITY, longest = 0;
  guint64 count = 1;
  guint nines;

  for (guint i = 0; i < chart->n_series; i++) {
    const ChartSeries *series = &chart->series[i];

    if (!has_latencies (series))
      continue;
    shortest = MIN (shortest, histogram_quantile (series->latencies, 0) / NS_PER_MS);
    longest = MAX (longest, series->latencies->max / NS_PER_MS);
    count = MAX (count, series->latencies->count);
  }

  nines = CLAMP (ceil (log10 (count)), MIN_NINES, MAX_NINES);
  longest = MAX (longest, 1 / NS_PER_MS);
  self.times = axis_logarithmic (CLAMP (shortest, 1 / NS_PER_MS, longest), longest);
  self.tails =
      (Axis){ .min = ABOVE_LAST * pow (10, -(double)nines), .max = 1, .logarithmic = TRUE };
  return self;
}

static double
place_time (const Panel *self, double nanoseconds)
{
  return self->box.x + self->box.width * axis_place (&self->times, nanoseconds / NS_PER_MS);
}

static double
place_tail (const Panel *self, double tail)
{
  return self->box.y + self->box.height * axis_place (&self->tails, tail);
}

static void
draw_axes (cairo_t *cr, const Panel *self)
{
  double last = self->tails.min / ABOVE_LAST;

  plot_x_axis (cr, &self->box, &self->times, quantity_format_plain);
  plot_y_tick (cr, &self->box, place_tail (self, 1), "0 %");
  plot_y_tick (cr, &self->box, place_tail (self, 0.5), "50 %");
  for (double tail = 0.1; tail > last * 0.5; tail /= 10) {
    g_autofree char *percent = g_strdup_printf ("%.10g %%", 100 - 100 * tail);

    plot_y_tick (cr, &self->box, place_tail (self, tail), percent);
  }
  plot_y_tick (cr, &self->box, self->box.y, "all");
  plot_text (cr, self->box.x + self->box.width / 2,
      self->box.y + self->box.height + 2 * PLOT_LINE_HEIGHT + 5, PLOT_CENTRE,
      "latency in ms (log scale)");
}

/* A point every few rows of pixels, each a quantile.  To half a pixel: shorter numbers in the
 * file. */
static void
draw_curve (cairo_t *cr, const Panel *self, guint i, const Histogram *latencies)
{
  double bottom = self->box.y + self->box.height, last_y = bottom;
  double longest = place_time (self, latencies->max);

  for (double y = bottom; y > self->box.y; y -= 2) {
    double place = (y - self->box.y) / self->box.height;
    double tail = pow (self->tails.min, 1 - place);
    double x = place_time (self, histogram_quantile (latencies, 1 - tail));

    if (tail * latencies->count < 1)
      break;
    cairo_line_to (cr, round (2 * x) / 2, last_y = y);
  }
  cairo_line_to (cr, round (longest), last_y);
  cairo_line_to (cr, round (longest), self->box.y);
  plot_style_stroke (cr, i);

  plot_style_mark (cr, i, place_time (self, histogram_quantile (latencies, 0.5)),
      place_tail (self, 0.5));
  plot_style_mark (cr, i, place_time (self, histogram_quantile (latencies, 0.99)),
      place_tail (self, 0.01));
  plot_style_mark (cr, i, longest, self->box.y);
}

/* The times of the table, which are medians over runs; the names stand with the bars. */
static void
draw_legend (cairo_t *cr, const Chart *chart, double y)
{
  static const Figure figures[] = { FIGURE_LATENCY_P50, FIGURE_LATENCY_P99, FIGURE_LATENCY_MAX };
  static const char *const headings[] = { "50 %", "99 %", "all" };

  plot_text (cr, LEGEND_X, y, PLOT_LEFT, "ms until");
  for (guint k = 0; k < G_N_ELEMENTS (figures); k++) {
    double right = LEGEND_X + PLOT_KEY_WIDTH + (k + 1) * COLUMN;

    plot_text (cr, right, y, PLOT_RIGHT, headings[k]);
    for (guint i = 0; i < chart->n_series; i++) {
      double line = y + (i + 1) * LEGEND_ROW;

      if (k == 0)
        plot_style_key (cr, i, LEGEND_X, line - 4);
      if (has_latencies (&chart->series[i])) {
        double value = chart->series[i].figures->values[figures[k]];
        g_autofree char *text = quantity_format_plain (value);

        plot_text (cr, right, line, PLOT_RIGHT, text);
      }
    }
  }
}

void
chart_latency_draw (cairo_t *cr, const Chart *chart, double y)
{
  Panel self = make_panel (chart, y);

  plot_heading (cr, CHART_MARGIN, y + 8, PLOT_WIDTH,
      "share of the messages that arrived within a time");
  draw_axes (cr, &self);
  plot_edges (cr, &self.box);
  for (guint i = 0; i < chart->n_series; i++)
    if (has_latencies (&chart->series[i]))
      draw_curve (cr, &self, i, chart->series[i].latencies);
  draw_legend (cr, chart, self.box.y + 8);
}
