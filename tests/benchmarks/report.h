/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "figures.h"
#include "outcome.h"
#include "run.h"

#include <stdio.h>

G_BEGIN_DECLS

typedef struct
{
  Contestant contestant;
  Figures *runs; /* as many as the report has */
  Figures median;
  Picture *picture;
  char *error; /* NULL: every run was all right */
} Result;

typedef struct
{
  const Replay *replay;
  guint n_runs;
  char *network;
  Result *results;
  guint n_results;
} Report;

void report_print_table (const Report *report, FILE *file);

void report_print_json (const Report *report, FILE *file);

/* A row for the medians of each contestant, and one for each of its runs. */
void report_print_csv (const Report *report, FILE *file);

#ifdef HAVE_CAIRO
/* As SVG, with the arrivals of the last contestant that did not fail.  What goes wrong is an error of
 * @file. */
void report_draw_chart (const Report *report, FILE *file);
#endif

/* What was replayed, in words, without a line end.  Returns: (transfer full) */
char *report_describe (const Report *report);

G_END_DECLS
