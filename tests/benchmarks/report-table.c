/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "report.h"

#include "report-text.h"

char *
report_describe (const Report *report)
{
  const Replay *replay = report->replay;
  const TraceSelection *selection = &replay->selection;
  GString *text = g_string_new (replay->source);

  if (selection->all)
    g_string_append_printf (text, ", all %u connections", replay->n_streams);
  else if (selection->conn > 0)
    g_string_append_printf (text, ", connection %u", selection->conn);
  g_string_append_printf (text, ": %" G_GUINT64_FORMAT " writes, %" G_GUINT64_FORMAT " bytes, %s",
      replay->summary.writes, replay->summary.bytes,
      replay->real_time ? "at the speed of the trace" : "as fast as possible");
  if (selection->repeat > 1)
    g_string_append_printf (text, ", %u times", selection->repeat);
  if (selection->pieces)
    g_string_append (text, ", piece by piece");
  if (selection->corked)
    g_string_append (text, ", with the program's own corking");
  if (selection->max_gap_us >= 0)
    g_string_append_printf (text, ", silences of at most %" G_GINT64_FORMAT " ms",
        selection->max_gap_us / 1000);
  if (selection->max_bytes > 0)
    g_string_append_printf (text, ", the first %" G_GUINT64_FORMAT " bytes of each connection",
        selection->max_bytes);
  g_string_append_printf (text, "\nnetwork: %s", report->network ? report->network : "none");
  if (report->n_runs > 1)
    g_string_append_printf (text, "\nmedians of %u interleaved runs", report->n_runs);

  return g_string_free (text, FALSE);
}

static gboolean
is_shown (Figure figure, gboolean tls)
{
  return figure_infos[figure].heading && (tls || figure != FIGURE_RECORDS);
}

static guint
add_row (GPtrArray *cells, gboolean tls, const char *name, const Figures *figures)
{
  guint before = cells->len;

  g_ptr_array_add (cells, g_strdup (name));
  for (Figure figure = 0; figure < N_FIGURES; figure++)
    if (is_shown (figure, tls))
      g_ptr_array_add (cells,
          figures ? figures_format (figures, figure, 0, "-")
                  : g_strdup (figure_infos[figure].heading));

  return cells->len - before;
}

static void
print_hashes (const Replay *replay, FILE *file)
{
  if (replay->n_streams == 1) {
    fprintf (file, "\nSHA-256 of the bytes in and out: %s\n", replay->streams[0].sha256);
    return;
  }

  fprintf (file, "\nSHA-256 of the bytes in and out:\n");
  for (guint i = 0; i < replay->n_streams; i++)
    fprintf (file, "  connection %u: %s\n", replay->streams[i].conn, replay->streams[i].sha256);
}

void
report_print_table (const Report *report, FILE *file)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  gboolean tls = report->replay->tls;
  guint n_columns = add_row (cells, tls, "contestant", NULL);
  g_autofree char *preface = report_describe (report);
  gboolean any = FALSE;

  fprintf (file, "%s\n\n", preface);
  for (guint i = 0; i < report->n_results; i++) {
    const Result *result = &report->results[i];

    if (result->error == NULL) {
      add_row (cells, tls, result->contestant.name, &result->median);
      any = TRUE;
    }
  }
  if (any)
    cells_print (cells, n_columns, file);

  for (guint i = 0; i < report->n_results; i++)
    if (report->results[i].error)
      fprintf (file, "%s FAILED: %s\n", report->results[i].contestant.name,
          report->results[i].error);
  if (any)
    print_hashes (report->replay, file);
}
