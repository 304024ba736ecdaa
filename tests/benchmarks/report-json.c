/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "report.h"

#include "report-text.h"

static void
print_figures (const Figures *figures, FILE *file)
{
  for (Figure figure = 0; figure < N_FIGURES; figure++) {
    g_autofree char *value = figures_format (figures, figure, 3, "null");

    fprintf (file, "%s\"%s\": %s", figure > 0 ? ", " : "{ ", figure_infos[figure].key, value);
  }
  fprintf (file, " }");
}

static void
print_result (const Result *result, guint n_runs, FILE *file)
{
  fprintf (file, "    {\n      ");
  json_print_member ("name", result->contestant.name, file);
  fprintf (file, ",\n      ");
  json_print_member ("sender", result->contestant.sender, file);
  fprintf (file, ",\n      ");
  json_print_member ("receiver", result->contestant.receiver, file);
  fprintf (file, ",\n      ");
  json_print_member ("error", result->error, file);
  if (result->error == NULL) {
    fprintf (file, ",\n      \"median\": ");
    print_figures (&result->median, file);
    fprintf (file, ",\n      \"runs\": [");
    for (guint i = 0; i < n_runs; i++) {
      fprintf (file, "%s\n        ", i > 0 ? "," : "");
      print_figures (&result->runs[i], file);
    }
    fprintf (file, "\n      ]");
  }
  fprintf (file, "\n    }");
}

static void
print_stream (const ReplayStream *stream, gboolean more, FILE *file)
{
  fprintf (file,
      "%s\n    { \"conn\": %u, \"writes\": %" G_GUINT64_FORMAT
      ", \"payload-bytes\": %" G_GUINT64_FORMAT ", ",
      more ? "," : "", stream->conn, stream->summary.writes, stream->summary.bytes);
  json_print_member ("sha256", stream->sha256, file);
  fprintf (file, " }");
}

void
report_print_json (const Report *report, FILE *file)
{
  const Replay *replay = report->replay;

  fprintf (file, "{\n  ");
  json_print_member ("trace", replay->source, file);
  fprintf (file,
      ",\n  \"writes\": %" G_GUINT64_FORMAT ",\n  \"payload-bytes\": %" G_GUINT64_FORMAT
      ",\n  \"connections\": [",
      replay->summary.writes, replay->summary.bytes);
  for (guint i = 0; i < replay->n_streams; i++)
    print_stream (&replay->streams[i], i > 0, file);
  fprintf (file, "\n  ]");
  fprintf (file, ",\n  \"speed\": \"%s\",\n  ", replay->real_time ? "real" : "max");
  fprintf (file, "\"pieces\": %s,\n  \"corked\": %s,\n  \"repeat\": %u,\n  ",
      replay->selection.pieces ? "true" : "false", replay->selection.corked ? "true" : "false",
      replay->selection.repeat);
  if (replay->selection.max_gap_us >= 0)
    fprintf (file, "\"max-gap-ms\": %" G_GINT64_FORMAT ",\n  ",
        replay->selection.max_gap_us / 1000);
  if (replay->selection.max_bytes > 0)
    fprintf (file, "\"max-bytes\": %" G_GUINT64_FORMAT ",\n  ", replay->selection.max_bytes);
  json_print_member ("network", report->network, file);
  fprintf (file, ",\n  \"contestants\": [");
  for (guint i = 0; i < report->n_results; i++) {
    fprintf (file, "%s\n", i > 0 ? "," : "");
    print_result (&report->results[i], report->n_runs, file);
  }
  fprintf (file, "\n  ]\n}\n");
}
