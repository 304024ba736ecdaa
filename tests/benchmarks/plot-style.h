/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "plot.h"

G_BEGIN_DECLS

/* How to tell series apart, also without colours: a hatching, a dash pattern and a mark, of which no
 * two of the first 36 series have the same. */

void plot_style_bar (cairo_t *cr, guint series, const PlotBox *box);

/* Strokes the path. */
void plot_style_stroke (cairo_t *cr, guint series);

void plot_style_mark (cairo_t *cr, guint series, double x, double y);

/* A sample of all three, for a legend. */
#define PLOT_KEY_WIDTH 58.0
void plot_style_key (cairo_t *cr, guint series, double x, double y);

G_END_DECLS
