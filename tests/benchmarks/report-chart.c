/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "report.h"

#include "chart.h"

void
report_draw_chart (const Report *report, FILE *file)
{
  g_autofree ChartSeries *series = g_new0 (ChartSeries, report->n_results);
  g_autofree char *text = report_describe (report);
  g_auto (GStrv) parts = g_strsplit (text, ": ", 2);
  g_autoptr (GError) error = NULL;
  Chart chart = { .title = parts[0], .note = parts[1], .series = series };

  for (guint i = 0; i < report->n_results; i++) {
    const Result *result = &report->results[i];

    series[chart.n_series++] = (ChartSeries){ result->contestant.name, result->error,
      &result->median, &result->picture->latencies };
    if (result->error == NULL) {
      chart.arrivals = &result->picture->arrivals;
      chart.arrivals_name = result->contestant.name;
    }
  }

  if (!chart_write (&chart, file, &error))
    fprintf (stderr, "giosocket-replay: %s\n", error->message);
}
