/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "copycutter.h"
#include "stamp.h"

struct _GstGioSocketCopyCutter
{
  /* Immutable. */
  GstGioSocketSlabPool *pool;
  gsize copy_size;

  /* Streaming thread: of the message at hand. */
  GstGioSocketStamp stamp;
};

GstGioSocketCopyCutter *
gst_gio_socket_copy_cutter_new (GstGioSocketSlabPool *pool, gsize copy_size)
{
  GstGioSocketCopyCutter *self = g_atomic_rc_box_new0 (GstGioSocketCopyCutter);

  self->pool = gst_gio_socket_slab_pool_new_sibling (pool);
  self->copy_size = copy_size;
  gst_buffer_pool_set_active (GST_BUFFER_POOL (self->pool), TRUE);

  return self;
}

static void
clear (gpointer data)
{
  GstGioSocketCopyCutter *self = data;

  gst_buffer_pool_set_active (GST_BUFFER_POOL (self->pool), FALSE);
  g_clear_object (&self->pool);
}

GstGioSocketCopyCutter *
gst_gio_socket_copy_cutter_ref (GstGioSocketCopyCutter *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
gst_gio_socket_copy_cutter_unref (GstGioSocketCopyCutter *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static gsize
copy_into (const GInputVector *vectors, guint n_vectors, GstBuffer *buffer, gsize offset)
{
  gsize copied = 0;

  for (guint i = 0; i < n_vectors; i++)
    copied += gst_buffer_extract (buffer, offset + copied, vectors[i].buffer, vectors[i].size);

  return copied;
}

/* A header that is not valid makes the next reserve fail: hence the one with nothing left. */
static GstFlowReturn
copy_and_cut (GstGioSocketCopyCutter *self, GstBuffer *buffer, GstGioSocketCopyCutterFunc push,
    gpointer user_data, GError **error)
{
  GstGioSocketStamp current = { GST_BUFFER_PTS (buffer), GST_BUFFER_DTS (buffer),
    GST_BUFFER_IS_DISCONT (buffer) };
  gsize size = gst_buffer_get_size (buffer);
  gsize offset = 0;
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK) {
    gboolean was_pending = gst_gio_socket_slab_pool_get_pending (self->pool) > 0;
    gsize wanted = CLAMP (size - offset, 1, self->copy_size);
    GstMiniObject *messages;
    GInputVector vectors[2];
    guint n_vectors;

    n_vectors = gst_gio_socket_slab_pool_reserve (self->pool, wanted, vectors, error);
    if (n_vectors == 0)
      return GST_FLOW_ERROR;
    if (offset == size)
      return GST_FLOW_OK;

    wanted = copy_into (vectors, n_vectors, buffer, offset);
    messages = gst_gio_socket_slab_pool_commit (self->pool, wanted);
    offset += wanted;

    gst_gio_socket_stamp_messages (&self->stamp, &current, was_pending, messages);
    if (messages != NULL)
      ret = push (messages, user_data);
  }

  return ret;
}

GstFlowReturn
gst_gio_socket_copy_cutter_push (GstGioSocketCopyCutter *self, GstBuffer *buffer,
    GstGioSocketCopyCutterFunc push, gpointer user_data, GError **error)
{
  GstFlowReturn ret = copy_and_cut (self, buffer, push, user_data, error);

  gst_buffer_unref (buffer);

  return ret;
}

void
gst_gio_socket_copy_cutter_set_flushing (GstGioSocketCopyCutter *self, gboolean flushing)
{
  gst_buffer_pool_set_flushing (GST_BUFFER_POOL (self->pool), flushing);
}

gsize
gst_gio_socket_copy_cutter_reset (GstGioSocketCopyCutter *self)
{
  gsize pending = gst_gio_socket_slab_pool_get_pending (self->pool);

  gst_gio_socket_slab_pool_reset (self->pool);

  return pending;
}

gboolean
gst_gio_socket_copy_cutter_finish (GstGioSocketCopyCutter *self, GError **error)
{
  return gst_gio_socket_slab_pool_finish (self->pool, error);
}

/* What was committed is what was copied. */
void
gst_gio_socket_copy_cutter_add_stats (GstGioSocketCopyCutter *self,
    GstGioSocketSlabPoolStats *stats)
{
  GstGioSocketSlabPoolStats own;

  gst_gio_socket_slab_pool_get_stats (self->pool, &own);
  stats->bytes_copied += own.bytes_copied + own.bytes;
  stats->slabs_rewound += own.slabs_rewound;
}
