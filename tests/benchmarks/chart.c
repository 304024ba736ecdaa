/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "chart.h"

#include "chart-panels.h"
#include "plot.h"
#include "svg.h"

#define TITLE_Y 26.0
#define PANEL_GAP 14.0

static void
draw (cairo_t *cr, gpointer data)
{
  const Chart *self = data;
  g_auto (GStrv) notes = g_strsplit (self->note, "\n", -1);
  double y = TITLE_Y;

  plot_heading (cr, CHART_MARGIN, y, CHART_WIDTH - 2 * CHART_MARGIN, self->title);
  for (guint i = 0; notes[i]; i++)
    plot_short_text (cr, CHART_MARGIN, y += PLOT_LINE_HEIGHT, CHART_WIDTH - 2 * CHART_MARGIN,
        notes[i]);

  y += PANEL_GAP;
  chart_bars_draw (cr, self, y);
  y += chart_bars_get_height (self);
  chart_latency_draw (cr, self, y);
  y += chart_latency_get_height (self);
  if (self->arrivals)
    chart_arrivals_draw (cr, self, y);
}

static double
get_height (const Chart *self)
{
  g_auto (GStrv) notes = g_strsplit (self->note, "\n", -1);

  return TITLE_Y + g_strv_length (notes) * PLOT_LINE_HEIGHT + PANEL_GAP +
      chart_bars_get_height (self) + chart_latency_get_height (self) +
      chart_arrivals_get_height (self);
}

/* For those who cannot see it. */
static char *
describe (const Chart *self)
{
  GString *text = g_string_new (self->note);

  for (guint i = 0; i < self->n_series; i++) {
    const ChartSeries *series = &self->series[i];

    g_string_append_printf (text, "\n%s:", series->name);
    if (series->error)
      g_string_append (text, " failed");
    for (Figure figure = 0; figure < N_FIGURES && series->error == NULL; figure++) {
      g_autofree char *value = figures_format (series->figures, figure, 0, "not known");

      if (figure_infos[figure].heading)
        g_string_append_printf (text, " %s %s,", figure_infos[figure].heading, value);
    }
  }

  return g_string_free (text, FALSE);
}

gboolean
chart_write (const Chart *self, FILE *file, GError **error)
{
  g_autofree char *description = describe (self);

  return svg_write (CHART_WIDTH, get_height (self), self->title, description, draw, (gpointer)self,
      file, error);
}
