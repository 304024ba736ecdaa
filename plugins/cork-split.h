/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/boundary.h"

G_BEGIN_DECLS

/* A list in parts: cut wherever the stream says that something ends. */
typedef struct
{
  GstBufferList *list;
  GstGioSocketBoundary *boundary;
  guint at;
  GstGioSocketBoundarySides sides; /* of the buffer there */
} GstTcpCorkSplit;

/* @list: (transfer full) */
void gst_tcp_cork_split_init (GstTcpCorkSplit *split, GstBufferList *list,
    GstGioSocketBoundary *boundary);

/* @sides: (out): whether it is cut before and after the part
 * Returns: (transfer full) (nullable): the next part, NULL after the last one */
GstBufferList *gst_tcp_cork_split_next (GstTcpCorkSplit *split, GstGioSocketBoundarySides *sides);

void gst_tcp_cork_split_clear (GstTcpCorkSplit *split);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstTcpCorkSplit, gst_tcp_cork_split_clear)

G_END_DECLS
