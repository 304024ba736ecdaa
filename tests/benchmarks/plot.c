/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "plot.h"

#include "svg.h"

#include <math.h>
#include <string.h>

#define GRID_GREY 0.82
#define TICK_LENGTH 4.0
#define ELLIPSIS "…"

/* Half of what the digits rise above the base line. */
#define HALF_DIGIT (SVG_TEXT_SIZE * 0.36)

/* Ticks whose texts would come nearer than this have none. */
#define TEXT_GAP 8.0

/* --- text ---------------------------------------------------------------- */

static double
text_width (cairo_t *cr, const char *text)
{
  cairo_text_extents_t extents;

  cairo_text_extents (cr, text, &extents);
  return extents.x_advance;
}

void
plot_text (cairo_t *cr, double x, double y, PlotSide side, const char *text)
{
  static const double shares[] = { [PLOT_LEFT] = 0, [PLOT_CENTRE] = 0.5, [PLOT_RIGHT] = 1 };

  svg_set_font (cr, FALSE);
  svg_text (cr, x - shares[side] * text_width (cr, text), y, FALSE, text);
}

void
plot_label (cairo_t *cr, double x, double y, const char *text)
{
  svg_set_font (cr, FALSE);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, round (x) - 1, round (y - SVG_TEXT_SIZE), round (text_width (cr, text)) + 2,
      SVG_TEXT_SIZE + 3);
  cairo_fill (cr);
  svg_text (cr, x, y, FALSE, text);
}

/* Returns: as much of the beginning of @text as fits, up to a space if there is one */
static gsize
fitting_length (cairo_t *cr, const char *text, double width)
{
  gsize fits = 0, fits_words = 0;

  for (const char *end = text; *end; end = g_utf8_next_char (end)) {
    gsize length = g_utf8_next_char (end) - text;
    g_autofree char *part = g_strndup (text, length);

    if (text_width (cr, part) > width)
      return fits_words > 0 ? fits_words : fits;
    fits = length;
    if (*end == ' ')
      fits_words = length;
  }

  return fits;
}

/* The middle goes: names that begin alike often end differently. */
static char *
shorten (cairo_t *cr, const char *text, double width)
{
  glong n = g_utf8_strlen (text, -1);
  char *result = g_strdup (text);

  for (glong keep = n - 1; keep > 1 && text_width (cr, result) > width; keep--) {
    g_autofree char *head = g_utf8_substring (text, 0, keep / 2);
    g_autofree char *tail = g_utf8_substring (text, n - (keep - keep / 2), n);

    g_free (result);
    result = g_strconcat (head, ELLIPSIS, tail, NULL);
  }

  return result;
}

static void
show_shortened (cairo_t *cr, double x, double y, double width, gboolean bold, const char *text)
{
  g_autofree char *shorter = NULL;

  svg_set_font (cr, bold);
  shorter = shorten (cr, text, width);
  svg_text (cr, x, y, bold, shorter);
}

void
plot_short_text (cairo_t *cr, double x, double y, double width, const char *text)
{
  show_shortened (cr, x, y, width, FALSE, text);
}

void
plot_heading (cairo_t *cr, double x, double y, double width, const char *text)
{
  show_shortened (cr, x, y, width, TRUE, text);
}

void
plot_wrapped_text (cairo_t *cr, double x, double y, double width, const char *text)
{
  g_autofree char *first = NULL;
  gsize length;

  svg_set_font (cr, FALSE);
  length = fitting_length (cr, text, width);
  if (text[length] == '\0') {
    svg_text (cr, x, y + HALF_DIGIT, FALSE, text);
    return;
  }

  first = g_strndup (text, length);
  svg_text (cr, x, y + HALF_DIGIT - PLOT_LINE_HEIGHT / 2, FALSE, g_strchomp (first));
  plot_short_text (cr, x, y + HALF_DIGIT + PLOT_LINE_HEIGHT / 2, width, text + length);
}

/* --- axes ---------------------------------------------------------------- */

/* Half a pixel off, so that a line of one pixel is on one row of pixels. */
static void
add_line (cairo_t *cr, double x1, double y1, double x2, double y2)
{
  cairo_move_to (cr, floor (x1) + 0.5, floor (y1) + 0.5);
  cairo_line_to (cr, floor (x2) + 0.5, floor (y2) + 0.5);
}

/* All at once: in the file, each stroke brings a long description of how it is to be. */
static void
stroke_lines (cairo_t *cr, double grey)
{
  cairo_set_source_rgb (cr, grey, grey, grey);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

void
plot_x_axis (cairo_t *cr, const PlotBox *box, const Axis *axis, char *(*format) (double))
{
  double bottom = box->y + box->height;
  double taken = -INFINITY;

  for (guint i = 0; i < axis->n_ticks; i++) {
    double x = box->x + box->width * axis_place (axis, axis->ticks[i]);
    g_autofree char *text = format (axis->ticks[i]);
    double half;

    add_line (cr, x, box->y, x, bottom + TICK_LENGTH);
    svg_set_font (cr, FALSE);
    half = text_width (cr, text) / 2;
    if (x - half < taken + TEXT_GAP)
      continue;
    svg_text (cr, x - half, bottom + PLOT_LINE_HEIGHT + 1, FALSE, text);
    taken = x + half;
  }
  stroke_lines (cr, GRID_GREY);
}

void
plot_y_tick (cairo_t *cr, const PlotBox *box, double y, const char *text)
{
  add_line (cr, box->x - TICK_LENGTH, y, box->x + box->width, y);
  stroke_lines (cr, GRID_GREY);
  plot_text (cr, box->x - TICK_LENGTH - 4, y + HALF_DIGIT, PLOT_RIGHT, text);
}

void
plot_y_axis (cairo_t *cr, const PlotBox *box, const Axis *axis, char *(*format) (double))
{
  for (guint i = 0; i < axis->n_ticks; i++) {
    g_autofree char *text = format (axis->ticks[i]);

    plot_y_tick (cr, box, box->y + box->height * (1 - axis_place (axis, axis->ticks[i])), text);
  }
}

void
plot_edges (cairo_t *cr, const PlotBox *box)
{
  double bottom = box->y + box->height;

  add_line (cr, box->x, box->y, box->x, bottom);
  cairo_line_to (cr, floor (box->x + box->width) + 0.5, floor (bottom) + 0.5);
  stroke_lines (cr, 0);
}
