/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include <stdlib.h>

#include "slab-private.h"

/* --- a block ------------------------------------------------------------- */

GstGioSocketSlab *
gst_gio_socket_slab_new (GstGioSocketSlabAllocator *allocator, const GstGioSocketSlabShape *shape,
    gsize size, GError **error)
{
  gsize mask = shape->alignment - 1;
  gsize lead = ((shape->prefix + shape->header_size + mask) & ~mask) - shape->header_size;
  GstGioSocketSlab *slab;
  gpointer block;

  if (size > G_MAXSSIZE - lead - shape->padding ||
      posix_memalign (&block, shape->alignment, lead + size + shape->padding) != 0) {
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
  slab->data = (guint8 *)block + lead;
  slab->allocator = allocator;

  return slab;
}

void
gst_gio_socket_slab_free_all (GstGioSocketSlab *slabs)
{
  while (slabs != NULL) {
    GstGioSocketSlab *next = slabs->next;

    gst_gio_socket_slab_drop_messages (slabs);
    free (slabs->block);
    g_free (slabs);
    slabs = next;
  }
}

/* --- its references ------------------------------------------------------ */

/**
 * gst_gio_socket_slab_get_data: (skip)
 * @slab: a slab
 *
 * Gets where the slab begins.
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
 * Gets how large the slab is.
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
    gst_gio_socket_slab_allocator_give_back (slab->allocator, slab);
}

/**
 * gst_gio_socket_slab_is_alone: (skip)
 * @slab: a slab of which the caller holds a reference
 *
 * Tells whether the caller holds the only reference.  Then no memory of the slab is left, whatever
 * others did with their memories has happened before, and its bytes may be written again.
 *
 * Returns: whether the caller is alone
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
