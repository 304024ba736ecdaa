/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "read-ahead.h"

#define MAX_AHEAD 1000000

gboolean
read_ahead_init (ReadAhead *self, const char *source, const TraceSelection *selection,
    GError **error)
{
  TraceResult result = TRACE_WRITE;
  TraceWrite write;

  *self = (ReadAhead){ .trace = trace_open (source, selection, error) };
  if (self->trace == NULL)
    return FALSE;

  self->writes = g_array_new (FALSE, FALSE, sizeof (TraceWrite));
  while (self->writes->len < MAX_AHEAD &&
      (result = trace_next (self->trace, &write, error)) == TRACE_WRITE)
    g_array_append_val (self->writes, write);

  return result != TRACE_ERROR;
}

TraceResult
read_ahead_next (ReadAhead *self, TraceWrite *write, GError **error)
{
  if (self->next == self->writes->len)
    return trace_next (self->trace, write, error);

  *write = g_array_index (self->writes, TraceWrite, self->next++);
  return TRACE_WRITE;
}

void
read_ahead_clear (ReadAhead *self)
{
  g_clear_pointer (&self->writes, g_array_unref);
  g_clear_pointer (&self->trace, trace_free);
}
