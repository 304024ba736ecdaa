/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "bench-report.h"

#include "spread.h"

#include <math.h>

/* --- what is told -------------------------------------------------------- */

typedef struct
{
  double ours, peer;
  double ratio, min, max;
} Verdict;

/* The ratio is that of neighbours: what slows the machine down for a while slows both down. */
static Verdict
judge (const Outcome *outcome)
{
  Measure headline = outcome->row->headline;
  g_autofree double *ratios = g_new (double, outcome->n_runs);
  Verdict verdict = {
    .ours = measures_median (outcome->ours, outcome->n_runs, headline),
    .peer = measures_median (outcome->peer, outcome->n_runs, headline),
    .min = INFINITY,
  };

  for (guint i = 0; i < outcome->n_runs; i++) {
    ratios[i] = measure_compare (headline, outcome->ours[i].values[headline],
        outcome->peer[i].values[headline]);
    verdict.min = MIN (verdict.min, ratios[i]);
    verdict.max = MAX (verdict.max, ratios[i]);
  }
  verdict.ratio = spread_median (ratios, outcome->n_runs);
  return verdict;
}

/* Nobody calls setlocale() here, so the decimal point is a point. */
static char *
format (Measure measure, double value, guint more_decimals)
{
  guint decimals = measure_infos[measure].decimals;

  if (isnan (value))
    return g_strdup ("-");
  return g_strdup_printf ("%.*f", (int)(decimals ? decimals + more_decimals : 0), value);
}

/* --- the table ----------------------------------------------------------- */

void
bench_report_print_heading (FILE *file)
{
  fprintf (file, "%-30s %12s %12s  %-10s %7s %7s %7s %7s\n", "name", "ours", "peer", "unit",
      "ratio", "min", "max", "target");
}

void
bench_report_print_row (const Outcome *outcome, FILE *file)
{
  const Row *row = outcome->row;

  fprintf (file, "%-30s ", row->name);
  if (outcome->error) {
    fprintf (file, "FAILED: %s\n", outcome->error);
  } else if (outcome->missing) {
    fprintf (file, "not run: %s\n", outcome->missing);
  } else {
    Verdict verdict = judge (outcome);
    g_autofree char *ours = format (row->headline, verdict.ours, 0);
    g_autofree char *peer = format (row->headline, verdict.peer, 0);

    fprintf (file, "%12s %12s  %-10s %7.2f %7.2f %7.2f %7.2f%s\n", ours, peer,
        measure_infos[row->headline].unit, verdict.ratio, verdict.min, verdict.max, row->target,
        verdict.ratio < row->target ? "  below target" : "");
  }
  fflush (file);
}

/* --- details ------------------------------------------------------------- */

static void
print_player (const Outcome *outcome, const Player *player, const Measures *runs, FILE *file)
{
  fprintf (file, "%-30s %-42s", outcome->row->name, player->name);
  for (Measure i = 0; i < N_MEASURES; i++) {
    g_autofree char *value = format (i, measures_median (runs, outcome->n_runs, i), 0);

    fprintf (file, " %10s", value);
  }
  fprintf (file, "\n");
}

void
bench_report_print_details_heading (FILE *file)
{
  fprintf (file, "\n%-30s %-42s", "name", "who");
  for (Measure i = 0; i < N_MEASURES; i++)
    fprintf (file, " %10s", measure_infos[i].heading);
  fprintf (file, "\n");
}

void
bench_report_print_details (const Outcome *outcome, FILE *file)
{
  if (outcome->error || outcome->missing)
    return;

  print_player (outcome, outcome->row->ours, outcome->ours, file);
  print_player (outcome, outcome->row->peer, outcome->peer, file);
}

/* --- CSV ----------------------------------------------------------------- */

static void
print_keys (const char *who, FILE *file)
{
  for (Measure i = 0; i < N_MEASURES; i++)
    fprintf (file, ",%s-%s", who, measure_infos[i].key);
}

void
bench_report_print_csv_heading (FILE *file)
{
  fprintf (file, "name,ours,peer,ratio,target,ratio-min,ratio-max,headline,runs,ours-is,peer-is");
  print_keys ("ours", file);
  print_keys ("peer", file);
  fprintf (file, ",network,error\n");
}

static void
print_text (const char *text, FILE *file)
{
  fprintf (file, ",\"");
  for (const char *c = text ? text : ""; *c; c++)
    fprintf (file, *c == '"' ? "\"\"" : "%c", *c);
  fprintf (file, "\"");
}

static void
print_values (const Measures *runs, guint n_runs, FILE *file)
{
  for (Measure i = 0; i < N_MEASURES; i++) {
    double value = measures_median (runs, n_runs, i);

    if (isnan (value))
      fprintf (file, ",");
    else
      fprintf (file, ",%.6g", value);
  }
}

void
bench_report_print_csv (const Outcome *outcome, FILE *file)
{
  const Row *row = outcome->row;
  const char *error = outcome->error ? outcome->error : outcome->missing;
  guint n_runs = error ? 0 : outcome->n_runs;
  Verdict verdict = judge (outcome);

  fprintf (file, "%s", row->name);
  if (error)
    fprintf (file, ",,,,%g,,", row->target);
  else
    fprintf (file, ",%.6g,%.6g,%.4g,%g,%.4g,%.4g", verdict.ours, verdict.peer, verdict.ratio,
        row->target, verdict.min, verdict.max);
  fprintf (file, ",%s,%u", measure_infos[row->headline].key, n_runs);
  print_text (row->ours->name, file);
  print_text (row->peer->name, file);
  print_values (outcome->ours, n_runs, file);
  print_values (outcome->peer, n_runs, file);
  print_text (outcome->network, file);
  print_text (error, file);
  fprintf (file, "\n");
}
