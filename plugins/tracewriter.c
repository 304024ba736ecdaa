/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tracewriter.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>
#include <limits.h>

#define BUFFER_SIZE 65536

struct _GstGioSocketTraceWriter
{
  GOutputStream *stream;
  GString *line;
};

static GOutputStream *
open_stream (const gchar *path, GError **error)
{
  g_autoptr (GConverter) compressor = NULL;
  g_autoptr (GOutputStream) compressed = NULL;
  g_autoptr (GOutputStream) stream = NULL;
  /* Not g_file_replace(), which gives the file its name only when it is closed. */
  gint fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  gint code = errno;

  if (fd < 0) {
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
    return NULL;
  }

  stream = g_unix_output_stream_new (fd, TRUE);
  if (!g_str_has_suffix (path, ".gz"))
    return g_buffered_output_stream_new_sized (stream, BUFFER_SIZE);

  compressor = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  compressed = g_converter_output_stream_new (stream, compressor);

  return g_buffered_output_stream_new_sized (compressed, BUFFER_SIZE);
}

static gboolean
write_line (GstGioSocketTraceWriter *self, GError **error)
{
  return g_output_stream_write_all (self->stream, self->line->str, self->line->len, NULL, NULL,
      error);
}

GstGioSocketTraceWriter *
gst_gio_socket_trace_writer_new (const gchar *path, const gchar *pad, GError **error)
{
  GOutputStream *stream = open_stream (path, error);
  GstGioSocketTraceWriter *self;

  if (stream == NULL)
    return NULL;

  self = g_new0 (GstGioSocketTraceWriter, 1);
  self->stream = stream;
  self->line = g_string_new (NULL);
  g_string_printf (self->line,
      "# recorded-by: giosocketrecord " VERSION "\n# connections: 1=%s\nt_us,conn,kind,iov,ret\n",
      pad);
  if (write_line (self, error))
    return self;

  gst_gio_socket_trace_writer_close (self, NULL);

  return NULL;
}

static void
begin_row (GstGioSocketTraceWriter *self, gint64 time_us, const gchar *kind)
{
  g_string_printf (self->line, "%" G_GINT64_FORMAT ",1,%s,", time_us, kind);
}

gboolean
gst_gio_socket_trace_writer_add_write (GstGioSocketTraceWriter *self, gint64 time_us,
    const gsize *sizes, guint n_sizes, GError **error)
{
  guint n;

  for (; n_sizes > 0; sizes += n, n_sizes -= n) {
    n = MIN (n_sizes, IOV_MAX);
    begin_row (self, time_us, "sendmsg");
    for (guint i = 0; i < n; i++)
      g_string_append_printf (self->line, "%s%" G_GSIZE_FORMAT, i > 0 ? "+" : "", sizes[i]);
    g_string_append (self->line, ",\n");
    if (!write_line (self, error))
      return FALSE;
  }

  return TRUE;
}

gboolean
gst_gio_socket_trace_writer_add_cork (GstGioSocketTraceWriter *self, gint64 time_us,
    gboolean corked, GError **error)
{
  begin_row (self, time_us, corked ? "cork-on" : "cork-off");
  g_string_append (self->line, ",\n");

  return write_line (self, error);
}

gboolean
gst_gio_socket_trace_writer_flush (GstGioSocketTraceWriter *self, GError **error)
{
  return g_output_stream_flush (self->stream, NULL, error);
}

gboolean
gst_gio_socket_trace_writer_close (GstGioSocketTraceWriter *self, GError **error)
{
  gboolean closed = g_output_stream_close (self->stream, NULL, error);

  g_object_unref (self->stream);
  g_string_free (self->line, TRUE);
  g_free (self);

  return closed;
}
