/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "retry.h"

void
gst_gio_socket_retry_init (GstGioSocketRetry *retry, gdouble factor, gdouble max)
{
  *retry = (GstGioSocketRetry){ .factor = factor, .max = max };
}

/* Doubles no further than it must: the attempts of a week are too many to double for. */
static gdouble
get_limit (const GstGioSocketRetry *retry)
{
  gdouble limit = retry->factor;

  for (guint i = 1; i < retry->attempt && limit < retry->max; i++)
    limit *= 2;

  return MIN (limit, retry->max);
}

GstClockTime
gst_gio_socket_retry_next (GstGioSocketRetry *retry, GstClockTime stood, GRand *rand)
{
  gdouble limit;

  if (stood > retry->delay)
    retry->attempt = 0;
  if (retry->attempt < G_MAXUINT)
    retry->attempt++;

  limit = get_limit (retry);
  retry->delay = g_rand_double_range (rand, limit / 2, limit) * GST_SECOND;

  return retry->delay;
}
