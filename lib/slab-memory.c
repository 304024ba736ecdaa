/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "slab-private.h"

typedef GstGioSocketSlabMemory SlabMemory;

static GstMemory *
slab_memory_new (GstGioSocketSlabAllocator *allocator, GstMemory *parent, GstGioSocketSlab *slab,
    guint8 *data, gsize maxsize, gsize offset, gsize size)
{
  SlabMemory *memory = g_slice_new (SlabMemory);

  gst_memory_init (GST_MEMORY_CAST (memory), parent != NULL ? GST_MEMORY_FLAG_READONLY : 0,
      GST_ALLOCATOR_CAST (allocator), parent, maxsize, 0, offset, size);
  memory->slab = slab;
  memory->data = data;
  memory->message = NULL;

  return GST_MEMORY_CAST (memory);
}

/**
 * gst_gio_socket_slab_new_memory: (skip)
 * @slab: (transfer full): a slab
 * @offset: where the memory begins
 * @size: how many bytes it covers, 0 is fine
 *
 * Makes a writable memory of a part of the slab, which no other memory may cover.  It takes over one
 * reference, which the caller may add afterwards, for several memories at once with
 * gst_gio_socket_slab_ref_many(), but before the first of them can be freed.
 *
 * Returns: (transfer full): the memory
 *
 * Since: 0.1
 */
GstMemory *
gst_gio_socket_slab_new_memory (GstGioSocketSlab *slab, gsize offset, gsize size)
{
  return slab_memory_new (slab->allocator, NULL, slab, slab->data + offset, size, 0, size);
}

static gpointer
slab_memory_map (GstMemory *memory, gsize maxsize, GstMapFlags flags)
{
  return ((SlabMemory *)memory)->data;
}

static void
slab_memory_unmap (GstMemory *memory)
{
}

static GstMemory *
slab_memory_share (GstMemory *memory, gssize offset, gssize size)
{
  GstMemory *parent = memory->parent != NULL ? memory->parent : memory;

  if (size < 0)
    size = (gssize)memory->size - offset;

  return slab_memory_new (GST_GIO_SOCKET_SLAB_ALLOCATOR (memory->allocator), parent, NULL,
      ((SlabMemory *)memory)->data, memory->maxsize, memory->offset + offset, size);
}

void
gst_gio_socket_slab_memory_free (GstAllocator *allocator, GstMemory *memory)
{
  SlabMemory *self = (SlabMemory *)memory;
  GstGioSocketSlab *slab = self->slab;

  if (slab != NULL && self->message != NULL)
    g_atomic_int_add (&slab->n_messages, -1);
  g_slice_free (SlabMemory, self);
  if (slab != NULL)
    gst_gio_socket_slab_unref (slab);
}

void
gst_gio_socket_slab_memory_prepare (GstAllocator *allocator)
{
  allocator->mem_type = GST_GIO_SOCKET_SLAB_MEMORY_TYPE;
  allocator->mem_map = slab_memory_map;
  allocator->mem_unmap = slab_memory_unmap;
  allocator->mem_share = slab_memory_share;
}
