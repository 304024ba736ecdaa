/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "recorded.h"

#include "tests/benchmarks/line-reader.h"
#include "tests/benchmarks/trace-row.h"
#include "tests/benchmarks/trace.h"

#include <gst/check/gstcheck.h>

#include <string.h>

static void
check_with_reader (const char *path)
{
  g_autoptr (GError) error = NULL;
  const TraceSelection selection = { .conn = 1, .max_gap_us = -1, .repeat = 1 };
  g_autoptr (Trace) trace = trace_open (path, &selection, &error);
  TraceResult result = TRACE_ERROR;
  TraceWrite write;

  while (trace != NULL && (result = trace_next (trace, &write, &error)) == TRACE_WRITE)
    ;
  fail_unless (result == TRACE_END, "%s", error ? error->message : "no error");
}

char *
recorded_rows (const char *path, gboolean with_time)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LineReader) lines = line_reader_open (path, &error);
  GString *rows = g_string_new (NULL);
  gboolean in_head = TRUE;
  LineReaderResult result;
  char *line;

  check_with_reader (path);
  while ((result = line_reader_next (lines, &line, &error)) == LINE_READER_LINE) {
    if (!in_head) {
      g_string_append (rows, rows->len > 0 ? " " : "");
      g_string_append (rows, with_time ? line : strchr (line, ',') + 1);
    }
    in_head = in_head && strcmp (line, TRACE_COLUMNS) != 0;
  }
  fail_unless (result == LINE_READER_END);

  return g_string_free (rows, FALSE);
}

char *
recorded_connections (const char *path)
{
  const char *key = "# connections: ";
  g_autoptr (GError) error = NULL;
  g_autoptr (LineReader) lines = line_reader_open (path, &error);
  char *line;

  fail_unless (lines != NULL);
  while (line_reader_next (lines, &line, &error) == LINE_READER_LINE) {
    if (g_str_has_prefix (line, key))
      return g_strchomp (g_strdup (line + strlen (key)));
  }

  fail ("%s does not tell its connections", path);
  return NULL;
}
