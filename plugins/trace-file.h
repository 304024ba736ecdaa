/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A text file, or a gzip file where the name ends in ".gz": a head that can be written again, and
 * blocks behind it.  The file is whole after each call: of a block that could not be written nothing
 * is left, and each block is a gzip member of its own.
 *
 * Errors are of G_IO_ERROR, name the file and say why.
 */
typedef struct _TraceFile TraceFile;

/* Makes the file, or empties the one that is there. */
TraceFile *trace_file_create (const char *path, const char *head, gsize size, GError **error);

gboolean trace_file_append (TraceFile *file, const char *block, gsize size, GError **error);

/* @size: as it was.  Where the file is a pipe the old head stays. */
gboolean trace_file_replace_head (TraceFile *file, const char *head, gsize size, GError **error);

void trace_file_free (TraceFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TraceFile, trace_file_free)

G_END_DECLS
