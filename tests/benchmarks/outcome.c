/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "outcome.h"

#include <gio/gio.h>

#include <math.h>

#define NS_PER_S 1e9
#define NS_PER_MS 1e6

gboolean
outcome_check (const Replay *replay, const Run *run, GError **error)
{
  if (run->sender.bytes == run->receiver.bytes &&
      strcmp (replay->sha256, run->receiver.sha256) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "what came out is not what was handed in: %" G_GUINT64_FORMAT
      " bytes with SHA-256 %s in, %" G_GUINT64_FORMAT " bytes with %s out",
      run->sender.bytes, replay->sha256, run->receiver.bytes, run->receiver.sha256);
  return FALSE;
}

void
outcome_fill (const Run *run, Network *network, Figures *figures)
{
  const Histogram *latencies = &run->receiver.latencies, *late = &run->sender.late;
  const TcpFigures *tcp = &run->sender.tcp;
  guint64 packets, bytes;
  gboolean counted = network_get_sent (network, &packets, &bytes);

  *figures = (Figures){ .values = {
                            [FIGURE_WRITES] = run->sender.writes,
                            [FIGURE_BYTES] = run->sender.bytes,
                            [FIGURE_PACKETS] = counted ? packets
                                : tcp->found           ? tcp->segments
                                                       : NAN,
                            [FIGURE_WIRE_BYTES] = counted ? bytes : NAN,
                            [FIGURE_RETRANSMITS] = tcp->found ? tcp->retransmits : NAN,
                            [FIGURE_SENDS] = run->sender.calls.sends,
                            [FIGURE_SOCKET_OPTIONS] = run->sender.calls.options,
                            [FIGURE_SECONDS] =
                                (run->receiver.last_byte_ns - run->sender.first_push_ns) / NS_PER_S,
                            [FIGURE_SENDER_CPU] = run->sender.cpu_ns / NS_PER_S,
                            [FIGURE_RECEIVER_CPU] = run->receiver.cpu_ns / NS_PER_S,
                            [FIGURE_LATENCY_P50] = histogram_quantile (latencies, 0.5) / NS_PER_MS,
                            [FIGURE_LATENCY_P99] = histogram_quantile (latencies, 0.99) / NS_PER_MS,
                            [FIGURE_LATENCY_MAX] = latencies->max / NS_PER_MS,
                            [FIGURE_UNTIMED] = run->ring.n_untimed,
                            [FIGURE_HASH_WAIT] = run->receiver.hash_wait_ns / NS_PER_S,
                            [FIGURE_PUSH_LATE_P50] = histogram_quantile (late, 0.5) / NS_PER_MS,
                            [FIGURE_PUSH_LATE_P99] = histogram_quantile (late, 0.99) / NS_PER_MS,
                        } };
}
