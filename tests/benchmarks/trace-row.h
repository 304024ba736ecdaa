/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "line-reader.h"

G_BEGIN_DECLS

#define TRACE_COLUMNS "t_us,conn,kind,iov,ret"

typedef enum
{
  TRACE_ROW_PAYLOAD,
  TRACE_ROW_CORK_ON,
  TRACE_ROW_CORK_OFF,
  TRACE_ROW_OTHER,
} TraceRowKind;

/* @bytes: what the call handed to the socket layer and the socket layer accepted; 0 for one that
 *   was refused or that only set an option
 * @sizes: those of the pieces that it offered; made once, used for row after row */
typedef struct
{
  gint64 time_us;
  guint conn;
  TraceRowKind kind;
  guint64 bytes;
  GArray *sizes;
} TraceRow;

/* Takes @line, the reader's current one, apart (and to pieces). */
gboolean trace_row_parse (TraceRow *row, LineReader *lines, char *line, GError **error);

G_END_DECLS
