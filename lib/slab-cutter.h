/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

#include "framing.h"
#include "slab.h"

G_BEGIN_DECLS

/*
 * The engine of GstGioSocketSlabPool: says where the next bytes go and cuts what has come into
 * messages.  Not installed.  Without a lock: one thread at a time.
 *
 * There is a message at hand, in `front`, of which nothing, a part of the header or more has come.
 * Usually what follows it goes right behind it.  When there is no room for that, or the message has
 * a slab of its own, what follows goes into `behind`, which becomes `front` when the message at hand
 * is complete.
 *
 * The limit on slabs is kept between messages: that is where it waits.  Inside a message it takes the
 * slab that the message needs, at most one over the limit, and then leaves no room for what follows.
 */
typedef struct
{
  GstGioSocketSlab *slab;
  gsize begin; /* of the message at hand */
  gsize fill;  /* where the next byte goes */
  gsize end;   /* of what may be used */
} GstGioSocketSlabRegion;

static inline void
gst_gio_socket_slab_region_clear (GstGioSocketSlabRegion *self)
{
  if (self->slab != NULL)
    gst_gio_socket_slab_unref (self->slab);
  *self = (GstGioSocketSlabRegion){ NULL, 0, 0, 0 };
}

static inline gsize
gst_gio_socket_slab_region_at_hand (const GstGioSocketSlabRegion *self)
{
  return self->fill - self->begin;
}

typedef struct
{
  guint64 messages;
  guint64 bytes;
  guint64 bytes_copied;
  guint64 rewinds;
} GstGioSocketSlabCounters;

typedef struct
{
  GstGioSocketSlabAllocator *allocator;
  GstGioSocketFramingLayout layout;
  gboolean strip_header;
  guint64 max_message_size;

  GstGioSocketSlabRegion front;
  GstGioSocketSlabRegion behind;
  GstGioSocketFrame frame; /* of the message at hand; its size is 0 while it is not known */
  gsize expected; /* the size of the next message, if it is like the last one; 0: not known */
  gsize reserved[2];
  gint interrupted; /* Atomic: ends a wait for a slab. */
  GPtrArray *messages;
  GError *error;
  GstGioSocketSlabCounters counters;
} GstGioSocketSlabCutter;

void
gst_gio_socket_slab_cutter_init (GstGioSocketSlabCutter *self, GstGioSocketSlabAllocator *allocator,
    const GstGioSocketFramingLayout *layout, gboolean strip_header, guint64 max_message_size);

/* Gives all slabs back that no message holds. */
void gst_gio_socket_slab_cutter_drop (GstGioSocketSlabCutter *self);

void gst_gio_socket_slab_cutter_clear (GstGioSocketSlabCutter *self);

guint gst_gio_socket_slab_cutter_reserve (GstGioSocketSlabCutter *self, gsize wanted,
    GInputVector vectors[2], GError **error);

GstMiniObject *gst_gio_socket_slab_cutter_commit (GstGioSocketSlabCutter *self, gsize n);

gboolean gst_gio_socket_slab_cutter_finish (GstGioSocketSlabCutter *self, GError **error);

void gst_gio_socket_slab_cutter_reset (GstGioSocketSlabCutter *self);

G_END_DECLS
