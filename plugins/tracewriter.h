/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Writes a trace as giosocket-replay reads it: "# key: value" lines, the line
 * "t_us,conn,kind,iov,ret", and a row for each write; gzip if the name ends in .gz.  Rows have to
 * come in the order of time.  Not thread-safe.
 *
 * After an error, of which each call can tell, only freeing it makes sense.
 */
typedef struct _GstGioSocketTraceWriter GstGioSocketTraceWriter;

GstGioSocketTraceWriter *
gst_gio_socket_trace_writer_new (const gchar *path, const gchar *pad, GError **error);

/* One system call's worth: no more sizes than IOV_MAX go into one row. */
gboolean gst_gio_socket_trace_writer_add_write (GstGioSocketTraceWriter *writer, gint64 time_us,
    const gsize *sizes, guint n_sizes, GError **error);

gboolean gst_gio_socket_trace_writer_add_cork (GstGioSocketTraceWriter *writer, gint64 time_us,
    gboolean corked, GError **error);

/* Puts whole lines on the disk; a gzip file is readable up to here. */
gboolean gst_gio_socket_trace_writer_flush (GstGioSocketTraceWriter *writer, GError **error);

/* Ends the file and frees the writer. */
gboolean gst_gio_socket_trace_writer_close (GstGioSocketTraceWriter *writer, GError **error);

G_END_DECLS
