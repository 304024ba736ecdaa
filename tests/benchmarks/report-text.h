/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

#include <stdio.h>

G_BEGIN_DECLS

/* What reports are made of. */

/* @cells: texts, row after row, @n_columns each; the first column to the left, the others to the
 * right */
void cells_print (const GPtrArray *cells, guint n_columns, FILE *file);

/* "NAME": "TEXT", or null for NULL, as JSON has it. */
void json_print_member (const char *name, const char *text, FILE *file);

/* As RFC 4180 has it. */
void csv_print_text (const char *text, FILE *file);

G_END_DECLS
