/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/giosocket.h"

G_BEGIN_DECLS

/*
 * Where a stream goes on over a connection whose peer has seen nothing of it: with the stream headers of
 * the caps, at the beginning of a buffer, and where the stream itself says that something begins.  What
 * is left out is counted.
 *
 * Streaming thread; the statistics from any.
 */
typedef struct
{
  GstGioSocketFlushOn resume_on; /* 0: any buffer will do */
  GPtrArray *headers;            /* of GstBuffer, from the caps; or NULL */
  gboolean is_due;
  gboolean has_begun; /* if due: the buffer to go on with was found */
  GstGioSocketBoundary boundary;
  gboolean is_behind_end; /* the last buffer ended what it belongs to */

  guint64 buffers_dropped; /* atomic */
  guint64 bytes_dropped;   /* atomic */
} GstGioSocketSinkResume;

void gst_gio_socket_sink_resume_start (GstGioSocketSinkResume *self, GstGioSocketFlushOn resume_on);

void gst_gio_socket_sink_resume_stop (GstGioSocketSinkResume *self);

void gst_gio_socket_sink_resume_set_caps (GstGioSocketSinkResume *self, GstCaps *caps);

/* The connection is another one: the rest of a buffer that has left in part is dropped from @writer.
 * Returns: as gst_gio_socket_sink_resume_prepare() */
gboolean
gst_gio_socket_sink_resume_begin (GstGioSocketSinkResume *self, GstGioSocketWriter *writer);

/* There is no connection: @writer is emptied. */
void gst_gio_socket_sink_resume_drop (GstGioSocketSinkResume *self, GstGioSocketWriter *writer);

/* Before @writer runs: where it is due, only what the peer is to see is left in it, behind the headers.
 * Returns: FALSE if a buffer of that cannot be read any more */
gboolean
gst_gio_socket_sink_resume_prepare (GstGioSocketSinkResume *self, GstGioSocketWriter *writer);

/* After it has run: what was prepared has left. */
void gst_gio_socket_sink_resume_done (GstGioSocketSinkResume *self);

/* Adds buffers-dropped and bytes-dropped. */
void gst_gio_socket_sink_resume_add_stats (GstGioSocketSinkResume *self, GstStructure *stats);

G_END_DECLS
