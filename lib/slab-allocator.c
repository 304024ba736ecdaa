/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "slab-private.h"
#include "slab-shelf.h"

/* Free slabs that are kept beyond as many as are in use. */
#define KEEP_FREE 2

struct _GstGioSocketSlabAllocator
{
  GstAllocator parent_instance;

  /* Immutable after construction. */
  gsize slab_size;
  guint max_slabs;

  /* Object lock. */
  GCond given_back;
  GstGioSocketSlabShape shape;
  guint generation;
  guint users;
  GstGioSocketSlabShelf shelf;
  GstGioSocketSlabStats stats;
};

G_DEFINE_FINAL_TYPE (GstGioSocketSlabAllocator, gst_gio_socket_slab_allocator, GST_TYPE_ALLOCATOR)

/* --- slabs that come back ------------------------------------------------ */

/* All that is free, to be freed outside the lock. */
static GstGioSocketSlab *
take_unused (GstGioSocketSlabAllocator *self)
{
  GstGioSocketSlab *unused = gst_gio_socket_slab_shelf_empty (&self->shelf);

  for (GstGioSocketSlab *each = unused; each != NULL; each = each->next)
    self->stats.bytes -= each->size;

  return unused;
}

/* What must go when @slab comes back. */
static GstGioSocketSlab *
choose_dead (GstGioSocketSlabAllocator *self, GstGioSocketSlab *slab)
{
  if (self->users == 0 || slab->generation != self->generation)
    return slab;

  return gst_gio_socket_slab_shelf_put (&self->shelf, slab, self->slab_size,
      self->stats.in_use + KEEP_FREE);
}

/* Blocks are freed outside the lock. */
void
gst_gio_socket_slab_allocator_give_back (GstGioSocketSlabAllocator *self, GstGioSocketSlab *slab)
{
  GstGioSocketSlab *dead;

  GST_OBJECT_LOCK (self);
  self->stats.in_use--;
  dead = choose_dead (self, slab);
  for (GstGioSocketSlab *each = dead; each != NULL; each = each->next)
    self->stats.bytes -= each->size;
  if (self->max_slabs > 0)
    g_cond_broadcast (&self->given_back);
  GST_OBJECT_UNLOCK (self);

  gst_gio_socket_slab_free_all (dead);
}

/* --- construction, and who receives -------------------------------------- */

/**
 * gst_gio_socket_slab_allocator_new: (skip)
 * @slab_size: the size of a slab in bytes
 * @header_size: bytes at the beginning of a slab that precede what wants to be aligned
 * @max_slabs: how many slabs may be in use before a receiver should wait; 0: no limit
 *
 * Makes an allocator without slabs.  They are allocated when they are needed.
 *
 * Returns: (transfer full): the allocator
 *
 * Since: 0.1
 */
GstGioSocketSlabAllocator *
gst_gio_socket_slab_allocator_new (gsize slab_size, gsize header_size, guint max_slabs)
{
  GstGioSocketSlabAllocator *self;

  g_return_val_if_fail (slab_size > 0 && slab_size <= G_MAXSSIZE / 4, NULL);

  self = gst_object_ref_sink (g_object_new (GST_TYPE_GIO_SOCKET_SLAB_ALLOCATOR, NULL));
  self->slab_size = slab_size;
  self->max_slabs = max_slabs;
  self->shape.header_size = header_size;

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

  GST_OBJECT_LOCK (self);
  if (--self->users == 0)
    unused = take_unused (self);
  GST_OBJECT_UNLOCK (self);

  gst_gio_socket_slab_free_all (unused);
}

/**
 * gst_gio_socket_slab_allocator_get_slab_size: (skip)
 * @self: the allocator
 *
 * Gets the size that the allocator was made with.
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

/**
 * gst_gio_socket_slab_allocator_set_params: (skip)
 * @self: the allocator
 * @params: alignment, prefix and padding that somebody downstream wants
 *
 * Slabs that are allocated from now on are aligned so (and to 64 bytes), and have that much memory
 * of their own before their first and behind their last byte.  Those that are in use stay as they
 * are.  Any thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_allocator_set_params (GstGioSocketSlabAllocator *self,
    const GstAllocationParams *params)
{
  GstGioSocketSlab *unused = NULL;
  gsize alignment = MAX (params->align + 1, GST_GIO_SOCKET_SLAB_ALIGNMENT);

  GST_OBJECT_LOCK (self);
  if (alignment != self->shape.alignment || params->prefix != self->shape.prefix ||
      params->padding != self->shape.padding) {
    self->shape.alignment = alignment;
    self->shape.prefix = params->prefix;
    self->shape.padding = params->padding;
    self->generation++;
    unused = take_unused (self);
  }
  GST_OBJECT_UNLOCK (self);

  gst_gio_socket_slab_free_all (unused);
}

/* --- taking a slab ------------------------------------------------------- */

/**
 * gst_gio_socket_slab_allocator_has_room: (skip)
 * @self: the allocator
 * @n: how many slabs somebody wants to take
 *
 * Tells whether there would be no more slabs in use than the limit allows.  It only asks:
 * gst_gio_socket_slab_allocator_take() knows no limit.  Any thread.
 *
 * Returns: %TRUE if that many may be taken
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_slab_allocator_has_room (GstGioSocketSlabAllocator *self, guint n)
{
  gboolean result;

  if (self->max_slabs == 0)
    return TRUE;

  GST_OBJECT_LOCK (self);
  result = self->stats.in_use + n <= self->max_slabs;
  GST_OBJECT_UNLOCK (self);

  return result;
}

/**
 * gst_gio_socket_slab_allocator_wait: (skip)
 * @self: the allocator
 * @n: how many slabs the caller wants to take
 * @interrupted: set atomically by another thread to end the wait, which it does with
 *   gst_gio_socket_slab_allocator_wake() after that
 *
 * Waits for gst_gio_socket_slab_allocator_has_room().
 *
 * Returns: %FALSE if @interrupted was set before there was room
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_slab_allocator_wait (GstGioSocketSlabAllocator *self, guint n,
    const gint *interrupted)
{
  gboolean room = TRUE;

  if (self->max_slabs == 0)
    return TRUE;

  GST_OBJECT_LOCK (self);
  while (!(room = self->stats.in_use + n <= self->max_slabs) && !g_atomic_int_get (interrupted))
    g_cond_wait (&self->given_back, GST_OBJECT_GET_LOCK (self));
  GST_OBJECT_UNLOCK (self);

  return room;
}

/**
 * gst_gio_socket_slab_allocator_wake: (skip)
 * @self: the allocator
 *
 * Lets all that wait look again.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_allocator_wake (GstGioSocketSlabAllocator *self)
{
  GST_OBJECT_LOCK (self);
  g_cond_broadcast (&self->given_back);
  GST_OBJECT_UNLOCK (self);
}

static GstGioSocketSlab *
take_free (GstGioSocketSlabAllocator *self, gsize size, GstGioSocketSlab **dead)
{
  GstGioSocketSlab *slab =
      gst_gio_socket_slab_shelf_take (&self->shelf, size, self->slab_size, dead);

  if (*dead != NULL)
    self->stats.bytes -= (*dead)->size;

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
 * Gives a slab of the usual size or, for a larger @size, one of that or a free one of less than twice
 * that.  Any thread.
 *
 * Returns: (transfer full): a slab of which the caller holds the only reference; %NULL with
 *   #GST_RESOURCE_ERROR_NO_SPACE_LEFT
 *
 * Since: 0.1
 */
GstGioSocketSlab *
gst_gio_socket_slab_allocator_take (GstGioSocketSlabAllocator *self, gsize size, GError **error)
{
  GstGioSocketSlabShape shape;
  GstGioSocketSlab *slab;
  GstGioSocketSlab *dead = NULL;
  guint generation;

  g_return_val_if_fail (size > 0 && size <= G_MAXSSIZE / 2, NULL);

  size = MAX (size, self->slab_size);

  GST_OBJECT_LOCK (self);
  slab = take_free (self, size, &dead);
  shape = self->shape;
  generation = self->generation;
  GST_OBJECT_UNLOCK (self);

  gst_gio_socket_slab_free_all (dead);
  if (slab != NULL)
    return slab;

  slab = gst_gio_socket_slab_new (self, &shape, size, error);
  if (slab == NULL)
    return NULL;

  slab->generation = generation;
  GST_OBJECT_LOCK (self);
  self->stats.allocated++;
  self->stats.in_use++;
  self->stats.bytes += size;
  self->stats.peak_bytes = MAX (self->stats.peak_bytes, self->stats.bytes);
  GST_OBJECT_UNLOCK (self);

  return slab;
}

/* --- GstAllocator -------------------------------------------------------- */

static GstMemory *
gst_gio_socket_slab_allocator_alloc (GstAllocator *allocator, gsize size,
    GstAllocationParams *params)
{
  /* Only a receiver can make memories of a slab; the flag CUSTOM_ALLOC says so. */
  return NULL;
}

static void
gst_gio_socket_slab_allocator_finalize (GObject *object)
{
  GstGioSocketSlabAllocator *self = GST_GIO_SOCKET_SLAB_ALLOCATOR (object);

  gst_gio_socket_slab_free_all (take_unused (self));
  g_cond_clear (&self->given_back);

  G_OBJECT_CLASS (gst_gio_socket_slab_allocator_parent_class)->finalize (object);
}

static void
gst_gio_socket_slab_allocator_class_init (GstGioSocketSlabAllocatorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_gio_socket_slab_allocator_finalize;
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_gio_socket_slab_allocator_alloc;
  GST_ALLOCATOR_CLASS (klass)->free = gst_gio_socket_slab_memory_free;
  gst_gio_socket_slab_message_prepare ();
}

static void
gst_gio_socket_slab_allocator_init (GstGioSocketSlabAllocator *self)
{
  GstAllocator *allocator = GST_ALLOCATOR (self);

  g_cond_init (&self->given_back);
  self->shape.alignment = GST_GIO_SOCKET_SLAB_ALIGNMENT;
  gst_gio_socket_slab_memory_prepare (allocator);
  GST_OBJECT_FLAG_SET (allocator, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
}
