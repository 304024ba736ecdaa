/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "plot-style.h"

#include <math.h>

#define N_STYLES 6
#define HATCH_STEP 6.0
#define MARK 3.5

enum
{
  RISING = 1,
  FALLING = 2,
  LEVEL = 4,
  UPRIGHT = 8,
  SOLID = 16,
};

/* Colours of Okabe and Ito, which people with any kind of colour vision can tell apart. */
static const struct
{
  double red, green, blue;
  guint hatches;
  double dashes[4];
  int n_dashes;
} styles[N_STYLES] = {
  { 0.00, 0.00, 0.00, SOLID, { 0 }, 0 },
  { 0.84, 0.37, 0.00, RISING, { 6, 3 }, 2 },
  { 0.00, 0.45, 0.70, FALLING, { 2, 2 }, 2 },
  { 0.00, 0.62, 0.45, RISING | FALLING, { 9, 3, 2, 3 }, 4 },
  { 0.80, 0.47, 0.65, LEVEL, { 14, 4 }, 2 },
  { 0.34, 0.55, 0.80, UPRIGHT, { 4, 6 }, 2 },
};

static void
set_colour (cairo_t *cr, guint series)
{
  guint i = series % N_STYLES;

  cairo_set_source_rgb (cr, styles[i].red, styles[i].green, styles[i].blue);
}

static void
hatch (cairo_t *cr, guint hatches, const PlotBox *box)
{
  double right = box->x + box->width, bottom = box->y + box->height;

  for (double x = box->x - box->height; x < right; x += HATCH_STEP) {
    if (hatches & RISING) {
      cairo_move_to (cr, x, bottom);
      cairo_line_to (cr, x + box->height, box->y);
    }
    if (hatches & FALLING) {
      cairo_move_to (cr, x, box->y);
      cairo_line_to (cr, x + box->height, bottom);
    }
    if (hatches & UPRIGHT && x > box->x) {
      cairo_move_to (cr, x, box->y);
      cairo_line_to (cr, x, bottom);
    }
  }
  for (double y = box->y + 3; hatches & LEVEL && y < bottom; y += HATCH_STEP / 2) {
    cairo_move_to (cr, box->x, y);
    cairo_line_to (cr, right, y);
  }
}

void
plot_style_bar (cairo_t *cr, guint series, const PlotBox *box)
{
  PlotBox whole = { round (box->x), round (box->y), MAX (round (box->width), 1),
    round (box->height) };
  guint hatches = styles[series % N_STYLES].hatches;

  set_colour (cr, series);
  cairo_rectangle (cr, whole.x, whole.y, whole.width, whole.height);
  if (hatches & SOLID) {
    cairo_fill (cr);
    return;
  }

  cairo_save (cr);
  cairo_clip (cr);
  hatch (cr, hatches, &whole);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
  cairo_restore (cr);

  cairo_rectangle (cr, whole.x + 0.5, whole.y + 0.5, MAX (whole.width - 1, 0.5), whole.height - 1);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

void
plot_style_stroke (cairo_t *cr, guint series)
{
  guint i = series % N_STYLES;

  set_colour (cr, series);
  cairo_set_line_width (cr, 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, styles[i].dashes, styles[i].n_dashes, 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* A regular polygon; 0 corners: a circle. */
static void
polygon (cairo_t *cr, double x, double y, double radius, guint n, double turned)
{
  if (n == 0)
    cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  for (guint i = 0; i < n; i++)
    cairo_line_to (cr, x + radius * cos (turned + i * 2 * G_PI / n),
        y + radius * sin (turned + i * 2 * G_PI / n));
  cairo_close_path (cr);
}

void
plot_style_mark (cairo_t *cr, guint series, double x, double y)
{
  static const struct
  {
    guint n;
    double turned;
  } marks[N_STYLES] = { { 0, 0 }, { 4, G_PI_4 }, { 3, -G_PI_2 }, { 4, 0 }, { 3, G_PI_2 },
    { 6, 0 } };
  guint i = (series + series / N_STYLES) % N_STYLES;

  cairo_new_path (cr);
  polygon (cr, x, y, MARK + (marks[i].n == 3), marks[i].n, marks[i].turned);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_fill_preserve (cr);
  set_colour (cr, series);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

void
plot_style_key (cairo_t *cr, guint series, double x, double y)
{
  PlotBox sample = { x, y - 6, 16, 12 };
  double line = x + 22, end = x + PLOT_KEY_WIDTH - 4;

  plot_style_bar (cr, series, &sample);
  cairo_move_to (cr, line, y);
  cairo_line_to (cr, end, y);
  plot_style_stroke (cr, series);
  plot_style_mark (cr, series, (line + end) / 2, y);
}
