/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "rows.h"

#include <stdio.h>

G_BEGIN_DECLS

/* What became of a row. */
typedef struct
{
  const Row *row;
  guint n_runs;
  Measures *ours, *peer; /* run by run */
  char *network;
  char *missing; /* NULL: the peer is there */
  char *error;   /* NULL: all went well */
} Outcome;

/* One line, flushed, as soon as the row has run. */
void bench_report_print_heading (FILE *file);
void bench_report_print_row (const Outcome *outcome, FILE *file);

/* All medians of a row, one line for us and one for the peer. */
void bench_report_print_details_heading (FILE *file);
void bench_report_print_details (const Outcome *outcome, FILE *file);

void bench_report_print_csv_heading (FILE *file);
void bench_report_print_csv (const Outcome *outcome, FILE *file);

G_END_DECLS
