/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

#include "gap.h"

G_BEGIN_DECLS

/**
 * GstGioSocketBurst: (skip)
 *
 * When is a burst over?  Pure arithmetic on arrivals: no clock, no lock, no GStreamer object.  The
 * caller says what time it is (nanoseconds of any monotonic clock) and owns the locking.
 *
 * A burst begins with the first arrival after a reset.  It is over at the earliest of
 *
 * - quiet: nothing arrived for quiet_time (0: do not watch for quiet), or, when it is adaptive, for
 *   the gap that was chosen from the traffic (see gap.h), quiet_time at most,
 * - age: max_latency after it began (0: at once; G_MAXINT64: never),
 * - size: max_bytes have arrived (0: no limit),
 * - boundary: the caller marked one.
 *
 * Time stands still between pause and resume: a push that takes long because the network is slow
 * must not make the burst look old or quiet.
 *
 * Lives on the stack or inside its owner; set the limits with gst_gio_socket_burst_init().
 *
 * Since: 0.1
 */

/**
 * GstGioSocketBurstEnd: (skip)
 * @GST_GIO_SOCKET_BURST_OPEN: it is not over
 * @GST_GIO_SOCKET_BURST_QUIET: nothing came for long enough
 * @GST_GIO_SOCKET_BURST_AGE: it has lasted long enough
 * @GST_GIO_SOCKET_BURST_SIZE: it is large enough
 * @GST_GIO_SOCKET_BURST_BOUNDARY: the caller said so
 *
 * Why a burst is over.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_GIO_SOCKET_BURST_OPEN,
  GST_GIO_SOCKET_BURST_QUIET,
  GST_GIO_SOCKET_BURST_AGE,
  GST_GIO_SOCKET_BURST_SIZE,
  GST_GIO_SOCKET_BURST_BOUNDARY,
} GstGioSocketBurstEnd;

typedef struct _GstGioSocketBurst GstGioSocketBurst;

struct _GstGioSocketBurst
{
  /*< private >*/
  gint64 quiet_time;
  gint64 max_latency;
  gsize max_bytes;
  gboolean adaptive;
  GstGioSocketGap gap;

  gint64 began;
  gint64 last;
  gint64 paused;
  gsize bytes;
  gboolean active;
  gboolean boundary;
};

GST_GIO_SOCKET_API
void gst_gio_socket_burst_init (GstGioSocketBurst *burst, gint64 quiet_time, gint64 max_latency,
    gsize max_bytes);

GST_GIO_SOCKET_API
void gst_gio_socket_burst_set_limits (GstGioSocketBurst *burst, gint64 quiet_time,
    gint64 max_latency, gsize max_bytes);

GST_GIO_SOCKET_API
void gst_gio_socket_burst_set_adaptive (GstGioSocketBurst *burst, gboolean adaptive);

GST_GIO_SOCKET_API
gint64 gst_gio_socket_burst_get_gap (const GstGioSocketBurst *burst);

GST_GIO_SOCKET_API
void gst_gio_socket_burst_add (GstGioSocketBurst *burst, gint64 now, gsize bytes);

GST_GIO_SOCKET_API
void gst_gio_socket_burst_mark_boundary (GstGioSocketBurst *burst);

GST_GIO_SOCKET_API
void gst_gio_socket_burst_pause (GstGioSocketBurst *burst, gint64 now);

GST_GIO_SOCKET_API
void gst_gio_socket_burst_resume (GstGioSocketBurst *burst, gint64 now);

GST_GIO_SOCKET_API
gint64 gst_gio_socket_burst_deadline (const GstGioSocketBurst *burst);

GST_GIO_SOCKET_API
GstGioSocketBurstEnd gst_gio_socket_burst_check (const GstGioSocketBurst *burst, gint64 now);

GST_GIO_SOCKET_API
void gst_gio_socket_burst_reset (GstGioSocketBurst *burst);

G_END_DECLS
