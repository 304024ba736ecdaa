/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "slab.h"

G_BEGIN_DECLS

/*
 * What the files of the slabs share: slab.c has the block and its count, slab-memory.c what a message
 * holds of it, slab-allocator.c where blocks come from and go to.  Not installed.
 */

/* A cache line, and what the widest vector instructions want. */
#define GST_GIO_SOCKET_SLAB_ALIGNMENT 64

struct _GstGioSocketSlab
{
  gint refs;
  gsize size;
  guint8 *data;
  gpointer block;
  guint generation; /* of the parameters that it was allocated with */

  /* Not counted: whoever holds a slab holds the allocator too, a memory or the receiver. */
  GstGioSocketSlabAllocator *allocator;
  GstGioSocketSlab *next;
};

/* What a slab is made like: whatever lies @header_size behind its first byte is aligned. */
typedef struct
{
  gsize header_size;
  gsize alignment; /* a power of two */
  gsize prefix;
  gsize padding;
} GstGioSocketSlabShape;

G_GNUC_INTERNAL
GstGioSocketSlab *gst_gio_socket_slab_new (GstGioSocketSlabAllocator *allocator,
    const GstGioSocketSlabShape *shape, gsize size, GError **error);

G_GNUC_INTERNAL
void gst_gio_socket_slab_free_all (GstGioSocketSlab *slabs);

/* Takes a slab whose last reference has gone. */
G_GNUC_INTERNAL
void
gst_gio_socket_slab_allocator_give_back (GstGioSocketSlabAllocator *self, GstGioSocketSlab *slab);

G_GNUC_INTERNAL
void gst_gio_socket_slab_memory_prepare (GstAllocator *allocator);

G_GNUC_INTERNAL
void gst_gio_socket_slab_memory_free (GstAllocator *allocator, GstMemory *memory);

G_END_DECLS
