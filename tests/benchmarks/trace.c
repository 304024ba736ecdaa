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
  gint64 last_us;         /* of the last row, for its order */
  gint64 last_counted_us; /* of the last row that made time pass; G_MININT64: none yet */
  gint64 now_us;
  GHashTable *writes_of; /* conn → writes, for the list in an error */

  TraceRow row;
  guint next_piece;
  guint64 taken; /* bytes of this time through the file */
  gboolean is_enough;
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
  trace->taken = 0;
  trace->is_enough = FALSE;
  trace->last_us = trace->last_counted_us = G_MININT64;

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

static gboolean
is_selected (const Trace *trace)
{
  TraceRowKind kind = trace->row.kind;

  return trace->row.bytes > 0 ||
      (trace->selection.corked && (kind == TRACE_ROW_CORK_ON || kind == TRACE_ROW_CORK_OFF));
}

/* Time begins with the first row that makes it pass. */
static void
advance (Trace *trace)
{
  gint64 max_gap_us = trace->selection.max_gap_us;
  gint64 gap_us = 0;

  if (trace->last_counted_us != G_MININT64)
    gap_us = trace->row.time_us - trace->last_counted_us;
  if (max_gap_us >= 0)
    gap_us = MIN (gap_us, max_gap_us);

  trace->last_counted_us = trace->row.time_us;
  trace->now_us += gap_us;
}

/* The next piece of the row at hand, or the row.  FALSE: there is nothing left of it. */
static gboolean
take_write (Trace *trace, TraceWrite *write)
{
  const TraceRow *row = &trace->row;

  *write = (TraceWrite){ .time_us = trace->now_us, .cork = -1 };
  while (write->bytes == 0 && trace->row_left > 0) {
    guint64 size = trace->selection.pieces
        ? g_array_index (row->sizes, guint64, trace->next_piece++)
        : trace->row_left;

    write->bytes = MIN (size, trace->row_left);
    trace->row_left -= write->bytes;
  }

  return write->bytes > 0;
}

/* FALSE: that would be more than is wanted, and it is over. */
static gboolean
take_bytes (Trace *trace)
{
  guint64 max_bytes = trace->selection.max_bytes;

  trace->is_enough =
      max_bytes > 0 && trace->taken > 0 && trace->taken + trace->row.bytes > max_bytes;
  trace->taken += trace->row.bytes;

  return !trace->is_enough;
}

/* Once through the file.  What is not ours may make time pass. */
static TraceResult
next_of_file (Trace *trace, TraceWrite *write, GError **error)
{
  LineReaderResult result;

  if (take_write (trace, write))
    return TRACE_WRITE;

  if (trace->is_enough)
    return TRACE_END;

  while ((result = next_row (trace, error)) == LINE_READER_LINE) {
    gboolean is_ours = trace->row.conn == trace->selection.conn;

    count_row (trace);
    if (!is_selected (trace) || (!is_ours && !trace->selection.all))
      continue;
    if (is_ours && !take_bytes (trace))
      return TRACE_END;

    advance (trace);
    if (!is_ours)
      continue;

    trace->row_left = trace->row.bytes;
    trace->next_piece = 0;
    if (!take_write (trace, write))
      write->cork = trace->row.kind == TRACE_ROW_CORK_ON;
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
    if (!open_file (trace, error))
      return TRACE_ERROR;
  }

  return result;
}

static gint
compare_conns (gconstpointer a, gconstpointer b)
{
  return (gint)((const TraceConn *)a)->conn - (gint)((const TraceConn *)b)->conn;
}

GArray *
trace_get_conns (Trace *trace)
{
  GArray *conns = g_array_new (FALSE, FALSE, sizeof (TraceConn));
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, trace->writes_of);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    TraceConn conn = { GPOINTER_TO_UINT (key), GPOINTER_TO_SIZE (value) };

    g_array_append_val (conns, conn);
  }
  g_array_sort (conns, compare_conns);

  return conns;
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
