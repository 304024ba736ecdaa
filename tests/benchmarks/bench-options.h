/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *row; /* glob */
  gboolean list;
  gboolean details;
  gboolean loopback;
  int runs;
  double scale;
  char *csv;
  char *chart;
  char *trace;
  int conn;
  int timeout;
} BenchOptions;

/* What a command line asks for, or what is wrong with it.  Either way @options can be cleared. */
gboolean bench_options_parse (BenchOptions *options, int *argc, char ***argv, GError **error);

void bench_options_clear (BenchOptions *options);

G_END_DECLS
