/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "report.h"

#include "report-text.h"

static void
print_row (const Result *result, const char *run, const Figures *figures, FILE *file)
{
  csv_print_text (result->contestant.name, file);
  fprintf (file, ",%s", run);
  for (Figure figure = 0; figure < N_FIGURES; figure++) {
    g_autofree char *value = figures ? figures_format (figures, figure, 3, "") : g_strdup ("");

    fprintf (file, ",%s", value);
  }
  fputc (',', file);
  csv_print_text (result->error ? result->error : "", file);
  fputc ('\n', file);
}

void
report_print_csv (const Report *report, FILE *file)
{
  fprintf (file, "contestant,run");
  for (Figure figure = 0; figure < N_FIGURES; figure++)
    fprintf (file, ",%s", figure_infos[figure].key);
  fprintf (file, ",error\n");

  for (guint i = 0; i < report->n_results; i++) {
    const Result *result = &report->results[i];

    print_row (result, "median", result->error ? NULL : &result->median, file);
    for (guint run = 0; run < report->n_runs && result->error == NULL; run++) {
      g_autofree char *number = g_strdup_printf ("%u", run + 1);

      print_row (result, number, &result->runs[run], file);
    }
  }
}
