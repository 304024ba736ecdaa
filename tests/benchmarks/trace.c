/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "trace.h"

#include "trace-row.h"

#include <gio/gio.h>

#include <string.h>

#define FIXED "fixed:"

struct _Trace
{
  LineReader *lines;
  guint conn;
  gboolean seen_header;
  gint64 last_us;
  GHashTable *writes_of; /* conn → writes, for the list in an error */

  /* "fixed:" */
  guint64 size, left;
};

gboolean
trace_is_fixed (const char *source)
{
  return g_str_has_prefix (source, FIXED);
}

static Trace *
open_fixed (const char *source, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (source + strlen (FIXED), ":", 3);
  guint64 size, count;
  Trace *trace;

  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 1, TRACE_MAX_WRITE, &size, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXINT64 / TRACE_MAX_WRITE, &count, NULL)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "%s: expected fixed:SIZE:COUNT with SIZE from 1 to %u and COUNT from 1", source,
        TRACE_MAX_WRITE);
    return NULL;
  }

  trace = g_new0 (Trace, 1);
  trace->size = size;
  trace->left = count;
  return trace;
}

Trace *
trace_open (const char *source, guint conn, GError **error)
{
  LineReader *lines;
  Trace *trace;

  if (trace_is_fixed (source))
    return open_fixed (source, error);

  lines = line_reader_open (source, error);
  if (lines == NULL)
    return NULL;

  trace = g_new0 (Trace, 1);
  trace->lines = lines;
  trace->conn = conn;
  trace->last_us = G_MININT64;
  trace->writes_of = g_hash_table_new (NULL, NULL);
  return trace;
}

static gboolean
take_row (Trace *trace, char *line, TraceRow *row, GError **error)
{
  if (!trace_row_parse (row, trace->lines, line, error))
    return FALSE;

  if (row->time_us < trace->last_us) {
    line_reader_set_error (trace->lines, error,
        "t_us %" G_GINT64_FORMAT " is before that of the row above", row->time_us);
    return FALSE;
  }
  trace->last_us = row->time_us;
  return TRUE;
}

static LineReaderResult
next_row (Trace *trace, TraceRow *row, GError **error)
{
  LineReaderResult result;
  char *line;

  while ((result = line_reader_next (trace->lines, &line, error)) == LINE_READER_LINE) {
    if (trace->seen_header)
      return take_row (trace, line, row, error) ? LINE_READER_LINE : LINE_READER_ERROR;
    if (*line == '#')
      continue;
    if (strcmp (line, TRACE_COLUMNS) != 0) {
      line_reader_set_error (trace->lines, error,
          "the columns are '%.80s', expected " TRACE_COLUMNS, line);
      return LINE_READER_ERROR;
    }
    trace->seen_header = TRUE;
  }

  if (result == LINE_READER_END && !trace->seen_header) {
    line_reader_set_error (trace->lines, error, "the file ends before the line " TRACE_COLUMNS);
    return LINE_READER_ERROR;
  }
  return result;
}

static TraceResult
next_fixed (Trace *trace, TraceWrite *write)
{
  if (trace->left == 0)
    return TRACE_END;

  trace->left--;
  *write = (TraceWrite){ .bytes = trace->size };
  return TRACE_WRITE;
}

TraceResult
trace_next (Trace *trace, TraceWrite *write, GError **error)
{
  LineReaderResult result;
  TraceRow row;

  if (trace->lines == NULL)
    return next_fixed (trace, write);

  while ((result = next_row (trace, &row, error)) == LINE_READER_LINE) {
    gpointer key = GUINT_TO_POINTER (row.conn);
    guint64 writes = GPOINTER_TO_SIZE (g_hash_table_lookup (trace->writes_of, key));

    g_hash_table_insert (trace->writes_of, key, GSIZE_TO_POINTER (writes + (row.bytes > 0)));
    if (row.conn == trace->conn && row.bytes > 0) {
      *write = (TraceWrite){ .time_us = row.time_us, .bytes = row.bytes };
      return TRACE_WRITE;
    }
  }

  return result == LINE_READER_END ? TRACE_END : TRACE_ERROR;
}

static gint
compare_conns (gconstpointer a, gconstpointer b)
{
  return GPOINTER_TO_INT (a) - GPOINTER_TO_INT (b);
}

static void
set_no_writes_error (Trace *trace, GError **error)
{
  g_autoptr (GList) conns = g_hash_table_get_keys (trace->writes_of);
  g_autoptr (GString) list = g_string_new (NULL);

  conns = g_list_sort (conns, compare_conns);
  for (GList *l = conns; l; l = l->next)
    g_string_append_printf (list, "%s%u (%" G_GSIZE_FORMAT " writes)", list->len > 0 ? ", " : "",
        GPOINTER_TO_UINT (l->data),
        GPOINTER_TO_SIZE (g_hash_table_lookup (trace->writes_of, l->data)));
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
      "%s: connection %u has no writes; connections in this file: %s",
      line_reader_get_path (trace->lines), trace->conn, list->len > 0 ? list->str : "none");
}

gboolean
trace_summarize (const char *source, guint conn, TraceSummary *summary, GError **error)
{
  g_autoptr (Trace) trace = trace_open (source, conn, error);
  TraceResult result;
  TraceWrite write;

  *summary = (TraceSummary){ 0 };
  if (trace == NULL)
    return FALSE;
  if (trace->lines == NULL) {
    *summary = (TraceSummary){ trace->left, trace->left * trace->size, trace->size };
    return TRUE;
  }

  while ((result = trace_next (trace, &write, error)) == TRACE_WRITE) {
    summary->writes++;
    summary->bytes += write.bytes;
    summary->largest = MAX (summary->largest, write.bytes);
  }
  if (result == TRACE_END && summary->writes == 0)
    set_no_writes_error (trace, error);

  return result == TRACE_END && summary->writes > 0;
}

void
trace_free (Trace *trace)
{
  g_clear_pointer (&trace->lines, line_reader_free);
  g_clear_pointer (&trace->writes_of, g_hash_table_unref);
  g_free (trace);
}
