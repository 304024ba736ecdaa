/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "trace.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 writes;
  guint64 bytes;
  guint64 largest;
} TraceSummary;

/* Reads a trace from one end to the other.  A connection without writes is an error that lists the
 * connections there are. */
gboolean trace_summarize (const char *source, const TraceSelection *selection,
    TraceSummary *summary, GError **error);

/* The connections that have any writes.  Returns: (transfer full) (nullable): of guint; NULL: there
 * are none, or the file has a fault */
GArray *trace_list_conns (const char *source, GError **error);

G_END_DECLS
