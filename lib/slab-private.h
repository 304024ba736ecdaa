/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "slab.h"

G_BEGIN_DECLS

/*
 * What the files of the slabs share: slab.c has the block and its count, slab-memory.c what a message
 * holds of it, slab-message.c whole messages, slab-allocator.c where blocks come from and go to.  Not
 * installed.
 */

/* A cache line, and what the widest vector instructions want. */
#define GST_GIO_SOCKET_SLAB_ALIGNMENT 64

typedef struct _GstGioSocketSlabMemory GstGioSocketSlabMemory;

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

  /* Messages that can be used again: how many there are (atomic), those that nobody holds any more
   * (atomic), and what the receiver has taken of these. */
  gint n_messages;
  GstGioSocketSlabMemory *returned;
  GstGioSocketSlabMemory *ready;
};

/* What a message holds of its slab. */
struct _GstGioSocketSlabMemory
{
  GstMemory parent_instance;

  /* The slab is NULL in a share: its parent holds it. */
  GstGioSocketSlab *slab;
  guint8 *data;

  /* The message that it is used again with, or NULL, and the next one that waits for that. */
  GstBuffer *message;
  GstGioSocketSlabMemory *next;
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
void gst_gio_socket_slab_message_prepare (void);

/* Frees the messages of @slab that wait to be used again. */
G_GNUC_INTERNAL
void gst_gio_socket_slab_drop_messages (GstGioSocketSlab *slab);

G_GNUC_INTERNAL
void gst_gio_socket_slab_memory_prepare (GstAllocator *allocator);

G_GNUC_INTERNAL
void gst_gio_socket_slab_memory_free (GstAllocator *allocator, GstMemory *memory);

G_END_DECLS
