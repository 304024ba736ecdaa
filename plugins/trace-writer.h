/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Writes a trace: what was handed to the connections of a program, when, and in which pieces; not
 * the bytes themselves.  Text lines, gzip where the name of the file ends in ".gz":
 *
 *   # connections: 1 = sink0:sink
 *   t_us,conn,kind,iov,ret
 *   0,1,cork-on,,
 *   17,1,writev,63+22+72,
 *   40,1,write,1000,
 *   210,1,cork-off,,
 *
 * t_us is in microseconds since the first row.  A write in more than 1024 pieces, as many as a system
 * call takes, or of more than TRACE_WRITER_MAX_BYTES is several rows; one without bytes is none.
 *
 * The file is made with the first row.  Rows are gathered and written in blocks of whole lines, the
 * last one with trace_writer_flush(); after each block the file is a valid trace.
 *
 * After an error nothing more is written and every call returns that error again.  A writer
 * is used by one thread at a time.
 */
#define TRACE_WRITER_MAX_BYTES (256u << 20)
#define TRACE_WRITER_MAX_PIECES 1024
#define TRACE_WRITER_MAX_CONNECTIONS 65535

typedef struct _TraceWriter TraceWriter;

/* @program: who is recorded, for the head of the file. */
TraceWriter *trace_writer_new (const char *path, const char *program);

/* Returns: its number, from 1; 0 when there are TRACE_WRITER_MAX_CONNECTIONS. */
guint trace_writer_add_connection (TraceWriter *writer, const char *name);

/* A write is begun, then its pieces are added, then it is ended.  @time_ns: of any clock that does not
 * go back; a row that comes late has the time of the row before. */
void trace_writer_begin (TraceWriter *writer, guint conn, gint64 time_ns);
void trace_writer_add_piece (TraceWriter *writer, gsize size);
gboolean trace_writer_end (TraceWriter *writer, GError **error);

gboolean trace_writer_add_cork (TraceWriter *writer, guint conn, gint64 time_ns, gboolean corked,
    GError **error);

/* Everything there is goes into the file. */
gboolean trace_writer_flush (TraceWriter *writer, GError **error);

/* Does not flush. */
void trace_writer_free (TraceWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceWriter, trace_writer_free)

G_END_DECLS
