/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "measure.h"

#include "spread.h"

#include <math.h>

#define MB 1e6
#define GB 1e9

const MeasureInfo measure_infos[N_MEASURES] = {
  [MEASURE_MESSAGE_RATE] = { "messages-per-second", "messages/s", "messages/s", 0, FALSE },
  [MEASURE_BYTE_RATE] = { "megabytes-per-second", "MB/s", "MB/s", 1, FALSE },
  [MEASURE_SENDER_CPU] = { "sender-cpu-seconds-per-gb", "send s/GB", "CPU s/GB", 3, TRUE },
  [MEASURE_RECEIVER_CPU] = { "receiver-cpu-seconds-per-gb", "recv s/GB", "CPU s/GB", 3, TRUE },
  [MEASURE_SENDER_USER_CPU] = { "sender-user-cpu-seconds-per-gb", "user s/GB", "CPU s/GB", 3,
      TRUE },
  [MEASURE_RECEIVER_USER_CPU] = { "receiver-user-cpu-seconds-per-gb", "user s/GB", "CPU s/GB", 3,
      TRUE },
  [MEASURE_SENDER_CALLS] = { "sender-calls-per-mb", "calls/MB", "calls/MB", 1, TRUE },
  [MEASURE_RECEIVER_CALLS] = { "receiver-calls-per-mb", "calls/MB", "calls/MB", 1, TRUE },
  [MEASURE_SENDS] = { "send-calls", "sends", "calls", 0, TRUE },
  [MEASURE_OPTIONS] = { "setsockopt-calls", "options", "calls", 0, TRUE },
  [MEASURE_RECEIVES] = { "receive-calls", "receives", "calls", 0, TRUE },
  [MEASURE_PACKETS] = { "packets", "packets", "packets", 0, TRUE },
  [MEASURE_WIRE_BYTES] = { "wire-bytes", "wire B", "bytes", 0, TRUE },
  [MEASURE_RECORDS] = { "tls-records", "records", "records", 0, TRUE },
  [MEASURE_SENDER_COPIED] = { "sender-bytes-copied", "copied B", "bytes", 0, TRUE },
  [MEASURE_RECEIVER_COPIED] = { "receiver-bytes-copied", "copied B", "bytes", 0, TRUE },
  [MEASURE_SENDER_PEAK] = { "sender-peak-mb", "peak MB", "MB", 1, TRUE },
  [MEASURE_RECEIVER_PEAK] = { "receiver-peak-mb", "peak MB", "MB", 1, TRUE },
  [MEASURE_ROUND_TRIP] = { "round-trip-p50-us", "p50 us", "us", 1, TRUE },
  [MEASURE_ROUND_TRIP_P99] = { "round-trip-p99-us", "p99 us", "us", 1, TRUE },
  [MEASURE_LATENESS] = { "lateness-p50-us", "late us", "us", 1, TRUE },
  [MEASURE_ARRIVAL] = { "arrival-p50-us", "arrives us", "us", 1, TRUE },
  [MEASURE_HANDSHAKES] = { "handshakes-per-second", "shakes/s", "shakes/s", 1, FALSE },
};

static void
fill_side (double *values, const Side *side, gboolean sender, double bytes)
{
  values[sender ? MEASURE_SENDER_CPU : MEASURE_RECEIVER_CPU] = side->cpu_seconds / (bytes / GB);
  values[sender ? MEASURE_SENDER_USER_CPU : MEASURE_RECEIVER_USER_CPU] =
      side->user_seconds / (bytes / GB);
  values[sender ? MEASURE_SENDER_CALLS : MEASURE_RECEIVER_CALLS] =
      count_calls_sum (&side->calls) / (bytes / MB);
  values[sender ? MEASURE_SENDS : MEASURE_RECEIVES] =
      sender ? side->calls.sends : side->calls.receives;
  if (sender)
    values[MEASURE_OPTIONS] = side->calls.options;
  values[sender ? MEASURE_SENDER_COPIED : MEASURE_RECEIVER_COPIED] = side->copied_bytes;
  values[sender ? MEASURE_SENDER_PEAK : MEASURE_RECEIVER_PEAK] = side->peak_bytes / MB;
}

void
measures_fill (Measures *self, Match *match)
{
  Score *score = match->score;
  gboolean alone = match_is_alone (match);
  const Side *last = alone ? &score->sender : &score->receiver;
  double messages = score->messages, bytes = score->bytes;
  double seconds = (last->last_ns - score->sender.first_ns) / 1e9;
  guint64 packets, wire_bytes;

  for (Measure i = 0; i < N_MEASURES; i++)
    self->values[i] = NAN;

  if (match->role == ROLE_HANDSHAKE) {
    self->values[MEASURE_HANDSHAKES] = messages / seconds;
    return;
  }

  if (match->role == ROLE_UNCORK) {
    self->values[MEASURE_LATENESS] = histogram_quantile (&score->round_trips, 0.5) / 1e3;
    return;
  }

  self->values[MEASURE_MESSAGE_RATE] = messages / seconds;
  self->values[MEASURE_BYTE_RATE] = bytes / MB / seconds;
  fill_side (self->values, &score->sender, TRUE, bytes);
  if (alone)
    return;

  fill_side (self->values, &score->receiver, FALSE, bytes);
  if (network_get_sent (&match->network, &packets, &wire_bytes)) {
    self->values[MEASURE_PACKETS] = packets;
    self->values[MEASURE_WIRE_BYTES] = wire_bytes;
  }
  self->values[MEASURE_RECORDS] = score->receiver.records;
  if (match->load->lone)
    self->values[MEASURE_ARRIVAL] = histogram_quantile (&score->round_trips, 0.5) / 1e3;
  if (match->role == ROLE_ECHO) {
    self->values[MEASURE_ROUND_TRIP] = histogram_quantile (&score->round_trips, 0.5) / 1e3;
    self->values[MEASURE_ROUND_TRIP_P99] = histogram_quantile (&score->round_trips, 0.99) / 1e3;
  }
}

double
measures_median (const Measures *runs, guint n, Measure measure)
{
  g_autofree double *values = g_new (double, n);

  for (guint i = 0; i < n; i++)
    values[i] = runs[i].values[measure];

  return spread_median (values, n);
}

double
measure_compare (Measure measure, double ours, double peer)
{
  return measure_infos[measure].less_is_better ? peer / ours : ours / peer;
}
