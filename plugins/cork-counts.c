/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "cork-counts.h"

#include <stdatomic.h>

static const gchar *const names[GST_TCP_CORK_N_COUNTS] = {
  [GST_TCP_CORK_BUFFERS] = "buffers",
  [GST_TCP_CORK_BYTES] = "bytes",
  [GST_TCP_CORK_BURSTS] = "bursts",
  [GST_TCP_CORK_FLUSHES_QUIET] = "flushes-quiet",
  [GST_TCP_CORK_FLUSHES_AGE] = "flushes-age",
  [GST_TCP_CORK_FLUSHES_LIST] = "flushes-list",
  [GST_TCP_CORK_FLUSHES_BOUNDARY] = "flushes-boundary",
  [GST_TCP_CORK_FLUSHES_EVENT] = "flushes-event",
  [GST_TCP_CORK_FLUSHES_DISABLED] = "flushes-disabled",
  [GST_TCP_CORK_FLUSHES_STOP] = "flushes-stop",
  [GST_TCP_CORK_FLUSHES_LOST] = "flushes-lost",
};

void
gst_tcp_cork_counts_clear (GstTcpCorkCounts *counts)
{
  for (guint i = 0; i < GST_TCP_CORK_N_COUNTS; i++)
    atomic_store_explicit (&counts->values[i], 0, memory_order_relaxed);
}

/* With one writer at a time a load and a store will do; an atomic addition locks the bus. */
void
gst_tcp_cork_counts_add (GstTcpCorkCounts *counts, GstTcpCorkCount what, guint64 n)
{
  guint64 value = atomic_load_explicit (&counts->values[what], memory_order_relaxed);

  atomic_store_explicit (&counts->values[what], value + n, memory_order_relaxed);
}

GstStructure *
gst_tcp_cork_counts_to_structure (GstTcpCorkCounts *counts)
{
  GstStructure *stats = gst_structure_new_empty ("GstTcpCorkStats");

  for (guint i = 0; i < GST_TCP_CORK_N_COUNTS; i++) {
    guint64 value = atomic_load_explicit (&counts->values[i], memory_order_relaxed);

    gst_structure_set (stats, names[i], G_TYPE_UINT64, value, NULL);
  }

  return stats;
}
