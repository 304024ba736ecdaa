/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "bench-chart.h"

#include "chart-cost.h"

#include <math.h>

static CostSeries *
find_series (CostChart *chart, const char *name)
{
  for (guint i = 0; i < chart->n_series; i++)
    if (g_str_equal (chart->series[i].name, name))
      return &chart->series[i];

  if (chart->n_series == COST_MAX_SERIES)
    return NULL;
  chart->series[chart->n_series].name = name;
  return &chart->series[chart->n_series++];
}

/* In its place; of a size that is there already the first value stays. */
static void
add_point (CostChart *chart, const char *name, double size, double cost)
{
  CostSeries *series = find_series (chart, name);
  guint at = 0;

  if (series == NULL || series->n_points == COST_MAX_POINTS || !(cost > 0))
    return;
  while (at < series->n_points && series->sizes[at] < size)
    at++;
  if (at < series->n_points && series->sizes[at] == size)
    return;

  for (guint i = series->n_points++; i > at; i--) {
    series->sizes[i] = series->sizes[i - 1];
    series->costs[i] = series->costs[i - 1];
  }
  series->sizes[at] = size;
  series->costs[at] = cost;
}

/* From seconds for a gigabyte. */
static double
cost_of_message (const Measures *runs, guint n_runs, gsize size)
{
  return measures_median (runs, n_runs, MEASURE_RECEIVER_CPU) * size / 1e9 * 1e6;
}

static gboolean
is_drawn (const Outcome *outcome)
{
  const Row *row = outcome->row;

  return row->role == ROLE_RECEIVE && row->workload->size > 0 && row->ours->framing != NULL &&
      outcome->error == NULL && outcome->missing == NULL;
}

/* Ours with a limit that is raised is ours. */
gboolean
bench_chart_write (const Outcome *outcomes, guint n, FILE *file, GError **error)
{
  CostChart chart = { .title = "What a message costs who receives it", .note = "" };

  for (guint i = 0; i < n; i++) {
    const Row *row = outcomes[i].row;
    gsize size = row->workload->size;

    if (!is_drawn (&outcomes[i]))
      continue;
    chart.note = outcomes[i].network;
    add_point (&chart, "giosocketsrc ! recvpool", size,
        cost_of_message (outcomes[i].ours, outcomes[i].n_runs, size));
    add_point (&chart, row->peer->name, size,
        cost_of_message (outcomes[i].peer, outcomes[i].n_runs, size));
  }

  return cost_chart_write (&chart, file, error);
}
