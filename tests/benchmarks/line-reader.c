/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "line-reader.h"

#include <gio/gio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 65536

struct _LineReader
{
  char *path;
  int fd;
  guint line;

  /* What came out of the file; used with gzip only. */
  GConverter *gunzip;
  guint8 raw[BLOCK];
  gsize raw_pos, raw_len;
  gboolean raw_end;
  gboolean between_members;

  /* Text that has not been given out as lines. */
  char text[BLOCK];
  gsize text_pos, text_len;
  gboolean end;
};

LineReader *
line_reader_open (const char *path, GError **error)
{
  LineReader *reader;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
        g_strerror (errno));
    return NULL;
  }

  reader = g_new0 (LineReader, 1);
  reader->path = g_strdup (path);
  reader->fd = fd;
  if (g_str_has_suffix (path, ".gz"))
    reader->gunzip = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));

  return reader;
}

void
line_reader_set_error (LineReader *reader, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s:%u: %s", reader->path, reader->line,
      text);
}

const char *
line_reader_get_path (LineReader *reader)
{
  return reader->path;
}

static gssize
read_file (LineReader *reader, void *data, gsize size, GError **error)
{
  gssize n;

  do
    n = read (reader->fd, data, size);
  while (n < 0 && errno == EINTR);

  if (n < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", reader->path,
        g_strerror (errno));
  return n;
}

static gboolean
refill_raw (LineReader *reader, GError **error)
{
  gssize n;

  if (reader->raw_pos < reader->raw_len || reader->raw_end)
    return TRUE;

  n = read_file (reader, reader->raw, sizeof reader->raw, error);
  if (n < 0)
    return FALSE;

  reader->raw_pos = 0;
  reader->raw_len = n;
  reader->raw_end = n == 0;
  return TRUE;
}

/* A gzip file is one or more members, one after the other: each ends with GZlibDecompressor saying
 * FINISHED.  The end of the file is right only there, else the file was cut short. */
static gssize
read_gzip (LineReader *reader, void *data, gsize size, GError **error)
{
  for (;;) {
    g_autoptr (GError) gunzip_error = NULL;
    gsize n_read = 0, n_written = 0;
    GConverterResult result;

    if (!refill_raw (reader, error))
      return -1;
    if (reader->raw_end && reader->between_members)
      return 0;

    result = g_converter_convert (reader->gunzip, reader->raw + reader->raw_pos,
        reader->raw_len - reader->raw_pos, data, size,
        reader->raw_end ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &n_read, &n_written,
        &gunzip_error);
    reader->raw_pos += n_read;

    if (result == G_CONVERTER_ERROR) {
      gboolean cut = g_error_matches (gunzip_error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);

      if (cut && !reader->raw_end)
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s after line %u", reader->path,
          cut ? "the gzip data end too early" : "these are not gzip data", reader->line);
      return -1;
    }

    reader->between_members = result == G_CONVERTER_FINISHED;
    if (reader->between_members)
      g_converter_reset (reader->gunzip);
    if (n_written > 0)
      return n_written;
  }
}

static gboolean
refill_text (LineReader *reader, GError **error)
{
  gssize n;

  memmove (reader->text, reader->text + reader->text_pos, reader->text_len - reader->text_pos);
  reader->text_len -= reader->text_pos;
  reader->text_pos = 0;
  if (reader->text_len == sizeof reader->text) {
    reader->line++;
    line_reader_set_error (reader, error, "the line is longer than %u bytes", BLOCK);
    return FALSE;
  }

  n = (reader->gunzip ? read_gzip : read_file) (reader, reader->text + reader->text_len,
      sizeof reader->text - reader->text_len, error);
  if (n < 0)
    return FALSE;

  reader->text_len += n;
  reader->end = n == 0;
  return TRUE;
}

LineReaderResult
line_reader_next (LineReader *reader, char **line, GError **error)
{
  for (;;) {
    char *begin = reader->text + reader->text_pos;
    char *end = memchr (begin, '\n', reader->text_len - reader->text_pos);

    if (end) {
      *end = '\0';
      *line = begin;
      reader->text_pos = end + 1 - reader->text;
      reader->line++;
      return LINE_READER_LINE;
    }
    if (reader->end && reader->text_pos == reader->text_len)
      return LINE_READER_END;
    if (reader->end) {
      reader->line++;
      line_reader_set_error (reader, error, "the last line has no end: the file was cut short");
      return LINE_READER_ERROR;
    }
    if (!refill_text (reader, error))
      return LINE_READER_ERROR;
  }
}

void
line_reader_free (LineReader *reader)
{
  close (reader->fd);
  g_clear_object (&reader->gunzip);
  g_free (reader->path);
  g_free (reader);
}
