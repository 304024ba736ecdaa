/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "axis.h"

#include <cairo.h>

G_BEGIN_DECLS

/* What every chart is made of.  The cairo_t is one of svg_write(). */
#define PLOT_LINE_HEIGHT 16.0

typedef struct
{
  double x, y, width, height;
} PlotBox;

typedef enum
{
  PLOT_LEFT,
  PLOT_CENTRE,
  PLOT_RIGHT,
} PlotSide;

/* @x: of that side of the text; @y: of its base line */
void plot_text (cairo_t *cr, double x, double y, PlotSide side, const char *text);

/* The same, on white. */
void plot_label (cairo_t *cr, double x, double y, const char *text);

/* At most @width long: what does not fit is left out, and an ellipsis put in its place. */
void plot_heading (cairo_t *cr, double x, double y, double width, const char *text);
void plot_short_text (cairo_t *cr, double x, double y, double width, const char *text);

/* One line, or two if need be, around the height @y. */
void plot_wrapped_text (cairo_t *cr, double x, double y, double width, const char *text);

/* Ticks with texts and light lines across @box: below it, or to its left. */
void plot_x_axis (cairo_t *cr, const PlotBox *box, const Axis *axis, char *(*format) (double));
void plot_y_axis (cairo_t *cr, const PlotBox *box, const Axis *axis, char *(*format) (double));

/* One such line, for a scale that is not an Axis. */
void plot_y_tick (cairo_t *cr, const PlotBox *box, double y, const char *text);

/* The left and the lower edge. */
void plot_edges (cairo_t *cr, const PlotBox *box);

G_END_DECLS
