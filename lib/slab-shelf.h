/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "slab.h"

G_BEGIN_DECLS

/*
 * Free slabs: some of the usual size and one larger one, the spare.  Without a lock; frees nothing:
 * who calls does, outside of the lock that it holds.  Not installed.
 */
typedef struct
{
  GstGioSocketSlab *slabs;
  GstGioSocketSlab *spare;
  guint n_slabs;
} GstGioSocketSlabShelf;

/* Returns: (nullable): a list of those that must go, so that @most of the usual size are left */
G_GNUC_INTERNAL
GstGioSocketSlab *gst_gio_socket_slab_shelf_put (GstGioSocketSlabShelf *self,
    GstGioSocketSlab *slab, gsize usual_size, gsize most);

/* A spare that is too small, or far too large, is @dead: it goes before a new one comes, so that
 * there are never two for one message.
 * Returns: (nullable): one that serves for @size bytes */
G_GNUC_INTERNAL
GstGioSocketSlab *gst_gio_socket_slab_shelf_take (GstGioSocketSlabShelf *self, gsize size,
    gsize usual_size, GstGioSocketSlab **dead);

/* Returns: (nullable): a list of all */
G_GNUC_INTERNAL
GstGioSocketSlab *gst_gio_socket_slab_shelf_empty (GstGioSocketSlabShelf *self);

G_END_DECLS
