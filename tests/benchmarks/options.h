/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "run.h"

G_BEGIN_DECLS

typedef struct
{
  Replay replay; /* summary, payload and sha256 are not set yet */
  Contestant *contestants;
  guint n_contestants;
  guint n_runs;
  gboolean model; /* on paper, without contestants */
  char *json;     /* NULL: no such file is wanted */
  char *csv;      /* the same */
  char *chart;
} Options;

/* What a command line asks for, or what is wrong with it.  Either way @options can be cleared. */
gboolean options_parse (Options *options, int *argc, char ***argv, GError **error);

void options_clear (Options *options);

G_END_DECLS
