/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "figures.h"

#include "spread.h"

#include <math.h>

const FigureInfo figure_infos[N_FIGURES] = {
  [FIGURE_WRITES] = { "writes", "writes", 0 },
  [FIGURE_BYTES] = { "payload-bytes", "payload B", 0 },
  [FIGURE_PACKETS] = { "packets", "packets", 0 },
  [FIGURE_WIRE_BYTES] = { "wire-bytes", "wire B", 0 },
  [FIGURE_RECORDS] = { "tls-records", "records", 0 },
  [FIGURE_RETRANSMITS] = { "retransmits", NULL, 0 },
  [FIGURE_SENDS] = { "send-calls", "sends", 0 },
  [FIGURE_SOCKET_OPTIONS] = { "setsockopt-calls", "setsockopt", 0 },
  [FIGURE_SECONDS] = { "seconds", "seconds", 3 },
  [FIGURE_SENDER_CPU] = { "sender-cpu-seconds", "CPU s send", 3 },
  [FIGURE_RECEIVER_CPU] = { "receiver-cpu-seconds", "CPU s recv", 3 },
  [FIGURE_LATENCY_P50] = { "latency-p50-ms", "p50 ms", 3 },
  [FIGURE_LATENCY_P99] = { "latency-p99-ms", "p99 ms", 3 },
  [FIGURE_LATENCY_MAX] = { "latency-max-ms", "max ms", 3 },
  [FIGURE_UNTIMED] = { "messages-not-timed", NULL, 0 },
  [FIGURE_HASH_WAIT] = { "hash-wait-seconds", NULL, 3 },
  [FIGURE_PUSH_LATE_P50] = { "push-late-p50-ms", NULL, 3 },
  [FIGURE_PUSH_LATE_P99] = { "push-late-p99-ms", NULL, 3 },
};

Figures
figures_median (const Figures *runs, guint n)
{
  g_autofree double *values = g_new (double, n);
  Figures result;

  for (Figure figure = 0; figure < N_FIGURES; figure++) {
    for (guint i = 0; i < n; i++)
      values[i] = runs[i].values[figure];
    result.values[figure] = spread_median (values, n);
  }

  return result;
}

char *
figures_format (const Figures *figures, Figure figure, guint more_decimals, const char *missing)
{
  double value = figures->values[figure];
  guint decimals = figure_infos[figure].decimals;

  if (isnan (value))
    return g_strdup (missing);

  /* Nobody calls setlocale() here, so the decimal point is a point. */
  return g_strdup_printf ("%.*f", (int)(decimals ? decimals + more_decimals : 0), value);
}
