/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "copycutter.h"

/* What a message takes over from the buffer in which its first byte came. */
typedef struct
{
  GstClockTime pts;
  GstClockTime dts;
  gboolean discont;
} Stamp;

struct _GstGioSocketCopyCutter
{
  /* Immutable. */
  GstGioSocketSlabPool *pool;
  gsize copy_size;

  /* Streaming thread: of the message at hand. */
  Stamp stamp;
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

static void
stamp_message (GstBuffer *message, Stamp *stamp)
{
  GST_BUFFER_PTS (message) = stamp->pts;
  GST_BUFFER_DTS (message) = stamp->dts;
  if (stamp->discont)
    GST_BUFFER_FLAG_SET (message, GST_BUFFER_FLAG_DISCONT);
  stamp->discont = FALSE;
}

/* The first message began in an earlier buffer if anything was pending before these bytes. */
static void
stamp_messages (GstGioSocketCopyCutter *self, GstMiniObject *messages, gboolean was_pending,
    Stamp *current)
{
  Stamp *first = was_pending ? &self->stamp : current;
  GstBufferList *list;

  if (GST_IS_BUFFER (messages)) {
    stamp_message (GST_BUFFER_CAST (messages), first);
    return;
  }

  list = GST_BUFFER_LIST_CAST (messages);
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    stamp_message (gst_buffer_list_get_writable (list, i), i == 0 ? first : current);
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
  Stamp current = { GST_BUFFER_PTS (buffer), GST_BUFFER_DTS (buffer),
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

    if (messages != NULL) {
      stamp_messages (self, messages, was_pending, &current);
      ret = push (messages, user_data);
    }
    if (messages != NULL || !was_pending) {
      self->stamp = current;
      current.discont = FALSE;
    }
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
