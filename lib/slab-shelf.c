/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "slab-private.h"
#include "slab-shelf.h"

static GstGioSocketSlab *
pop (GstGioSocketSlabShelf *self)
{
  GstGioSocketSlab *slab = self->slabs;

  if (slab == NULL)
    return NULL;

  self->slabs = slab->next;
  self->n_slabs--;
  slab->next = NULL;
  return slab;
}

static GstGioSocketSlab *
pop_down_to (GstGioSocketSlabShelf *self, gsize most, GstGioSocketSlab *popped)
{
  while (self->n_slabs > most) {
    GstGioSocketSlab *slab = pop (self);

    slab->next = popped;
    popped = slab;
  }

  return popped;
}

GstGioSocketSlab *
gst_gio_socket_slab_shelf_put (GstGioSocketSlabShelf *self, GstGioSocketSlab *slab,
    gsize usual_size, gsize most)
{
  GstGioSocketSlab *dead = NULL;

  if (slab->size != usual_size) {
    dead = self->spare;
    self->spare = slab;
  } else {
    slab->next = self->slabs;
    self->slabs = slab;
    self->n_slabs++;
  }

  return pop_down_to (self, most, dead);
}

GstGioSocketSlab *
gst_gio_socket_slab_shelf_take (GstGioSocketSlabShelf *self, gsize size, gsize usual_size,
    GstGioSocketSlab **dead)
{
  *dead = NULL;

  if (size == usual_size)
    return pop (self);

  if (self->spare != NULL && self->spare->size >= size && self->spare->size / 2 <= size)
    return g_steal_pointer (&self->spare);

  *dead = g_steal_pointer (&self->spare);
  return NULL;
}

GstGioSocketSlab *
gst_gio_socket_slab_shelf_empty (GstGioSocketSlabShelf *self)
{
  return pop_down_to (self, 0, g_steal_pointer (&self->spare));
}
