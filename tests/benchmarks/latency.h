/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "histogram.h"

G_BEGIN_DECLS

/*
 * How long each message takes from one process to the other.  The sender notes, in memory that both
 * share, at which stream offset a message ends and when it was pushed; the receiver says how far
 * the stream has arrived and gets the times.  One thread on either side, no lock.
 *
 * When more messages are on their way than there is room for, the surplus is counted but not
 * timed.
 */
#define LATENCY_ROOM (1u << 20)

typedef struct
{
  guint64 end;
  gint64 pushed_ns;
} LatencyMark;

typedef struct
{
  guint64 n_noted;
  guint64 n_taken;
  guint64 n_untimed;
  LatencyMark marks[LATENCY_ROOM];
} LatencyRing;

void latency_note (LatencyRing *ring, guint64 end, gint64 pushed_ns);

/* Takes every message that ends at or before @arrived, a stream offset, into @latencies.
 * Returns: how many they are */
guint64 latency_take (LatencyRing *ring, guint64 arrived, gint64 now_ns, Histogram *latencies);

G_END_DECLS
