/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "svg.h"

#include <gio/gio.h>

#include <cairo-svg.h>
#include <errno.h>
#include <string.h>

#define FONT "DejaVu Sans"

/* On a cairo_t: the GString of elements text. */
static const cairo_user_data_key_t texts_key;

void
svg_set_font (cairo_t *cr, gboolean bold)
{
  cairo_select_font_face (cr, FONT, CAIRO_FONT_SLANT_NORMAL,
      bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, SVG_TEXT_SIZE);
}

/* Where it is shown with another font, it gets the width that was reckoned with here. */
void
svg_text (cairo_t *cr, double x, double y, gboolean bold, const char *text)
{
  GString *texts = cairo_get_user_data (cr, &texts_key);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  cairo_text_extents_t extents;

  cairo_text_extents (cr, text, &extents);
  g_string_append_printf (texts, "<text x=\"%.0f\" y=\"%.0f\" textLength=\"%.0f\"%s>%s</text>\n", x,
      y, extents.x_advance, bold ? " font-weight=\"bold\"" : "", escaped);
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_string_append_len (closure, (const char *)data, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t
render (double width, double height, void (*draw) (cairo_t *cr, gpointer data), gpointer data,
    GString *svg, GString *texts)
{
  cairo_surface_t *surface = cairo_svg_surface_create_for_stream (append_cb, svg, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  cairo_set_user_data (cr, &texts_key, texts, NULL);
  cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  draw (cr, data);

  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return status;
}

/* Where cairo has no call for it. */
static void
insert (GString *svg, const char *place, const char *text)
{
  const char *found = g_strrstr (svg->str, place);

  if (found)
    g_string_insert (svg, found - svg->str, text);
}

static void
insert_texts (GString *svg, const char *title, const char *description, const char *texts)
{
  g_autofree char *head =
      g_markup_printf_escaped ("<title>%s</title>\n<desc>%s</desc>\n", title, description);
  g_autofree char *body =
      g_strdup_printf ("<g font-family=\"" FONT ", Verdana, sans-serif\" font-size=\"%g\" "
                       "lengthAdjust=\"spacingAndGlyphs\">\n%s</g>\n",
          SVG_TEXT_SIZE, texts);

  insert (svg, "</svg>", body);
  insert (svg, "<g id=\"surface", head);
}

static gboolean
write_all (const GString *svg, FILE *file, GError **error)
{
  if (fwrite (svg->str, 1, svg->len, file) == svg->len && fflush (file) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot write the chart: %s",
      g_strerror (errno));
  return FALSE;
}

gboolean
svg_write (double width, double height, const char *title, const char *description,
    void (*draw) (cairo_t *cr, gpointer data), gpointer data, FILE *file, GError **error)
{
  g_autoptr (GString) svg = g_string_new (NULL);
  g_autoptr (GString) texts = g_string_new (NULL);
  cairo_status_t status = render (width, height, draw, data, svg, texts);

  if (status != CAIRO_STATUS_SUCCESS) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot draw the chart: %s",
        cairo_status_to_string (status));
    return FALSE;
  }

  insert_texts (svg, title, description, texts->str);
  return write_all (svg, file, error);
}
