/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "quantity.h"

#include <math.h>
#include <string.h>

char *
quantity_format_count (double value)
{
  g_autofree char *digits = g_strdup_printf ("%.0f", value);
  GString *text = g_string_new (NULL);

  for (const char *c = digits; *c; c++) {
    if (c > digits && strlen (c) % 3 == 0)
      g_string_append_c (text, ',');
    g_string_append_c (text, *c);
  }

  return g_string_free (text, FALSE);
}

static char *
format_scaled (double value, const char *unit)
{
  static const char *const prefixes[] = { "", "k", "M", "G", "T" };
  guint i = 0;

  for (; value >= 1000 && i + 1 < G_N_ELEMENTS (prefixes); i++)
    value /= 1000;

  if (!*prefixes[i] && !*unit)
    return g_strdup_printf ("%.3g", value);

  return g_strdup_printf ("%.3g %s%s", value, prefixes[i], unit);
}

char *
quantity_format_short (double value)
{
  return format_scaled (value, "");
}

char *
quantity_format_bytes (double value)
{
  return format_scaled (value, "B");
}

char *
quantity_format_plain (double value)
{
  int decimals = value > 0 ? MAX (2 - (int)floor (log10 (value)), 0) : 0;
  g_autofree char *text = g_strdup_printf ("%.*f", decimals, value);

  if (decimals > 0) {
    char *end = text + strlen (text);

    while (end[-1] == '0')
      *--end = '\0';
    if (end[-1] == '.')
      end[-1] = '\0';
  }

  return g_steal_pointer (&text);
}
