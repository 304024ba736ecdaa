/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "report-text.h"

#define GUTTER 2

void
cells_print (const GPtrArray *cells, guint n_columns, FILE *file)
{
  g_autofree int *widths = g_new0 (int, n_columns);

  for (guint i = 0; i < cells->len; i++)
    widths[i % n_columns] =
        MAX (widths[i % n_columns], (int)g_utf8_strlen (g_ptr_array_index (cells, i), -1));

  for (guint i = 0; i < cells->len; i++) {
    const char *cell = g_ptr_array_index (cells, i);
    int padding = widths[i % n_columns] - (int)g_utf8_strlen (cell, -1);

    if (i % n_columns == 0)
      fprintf (file, "%s%*s", cell, padding, "");
    else
      fprintf (file, "%*s%s%s", padding + GUTTER, "", cell, (i + 1) % n_columns ? "" : "\n");
  }
}

static void
print_string (const char *text, FILE *file)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  fputc ('"', file);
  for (const char *c = valid; *c; c++) {
    if (*c == '"' || *c == '\\')
      fprintf (file, "\\%c", *c);
    else if ((guchar)*c < 0x20)
      fprintf (file, "\\u%04x", (guchar)*c);
    else
      fputc (*c, file);
  }
  fputc ('"', file);
}

void
json_print_member (const char *name, const char *text, FILE *file)
{
  fprintf (file, "\"%s\": ", name);
  if (text)
    print_string (text, file);
  else
    fprintf (file, "null");
}

void
csv_print_text (const char *text, FILE *file)
{
  fputc ('"', file);
  for (const char *c = text; *c; c++)
    fprintf (file, "%s%c", *c == '"' ? "\"" : "", *c);
  fputc ('"', file);
}
