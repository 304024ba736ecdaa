/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much came when, in constant memory: the intervals begin with a microsecond and become ten
 * times as long whenever they do not reach.  All zeros is one in which nothing came. */
#define TIMELINE_INTERVALS 2000

typedef struct
{
  gint64 interval_ns; /* 0: nothing came */
  guint n;            /* the last interval in which something came, plus 1 */
  guint64 amounts[TIMELINE_INTERVALS];
} Timeline;

/* @time_ns: since the beginning; a negative one counts as 0 */
void timeline_add (Timeline *self, gint64 time_ns, guint64 amount);

/* Adds what @other holds. */
void timeline_merge (Timeline *self, const Timeline *other);

/* Joins intervals, 1, 2, 5 or 10 each, until there are at most @n, which must be at least 200. */
void timeline_shorten (Timeline *self, guint n);

G_END_DECLS
