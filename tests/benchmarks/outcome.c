/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "outcome.h"

#include <gio/gio.h>

#include <math.h>

#define NS_PER_S 1e9
#define NS_PER_MS 1e6

static gboolean
check_stream (const Replay *replay, guint i, const Stream *stream, GError **error)
{
  const ReplayStream *replayed = &replay->streams[i];
  g_autofree char *which =
      replay->n_streams > 1 ? g_strdup_printf ("connection %u: ", replayed->conn) : g_strdup ("");

  if (stream->sender.bytes == stream->receiver.bytes &&
      strcmp (replayed->sha256, stream->receiver.sha256) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "%swhat came out is not what was handed in: %" G_GUINT64_FORMAT
      " bytes with SHA-256 %s in, %" G_GUINT64_FORMAT " bytes with %s out",
      which, stream->sender.bytes, replayed->sha256, stream->receiver.bytes,
      stream->receiver.sha256);
  return FALSE;
}

gboolean
outcome_check (const Replay *replay, const Run *run, GError **error)
{
  for (guint i = 0; i < run->n_streams; i++)
    if (!check_stream (replay, i, &run->streams[i], error))
      return FALSE;

  return TRUE;
}

/* What several connections come to. */
typedef struct
{
  guint64 writes, untimed;
  gint64 first_push_ns, last_byte_ns, hash_wait_ns;
  double records;
  TcpFigures tcp;
  Histogram latencies, late;
} Sum;

static Sum *
add_up (const Run *run)
{
  Sum *sum = g_new0 (Sum, 1);

  sum->first_push_ns = G_MAXINT64;
  sum->tcp.found = TRUE;
  for (guint i = 0; i < run->n_streams; i++) {
    const Stream *stream = &run->streams[i];

    sum->writes += stream->sender.writes;
    sum->untimed += stream->ring.n_untimed;
    sum->first_push_ns = MIN (sum->first_push_ns, stream->sender.first_push_ns);
    sum->last_byte_ns = MAX (sum->last_byte_ns, stream->receiver.last_byte_ns);
    sum->hash_wait_ns += stream->receiver.hash_wait_ns;
    sum->records += stream->receiver.records;
    sum->tcp.found &= stream->sender.tcp.found;
    sum->tcp.segments += stream->sender.tcp.segments;
    sum->tcp.retransmits += stream->sender.tcp.retransmits;
    histogram_merge (&sum->latencies, &stream->receiver.latencies);
    histogram_merge (&sum->late, &stream->sender.late);
  }

  return sum;
}

void
outcome_fill (const Run *run, Network *network, Figures *figures)
{
  g_autofree Sum *sum = add_up (run);
  const Histogram *latencies = &sum->latencies, *late = &sum->late;
  const TcpFigures *tcp = &sum->tcp;
  guint64 packets, bytes;
  gboolean counted = network_get_sent (network, &packets, &bytes);

  *figures = (Figures){
    .values = {
        [FIGURE_WRITES] = sum->writes,
        [FIGURE_BYTES] = run->sender.bytes,
        [FIGURE_PACKETS] = counted ? packets : tcp->found ? tcp->segments : NAN,
        [FIGURE_WIRE_BYTES] = counted ? bytes : NAN,
        [FIGURE_RECORDS] = sum->records,
        [FIGURE_RETRANSMITS] = tcp->found ? tcp->retransmits : NAN,
        [FIGURE_SENDS] = run->sender.calls.sends,
        [FIGURE_SOCKET_OPTIONS] = run->sender.calls.options,
        [FIGURE_SECONDS] = (sum->last_byte_ns - sum->first_push_ns) / NS_PER_S,
        [FIGURE_SENDER_CPU] = run->sender.cpu_ns / NS_PER_S,
        [FIGURE_RECEIVER_CPU] = run->receiver.cpu_ns / NS_PER_S,
        [FIGURE_LATENCY_P50] = histogram_quantile (latencies, 0.5) / NS_PER_MS,
        [FIGURE_LATENCY_P99] = histogram_quantile (latencies, 0.99) / NS_PER_MS,
        [FIGURE_LATENCY_MAX] = latencies->max / NS_PER_MS,
        [FIGURE_UNTIMED] = sum->untimed,
        [FIGURE_HASH_WAIT] = sum->hash_wait_ns / NS_PER_S,
        [FIGURE_PUSH_LATE_P50] = histogram_quantile (late, 0.5) / NS_PER_MS,
        [FIGURE_PUSH_LATE_P99] = histogram_quantile (late, 0.99) / NS_PER_MS,
    },
  };
}

void
outcome_draw (const Run *run, Picture *picture)
{
  picture->arrivals = (Timeline){ 0 };
  for (guint i = 0; i < run->n_streams; i++) {
    histogram_merge (&picture->latencies, &run->streams[i].receiver.latencies);
    timeline_merge (&picture->arrivals, &run->streams[i].receiver.arrivals);
  }
}
