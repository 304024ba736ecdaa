/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The writes of one connection of a trace: "# key: value" lines, the line
 * "t_us,conn,kind,iov,ret", then one row for each call, in the order of time.  A source
 * "fixed:SIZE:COUNT" stands for COUNT writes of SIZE bytes with no time between them.
 *
 * A call that was refused (ret -1) or that carried nothing is not a write; of a call that was
 * accepted in part, the accepted bytes count (the program repeated the rest in a later row).
 * The whole file is checked, as far as it is read, other connections' rows too: the first fault ends
 * the reading with an error that names file and line.
 */
#define TRACE_MAX_WRITE (256u << 20)

typedef struct _Trace Trace;

/* What of a trace is wanted.
 * @conn: a connection of the file, from 1; 0 with "fixed:"
 * @all: it is one of all, and a silence is one only when all are silent
 * @max_gap_us: longer silences are made as short as this; negative: they are not
 * @pieces: each piece of a call is a write
 * @corked: the program's own corking is wanted, too
 * @max_bytes: the calls that carry the first so many bytes, and the first one in any case; 0: all
 * @repeat: how many times, one after the other, with no time between them */
typedef struct
{
  guint conn;
  gboolean all;
  gint64 max_gap_us;
  gboolean pieces;
  gboolean corked;
  guint64 max_bytes;
  guint repeat;
} TraceSelection;

/* @time_us: since the first row that is selected, of all connections where all are
 * @cork: -1 for a write, else whether the program corks here (TRUE) or uncorks (FALSE), without
 * bytes */
typedef struct
{
  gint64 time_us;
  guint64 bytes;
  int cork;
} TraceWrite;

typedef enum
{
  TRACE_ERROR = -1,
  TRACE_END,
  TRACE_WRITE,
} TraceResult;

Trace *trace_open (const char *source, const TraceSelection *selection, GError **error);

TraceResult trace_next (Trace *trace, TraceWrite *write, GError **error);

/* A connection of the file, and how many writes it has. */
typedef struct
{
  guint conn;
  guint64 writes;
} TraceConn;

/* Those that have been seen so far, in order.  Returns: (transfer full) */
GArray *trace_get_conns (Trace *trace);

gboolean trace_is_fixed (const char *source);

void trace_free (Trace *trace);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trace, trace_free)

G_END_DECLS
