/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "backlog.h"

static void
mark_gap_at (GstGioSocketBacklog *backlog, guint position)
{
  for (guint i = position; i < gst_queue_array_get_length (backlog->items); i++) {
    const GstGioSocketBacklogItem *item = gst_queue_array_peek_nth_struct (backlog->items, i);

    if (item->batch != NULL) {
      gst_gio_socket_batch_mark_gap (item->batch);
      return;
    }
  }

  backlog->gap = TRUE;
}

static void
take_out (GstGioSocketBacklog *backlog, guint position, guint n_before,
    GstGioSocketBacklogItem *item)
{
  gst_queue_array_drop_struct (backlog->items, position, item);
  backlog->n_batches--;
  backlog->n_buffers -= item->n_buffers;
  backlog->bytes -= item->bytes;
  backlog->weight -= item->weight;
  if (n_before < backlog->n_cut)
    backlog->n_cut--;
  gst_gio_socket_backlog_restart_burst (backlog);
}

gboolean
gst_gio_socket_backlog_lose_oldest (GstGioSocketBacklog *backlog, GstGioSocketBacklogItem *lost)
{
  guint n_before = 0;

  for (guint i = 0; i < gst_queue_array_get_length (backlog->items); i++) {
    const GstGioSocketBacklogItem *item = gst_queue_array_peek_nth_struct (backlog->items, i);

    if (item->may_lose) {
      take_out (backlog, i, n_before, lost);
      mark_gap_at (backlog, i);
      return TRUE;
    }
    n_before += item->batch != NULL;
  }

  return FALSE;
}
