/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "timeline.h"

#include <string.h>

#define FIRST_INTERVAL_NS 1000

static void
join (Timeline *self, guint times)
{
  guint n = (self->n + times - 1) / times;

  for (guint i = 0; i < n; i++) {
    guint64 sum = 0;

    for (guint k = i * times; k < MIN ((i + 1) * times, self->n); k++)
      sum += self->amounts[k];
    self->amounts[i] = sum;
  }

  memset (self->amounts + n, 0, (self->n - n) * sizeof *self->amounts);
  self->n = n;
  self->interval_ns *= times;
}

void
timeline_add (Timeline *self, gint64 time_ns, guint64 amount)
{
  guint i;

  time_ns = MAX (time_ns, 0);
  if (self->interval_ns == 0)
    self->interval_ns = FIRST_INTERVAL_NS;
  while (time_ns / self->interval_ns >= TIMELINE_INTERVALS)
    join (self, 10);

  i = time_ns / self->interval_ns;
  self->amounts[i] += amount;
  self->n = MAX (self->n, i + 1);
}

void
timeline_merge (Timeline *self, const Timeline *other)
{
  for (guint i = 0; i < other->n; i++)
    if (other->amounts[i] > 0)
      timeline_add (self, i * other->interval_ns + other->interval_ns / 2, other->amounts[i]);
}

void
timeline_shorten (Timeline *self, guint n)
{
  static const guint times[] = { 1, 2, 5, 10 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    if ((self->n + times[i] - 1) / times[i] <= n) {
      join (self, times[i]);
      return;
    }
  }
}
