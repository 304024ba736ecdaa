/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* giosocket-replay: what do different senders make of the writes of a real program?
 *
 *   trace ─► payload ─► sender's pipeline ═══ veth ═══ receiver's pipeline ─► SHA-256
 *                            process                        process
 *
 * Options are parsed and the trace is read once (options.c, trace.c).  Then, for each run of each
 * contestant, contest.c makes a network (network.c) and two processes (sender.c, receiver.c) that
 * leave their figures in shared memory (run.h); report-*.c print them.  With --model nothing is run:
 * model.c plays the same on paper. */

#include "config.h"

#include "contest.h"
#include "model.h"
#include "options.h"
#include "outputs.h"
#include "prepare.h"
#include "process.h"
#include "report.h"

#include <gio/gio.h>

#include <stdlib.h>

#define EXIT_USAGE 2
#define EXIT_INTERRUPTED 130

static void
complain (const char *text)
{
  fprintf (stderr, "giosocket-replay: %s\n", text);
}

/* --- the runs ------------------------------------------------------------ */

static void
note_network (Report *report, char *network)
{
  if (network && g_strcmp0 (network, report->network) != 0) {
    if (g_str_has_prefix (network, "loopback"))
      complain (network);
    g_free (report->network);
    report->network = network;
  } else {
    g_free (network);
  }
}

/* Whoever has failed once is out.  FALSE: the user has had enough. */
static gboolean
run_all (Report *report, GError **error)
{
  for (guint run = 0; run < report->n_runs; run++) {
    for (guint i = 0; i < report->n_results; i++) {
      Result *result = &report->results[i];
      g_autoptr (GError) run_error = NULL;
      g_autofree char *title =
          g_strdup_printf ("%s, run %u of %u", result->contestant.name, run + 1, report->n_runs);
      char *network = NULL;

      if (result->error ||
          contest_run (report->replay, &result->contestant, title, &result->runs[run],
              result->picture, &network, &run_error)) {
        note_network (report, network);
        continue;
      }

      note_network (report, network);
      if (g_error_matches (run_error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_propagate_error (error, g_steal_pointer (&run_error));
        return FALSE;
      }
      result->error = g_strdup (run_error->message);
    }
  }

  return TRUE;
}

static Report
make_report (Options *options)
{
  Report report = {
    .replay = &options->replay,
    .n_runs = options->n_runs,
    .n_results = options->n_contestants,
  };

  report.results = g_new0 (Result, report.n_results);
  for (guint i = 0; i < report.n_results; i++) {
    report.results[i].contestant = options->contestants[i];
    report.results[i].runs = g_new0 (Figures, report.n_runs);
    report.results[i].picture = g_new0 (Picture, 1);
  }

  return report;
}

/* Returns: the exit status */
static int
finish_report (Report *report)
{
  int status = EXIT_SUCCESS;

  for (guint i = 0; i < report->n_results; i++) {
    Result *result = &report->results[i];

    result->median = figures_median (result->runs, report->n_runs);
    if (result->error) {
      fprintf (stderr, "giosocket-replay: %s: %s\n", result->contestant.name, result->error);
      status = EXIT_FAILURE;
    } else if (result->median.values[FIGURE_HASH_WAIT] > 0) {
      fprintf (stderr,
          "giosocket-replay: %s: the receiver had to wait %.3f s for the hashing of "
          "what it had received: its times are too long\n",
          result->contestant.name, result->median.values[FIGURE_HASH_WAIT]);
    }
  }

  return status;
}

static void
clear_report (Report *report)
{
  for (guint i = 0; i < report->n_results; i++) {
    g_free (report->results[i].runs);
    g_free (report->results[i].picture);
    g_free (report->results[i].error);
  }
  g_free (report->results);
  g_free (report->network);
}

static int
compete (Options *options, Output *outputs, guint n_outputs, GError **error)
{
  Report report = make_report (options);
  int status = EXIT_INTERRUPTED;

  process_block_signals ();
  if (run_all (&report, error)) {
    status = finish_report (&report);
    if (!outputs_write (outputs, n_outputs, &report, NULL))
      status = EXIT_FAILURE;
  }
  clear_report (&report);
  return status;
}

/* Returns: the exit status */
static int
model (const Options *options, Output *outputs, guint n_outputs, GError **error)
{
  Model result = { 0 };
  int status = EXIT_FAILURE;

  if (model_run (&result, &options->replay, error) &&
      outputs_write (outputs, n_outputs, NULL, &result))
    status = EXIT_SUCCESS;
  model_clear (&result);
  return status;
}

static gboolean
prepare (Options *options, GError **error)
{
  return options->model ? replay_read (&options->replay, error)
                        : replay_prepare (&options->replay, error);
}

/* The table gives way to what shall be the only thing on standard output. */
static gboolean
wants_table (const Options *options)
{
  return g_strcmp0 (options->json, "-") != 0 && g_strcmp0 (options->csv, "-") != 0 &&
      g_strcmp0 (options->chart, "-") != 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options;
  int status = EXIT_USAGE;

  if (options_parse (&options, &argc, &argv, &error) && prepare (&options, &error)) {
    Output outputs[] = {
      { "table", wants_table (&options) ? "-" : NULL, report_print_table, model_print_table, NULL },
      { "json", options.json, report_print_json, model_print_json, NULL },
      { "csv", options.csv, report_print_csv, model_print_csv, NULL },
#ifdef HAVE_CAIRO
      { "chart", options.chart, report_draw_chart, NULL, NULL },
#endif
    };

    if (outputs_open (outputs, G_N_ELEMENTS (outputs), &error))
      status = options.model ? model (&options, outputs, G_N_ELEMENTS (outputs), &error)
                             : compete (&options, outputs, G_N_ELEMENTS (outputs), &error);
    outputs_close (outputs, G_N_ELEMENTS (outputs));
  }
  if (error)
    complain (error->message);

  replay_clear (&options.replay);
  options_clear (&options);
  return status;
}
