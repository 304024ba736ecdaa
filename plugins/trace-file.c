/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "trace-file.h"

#include <gio/gio.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Stored, not compressed: text of the same length gives a member of the same length, which can be
 * written over the old one. */
#define HEAD_LEVEL 0
/* The thread that waits for it has something better to do. */
#define BLOCK_LEVEL 1

struct _TraceFile
{
  char *path;
  int fd;
  gboolean gzip;
  gsize head_size; /* in the file */
  goffset size;    /* of what is whole */
};

static void
set_errno_error (GError **error, const char *path, const char *what, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s %s: %s", what, path,
      g_strerror (code));
}

static GBytes *
make_member (const char *text, gsize size, int level, GError **error)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, level);
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, G_CONVERTER (gzip));

  if (!g_output_stream_write_all (stream, text, size, NULL, NULL, error) ||
      !g_output_stream_close (stream, NULL, error))
    return NULL;

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static GBytes *
encode (TraceFile *file, const char *text, gsize size, int level, GError **error)
{
  return file->gzip ? make_member (text, size, level, error) : g_bytes_new_static (text, size);
}

/* @offset: -1 for the end. */
static gboolean
write_bytes (TraceFile *file, GBytes *bytes, goffset offset)
{
  gsize left;
  const char *data = g_bytes_get_data (bytes, &left);

  while (left > 0) {
    gssize n = offset < 0 ? write (file->fd, data, left) : pwrite (file->fd, data, left, offset);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    data += n;
    left -= n;
    offset += offset < 0 ? 0 : n;
  }

  return TRUE;
}

static gboolean
append_bytes (TraceFile *file, GBytes *bytes, GError **error)
{
  int code;

  if (write_bytes (file, bytes, -1)) {
    file->size += g_bytes_get_size (bytes);
    return TRUE;
  }

  code = errno;
  if (ftruncate (file->fd, file->size) < 0)
    errno = 0; /* not a file with a size: there is nothing to take back */
  set_errno_error (error, file->path, "Could not write to", code);
  return FALSE;
}

TraceFile *
trace_file_create (const char *path, const char *head, gsize size, GError **error)
{
  g_autoptr (TraceFile) file = g_new0 (TraceFile, 1);
  g_autoptr (GBytes) bytes = NULL;

  file->path = g_strdup (path);
  file->gzip = g_str_has_suffix (path, ".gz");
  file->fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file->fd < 0) {
    set_errno_error (error, path, "Could not make", errno);
    return NULL;
  }

  bytes = encode (file, head, size, HEAD_LEVEL, error);
  if (bytes == NULL || !append_bytes (file, bytes, error))
    return NULL;

  file->head_size = g_bytes_get_size (bytes);
  return g_steal_pointer (&file);
}

gboolean
trace_file_append (TraceFile *file, const char *block, gsize size, GError **error)
{
  g_autoptr (GBytes) bytes = encode (file, block, size, BLOCK_LEVEL, error);

  return bytes != NULL && append_bytes (file, bytes, error);
}

gboolean
trace_file_replace_head (TraceFile *file, const char *head, gsize size, GError **error)
{
  g_autoptr (GBytes) bytes = encode (file, head, size, HEAD_LEVEL, error);

  if (bytes == NULL)
    return FALSE;

  g_return_val_if_fail (g_bytes_get_size (bytes) == file->head_size, FALSE);

  if (write_bytes (file, bytes, 0) || errno == ESPIPE)
    return TRUE;

  set_errno_error (error, file->path, "Could not write to", errno);
  return FALSE;
}

void
trace_file_free (TraceFile *file)
{
  if (file->fd >= 0)
    close (file->fd);
  g_free (file->path);
  g_free (file);
}
