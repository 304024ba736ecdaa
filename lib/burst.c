/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "burst.h"

#define NOT_PAUSED G_MININT64
#define NOTHING_YET G_MININT64

/**
 * gst_gio_socket_burst_init: (skip)
 * @burst: the burst
 * @quiet_time: nanoseconds without an arrival that end a burst; 0: do not watch for quiet
 * @max_latency: nanoseconds after its beginning when a burst ends; 0: at once; %G_MAXINT64: never
 * @max_bytes: bytes that end a burst; 0: no limit
 *
 * Sets the limits; no burst is under way afterwards.
 *
 * Since: 0.1
 */
void
gst_gio_socket_burst_init (GstGioSocketBurst *burst, gint64 quiet_time, gint64 max_latency,
    gsize max_bytes)
{
  burst->paused = NOT_PAUSED;
  burst->last = NOTHING_YET;
  burst->quiet_time = quiet_time;
  burst->adaptive = FALSE;
  gst_gio_socket_burst_set_limits (burst, quiet_time, max_latency, max_bytes);
  gst_gio_socket_burst_reset (burst);
}

/**
 * gst_gio_socket_burst_set_limits: (skip)
 * @burst: the burst
 * @quiet_time: as for gst_gio_socket_burst_init()
 * @max_latency: as for gst_gio_socket_burst_init()
 * @max_bytes: as for gst_gio_socket_burst_init()
 *
 * Changes the limits; a burst that is under way goes on under the new ones.
 *
 * Since: 0.1
 */
void
gst_gio_socket_burst_set_limits (GstGioSocketBurst *burst, gint64 quiet_time, gint64 max_latency,
    gsize max_bytes)
{
  g_return_if_fail (quiet_time >= 0 && max_latency >= 0);

  if (quiet_time != burst->quiet_time)
    gst_gio_socket_gap_init (&burst->gap, quiet_time);
  burst->quiet_time = quiet_time;
  burst->max_latency = max_latency;
  burst->max_bytes = max_bytes;
}

/**
 * gst_gio_socket_burst_set_adaptive: (skip)
 * @burst: the burst
 * @adaptive: whether to choose the gap from the traffic
 *
 * Begins to learn how long it must be quiet, or goes back to the quiet time that is set.  Initially
 * off.
 *
 * Since: 0.1
 */
void
gst_gio_socket_burst_set_adaptive (GstGioSocketBurst *burst, gboolean adaptive)
{
  if (adaptive && !burst->adaptive)
    gst_gio_socket_gap_init (&burst->gap, burst->quiet_time);
  burst->adaptive = adaptive;
}

/**
 * gst_gio_socket_burst_get_gap: (skip)
 * @burst: the burst
 *
 * Tells how long it must be quiet from now on for the burst to be over.
 *
 * Returns: nanoseconds: the gap that was chosen, or the quiet time that is set
 *
 * Since: 0.1
 */
gint64
gst_gio_socket_burst_get_gap (const GstGioSocketBurst *burst)
{
  return burst->adaptive ? gst_gio_socket_gap_get (&burst->gap) : burst->quiet_time;
}

/**
 * gst_gio_socket_burst_add: (skip)
 * @burst: the burst
 * @now: the time, in nanoseconds
 * @bytes: how many bytes arrived
 *
 * An arrival: begins a burst or goes on with the one that is under way.
 *
 * Since: 0.1
 */
void
gst_gio_socket_burst_add (GstGioSocketBurst *burst, gint64 now, gsize bytes)
{
  if (!burst->active) {
    burst->active = TRUE;
    burst->began = now;
  }

  if (burst->adaptive && burst->last != NOTHING_YET)
    gst_gio_socket_gap_add (&burst->gap, now - burst->last);
  burst->last = now;
  burst->bytes += bytes;
}

/**
 * gst_gio_socket_burst_mark_boundary: (skip)
 * @burst: the burst
 *
 * The traffic itself says that the burst is over (a marker, the end of a list, EOS).  Without a
 * burst under way there is nothing to end.
 *
 * Since: 0.1
 */
void
gst_gio_socket_burst_mark_boundary (GstGioSocketBurst *burst)
{
  burst->boundary = burst->active;
}

/**
 * gst_gio_socket_burst_pause: (skip)
 * @burst: the burst
 * @now: the time, in nanoseconds
 *
 * Stops the burst's clock.
 *
 * Since: 0.1
 */
void
gst_gio_socket_burst_pause (GstGioSocketBurst *burst, gint64 now)
{
  if (burst->paused == NOT_PAUSED)
    burst->paused = now;
}

/**
 * gst_gio_socket_burst_resume: (skip)
 * @burst: the burst
 * @now: the time, in nanoseconds
 *
 * Lets the burst's clock go on from where it was stopped.
 *
 * Since: 0.1
 */
void
gst_gio_socket_burst_resume (GstGioSocketBurst *burst, gint64 now)
{
  if (burst->paused == NOT_PAUSED)
    return;

  burst->began += now - burst->paused;
  if (burst->last != NOTHING_YET)
    burst->last += now - burst->paused;
  burst->paused = NOT_PAUSED;
}

static gint64
saturating_add (gint64 a, gint64 b)
{
  return a > G_MAXINT64 - b ? G_MAXINT64 : a + b;
}

static gint64
quiet_deadline (const GstGioSocketBurst *burst)
{
  if (burst->quiet_time == 0)
    return G_MAXINT64;

  return saturating_add (burst->last, gst_gio_socket_burst_get_gap (burst));
}

static gint64
age_deadline (const GstGioSocketBurst *burst)
{
  return saturating_add (burst->began, burst->max_latency);
}

static gboolean
is_full (const GstGioSocketBurst *burst)
{
  return burst->max_bytes > 0 && burst->bytes >= burst->max_bytes;
}

/**
 * gst_gio_socket_burst_deadline: (skip)
 * @burst: the burst
 *
 * When the burst will be over if nothing else arrives.
 *
 * Returns: a time in nanoseconds; %G_MININT64: it is over already; %G_MAXINT64: no burst is under
 *   way, its clock is stopped, or nothing but an arrival or a boundary can end it
 *
 * Since: 0.1
 */
gint64
gst_gio_socket_burst_deadline (const GstGioSocketBurst *burst)
{
  if (!burst->active)
    return G_MAXINT64;
  if (burst->boundary || is_full (burst))
    return G_MININT64;
  if (burst->paused != NOT_PAUSED)
    return G_MAXINT64;

  return MIN (quiet_deadline (burst), age_deadline (burst));
}

/**
 * gst_gio_socket_burst_check: (skip)
 * @burst: the burst
 * @now: the time, in nanoseconds
 *
 * Tells whether the burst is over, and why.
 *
 * Returns: %GST_GIO_SOCKET_BURST_OPEN while it goes on or when none is under way
 *
 * Since: 0.1
 */
GstGioSocketBurstEnd
gst_gio_socket_burst_check (const GstGioSocketBurst *burst, gint64 now)
{
  if (!burst->active)
    return GST_GIO_SOCKET_BURST_OPEN;
  if (burst->boundary)
    return GST_GIO_SOCKET_BURST_BOUNDARY;
  if (is_full (burst))
    return GST_GIO_SOCKET_BURST_SIZE;
  if (burst->paused != NOT_PAUSED)
    return GST_GIO_SOCKET_BURST_OPEN;
  if (now >= age_deadline (burst))
    return GST_GIO_SOCKET_BURST_AGE;
  if (now >= quiet_deadline (burst))
    return GST_GIO_SOCKET_BURST_QUIET;

  return GST_GIO_SOCKET_BURST_OPEN;
}

/**
 * gst_gio_socket_burst_reset: (skip)
 * @burst: the burst
 *
 * No burst is under way any more; the limits stay.
 *
 * Since: 0.1
 */
void
gst_gio_socket_burst_reset (GstGioSocketBurst *burst)
{
  burst->active = FALSE;
  burst->boundary = FALSE;
  burst->bytes = 0;
}
