/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

/*
 * Pure: how long to wait before the next attempt.  The wait doubles from attempt to attempt, up to a
 * limit, and is somewhere between half of that and all of it, so that many who lost the same peer do
 * not come back at the same moment.
 *
 * A connection that stood no longer than the wait before it was worth no more than an attempt that
 * failed: a peer that accepts and hangs up is not asked ever faster.  One that stood longer begins a
 * new count.
 */
typedef struct
{
  gdouble factor; /* seconds before the first attempt */
  gdouble max;    /* seconds */
  guint attempt;  /* the last one, from 1 */
  GstClockTime delay;
} GstGioSocketRetry;

void gst_gio_socket_retry_init (GstGioSocketRetry *retry, gdouble factor, gdouble max);

/* @stood: how long the last connection did; 0: there was none.
 * Returns: nanoseconds to wait before the attempt that is then the last one */
GstClockTime gst_gio_socket_retry_next (GstGioSocketRetry *retry, GstClockTime stood, GRand *rand);
