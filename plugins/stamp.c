/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "stamp.h"

static void
stamp_message (GstBuffer *message, GstGioSocketStamp *stamp)
{
  GST_BUFFER_PTS (message) = stamp->pts;
  GST_BUFFER_DTS (message) = stamp->dts;
  if (stamp->discont)
    GST_BUFFER_FLAG_SET (message, GST_BUFFER_FLAG_DISCONT);
  stamp->discont = FALSE;
}

static void
stamp_list (GstBufferList *list, GstGioSocketStamp *first, GstGioSocketStamp *current)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    stamp_message (gst_buffer_list_get_writable (list, i), i == 0 ? first : current);
}

void
gst_gio_socket_stamp_messages (GstGioSocketStamp *begun, GstGioSocketStamp *current,
    gboolean was_pending, GstMiniObject *messages)
{
  GstGioSocketStamp *first = was_pending ? begun : current;

  if (messages != NULL && GST_IS_BUFFER (messages))
    stamp_message (GST_BUFFER_CAST (messages), first);
  else if (messages != NULL)
    stamp_list (GST_BUFFER_LIST_CAST (messages), first, current);

  if (messages != NULL || !was_pending) {
    *begun = *current;
    current->discont = FALSE;
  }
}
