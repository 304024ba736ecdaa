/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "model.h"
#include "report.h"

G_BEGIN_DECLS

/* A file that is wanted. */
typedef struct
{
  const char *option;
  const char *path; /* NULL: not wanted */
  void (*print) (const Report *report, FILE *file);
  void (*print_model) (const Model *model, FILE *file);
  FILE *file;
} Output;

/* Opened before anything runs, and written at the end. */
gboolean outputs_open (Output *outputs, guint n, GError **error);

/* Writes one of the two; the other is NULL.  What goes wrong is said. */
gboolean outputs_write (const Output *outputs, guint n, const Report *report, const Model *model);

void outputs_close (Output *outputs, guint n);

G_END_DECLS
