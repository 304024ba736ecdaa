/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "trace.h"

G_BEGIN_DECLS

/* A trace whose first million writes were read beforehand, so that no parsing falls into the time
 * that is measured; memory stays bounded, and longer traces go on from the file. */
typedef struct
{
  Trace *trace;
  GArray *writes;
  guint next;
} ReadAhead;

gboolean read_ahead_init (ReadAhead *self, const char *source, const TraceSelection *selection,
    GError **error);

TraceResult read_ahead_next (ReadAhead *self, TraceWrite *write, GError **error);

void read_ahead_clear (ReadAhead *self);

G_END_DECLS
