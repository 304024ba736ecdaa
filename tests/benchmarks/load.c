/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "load.h"

#include "trace.h"

static gboolean
read_sizes (Load *self, const Workload *workload, const char *given, guint conn, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (given);
  g_autofree char *source =
      workload->trace ? g_build_filename (folder, workload->trace, NULL) : g_strdup (given);
  const TraceSelection selection = { .conn = workload->trace ? 1 : conn,
    .max_gap_us = -1,
    .repeat = 1 };
  g_autoptr (Trace) trace = trace_open (source, &selection, error);
  TraceResult result;
  TraceWrite write;

  if (trace == NULL)
    return FALSE;

  self->sizes = g_array_new (FALSE, FALSE, sizeof (guint64));
  while ((result = trace_next (trace, &write, error)) == TRACE_WRITE)
    g_array_append_val (self->sizes, write.bytes);
  if (result == TRACE_END && self->sizes->len == 0)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: connection %u has no writes", source,
        conn);

  return result == TRACE_END && self->sizes->len > 0;
}

gboolean
load_init (Load *self, const Workload *workload, double scale, const char *trace, guint conn,
    GError **error)
{
  gsize largest = LOAD_SLICE;

  *self = (Load){
    .size = workload->size,
    .batch = workload->batch,
    .lone = workload->lone,
    .messages = MAX (workload->count * scale, 1),
  };
  if (self->size == 0 && !read_sizes (self, workload, trace, conn, error))
    return FALSE;

  for (guint64 i = 0; i < self->messages; i++) {
    gsize size = load_get_size (self, i);

    self->bytes += size;
    largest = MAX (largest, size);
  }

  return payload_init (&self->payload, largest, error);
}

gsize
load_get_size (const Load *self, guint64 message)
{
  return self->sizes ? g_array_index (self->sizes, guint64, message % self->sizes->len)
                     : self->size;
}

const guint8 *
load_get_bytes (const Load *self, guint64 offset, gsize size)
{
  return payload_slice (&self->payload, offset, size);
}

void
load_clear (Load *self)
{
  if (self->payload.data)
    payload_clear (&self->payload);
  g_clear_pointer (&self->sizes, g_array_unref);
}
