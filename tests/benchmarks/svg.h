/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <cairo.h>
#include <glib.h>

#include <stdio.h>

G_BEGIN_DECLS

/* Writes what @draw draws on white, in pixels, to @file as SVG. */
gboolean svg_write (double width, double height, const char *title, const char *description,
    void (*draw) (cairo_t *cr, gpointer data), gpointer data, FILE *file, GError **error);

/* For @draw: text that stays text, which can be searched, copied and read aloud, and is a fraction of
 * the shapes of its letters in size.  It is above everything else.
 * @cr: not transformed, with the font that svg_set_font() has set
 * @y: of the base line */
#define SVG_TEXT_SIZE 12.0
void svg_set_font (cairo_t *cr, gboolean bold);
void svg_text (cairo_t *cr, double x, double y, gboolean bold, const char *text);

G_END_DECLS
