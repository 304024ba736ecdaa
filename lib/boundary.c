/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "boundary.h"

GType
gst_gio_socket_flush_on_get_type (void)
{
  static gsize type = 0;
  static const GFlagsValue values[] = {
    { GST_GIO_SOCKET_FLUSH_ON_MARKER, "After a buffer with the marker flag", "marker" },
    { GST_GIO_SOCKET_FLUSH_ON_KEYFRAME, "Before a buffer that is no delta unit", "keyframe" },
    { GST_GIO_SOCKET_FLUSH_ON_TIMESTAMP, "Before a buffer with another PTS", "timestamp" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("GstGioSocketFlushOn", values));

  return type;
}

/**
 * gst_gio_socket_boundary_init: (skip)
 * @boundary: the boundary
 * @flush_on: what to look for
 *
 * Begins with no buffer seen.
 *
 * Since: 0.1
 */
void
gst_gio_socket_boundary_init (GstGioSocketBoundary *boundary, GstGioSocketFlushOn flush_on)
{
  gst_gio_socket_boundary_set_flush_on (boundary, flush_on);
  gst_gio_socket_boundary_reset (boundary);
}

/**
 * gst_gio_socket_boundary_set_flush_on: (skip)
 * @boundary: the boundary
 * @flush_on: what to look for from the next buffer on
 *
 * Changes what is looked for.
 *
 * Since: 0.1
 */
void
gst_gio_socket_boundary_set_flush_on (GstGioSocketBoundary *boundary, GstGioSocketFlushOn flush_on)
{
  boundary->flush_on = flush_on;
}

/* The PTS is remembered also while nobody asks for it, so that it is the right one afterwards. */
static gboolean
time_changes (GstGioSocketBoundary *boundary, GstBuffer *buffer)
{
  GstClockTime before = boundary->pts;

  if (!GST_BUFFER_PTS_IS_VALID (buffer))
    return FALSE;
  boundary->pts = GST_BUFFER_PTS (buffer);

  return GST_CLOCK_TIME_IS_VALID (before) && before != boundary->pts;
}

/**
 * gst_gio_socket_boundary_look: (skip)
 * @boundary: the boundary
 * @buffer: the next buffer of the stream
 *
 * Tells whether the stream is cut before or after @buffer.  That something is cut off before the
 * first buffer of all does no harm: there is nothing to end.
 *
 * Returns: the sides on which it is cut
 *
 * Since: 0.1
 */
GstGioSocketBoundarySides
gst_gio_socket_boundary_look (GstGioSocketBoundary *boundary, GstBuffer *buffer)
{
  GstGioSocketBoundarySides sides = GST_GIO_SOCKET_BOUNDARY_NONE;

  if (time_changes (boundary, buffer) && (boundary->flush_on & GST_GIO_SOCKET_FLUSH_ON_TIMESTAMP))
    sides |= GST_GIO_SOCKET_BOUNDARY_BEFORE;

  if ((boundary->flush_on & GST_GIO_SOCKET_FLUSH_ON_KEYFRAME) &&
      !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT))
    sides |= GST_GIO_SOCKET_BOUNDARY_BEFORE;

  if ((boundary->flush_on & GST_GIO_SOCKET_FLUSH_ON_MARKER) &&
      GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_MARKER))
    sides |= GST_GIO_SOCKET_BOUNDARY_AFTER;

  return sides;
}

/**
 * gst_gio_socket_boundary_reset: (skip)
 * @boundary: the boundary
 *
 * The next buffer has nothing to do with those before: the stream was flushed, or another begins.
 *
 * Since: 0.1
 */
void
gst_gio_socket_boundary_reset (GstGioSocketBoundary *boundary)
{
  boundary->pts = GST_CLOCK_TIME_NONE;
}
