/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "cork-split.h"

static GstGioSocketBoundarySides
look (const GstTcpCorkSplit *split)
{
  if (split->at == gst_buffer_list_length (split->list))
    return GST_GIO_SOCKET_BOUNDARY_NONE;

  return gst_gio_socket_boundary_look (split->boundary,
      gst_buffer_list_get (split->list, split->at));
}

void
gst_tcp_cork_split_init (GstTcpCorkSplit *split, GstBufferList *list,
    GstGioSocketBoundary *boundary)
{
  *split = (GstTcpCorkSplit){ .list = list, .boundary = boundary };
  split->sides = look (split);
}

void
gst_tcp_cork_split_clear (GstTcpCorkSplit *split)
{
  g_clear_pointer (&split->list, gst_buffer_list_unref);
}

static GstBufferList *
take (GstTcpCorkSplit *split, guint from)
{
  GstBufferList *part;

  if (from == 0 && split->at == gst_buffer_list_length (split->list))
    return g_steal_pointer (&split->list);

  part = gst_buffer_list_new_sized (split->at - from);
  for (guint i = from; i < split->at; i++)
    gst_buffer_list_add (part, gst_buffer_ref (gst_buffer_list_get (split->list, i)));

  return part;
}

GstBufferList *
gst_tcp_cork_split_next (GstTcpCorkSplit *split, GstGioSocketBoundarySides *sides)
{
  guint length = split->list != NULL ? gst_buffer_list_length (split->list) : split->at;
  GstGioSocketBoundarySides first = split->sides;
  GstGioSocketBoundarySides last;
  guint from = split->at;

  if (from == length)
    return NULL;

  do {
    last = split->sides;
    split->at++;
    split->sides = look (split);
  } while (split->at < length && !(last & GST_GIO_SOCKET_BOUNDARY_AFTER) &&
      !(split->sides & GST_GIO_SOCKET_BOUNDARY_BEFORE));
  *sides = (first & GST_GIO_SOCKET_BOUNDARY_BEFORE) | (last & GST_GIO_SOCKET_BOUNDARY_AFTER);

  return take (split, from);
}
