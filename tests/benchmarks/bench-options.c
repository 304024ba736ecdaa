/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "bench-options.h"

#define DEFAULT_RUNS 5
#define MAX_RUNS 1000
#define MAX_SCALE 1e6
#define DEFAULT_TRACE "tests/data/spice-plain-installer-interactive.csv.gz"
#define DEFAULT_CONN 2 /* of that trace: the display */
#define DEFAULT_TIMEOUT 20

static const char summary[] =
    "Each row compares ours with a peer in turns, ours first, after a run of each in which every\n"
    "byte is compared and nothing measured.  The one who is measured has a process of his own; at\n"
    "the other end is a plain loop over recv() or send().  A ratio over 1 means that ours is "
    "better:\n"
    "more messages a second, or less processor time.  A row below its target says so and is no\n"
    "failure.  As root, or where user namespaces are allowed, a network is made to count packets "
    "on.";

static gboolean
parse (BenchOptions *self, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "row", 0, 0, G_OPTION_ARG_STRING, &self->row, "Only rows whose name matches, with * and ?",
        "GLOB" },
    { "list", 0, 0, G_OPTION_ARG_NONE, &self->list, "List the rows and run nothing", NULL },
    { "runs", 0, 0, G_OPTION_ARG_INT, &self->runs,
        "Let ours and the peer take turns N times (default: 5)", "N" },
    { "scale", 0, 0, G_OPTION_ARG_DOUBLE, &self->scale,
        "Multiply the number of messages by X (default: 1)", "X" },
    { "details", 0, 0, G_OPTION_ARG_NONE, &self->details, "Print all figures", NULL },
    { "loopback", 0, 0, G_OPTION_ARG_NONE, &self->loopback,
        "Run on loopback, which costs less by the byte than a network: more of what is left is the "
        "player's; packets are not counted",
        NULL },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &self->csv, "Write all figures to FILE", "FILE" },
#ifdef HAVE_CAIRO
    { "chart", 0, 0, G_OPTION_ARG_FILENAME, &self->chart,
        "Draw what framed messages cost over their size to FILE, as SVG", "FILE" },
#endif
    { "trace", 0, 0, G_OPTION_ARG_FILENAME, &self->trace,
        "Trace with the sizes of mixed messages (default: " DEFAULT_TRACE ")", "FILE" },
    { "conn", 0, 0, G_OPTION_ARG_INT, &self->conn, "Connection of the trace (default: 2)", "N" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &self->timeout,
        "Give a run up after so long without progress (default: 20)", "SECONDS" },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- compare with peers, row by row");

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
check (const BenchOptions *self, int argc, char **argv, GError **error)
{
  GQuark domain = G_OPTION_ERROR;
  int code = G_OPTION_ERROR_BAD_VALUE;

  if (argc > 1)
    g_set_error (error, domain, code, "unexpected argument '%s'", argv[1]);
  else if (self->runs < 1 || self->runs > MAX_RUNS)
    g_set_error (error, domain, code, "--runs=%d is not from 1 to %d", self->runs, MAX_RUNS);
  else if (!(self->scale > 0 && self->scale <= MAX_SCALE))
    g_set_error (error, domain, code, "--scale=%g is not over 0 and at most %g", self->scale,
        MAX_SCALE);
  else if (self->conn < 1)
    g_set_error (error, domain, code, "--conn=%d: connections are counted from 1", self->conn);
  else if (self->timeout < 1)
    g_set_error (error, domain, code, "--timeout=%d is less than 1", self->timeout);
  else
    return TRUE;

  return FALSE;
}

gboolean
bench_options_parse (BenchOptions *self, int *argc, char ***argv, GError **error)
{
  *self = (BenchOptions){
    .runs = DEFAULT_RUNS,
    .scale = 1,
    .conn = DEFAULT_CONN,
    .timeout = DEFAULT_TIMEOUT,
  };
  if (!parse (self, argc, argv, error) || !check (self, *argc, *argv, error))
    return FALSE;

  if (self->trace == NULL)
    self->trace = g_strdup (DEFAULT_TRACE);
  return TRUE;
}

void
bench_options_clear (BenchOptions *self)
{
  g_clear_pointer (&self->row, g_free);
  g_clear_pointer (&self->csv, g_free);
  g_clear_pointer (&self->chart, g_free);
  g_clear_pointer (&self->trace, g_free);
}
