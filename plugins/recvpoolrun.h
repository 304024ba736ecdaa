/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "copycutter.h"
#include "recvpoolsettings.h"

G_BEGIN_DECLS

/*
 * What recvpool has from one start to the next stop: a pool for a source that knows how to receive
 * into it, and a sibling for bytes that are copied; the two may run in different threads.  Counted:
 * who asks for statistics or for memory may be any thread, at any time.
 */
typedef struct
{
  GstGioSocketSlabPool *pool;
  GstGioSocketCopyCutter *copy_cutter;
  gboolean cuts;
} GstRecvPoolRun;

/* Returns: (nullable): NULL with @error for settings that cannot be */
GstRecvPoolRun *gst_recv_pool_run_new (const GstRecvPoolSettings *settings, GError **error);

GstRecvPoolRun *gst_recv_pool_run_ref (GstRecvPoolRun *self);

void gst_recv_pool_run_unref (GstRecvPoolRun *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecvPoolRun, gst_recv_pool_run_unref)

/* Returns: whether @buffer is a message already, or there is nothing to cut */
gboolean gst_recv_pool_run_passes (GstRecvPoolRun *self, GstBuffer *buffer);

/* Answers an ALLOCATION query with what @src_pad's peer wants of memory, and with the pool. */
void gst_recv_pool_run_answer (GstRecvPoolRun *self, GstPad *src_pad, GstQuery *query);

void gst_recv_pool_run_get_stats (GstRecvPoolRun *self, GstGioSocketSlabPoolStats *stats);

G_END_DECLS
