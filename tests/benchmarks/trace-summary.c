/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "trace-summary.h"

#include <gio/gio.h>

static void
set_no_writes_error (Trace *trace, const char *source, guint conn, GError **error)
{
  g_autoptr (GArray) conns = trace_get_conns (trace);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < conns->len; i++) {
    const TraceConn *other = &g_array_index (conns, TraceConn, i);

    g_string_append_printf (list, "%s%u (%" G_GUINT64_FORMAT " writes)", i > 0 ? ", " : "",
        other->conn, other->writes);
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
      "%s: connection %u has no writes; connections in this file: %s", source, conn,
      conns->len > 0 ? list->str : "none");
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

  while ((result = trace_next (trace, &write, error)) == TRACE_WRITE) {
    summary->writes += write.cork < 0;
    summary->bytes += write.bytes;
    summary->largest = MAX (summary->largest, write.bytes);
  }
  if (result == TRACE_END && summary->writes == 0)
    set_no_writes_error (trace, source, selection->conn, error);

  summary->writes *= selection->repeat;
  summary->bytes *= selection->repeat;

  return result == TRACE_END && summary->writes > 0;
}

GArray *
trace_list_conns (const char *source, GError **error)
{
  const TraceSelection none = { .conn = 0, .repeat = 1 };
  g_autoptr (Trace) trace = trace_open (source, &none, error);
  g_autoptr (GArray) conns = NULL;
  GArray *list;
  TraceWrite write;

  if (trace == NULL || trace_next (trace, &write, error) == TRACE_ERROR)
    return NULL;

  list = g_array_new (FALSE, FALSE, sizeof (guint));
  conns = trace_get_conns (trace);
  for (guint i = 0; i < conns->len; i++) {
    const TraceConn *conn = &g_array_index (conns, TraceConn, i);

    if (conn->writes > 0)
      g_array_append_val (list, conn->conn);
  }
  if (list->len > 0)
    return list;

  g_array_unref (list);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s: there are no writes", source);

  return NULL;
}
