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
  char *source;
  TraceSelection selection;
  guint times_left;

  LineReader *lines;
  gboolean seen_header;
  gint64 first_us, last_us;
  gint64 offset_us;      /* of the time at hand */
  GHashTable *writes_of; /* conn → writes, for the list in an error */

  TraceRow row;
  guint next_piece;
  guint64 row_left; /* bytes of the row that were accepted and have not been given out */

  /* "fixed:" */
  guint64 size, left;
};

gboolean
trace_is_fixed (const char *source)
{
  return g_str_has_prefix (source, FIXED);
}

static Trace *
open_fixed (const char *source, guint repeat, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (source + strlen (FIXED), ":", 3);
  guint64 size, count;
  Trace *trace;

  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 1, TRACE_MAX_WRITE, &size, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXINT64 / TRACE_MAX_WRITE / repeat, &count,
          NULL)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "%s: expected fixed:SIZE:COUNT with SIZE from 1 to %u and COUNT from 1", source,
        TRACE_MAX_WRITE);
    return NULL;
  }

  trace = g_new0 (Trace, 1);
  trace->size = size;
  trace->left = count * repeat;
  return trace;
}

/* From the beginning. */
static gboolean
open_file (Trace *trace, GError **error)
{
  g_clear_pointer (&trace->lines, line_reader_free);
  trace->lines = line_reader_open (trace->source, error);
  trace->seen_header = FALSE;
  trace->first_us = trace->last_us = G_MININT64;

  return trace->lines != NULL;
}

Trace *
trace_open (const char *source, const TraceSelection *selection, GError **error)
{
  g_autoptr (Trace) trace = NULL;

  if (trace_is_fixed (source))
    return open_fixed (source, selection->repeat, error);

  trace = g_new0 (Trace, 1);
  trace->source = g_strdup (source);
  trace->selection = *selection;
  trace->times_left = selection->repeat - 1;
  trace->writes_of = g_hash_table_new (NULL, NULL);
  trace->row.sizes = g_array_new (FALSE, FALSE, sizeof (guint64));

  return open_file (trace, error) ? g_steal_pointer (&trace) : NULL;
}

static gboolean
take_row (Trace *trace, char *line, GError **error)
{
  TraceRow *row = &trace->row;

  if (!trace_row_parse (row, trace->lines, line, error))
    return FALSE;

  if (row->time_us < trace->last_us) {
    line_reader_set_error (trace->lines, error,
        "t_us %" G_GINT64_FORMAT " is before that of the row above", row->time_us);
    return FALSE;
  }
  if (trace->first_us == G_MININT64)
    trace->first_us = row->time_us;
  trace->last_us = row->time_us;
  return TRUE;
}

static LineReaderResult
next_row (Trace *trace, GError **error)
{
  LineReaderResult result;
  char *line;

  while ((result = line_reader_next (trace->lines, &line, error)) == LINE_READER_LINE) {
    if (trace->seen_header)
      return take_row (trace, line, error) ? LINE_READER_LINE : LINE_READER_ERROR;
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
  *write = (TraceWrite){ .bytes = trace->size, .cork = -1 };
  return TRACE_WRITE;
}

static void
count_row (Trace *trace)
{
  gpointer key = GUINT_TO_POINTER (trace->row.conn);
  guint64 writes = GPOINTER_TO_SIZE (g_hash_table_lookup (trace->writes_of, key));

  g_hash_table_insert (trace->writes_of, key, GSIZE_TO_POINTER (writes + (trace->row.bytes > 0)));
}

/* The next piece of the row at hand, or the row.  FALSE: there is nothing left of it. */
static gboolean
take_write (Trace *trace, TraceWrite *write)
{
  const TraceRow *row = &trace->row;

  *write = (TraceWrite){ .time_us = row->time_us + trace->offset_us, .cork = -1 };
  while (write->bytes == 0 && trace->row_left > 0) {
    guint64 size = trace->selection.pieces
        ? g_array_index (row->sizes, guint64, trace->next_piece++)
        : trace->row_left;

    write->bytes = MIN (size, trace->row_left);
    trace->row_left -= write->bytes;
  }

  return write->bytes > 0;
}

static gboolean
take_cork (const Trace *trace, TraceWrite *write)
{
  TraceRowKind kind = trace->row.kind;

  *write = (TraceWrite){ .time_us = trace->row.time_us + trace->offset_us,
    .cork = kind == TRACE_ROW_CORK_ON };

  return trace->selection.corked && (kind == TRACE_ROW_CORK_ON || kind == TRACE_ROW_CORK_OFF);
}

/* Once through the file. */
static TraceResult
next_of_file (Trace *trace, TraceWrite *write, GError **error)
{
  LineReaderResult result;

  if (take_write (trace, write))
    return TRACE_WRITE;

  while ((result = next_row (trace, error)) == LINE_READER_LINE) {
    count_row (trace);
    if (trace->row.conn != trace->selection.conn)
      continue;

    trace->row_left = trace->row.bytes;
    trace->next_piece = 0;
    if (take_write (trace, write) || take_cork (trace, write))
      return TRACE_WRITE;
  }

  return result == LINE_READER_END ? TRACE_END : TRACE_ERROR;
}

TraceResult
trace_next (Trace *trace, TraceWrite *write, GError **error)
{
  TraceResult result;

  if (trace->lines == NULL)
    return next_fixed (trace, write);

  while ((result = next_of_file (trace, write, error)) == TRACE_END && trace->times_left > 0) {
    trace->times_left--;
    trace->offset_us += trace->last_us - trace->first_us;
    if (!open_file (trace, error))
      return TRACE_ERROR;
  }

  return result;
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
      line_reader_get_path (trace->lines), trace->selection.conn,
      list->len > 0 ? list->str : "none");
}

gboolean
trace_summarize (const char *source, const TraceSelection *selection, TraceSummary *summary,
    GError **error)
{
  TraceSelection once = *selection;
  g_autoptr (Trace) trace = NULL;
  TraceResult result;
  TraceWrite write;

  once.repeat = 1;
  *summary = (TraceSummary){ 0 };
  trace = trace_open (source, &once, error);
  if (trace == NULL)
    return FALSE;

  if (trace->lines == NULL) {
    *summary = (TraceSummary){ trace->left, trace->left * trace->size, trace->size };
    result = TRACE_END;
  } else {
    while ((result = trace_next (trace, &write, error)) == TRACE_WRITE) {
      summary->writes += write.cork < 0;
      summary->bytes += write.bytes;
      summary->largest = MAX (summary->largest, write.bytes);
    }
    if (result == TRACE_END && summary->writes == 0)
      set_no_writes_error (trace, error);
  }

  summary->writes *= selection->repeat;
  summary->bytes *= selection->repeat;

  return result == TRACE_END && summary->writes > 0;
}

void
trace_free (Trace *trace)
{
  g_clear_pointer (&trace->lines, line_reader_free);
  g_clear_pointer (&trace->writes_of, g_hash_table_unref);
  g_clear_pointer (&trace->row.sizes, g_array_unref);
  g_free (trace->source);
  g_free (trace);
}
