/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Lines of a text file, or of a gzip file where the name ends in ".gz", in constant memory.  Errors
 * name the file and the line.
 */
typedef struct _LineReader LineReader;

typedef enum
{
  LINE_READER_ERROR = -1,
  LINE_READER_END,
  LINE_READER_LINE,
} LineReaderResult;

LineReader *line_reader_open (const char *path, GError **error);

/* @line: without its end, owned by the reader, writable, valid until the next call. */
LineReaderResult line_reader_next (LineReader *reader, char **line, GError **error);

/* G_IO_ERROR_INVALID_DATA, "FILE:LINE: ..." for the line that was given last. */
void line_reader_set_error (LineReader *reader, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

const char *line_reader_get_path (LineReader *reader);

void line_reader_free (LineReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LineReader, line_reader_free)

G_END_DECLS
