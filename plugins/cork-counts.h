/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What tcpcork counts.  One thread at a time adds, anyone may read. */
typedef enum
{
  GST_TCP_CORK_BUFFERS,
  GST_TCP_CORK_BYTES,
  GST_TCP_CORK_BURSTS,
  GST_TCP_CORK_FLUSHES_QUIET,
  GST_TCP_CORK_FLUSHES_AGE,
  GST_TCP_CORK_FLUSHES_LIST,
  GST_TCP_CORK_FLUSHES_BOUNDARY,
  GST_TCP_CORK_FLUSHES_EVENT,
  GST_TCP_CORK_FLUSHES_DISABLED,
  GST_TCP_CORK_FLUSHES_STOP,
  GST_TCP_CORK_FLUSHES_LOST,
  GST_TCP_CORK_N_COUNTS
} GstTcpCorkCount;

typedef struct
{
  _Atomic guint64 values[GST_TCP_CORK_N_COUNTS];
} GstTcpCorkCounts;

void gst_tcp_cork_counts_clear (GstTcpCorkCounts *counts);

void gst_tcp_cork_counts_add (GstTcpCorkCounts *counts, GstTcpCorkCount what, guint64 n);

GstStructure *gst_tcp_cork_counts_to_structure (GstTcpCorkCounts *counts);

G_END_DECLS
