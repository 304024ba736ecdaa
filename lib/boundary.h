/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/**
 * GstGioSocketBoundary: (skip)
 *
 * Where does the stream itself say that something ends?  Looks at flags and timestamps only: no
 * clock, no lock, nothing allocated.  The owner shows it each buffer once, in the stream's order.
 *
 * - marker: after a buffer that has GST_BUFFER_FLAG_MARKER (the last packet of a frame).
 * - keyframe: before a buffer that lacks GST_BUFFER_FLAG_DELTA_UNIT.  In a stream without delta
 *   units that is every buffer.
 * - timestamp: before a buffer whose PTS is not that of the one before.  A buffer without PTS goes
 *   with what is before it.
 *
 * Lives on the stack or inside its owner; begin with gst_gio_socket_boundary_init().
 *
 * Since: 0.1
 */

#define GST_TYPE_GIO_SOCKET_FLUSH_ON (gst_gio_socket_flush_on_get_type ())

/**
 * GstGioSocketFlushOn:
 * @GST_GIO_SOCKET_FLUSH_ON_MARKER: after a buffer with %GST_BUFFER_FLAG_MARKER
 * @GST_GIO_SOCKET_FLUSH_ON_KEYFRAME: before a buffer without %GST_BUFFER_FLAG_DELTA_UNIT
 * @GST_GIO_SOCKET_FLUSH_ON_TIMESTAMP: before a buffer with another PTS
 *
 * What in a stream says that all that was gathered so far shall leave.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_FLUSH_ON_MARKER = 1 << 0,
  GST_GIO_SOCKET_FLUSH_ON_KEYFRAME = 1 << 1,
  GST_GIO_SOCKET_FLUSH_ON_TIMESTAMP = 1 << 2,
} GstGioSocketFlushOn;

GST_GIO_SOCKET_API
GType gst_gio_socket_flush_on_get_type (void);

/**
 * GstGioSocketBoundarySides: (skip)
 * @GST_GIO_SOCKET_BOUNDARY_NONE: nothing ends at the buffer
 * @GST_GIO_SOCKET_BOUNDARY_BEFORE: what came before the buffer ends there
 * @GST_GIO_SOCKET_BOUNDARY_AFTER: the buffer is the last of what ends
 *
 * On which sides of a buffer the stream is cut.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_BOUNDARY_NONE = 0,
  GST_GIO_SOCKET_BOUNDARY_BEFORE = 1 << 0,
  GST_GIO_SOCKET_BOUNDARY_AFTER = 1 << 1,
} GstGioSocketBoundarySides;

typedef struct _GstGioSocketBoundary GstGioSocketBoundary;

struct _GstGioSocketBoundary
{
  /*< private >*/
  GstGioSocketFlushOn flush_on;
  GstClockTime pts;
};

GST_GIO_SOCKET_API
void gst_gio_socket_boundary_init (GstGioSocketBoundary *boundary, GstGioSocketFlushOn flush_on);

GST_GIO_SOCKET_API
void
gst_gio_socket_boundary_set_flush_on (GstGioSocketBoundary *boundary, GstGioSocketFlushOn flush_on);

GST_GIO_SOCKET_API
GstGioSocketBoundarySides
gst_gio_socket_boundary_look (GstGioSocketBoundary *boundary, GstBuffer *buffer);

GST_GIO_SOCKET_API
void gst_gio_socket_boundary_reset (GstGioSocketBoundary *boundary);

G_END_DECLS
