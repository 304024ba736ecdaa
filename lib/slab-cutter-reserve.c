/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Where the next bytes go. */

#include "config.h"

#include <string.h>

#include "slab-cutter.h"

/* Moving this much is cheaper than leaving a slab that is hot in the cache. */
#define CHEAP_MOVE 4096

static GInputVector
region_room (const GstGioSocketSlabRegion *region, gsize size)
{
  return (GInputVector){ gst_gio_socket_slab_get_data (region->slab) + region->fill, size };
}

static void
move_at_hand (GstGioSocketSlabCutter *self, GstGioSocketSlab *slab, gsize end)
{
  GstGioSocketSlabRegion *front = &self->front;
  gsize at_hand = gst_gio_socket_slab_region_at_hand (front);

  if (at_hand > 0) {
    const guint8 *data = gst_gio_socket_slab_get_data (front->slab);

    memmove (gst_gio_socket_slab_get_data (slab), data + front->begin, at_hand);
    self->counters.bytes_copied += at_hand;
  }

  *front = (GstGioSocketSlabRegion){ slab, 0, at_hand, end };
}

static gsize
get_slab_size (const GstGioSocketSlabCutter *self)
{
  return gst_gio_socket_slab_allocator_get_slab_size (self->allocator);
}

static gboolean
move_to_new_slab (GstGioSocketSlabCutter *self, gsize needed, GError **error)
{
  GstGioSocketSlabRegion old = self->front;
  gsize slab_size = get_slab_size (self);
  gboolean own = self->frame.size > 0 && needed > slab_size;
  GstGioSocketSlab *slab;

  slab =
      gst_gio_socket_slab_allocator_take (self->allocator, own ? self->frame.size : needed, error);
  if (slab == NULL)
    return FALSE;

  /* A small message in the tail of a large slab would keep all of it: a slab of a message's own
   * ends with the message, and what follows goes where the message was about to begin. */
  move_at_hand (self, slab, own ? self->frame.size : gst_gio_socket_slab_get_size (slab));
  old.fill = old.begin;
  if (own && gst_gio_socket_slab_allocator_has_room (self->allocator, 0)) {
    /* One that is empty may be left of an earlier message: bytes come here only when the front is
     * full. */
    gst_gio_socket_slab_region_clear (&self->behind);
    self->behind = old;
  } else {
    gst_gio_socket_slab_region_clear (&old);
  }

  return TRUE;
}

static gboolean
place_front (GstGioSocketSlabCutter *self, gsize wanted, GError **error)
{
  GstGioSocketSlabRegion *front = &self->front;
  gsize at_hand = gst_gio_socket_slab_region_at_hand (front);
  gsize needed = MAX (self->frame.size, at_hand) + wanted;
  gsize room = front->end - front->begin;
  gboolean stays = needed <= room || (self->frame.size > 0 && self->frame.size <= room);

  if (front->begin > 0 && needed <= front->end && (at_hand <= CHEAP_MOVE || !stays) &&
      gst_gio_socket_slab_is_alone (front->slab)) {
    move_at_hand (self, front->slab, front->end);
    self->counters.rewinds++;
    return TRUE;
  }

  return stays || move_to_new_slab (self, needed, error);
}

static gboolean
place_behind (GstGioSocketSlabCutter *self, gsize wanted, GError **error)
{
  GstGioSocketSlabRegion *behind = &self->behind;
  GstGioSocketSlab *slab;

  if (behind->begin > 0 && gst_gio_socket_slab_is_alone (behind->slab)) {
    behind->begin = behind->fill = 0;
    self->counters.rewinds++;
  }

  if (wanted <= behind->end - behind->fill)
    return TRUE;

  gst_gio_socket_slab_region_clear (behind);
  slab = gst_gio_socket_slab_allocator_take (self->allocator, wanted, error);
  if (slab == NULL)
    return FALSE;

  *behind = (GstGioSocketSlabRegion){ slab, 0, 0, gst_gio_socket_slab_get_size (slab) };
  return TRUE;
}

/* Between messages: what downstream has left may be used again, else a slab must come back first. */
static gboolean
wait_for_slab (GstGioSocketSlabCutter *self, gsize wanted, GError **error)
{
  GstGioSocketSlabRegion *front = &self->front;

  if (gst_gio_socket_slab_region_at_hand (front) > 0)
    return TRUE;

  if (front->slab != NULL && wanted > front->end - front->begin &&
      (wanted > front->end || !gst_gio_socket_slab_is_alone (front->slab)))
    gst_gio_socket_slab_region_clear (front);

  if (gst_gio_socket_slab_allocator_wait (self->allocator, front->slab == NULL ? 1 : 0,
          &self->interrupted))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
      "Waiting for a slab that is in use was cancelled");
  return FALSE;
}

static gsize
missing_header (const GstGioSocketSlabCutter *self)
{
  gsize at_hand = gst_gio_socket_slab_region_at_hand (&self->front);

  return at_hand < self->layout.header_size ? self->layout.header_size - at_hand : 1;
}

/* Small messages of one size are read by the message, not by the block and a rest, with a little room
 * that shows whether there was more.  Behind a large one another is likely, for which what has come of
 * it must be moved: so there is only that room, and the next read goes where the message is to lie. */
static gsize
choose_wanted (const GstGioSocketSlabCutter *self, gsize wanted)
{
  gsize few = get_slab_size (self) / 4;
  gsize size = self->frame.size > 0 ? self->frame.size : self->expected;
  gsize little = MIN (CHEAP_MOVE, few);

  if (size > few)
    return MIN (wanted, MAX (little, missing_header (self)));

  return size > 0 ? MAX (wanted, size + little) : wanted;
}

/* What is not known to be a message gets no more than a slab. */
static gsize
limit_to_slab (const GstGioSocketSlabCutter *self, gsize wanted)
{
  gsize begun = self->frame.size > 0 ? 0 : gst_gio_socket_slab_region_at_hand (&self->front);
  gsize slab_size = get_slab_size (self);

  return MIN (wanted, begun < slab_size ? slab_size - begun : missing_header (self));
}

/* Inside a message: if what is wanted would take another slab over the limit, the message at hand
 * must do, or its header. */
static gsize
limit_wanted (const GstGioSocketSlabCutter *self, gsize wanted)
{
  const GstGioSocketSlabRegion *front = &self->front;
  gsize at_hand = gst_gio_socket_slab_region_at_hand (front);
  gboolean fits = MAX (self->frame.size, at_hand) + wanted <= front->end - front->begin;

  if (at_hand == 0 || gst_gio_socket_slab_allocator_has_room (self->allocator, fits ? 0 : 1))
    return wanted;

  return self->frame.size > 0 ? 0 : missing_header (self);
}

static guint
make_vectors (GstGioSocketSlabCutter *self, gsize rest, gsize behind, GInputVector vectors[2])
{
  self->reserved[0] = rest;
  self->reserved[1] = behind;
  vectors[0] = region_room (&self->front, rest);
  if (behind > 0)
    vectors[1] = region_room (&self->behind, behind);

  return behind > 0 ? 2 : 1;
}

guint
gst_gio_socket_slab_cutter_reserve (GstGioSocketSlabCutter *self, gsize wanted,
    GInputVector vectors[2], GError **error)
{
  GstGioSocketSlabRegion *front = &self->front;
  gsize chosen, rest;

  self->reserved[0] = self->reserved[1] = 0;

  if (self->error != NULL) {
    g_propagate_error (error, g_error_copy (self->error));
    return 0;
  }

  chosen = limit_to_slab (self, choose_wanted (self, wanted));
  if (!wait_for_slab (self, chosen, error))
    return 0;

  chosen = limit_wanted (self, chosen);
  if (!place_front (self, chosen, error))
    return 0;

  rest = self->frame.size > 0 ? self->frame.size - gst_gio_socket_slab_region_at_hand (front) : 0;
  if (rest + chosen <= front->end - front->fill)
    return make_vectors (self, rest + chosen, 0, vectors);

  if (!place_behind (self, chosen, error))
    return 0;

  return make_vectors (self, rest, chosen, vectors);
}
