/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "sinkresume.h"

void
gst_gio_socket_sink_resume_start (GstGioSocketSinkResume *self, GstGioSocketFlushOn resume_on)
{
  self->resume_on = resume_on;
  self->is_due = FALSE;
  __atomic_store_n (&self->buffers_dropped, 0, __ATOMIC_RELAXED);
  __atomic_store_n (&self->bytes_dropped, 0, __ATOMIC_RELAXED);
}

void
gst_gio_socket_sink_resume_stop (GstGioSocketSinkResume *self)
{
  g_clear_pointer (&self->headers, g_ptr_array_unref);
}

/* --- headers ------------------------------------------------------------- */

void
gst_gio_socket_sink_resume_set_caps (GstGioSocketSinkResume *self, GstCaps *caps)
{
  const GValue *headers =
      gst_structure_get_value (gst_caps_get_structure (caps, 0), "streamheader");

  g_clear_pointer (&self->headers, g_ptr_array_unref);
  if (headers == NULL || !GST_VALUE_HOLDS_ARRAY (headers))
    return;

  self->headers = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);
  for (guint i = 0; i < gst_value_array_get_size (headers); i++) {
    const GValue *header = gst_value_array_get_value (headers, i);

    if (GST_VALUE_HOLDS_BUFFER (header))
      g_ptr_array_add (self->headers, gst_buffer_ref (gst_value_get_buffer (header)));
  }
}

/* One that an earlier call has put in, or that comes in the stream once more. */
static gboolean
is_header (GstGioSocketSinkResume *self, GstBuffer *buffer)
{
  return self->headers != NULL &&
      (g_ptr_array_find (self->headers, buffer, NULL) ||
          GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER));
}

/* --- buffers ------------------------------------------------------------- */

/* Whether something begins with @buffer. */
static gboolean
begins_with (GstGioSocketSinkResume *self, GstBuffer *buffer)
{
  GstGioSocketBoundarySides sides = gst_gio_socket_boundary_look (&self->boundary, buffer);
  gboolean result =
      self->resume_on == 0 || self->is_behind_end || (sides & GST_GIO_SOCKET_BOUNDARY_BEFORE) != 0;

  self->is_behind_end = (sides & GST_GIO_SOCKET_BOUNDARY_AFTER) != 0;

  return result;
}

static void
drop (GstGioSocketSinkResume *self, GstBuffer *buffer)
{
  __atomic_fetch_add (&self->buffers_dropped, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add (&self->bytes_dropped, gst_buffer_get_size (buffer), __ATOMIC_RELAXED);
}

static void
look_and_drop (GstGioSocketSinkResume *self, GstBuffer *buffer)
{
  if (is_header (self, buffer))
    return;

  begins_with (self, buffer);
  drop (self, buffer);
}

static void
set_due (GstGioSocketSinkResume *self)
{
  if (!self->is_due) {
    gst_gio_socket_boundary_init (&self->boundary, self->resume_on);
    self->is_behind_end = FALSE;
  }
  self->is_due = TRUE;
  self->has_begun = FALSE;
}

static gboolean
put_back (GstGioSocketWriter *writer, GPtrArray *buffers)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < buffers->len && ok; i++)
    ok = gst_gio_socket_writer_add (writer, g_ptr_array_index (buffers, i));

  return ok;
}

gboolean
gst_gio_socket_sink_resume_begin (GstGioSocketSinkResume *self, GstGioSocketWriter *writer)
{
  g_autoptr (GstBuffer) begun = NULL;
  g_autoptr (GPtrArray) rest = gst_gio_socket_writer_take_unstarted (writer, &begun);

  set_due (self);
  if (begun != NULL)
    look_and_drop (self, begun);

  return put_back (writer, rest);
}

void
gst_gio_socket_sink_resume_drop (GstGioSocketSinkResume *self, GstGioSocketWriter *writer)
{
  g_autoptr (GstBuffer) begun = NULL;
  g_autoptr (GPtrArray) rest = gst_gio_socket_writer_take_unstarted (writer, &begun);

  set_due (self);
  if (begun != NULL)
    look_and_drop (self, begun);
  for (guint i = 0; i < rest->len; i++)
    look_and_drop (self, g_ptr_array_index (rest, i));
}

/* --- what the peer is to see --------------------------------------------- */

static GPtrArray *
select_buffers (GstGioSocketSinkResume *self, GPtrArray *buffers)
{
  GPtrArray *selected = g_ptr_array_new ();

  for (guint i = 0; i < buffers->len; i++) {
    GstBuffer *buffer = g_ptr_array_index (buffers, i);

    if (is_header (self, buffer))
      continue;

    if (!self->has_begun)
      self->has_begun = begins_with (self, buffer);
    if (self->has_begun)
      g_ptr_array_add (selected, buffer);
    else
      drop (self, buffer);
  }

  return selected;
}

gboolean
gst_gio_socket_sink_resume_prepare (GstGioSocketSinkResume *self, GstGioSocketWriter *writer)
{
  g_autoptr (GPtrArray) rest = NULL;
  g_autoptr (GPtrArray) selected = NULL;

  /* What has begun on this connection is completed before anything else. */
  if (!self->is_due || gst_gio_socket_writer_has_begun (writer))
    return TRUE;

  rest = gst_gio_socket_writer_take_unstarted (writer, NULL);
  selected = select_buffers (self, rest);
  if (selected->len == 0)
    return TRUE;

  return (self->headers == NULL || put_back (writer, self->headers)) && put_back (writer, selected);
}

void
gst_gio_socket_sink_resume_done (GstGioSocketSinkResume *self)
{
  if (self->has_begun)
    self->is_due = FALSE;
}

void
gst_gio_socket_sink_resume_add_stats (GstGioSocketSinkResume *self, GstStructure *stats)
{
  gst_structure_set (stats, "buffers-dropped", G_TYPE_UINT64,
      __atomic_load_n (&self->buffers_dropped, __ATOMIC_RELAXED), "bytes-dropped", G_TYPE_UINT64,
      __atomic_load_n (&self->bytes_dropped, __ATOMIC_RELAXED), NULL);
}
