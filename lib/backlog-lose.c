/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "backlog.h"

/* Without its headers a stream cannot be understood at all. */
gboolean
gst_gio_socket_backlog_may_lose (const GstGioSocketBacklogItem *item)
{
  return item->is_buffer && !GST_BUFFER_FLAG_IS_SET (item->object, GST_BUFFER_FLAG_HEADER);
}

/* Whoever holds the buffer, too, keeps it as it is. */
void
gst_gio_socket_backlog_mark_gap (GstGioSocketBacklogItem *item, GPtrArray *trash)
{
  GstBuffer *buffer = GST_BUFFER_CAST (item->object);

  if (!gst_buffer_is_writable (buffer)) {
    g_ptr_array_add (trash, buffer);
    buffer = gst_buffer_copy (buffer);
    item->object = GST_MINI_OBJECT_CAST (buffer);
  }
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
}

static void
mark_gap_at (GstGioSocketBacklog *backlog, guint position, GPtrArray *trash)
{
  for (guint i = position; i < gst_queue_array_get_length (backlog->items); i++) {
    GstGioSocketBacklogItem *item = gst_queue_array_peek_nth_struct (backlog->items, i);

    if (item->is_buffer) {
      gst_gio_socket_backlog_mark_gap (item, trash);
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
  backlog->n_buffers--;
  backlog->bytes -= item->size;
  backlog->weight -= gst_gio_socket_backlog_weigh (item);
  if (n_before < backlog->n_cut)
    backlog->n_cut--;
  gst_gio_socket_backlog_restart_burst (backlog);
}

gboolean
gst_gio_socket_backlog_lose_oldest (GstGioSocketBacklog *backlog, GstGioSocketBacklogItem *lost,
    GPtrArray *trash)
{
  guint n_before = 0;

  for (guint i = 0; i < gst_queue_array_get_length (backlog->items); i++) {
    const GstGioSocketBacklogItem *item = gst_queue_array_peek_nth_struct (backlog->items, i);

    if (gst_gio_socket_backlog_may_lose (item)) {
      take_out (backlog, i, n_before, lost);
      mark_gap_at (backlog, i, trash);
      return TRUE;
    }
    n_before += item->is_buffer;
  }

  return FALSE;
}
