/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What has come, cut into messages. */

#include "config.h"

#include "slab-cutter.h"

void
gst_gio_socket_slab_cutter_init (GstGioSocketSlabCutter *self, GstGioSocketSlabAllocator *allocator,
    const GstGioSocketFramingLayout *layout, gboolean strip_header, guint64 max_message_size)
{
  *self = (GstGioSocketSlabCutter){
    .allocator = gst_object_ref (allocator),
    .layout = *layout,
    .strip_header = strip_header,
    .max_message_size = max_message_size,
    .messages = g_ptr_array_new (),
  };
  gst_gio_socket_slab_allocator_attach (allocator);
}

void
gst_gio_socket_slab_cutter_drop (GstGioSocketSlabCutter *self)
{
  gst_gio_socket_slab_cutter_reset (self);
  gst_gio_socket_slab_region_clear (&self->front);
  gst_gio_socket_slab_region_clear (&self->behind);
}

void
gst_gio_socket_slab_cutter_clear (GstGioSocketSlabCutter *self)
{
  gst_gio_socket_slab_region_clear (&self->front);
  gst_gio_socket_slab_region_clear (&self->behind);
  g_clear_error (&self->error);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  gst_gio_socket_slab_allocator_detach (self->allocator);
  gst_clear_object (&self->allocator);
}

/* --- messages ------------------------------------------------------------ */

static GstBuffer *
new_message (GstGioSocketSlabCutter *self)
{
  gsize skip = self->strip_header ? self->frame.header_size : 0;

  return gst_gio_socket_slab_new_message (self->front.slab, self->front.begin + skip,
      self->frame.size - skip);
}

/* Cuts all that is complete.  The references for the new memories are added once. */
static void
cut_front (GstGioSocketSlabCutter *self)
{
  GstGioSocketSlabRegion *front = &self->front;
  guint n_messages = 0;
  gsize size = 0;

  while (self->error == NULL && front->fill > front->begin) {
    if (self->frame.size == 0 &&
        !gst_gio_socket_framing_parse (&self->layout, self->max_message_size,
            gst_gio_socket_slab_get_data (front->slab) + front->begin,
            gst_gio_socket_slab_region_at_hand (front), &self->frame, &self->error))
      break;

    if (self->frame.size == 0 || gst_gio_socket_slab_region_at_hand (front) < self->frame.size)
      break;

    g_ptr_array_add (self->messages, new_message (self));
    front->begin += self->frame.size;
    size = self->frame.size;
    self->frame.size = 0;
    n_messages++;
  }

  if (n_messages > 0) {
    gst_gio_socket_slab_ref_many (front->slab, n_messages);
    self->expected = self->layout.header_size > 0 ? size : 0;
  }
  self->counters.messages += n_messages;
}

static void
switch_to_behind (GstGioSocketSlabCutter *self)
{
  if (self->behind.slab == NULL || gst_gio_socket_slab_region_at_hand (&self->front) > 0)
    return;

  gst_gio_socket_slab_region_clear (&self->front);
  self->front = self->behind;
  self->behind = (GstGioSocketSlabRegion){ NULL, 0, 0, 0 };
}

static GstMiniObject *
take_messages (GstGioSocketSlabCutter *self)
{
  GPtrArray *messages = self->messages;
  GstMiniObject *taken = NULL;

  if (messages->len == 1) {
    taken = g_ptr_array_index (messages, 0);
  } else if (messages->len > 1) {
    GstBufferList *list = gst_buffer_list_new_sized (messages->len);

    for (guint i = 0; i < messages->len; i++)
      gst_buffer_list_add (list, g_ptr_array_index (messages, i));
    taken = GST_MINI_OBJECT_CAST (list);
  }

  g_ptr_array_set_size (messages, 0);
  return taken;
}

GstMiniObject *
gst_gio_socket_slab_cutter_commit (GstGioSocketSlabCutter *self, gsize n)
{
  gsize first = MIN (n, self->reserved[0]);

  self->counters.bytes += n;
  self->front.fill += first;
  cut_front (self);
  switch_to_behind (self);

  /* The second vector is only filled when the first is full, and then its message is complete. */
  if (n > first) {
    self->front.fill += n - first;
    cut_front (self);
  }

  self->reserved[0] = self->reserved[1] = 0;
  return take_messages (self);
}

/* --- the end ------------------------------------------------------------- */

static void
report_header (const GstGioSocketSlabCutter *self, gsize at_hand, GError **error)
{
  gsize header_size = self->layout.header_size;

  if (at_hand < header_size)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX,
        "The stream ended inside a header: %" G_GSIZE_FORMAT " of its %" G_GSIZE_FORMAT
        " bytes are missing; did the peer close too early?",
        header_size - at_hand, header_size);
  else
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX,
        "The stream ended inside a header: at least one byte behind its first %" G_GSIZE_FORMAT
        " is missing; did the peer close too early?",
        at_hand);
}

static gboolean
check_complete (const GstGioSocketSlabCutter *self, GError **error)
{
  gsize at_hand = gst_gio_socket_slab_region_at_hand (&self->front);

  if (self->error != NULL) {
    g_propagate_error (error, g_error_copy (self->error));
    return FALSE;
  }

  if (at_hand == 0)
    return TRUE;

  if (self->frame.size == 0)
    report_header (self, at_hand, error);
  else
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX,
        "The stream ended inside a message: %" G_GSIZE_FORMAT " of its %" G_GSIZE_FORMAT
        " bytes are missing; did the peer close too early?",
        self->frame.size - at_hand, self->frame.size - self->frame.header_size);

  return FALSE;
}

gboolean
gst_gio_socket_slab_cutter_finish (GstGioSocketSlabCutter *self, GError **error)
{
  gboolean complete = check_complete (self, error);

  gst_gio_socket_slab_cutter_reset (self);
  return complete;
}

void
gst_gio_socket_slab_cutter_reset (GstGioSocketSlabCutter *self)
{
  self->front.fill = self->front.begin;
  self->frame.size = 0;
  self->expected = 0;
  self->reserved[0] = self->reserved[1] = 0;
  g_clear_error (&self->error);
  switch_to_behind (self);
}
