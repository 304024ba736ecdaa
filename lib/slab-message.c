/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/*
 * Messages that are used again.  To make a GstBuffer with a GstMemory in it and to take both apart
 * costs more than all else that is done for a small message, most of it atomic operations that tie
 * the two together.  So a buffer whose last reference goes stays as it is and waits at its slab,
 * with its memory, for the next message there: a few writes make it that.
 *
 * Only one that is as it was made is kept.  What has got another memory, a meta or data, or of whose
 * memory somebody holds a part, is freed as always.
 *
 * Any thread gives back, at the head of a list; the one that receives takes the whole list.  Nobody
 * takes a single one, so there is no head that could change and change back meanwhile.
 */

#include "config.h"

#include "slab-private.h"

/* Of one slab.  Those beyond are made and freed as always: tiny messages would take more than it. */
#define MAX_MESSAGES 2048

typedef GstGioSocketSlabMemory SlabMemory;

/* What GStreamer does when the last reference of a buffer goes; the same for all. */
static gboolean (*dispose_buffer) (GstMiniObject *object);

void
gst_gio_socket_slab_message_prepare (void)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();

  dispose_buffer = GST_MINI_OBJECT_CAST (buffer)->dispose;
}

/* Whoever attaches data to an object, or watches it, would find that at the next message.  All of it
 * is where the only parent is, if there is nothing else. */
static gboolean
has_no_more_than_parent (GstMiniObject *object, gpointer parent)
{
  return object->priv_pointer == parent;
}

/* Returns: (nullable): the memory of a message that nobody has made anything else of */
static SlabMemory *
find_untouched (GstBuffer *message)
{
  SlabMemory *memory = NULL;
  GstMiniObject *object;
  gpointer state = NULL;

  /* Its count is 0.  Looking at it is also what tells a sanitizer that all others are done. */
  if (GST_MINI_OBJECT_REFCOUNT_VALUE (message) != 0 || gst_buffer_n_memory (message) != 1 ||
      message->pool != NULL || gst_buffer_iterate_meta (message, &state) != NULL)
    return NULL;

  object = GST_MINI_OBJECT_CAST (gst_buffer_peek_memory (message, 0));
  if (GST_IS_GIO_SOCKET_SLAB_ALLOCATOR (GST_MEMORY_CAST (object)->allocator))
    memory = (SlabMemory *)object;

  return memory != NULL && memory->message == message &&
          has_no_more_than_parent (object, message) &&
          has_no_more_than_parent (GST_MINI_OBJECT_CAST (message), NULL) &&
          GST_MINI_OBJECT_FLAGS (object) == GST_MINI_OBJECT_FLAG_LOCKABLE &&
          GST_MINI_OBJECT_REFCOUNT_VALUE (object) == 1
      ? memory
      : NULL;
}

static void
give_back (GstGioSocketSlab *slab, SlabMemory *memory)
{
  SlabMemory *head = g_atomic_pointer_get (&slab->returned);

  do
    memory->next = head;
  while (!g_atomic_pointer_compare_and_exchange_full (&slab->returned, head, memory, &head));
}

static gboolean
dispose (GstMiniObject *object)
{
  SlabMemory *memory = find_untouched (GST_BUFFER_CAST (object));
  GstGioSocketSlab *slab;

  if (memory == NULL)
    return dispose_buffer (object);

  slab = memory->slab;
  gst_mini_object_ref (object);
  give_back (slab, memory);
  gst_gio_socket_slab_unref (slab);

  return FALSE;
}

static SlabMemory *
take_ready (GstGioSocketSlab *slab)
{
  SlabMemory *memory;

  if (slab->ready == NULL)
    slab->ready = g_atomic_pointer_exchange (&slab->returned, NULL);
  memory = slab->ready;
  if (memory != NULL)
    slab->ready = memory->next;

  return memory;
}

static GstBuffer *
use_again (SlabMemory *self, guint8 *data, gsize size)
{
  GstMemory *memory = GST_MEMORY_CAST (self);
  GstBuffer *message = self->message;

  self->data = data;
  memory->maxsize = memory->size = size;
  memory->offset = 0;
  GST_MINI_OBJECT_FLAGS (message) = GST_BUFFER_FLAG_TAG_MEMORY;
  GST_BUFFER_PTS (message) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DTS (message) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (message) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET (message) = GST_BUFFER_OFFSET_NONE;
  GST_BUFFER_OFFSET_END (message) = GST_BUFFER_OFFSET_NONE;

  return message;
}

/**
 * gst_gio_socket_slab_new_message: (skip)
 * @slab: a slab
 * @offset: where the message begins
 * @size: how many bytes it has
 *
 * As gst_gio_socket_slab_new_memory(), in a buffer.  One thread at a time for each slab: the one that
 * receives into it.
 *
 * Returns: (transfer full): the buffer
 *
 * Since: 0.1
 */
GstBuffer *
gst_gio_socket_slab_new_message (GstGioSocketSlab *slab, gsize offset, gsize size)
{
  SlabMemory *memory = take_ready (slab);
  GstBuffer *message;

  if (memory != NULL)
    return use_again (memory, slab->data + offset, size);

  message = gst_buffer_new ();
  memory = (SlabMemory *)gst_gio_socket_slab_new_memory (slab, offset, size);
  gst_buffer_append_memory (message, GST_MEMORY_CAST (memory));
  if (g_atomic_int_get (&slab->n_messages) < MAX_MESSAGES) {
    g_atomic_int_inc (&slab->n_messages);
    memory->message = message;
    GST_MINI_OBJECT_CAST (message)->dispose = dispose;
  }

  return message;
}

/* Not one of the slab any more, which is at its end. */
static void
drop (SlabMemory *memory)
{
  while (memory != NULL) {
    SlabMemory *next = memory->next;

    memory->slab = NULL;
    GST_MINI_OBJECT_CAST (memory->message)->dispose = dispose_buffer;
    gst_buffer_unref (memory->message);
    memory = next;
  }
}

void
gst_gio_socket_slab_drop_messages (GstGioSocketSlab *slab)
{
  drop (g_steal_pointer (&slab->ready));
  drop (g_atomic_pointer_exchange (&slab->returned, NULL));
}
