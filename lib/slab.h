/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/**
 * GstGioSocketSlabAllocator:
 *
 * An allocator of slabs.  A slab is a counted block of memory into which a stream is received; each
 * message in it becomes a GstMemory that covers the message's bytes only, holds one reference on
 * the slab and can be written without disturbing its neighbours.  Its buffer is used again with it, at
 * most 2,048 of a slab, unless it was made something else of.
 *
 * They are not shares of one parent memory (gst_memory_share ()): shares are read-only (mapping a
 * buffer of one for writing maps a copy), and one object takes at most 32,767 of them.
 *
 * A slab whose last reference goes returns to the allocator's free list, from any thread.  The list
 * holds no more slabs than are in use, and two, and one slab larger than usual.  Every memory keeps
 * the allocator alive; when nobody receives into its slabs any more (see
 * gst_gio_socket_slab_allocator_detach()) the free list goes, and slabs that return are freed.
 *
 * Since: 0.1
 */
#define GST_TYPE_GIO_SOCKET_SLAB_ALLOCATOR (gst_gio_socket_slab_allocator_get_type ())

GST_GIO_SOCKET_API
G_DECLARE_FINAL_TYPE (GstGioSocketSlabAllocator, gst_gio_socket_slab_allocator, GST,
    GIO_SOCKET_SLAB_ALLOCATOR, GstAllocator)

/**
 * GST_GIO_SOCKET_SLAB_MEMORY_TYPE:
 *
 * The memory type (gst_memory_is_type()) of what lies in a slab.
 *
 * Since: 0.1
 */
#define GST_GIO_SOCKET_SLAB_MEMORY_TYPE "GstGioSocketSlab"

/**
 * GstGioSocketSlab: (skip)
 *
 * A counted block of memory into which a stream is received.
 *
 * Since: 0.1
 */
typedef struct _GstGioSocketSlab GstGioSocketSlab;

typedef struct _GstGioSocketSlabStats GstGioSocketSlabStats;

/**
 * GstGioSocketSlabStats: (skip)
 * @allocated: slabs that were allocated
 * @reused: slabs that were taken from the free list instead
 * @in_use: slabs that somebody holds now
 * @bytes: bytes of all slabs there are now, in use or free
 * @peak_bytes: the largest @bytes so far
 *
 * What an allocator did and has.
 *
 * Since: 0.1
 */
struct _GstGioSocketSlabStats
{
  guint64 allocated;
  guint64 reused;
  guint64 in_use;
  guint64 bytes;
  guint64 peak_bytes;
};

GST_GIO_SOCKET_API
GstGioSocketSlabAllocator *
gst_gio_socket_slab_allocator_new (gsize slab_size, gsize header_size, guint max_slabs);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_allocator_attach (GstGioSocketSlabAllocator *self);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_allocator_detach (GstGioSocketSlabAllocator *self);

GST_GIO_SOCKET_API
gsize gst_gio_socket_slab_allocator_get_slab_size (GstGioSocketSlabAllocator *self);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_allocator_get_stats (GstGioSocketSlabAllocator *self,
    GstGioSocketSlabStats *stats);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_allocator_set_params (GstGioSocketSlabAllocator *self,
    const GstAllocationParams *params);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_slab_allocator_has_room (GstGioSocketSlabAllocator *self, guint n);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_slab_allocator_wait (GstGioSocketSlabAllocator *self, guint n,
    const gint *interrupted);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_allocator_wake (GstGioSocketSlabAllocator *self);

GST_GIO_SOCKET_API
GstGioSocketSlab *
gst_gio_socket_slab_allocator_take (GstGioSocketSlabAllocator *self, gsize size, GError **error);

GST_GIO_SOCKET_API
guint8 *gst_gio_socket_slab_get_data (GstGioSocketSlab *slab);

GST_GIO_SOCKET_API
gsize gst_gio_socket_slab_get_size (GstGioSocketSlab *slab);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_ref_many (GstGioSocketSlab *slab, guint n);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_unref (GstGioSocketSlab *slab);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_slab_is_alone (GstGioSocketSlab *slab);

GST_GIO_SOCKET_API
GstMemory *gst_gio_socket_slab_new_memory (GstGioSocketSlab *slab, gsize offset, gsize size);

GST_GIO_SOCKET_API
GstBuffer *gst_gio_socket_slab_new_message (GstGioSocketSlab *slab, gsize offset, gsize size);

G_END_DECLS
