/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include <stdlib.h>

#include "slab.h"

/* A cache line, and what the widest vector instructions want. */
#define ALIGNMENT 64

/* Free slabs that are kept beyond as many as are in use. */
#define KEEP_FREE 2

struct _GstGioSocketSlab
{
  gint refs;
  gsize size;
  guint8 *data;
  gpointer block;

  /* Not counted: whoever holds a slab holds the allocator too, a memory or the receiver. */
  GstGioSocketSlabAllocator *allocator;
  GstGioSocketSlab *next;
};

typedef struct
{
  GstMemory parent_instance;

  /* The slab is NULL in a share: its parent holds it. */
  GstGioSocketSlab *slab;
  guint8 *data;
} SlabMemory;

struct _GstGioSocketSlabAllocator
{
  GstAllocator parent_instance;

  /* Immutable after construction. */
  gsize slab_size;
  gsize lead;

  /* Object lock. */
  guint users;
  guint n_free;
  GstGioSocketSlab *free;
  GstGioSocketSlab *spare;
  GstGioSocketSlabStats stats;
};

G_DEFINE_FINAL_TYPE (GstGioSocketSlabAllocator, gst_gio_socket_slab_allocator, GST_TYPE_ALLOCATOR)

/* --- slab ---------------------------------------------------------------- */

static GstGioSocketSlab *
slab_new (GstGioSocketSlabAllocator *allocator, gsize size, GError **error)
{
  GstGioSocketSlab *slab;
  gpointer block;

  if (size > G_MAXSSIZE - ALIGNMENT || posix_memalign (&block, ALIGNMENT, size + ALIGNMENT) != 0) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT,
        "There is no memory for a slab of %" G_GSIZE_FORMAT
        " bytes; lower slab-size or max-message-size, or hold fewer messages",
        size);
    return NULL;
  }

  slab = g_new0 (GstGioSocketSlab, 1);
  slab->refs = 1;
  slab->size = size;
  slab->block = block;
  slab->data = (guint8 *)block + allocator->lead;
  slab->allocator = allocator;

  return slab;
}

static void
slab_free_all (GstGioSocketSlab *slab)
{
  while (slab != NULL) {
    GstGioSocketSlab *next = slab->next;

    free (slab->block);
    g_free (slab);
    slab = next;
  }
}

static GstGioSocketSlab *
take_kept (GstGioSocketSlabAllocator *self)
{
  GstGioSocketSlab *slab = self->free;

  if (slab == NULL)
    return NULL;

  self->free = slab->next;
  self->n_free--;
  slab->next = NULL;
  return slab;
}

static void
keep (GstGioSocketSlabAllocator *self, GstGioSocketSlab *slab)
{
  slab->next = self->free;
  self->free = slab;
  self->n_free++;
}

/* What must go when @slab comes back. */
static GstGioSocketSlab *
choose_dead (GstGioSocketSlabAllocator *self, GstGioSocketSlab *slab)
{
  GstGioSocketSlab *dead = NULL;

  if (self->users == 0)
    return slab;

  if (slab->size != self->slab_size) {
    dead = self->spare;
    self->spare = slab;
  } else {
    keep (self, slab);
  }

  while (self->n_free > self->stats.in_use + KEEP_FREE) {
    slab = take_kept (self);
    slab->next = dead;
    dead = slab;
  }

  return dead;
}

/* Blocks are freed outside the lock. */
static void
slab_release (GstGioSocketSlab *slab)
{
  GstGioSocketSlabAllocator *self = slab->allocator;
  GstGioSocketSlab *dead;

  GST_OBJECT_LOCK (self);
  self->stats.in_use--;
  dead = choose_dead (self, slab);
  for (GstGioSocketSlab *each = dead; each != NULL; each = each->next)
    self->stats.bytes -= each->size;
  GST_OBJECT_UNLOCK (self);

  slab_free_all (dead);
}

/**
 * gst_gio_socket_slab_get_data: (skip)
 * @slab: a slab
 *
 * Returns: the first byte of the slab; the one behind a header there is aligned to 64 bytes
 *
 * Since: 0.1
 */
guint8 *
gst_gio_socket_slab_get_data (GstGioSocketSlab *slab)
{
  return slab->data;
}

/**
 * gst_gio_socket_slab_get_size: (skip)
 * @slab: a slab
 *
 * Returns: the size of the slab in bytes
 *
 * Since: 0.1
 */
gsize
gst_gio_socket_slab_get_size (GstGioSocketSlab *slab)
{
  return slab->size;
}

/**
 * gst_gio_socket_slab_ref_many: (skip)
 * @slab: a slab
 * @n: how many references to add
 *
 * Adds references for several memories at once.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_ref_many (GstGioSocketSlab *slab, guint n)
{
  if (n > 0)
    g_atomic_int_add (&slab->refs, (gint)n);
}

/**
 * gst_gio_socket_slab_unref: (skip)
 * @slab: (transfer full): a slab
 *
 * Drops a reference; with the last one the slab returns to its allocator.  Any thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_unref (GstGioSocketSlab *slab)
{
  if (g_atomic_int_dec_and_test (&slab->refs))
    slab_release (slab);
}

/**
 * gst_gio_socket_slab_is_alone: (skip)
 * @slab: a slab of which the caller holds a reference
 *
 * Tells whether the caller holds the only reference.  Then no memory of the slab is left, whatever
 * others did with their memories has happened before, and its bytes may be written again.
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_slab_is_alone (GstGioSocketSlab *slab)
{
  /* Sequentially consistent in GLib, so it acquires what the last unref in another thread
   * released. */
  return g_atomic_int_get (&slab->refs) == 1;
}

/* --- memory -------------------------------------------------------------- */

static GstMemory *
slab_memory_new (GstGioSocketSlabAllocator *allocator, GstMemory *parent, GstGioSocketSlab *slab,
    guint8 *data, gsize maxsize, gsize offset, gsize size)
{
  SlabMemory *memory = g_slice_new (SlabMemory);

  gst_memory_init (GST_MEMORY_CAST (memory), parent != NULL ? GST_MEMORY_FLAG_READONLY : 0,
      GST_ALLOCATOR_CAST (allocator), parent, maxsize, 0, offset, size);
  memory->slab = slab;
  memory->data = data;

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

static GstMemory *
gst_gio_socket_slab_allocator_alloc (GstAllocator *allocator, gsize size,
    GstAllocationParams *params)
{
  /* Only a receiver can make memories of a slab; the flag CUSTOM_ALLOC says so. */
  return NULL;
}

static void
gst_gio_socket_slab_allocator_free (GstAllocator *allocator, GstMemory *memory)
{
  GstGioSocketSlab *slab = ((SlabMemory *)memory)->slab;

  g_slice_free (SlabMemory, (SlabMemory *)memory);
  if (slab != NULL)
    gst_gio_socket_slab_unref (slab);
}

/* --- allocator ----------------------------------------------------------- */

/**
 * gst_gio_socket_slab_allocator_new: (skip)
 * @slab_size: the size of a slab in bytes
 * @header_size: bytes at the beginning of a slab that precede what wants to be aligned
 *
 * Makes an allocator without slabs.  They are allocated when they are needed.
 *
 * Returns: (transfer full): the allocator
 *
 * Since: 0.1
 */
GstGioSocketSlabAllocator *
gst_gio_socket_slab_allocator_new (gsize slab_size, gsize header_size)
{
  GstGioSocketSlabAllocator *self;

  g_return_val_if_fail (slab_size > 0 && slab_size <= G_MAXSSIZE / 4, NULL);

  self = gst_object_ref_sink (g_object_new (GST_TYPE_GIO_SOCKET_SLAB_ALLOCATOR, NULL));
  self->slab_size = slab_size;
  self->lead = (ALIGNMENT - header_size % ALIGNMENT) % ALIGNMENT;

  return self;
}

/**
 * gst_gio_socket_slab_allocator_attach: (skip)
 * @self: the allocator
 *
 * Says that somebody receives into slabs of this allocator: those that return are kept.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_allocator_attach (GstGioSocketSlabAllocator *self)
{
  GST_OBJECT_LOCK (self);
  self->users++;
  GST_OBJECT_UNLOCK (self);
}

static void
free_unused (GstGioSocketSlabAllocator *self)
{
  slab_free_all (g_steal_pointer (&self->free));
  slab_free_all (g_steal_pointer (&self->spare));
}

/**
 * gst_gio_socket_slab_allocator_detach: (skip)
 * @self: the allocator
 *
 * Takes back one gst_gio_socket_slab_allocator_attach().  With the last one the free slabs are
 * freed at once, and those in use when their last memory goes.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_allocator_detach (GstGioSocketSlabAllocator *self)
{
  GstGioSocketSlab *unused = NULL;
  GstGioSocketSlab *spare = NULL;

  GST_OBJECT_LOCK (self);
  if (--self->users == 0) {
    unused = g_steal_pointer (&self->free);
    spare = g_steal_pointer (&self->spare);
    self->stats.bytes -= self->n_free * self->slab_size + (spare != NULL ? spare->size : 0);
    self->n_free = 0;
  }
  GST_OBJECT_UNLOCK (self);

  slab_free_all (unused);
  slab_free_all (spare);
}

/**
 * gst_gio_socket_slab_allocator_get_slab_size: (skip)
 * @self: the allocator
 *
 * Returns: the usual size of a slab
 *
 * Since: 0.1
 */
gsize
gst_gio_socket_slab_allocator_get_slab_size (GstGioSocketSlabAllocator *self)
{
  return self->slab_size;
}

/**
 * gst_gio_socket_slab_allocator_get_stats: (skip)
 * @self: the allocator
 * @stats: (out caller-allocates): where the numbers go
 *
 * Counts slabs.  Any thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_allocator_get_stats (GstGioSocketSlabAllocator *self,
    GstGioSocketSlabStats *stats)
{
  GST_OBJECT_LOCK (self);
  *stats = self->stats;
  GST_OBJECT_UNLOCK (self);
}

/* A free slab that serves for @size bytes, or NULL.  A spare that is too small, or far too large,
 * goes before a new one comes, so that there are never two for one message. */
static GstGioSocketSlab *
take_free (GstGioSocketSlabAllocator *self, gsize size, GstGioSocketSlab **dead)
{
  GstGioSocketSlab *slab = NULL;

  if (size == self->slab_size) {
    slab = take_kept (self);
  } else if (self->spare != NULL && self->spare->size >= size && self->spare->size / 2 <= size) {
    slab = g_steal_pointer (&self->spare);
  } else if (self->spare != NULL) {
    *dead = g_steal_pointer (&self->spare);
    self->stats.bytes -= (*dead)->size;
  }

  if (slab != NULL) {
    slab->refs = 1;
    self->stats.reused++;
    self->stats.in_use++;
  }

  return slab;
}

/**
 * gst_gio_socket_slab_allocator_take: (skip)
 * @self: the allocator
 * @size: bytes that the slab must hold at least
 *
 * Gives a slab of the usual size or, for a larger @size, of a multiple of it.  Any thread.
 *
 * Returns: (transfer full): a slab of which the caller holds the only reference; %NULL with
 *   #GST_RESOURCE_ERROR_NO_SPACE_LEFT
 *
 * Since: 0.1
 */
GstGioSocketSlab *
gst_gio_socket_slab_allocator_take (GstGioSocketSlabAllocator *self, gsize size, GError **error)
{
  GstGioSocketSlab *slab;
  GstGioSocketSlab *dead = NULL;

  g_return_val_if_fail (size > 0 && size <= G_MAXSSIZE / 2, NULL);

  /* Multiples, so that messages of about one size can use one slab after the other. */
  size = (size + self->slab_size - 1) / self->slab_size * self->slab_size;

  GST_OBJECT_LOCK (self);
  slab = take_free (self, size, &dead);
  GST_OBJECT_UNLOCK (self);

  slab_free_all (dead);
  if (slab != NULL)
    return slab;

  slab = slab_new (self, size, error);
  if (slab == NULL)
    return NULL;

  GST_OBJECT_LOCK (self);
  self->stats.allocated++;
  self->stats.in_use++;
  self->stats.bytes += size;
  self->stats.peak_bytes = MAX (self->stats.peak_bytes, self->stats.bytes);
  GST_OBJECT_UNLOCK (self);

  return slab;
}

static void
gst_gio_socket_slab_allocator_finalize (GObject *object)
{
  free_unused (GST_GIO_SOCKET_SLAB_ALLOCATOR (object));

  G_OBJECT_CLASS (gst_gio_socket_slab_allocator_parent_class)->finalize (object);
}

static void
gst_gio_socket_slab_allocator_class_init (GstGioSocketSlabAllocatorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_gio_socket_slab_allocator_finalize;
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_gio_socket_slab_allocator_alloc;
  GST_ALLOCATOR_CLASS (klass)->free = gst_gio_socket_slab_allocator_free;
}

static void
gst_gio_socket_slab_allocator_init (GstGioSocketSlabAllocator *self)
{
  GstAllocator *allocator = GST_ALLOCATOR (self);

  allocator->mem_type = GST_GIO_SOCKET_SLAB_MEMORY_TYPE;
  allocator->mem_map = slab_memory_map;
  allocator->mem_unmap = slab_memory_unmap;
  allocator->mem_share = slab_memory_share;
  GST_OBJECT_FLAG_SET (allocator, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
}
