/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* giosocket-bench: what do our elements cost, beside what people use now?
 *
 *   rows.c ─► load ─► play-*  process ═══ veth ═══ play-*  process
 *                        │                            │
 *                        └────────► score ◄───────────┘ ─► measures ─► ratio, target
 *
 * A row (rows.c, nothing but data) names two players and what is compared.  For each run umpire.c
 * makes a network and two processes; they play what play.h lists, and leave what it cost (meter.c)
 * in shared memory (match.h). */

#include "config.h"

#include "bench-chart.h"
#include "bench-options.h"
#include "bench-report.h"
#include "process.h"
#include "umpire.h"

#include <gio/gio.h>

#include <errno.h>
#include <stdlib.h>

#define EXIT_USAGE 2
#define EXIT_INTERRUPTED 130

static void
complain (const char *text)
{
  fprintf (stderr, "giosocket-bench: %s\n", text);
}

/* --- one row ------------------------------------------------------------- */

static gboolean
run_player (Outcome *outcome, const BenchOptions *options, const Load *load, gboolean ours,
    Measures *measures, GError **error)
{
  const Row *row = outcome->row;

  g_clear_pointer (&outcome->network, g_free);
  return umpire_run (row, ours, load, options, measures, &outcome->network, error);
}

/* First a run of each in which the bytes are compared; a peer that is not there shows then. */
static gboolean
run_all (Outcome *outcome, const BenchOptions *options, const Load *load, GError **error)
{
  if (!run_player (outcome, options, load, TRUE, NULL, error))
    return FALSE;
  if (!run_player (outcome, options, load, FALSE, NULL, error)) {
    if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
      return FALSE;
    outcome->missing = g_strdup ((*error)->message);
    g_clear_error (error);
    return TRUE;
  }

  for (int i = 0; i < options->runs; i++)
    if (!run_player (outcome, options, load, TRUE, &outcome->ours[i], error) ||
        !run_player (outcome, options, load, FALSE, &outcome->peer[i], error))
      return FALSE;

  return TRUE;
}

/* FALSE: the user has had enough. */
static gboolean
run_row (Outcome *outcome, const BenchOptions *options, GError **error)
{
  g_autoptr (GError) reason = NULL;
  Load load;

  if (!load_init (&load, outcome->row->workload, options->scale, options->trace, options->conn,
          &reason) ||
      !run_all (outcome, options, &load, &reason))
    outcome->error = g_strdup (reason->message);
  load_clear (&load);

  if (!g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* --- all of them --------------------------------------------------------- */

static GArray *
choose_rows (const BenchOptions *options)
{
  GArray *outcomes = g_array_new (FALSE, TRUE, sizeof (Outcome));

  for (guint i = 0; i < n_rows; i++) {
    Outcome outcome = { .row = &rows[i], .n_runs = options->runs };

    if (options->row && !g_pattern_match_simple (options->row, rows[i].name))
      continue;
    outcome.ours = g_new0 (Measures, options->runs);
    outcome.peer = g_new0 (Measures, options->runs);
    g_array_append_val (outcomes, outcome);
  }

  return outcomes;
}

static void
free_rows (GArray *outcomes)
{
  for (guint i = 0; i < outcomes->len; i++) {
    Outcome *outcome = &g_array_index (outcomes, Outcome, i);

    g_free (outcome->ours);
    g_free (outcome->peer);
    g_free (outcome->network);
    g_free (outcome->missing);
    g_free (outcome->error);
  }
  g_array_unref (outcomes);
}

static void
list_rows (GArray *outcomes)
{
  for (guint i = 0; i < outcomes->len; i++) {
    const Row *row = g_array_index (outcomes, Outcome, i).row;

    printf ("%-30s %s: %s beside %s\n", row->name, row->workload->name, row->ours->name,
        row->peer->name);
  }
}

/* Returns: the exit status */
static int
run_rows (GArray *outcomes, const BenchOptions *options, GError **error)
{
  int status = EXIT_SUCCESS;

  process_block_signals ();
  bench_report_print_heading (stdout);
  for (guint i = 0; i < outcomes->len; i++) {
    Outcome *outcome = &g_array_index (outcomes, Outcome, i);

    if (!run_row (outcome, options, error))
      return EXIT_INTERRUPTED;
    bench_report_print_row (outcome, stdout);
    if (outcome->error)
      status = EXIT_FAILURE;
  }

  if (options->details)
    bench_report_print_details_heading (stdout);
  for (guint i = 0; options->details && i < outcomes->len; i++)
    bench_report_print_details (&g_array_index (outcomes, Outcome, i), stdout);
  return status;
}

static gboolean
write_csv (GArray *outcomes, FILE *file, const char *path, GError **error)
{
  bench_report_print_csv_heading (file);
  for (guint i = 0; i < outcomes->len; i++)
    bench_report_print_csv (&g_array_index (outcomes, Outcome, i), file);

  if (!(ferror (file) | fclose (file)))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "--csv=%s: cannot write", path);
  return FALSE;
}

#ifdef HAVE_CAIRO
static gboolean
write_chart (GArray *outcomes, const char *path, GError **error)
{
  FILE *file = fopen (path, "we");
  gboolean ok;

  if (file == NULL) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "--chart=%s: %s", path,
        g_strerror (errno));
    return FALSE;
  }

  ok = bench_chart_write ((const Outcome *)outcomes->data, outcomes->len, file, error);
  if (!(ferror (file) | fclose (file)) || !ok)
    return ok;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "--chart=%s: cannot write", path);
  return FALSE;
}
#else
#define write_chart(outcomes, path, error) FALSE
#endif

static int
run (GArray *outcomes, const BenchOptions *options, GError **error)
{
  FILE *csv = NULL;
  int status;

  if (options->csv && (csv = fopen (options->csv, "we")) == NULL) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "--csv=%s: %s", options->csv,
        g_strerror (errno));
    return EXIT_USAGE;
  }

  status = run_rows (outcomes, options, error);
  if (csv && !write_csv (outcomes, csv, options->csv, *error ? NULL : error))
    status = EXIT_FAILURE;
  if (options->chart && *error == NULL && !write_chart (outcomes, options->chart, error))
    status = EXIT_FAILURE;
  return status;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  BenchOptions options;
  int status = EXIT_USAGE;

  if (bench_options_parse (&options, &argc, &argv, &error)) {
    GArray *outcomes = choose_rows (&options);

    if (outcomes->len == 0)
      g_set_error (&error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
          "--row=%s: no row has such a name; --list lists them", options.row);
    else if (options.list)
      status = (list_rows (outcomes), EXIT_SUCCESS);
    else
      status = run (outcomes, &options, &error);
    free_rows (outcomes);
  }
  if (error)
    complain (error->message);

  bench_options_clear (&options);
  return status;
}
