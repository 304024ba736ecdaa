/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "run.h"

#include <stdio.h>

G_BEGIN_DECLS

/* What different senders make of the writes of a trace on paper: the same on every run and on every
 * machine.  See model-link.h for the network and model-sender.h for ours. */
typedef struct
{
  const char *name;
  guint64 packets;
  guint64 wire_bytes;
  guint64 sends; /* system calls */
  guint64 options;
  gboolean waits; /* FALSE: there are no times and no calls, for it is a bound and no sender */
  gint64 wait_p50_ns, wait_p99_ns, wait_max_ns;
} ModelResult;

/* One connection's. */
typedef struct
{
  guint conn;
  guint64 calls;
  guint64 pieces;
  guint64 bytes;
  GArray *results; /* ModelResult */
} ModelStream;

typedef struct
{
  const Replay *replay;
  GArray *streams; /* ModelStream */
} Model;

/* @replay: of which source, selection and connections are looked at
 * FALSE: the trace cannot be read.  Either way @model can be cleared. */
gboolean model_run (Model *model, const Replay *replay, GError **error);

void model_clear (Model *model);

void model_print_table (const Model *model, FILE *file);

void model_print_json (const Model *model, FILE *file);

void model_print_csv (const Model *model, FILE *file);

G_END_DECLS
