/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "trace-row.h"

#include "trace.h"

#include <string.h>

#define MAX_CONN 65535
#define MAX_TIME_US (G_GINT64_CONSTANT (366) * 86400 * 1000000)

static const char *const payload_kinds[] = { "writev", "write", "send", "sendto", "sendmsg",
  "SSL_write", NULL };
static const char *const option_kinds[] = { "cork-on", "cork-off", "nodelay-on", "nodelay-off",
  NULL };
static const char *const receive_kinds[] = { "recv", "recvfrom", "recvmsg", "read", "readv",
  "SSL_read", "tls-recv", "tls-read", NULL };

/* "63+22+72": the sizes of the pieces of one call. */
static gboolean
parse_sizes (LineReader *lines, char *text, GArray *sizes, guint64 *total, GError **error)
{
  *total = 0;
  for (char *piece = strsep (&text, "+"); piece; piece = strsep (&text, "+")) {
    guint64 size;

    if (!g_ascii_string_to_unsigned (piece, 10, 0, TRACE_MAX_WRITE, &size, NULL) ||
        (*total += size) > TRACE_MAX_WRITE) {
      line_reader_set_error (lines, error, "size '%s' in iov is not a number from 0 to %u%s", piece,
          TRACE_MAX_WRITE, *total > TRACE_MAX_WRITE ? " in sum" : "");
      return FALSE;
    }
    g_array_append_val (sizes, size);
  }

  return TRUE;
}

static gboolean
parse_payload (TraceRow *row, LineReader *lines, char *iov, const char *ret, GError **error)
{
  guint64 offered;
  gint64 accepted;

  if (!parse_sizes (lines, iov, row->sizes, &offered, error))
    return FALSE;

  row->bytes = offered;
  if (*ret == '\0')
    return TRUE;

  if (!g_ascii_string_to_signed (ret, 10, -1, offered, &accepted, NULL)) {
    line_reader_set_error (lines, error,
        "ret '%s' is neither empty, -1 nor a number from 0 to %" G_GUINT64_FORMAT
        ", the bytes offered",
        ret, offered);
    return FALSE;
  }
  row->bytes = MAX (accepted, 0);
  return TRUE;
}

static TraceRowKind
find_option (const char *kind)
{
  if (g_str_equal (kind, "cork-on"))
    return TRACE_ROW_CORK_ON;

  return g_str_equal (kind, "cork-off") ? TRACE_ROW_CORK_OFF : TRACE_ROW_OTHER;
}

static gboolean
parse_call (TraceRow *row, LineReader *lines, const char *kind, char *iov, const char *ret,
    GError **error)
{
  row->bytes = 0;
  row->kind = TRACE_ROW_PAYLOAD;
  g_array_set_size (row->sizes, 0);
  if (g_strv_contains (payload_kinds, kind))
    return parse_payload (row, lines, iov, ret, error);

  row->kind = find_option (kind);
  if (g_strv_contains (receive_kinds, kind))
    line_reader_set_error (lines, error, "kind '%s' receives: this is not a trace of writes", kind);
  else if (!g_strv_contains (option_kinds, kind))
    line_reader_set_error (lines, error, "kind '%s' is unknown", kind);
  else if (*iov != '\0' || *ret != '\0')
    line_reader_set_error (lines, error, "kind '%s' carries no bytes, but iov or ret is set", kind);
  else
    return TRUE;

  return FALSE;
}

gboolean
trace_row_parse (TraceRow *row, LineReader *lines, char *line, GError **error)
{
  char *columns[5], *rest = line;
  guint64 conn;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    columns[i] = strsep (&rest, ",");
    if (columns[i] == NULL) {
      line_reader_set_error (lines, error, "%u columns, expected 5: " TRACE_COLUMNS, i);
      return FALSE;
    }
  }
  if (rest != NULL) {
    line_reader_set_error (lines, error, "more than 5 columns: " TRACE_COLUMNS);
    return FALSE;
  }
  if (!g_ascii_string_to_signed (columns[0], 10, -MAX_TIME_US, MAX_TIME_US, &row->time_us, NULL)) {
    line_reader_set_error (lines, error, "t_us '%s' is not a time in microseconds", columns[0]);
    return FALSE;
  }
  if (!g_ascii_string_to_unsigned (columns[1], 10, 1, MAX_CONN, &conn, NULL)) {
    line_reader_set_error (lines, error, "conn '%s' is not a number from 1 to %u", columns[1],
        MAX_CONN);
    return FALSE;
  }

  row->conn = conn;
  return parse_call (row, lines, columns[2], columns[3], columns[4], error);
}
