/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "latency.h"

void
latency_note (LatencyRing *ring, guint64 end, gint64 pushed_ns)
{
  guint64 taken = __atomic_load_n (&ring->n_taken, __ATOMIC_ACQUIRE);
  guint64 noted = ring->n_noted;

  if (noted - taken == LATENCY_ROOM) {
    ring->n_untimed++;
    return;
  }

  ring->marks[noted % LATENCY_ROOM] = (LatencyMark){ .end = end, .pushed_ns = pushed_ns };
  __atomic_store_n (&ring->n_noted, noted + 1, __ATOMIC_RELEASE);
}

guint64
latency_take (LatencyRing *ring, guint64 arrived, gint64 now_ns, Histogram *latencies)
{
  guint64 noted = __atomic_load_n (&ring->n_noted, __ATOMIC_ACQUIRE);
  guint64 before = ring->n_taken;
  guint64 taken = before;

  while (taken < noted && ring->marks[taken % LATENCY_ROOM].end <= arrived) {
    histogram_add (latencies, MAX (now_ns - ring->marks[taken % LATENCY_ROOM].pushed_ns, 0));
    taken++;
  }
  __atomic_store_n (&ring->n_taken, taken, __ATOMIC_RELEASE);

  return taken - before;
}
