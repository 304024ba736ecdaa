/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "axis.h"

#include <math.h>

/* A bar of less than a fiftieth of the longest one is a line. */
#define WIDE_RANGE 50

/* With more decades than that, only they have ticks. */
#define FEW_DECADES 2.5

/* Sums of steps miss their round value by a little. */
#define NEARLY 1e-9

static const double mantissas[] = { 1, 2, 5, 10 };

static double
round_up (double value)
{
  double decade = pow (10, floor (log10 (value)));

  for (guint i = 0; i < G_N_ELEMENTS (mantissas); i++)
    if (value <= mantissas[i] * decade * (1 + NEARLY))
      return mantissas[i] * decade;

  return 10 * decade;
}

static double
round_down (double value)
{
  double decade = pow (10, floor (log10 (value) + NEARLY));

  for (guint i = G_N_ELEMENTS (mantissas); i-- > 0;)
    if (value >= mantissas[i] * decade * (1 - NEARLY))
      return mantissas[i] * decade;

  return decade;
}

static void
add_tick (Axis *self, double value)
{
  if (self->n_ticks < AXIS_MAX_TICKS && value >= self->min * (1 - NEARLY) &&
      value <= self->max * (1 + NEARLY))
    self->ticks[self->n_ticks++] = value;
}

Axis
axis_linear (double largest, guint n_ticks)
{
  double end = largest > 0 ? largest : 1;
  double step = round_up (end / n_ticks);
  guint n_steps = ceil (end / step - NEARLY);
  Axis self = { .max = n_steps * step };

  for (guint i = 0; i <= n_steps; i++)
    add_tick (&self, i * step);
  return self;
}

Axis
axis_logarithmic (double smallest, double largest)
{
  Axis self = { .min = round_down (smallest), .max = round_up (largest), .logarithmic = TRUE };
  double decade;
  guint skip;

  if (self.max < self.min * 2)
    self.max = self.min * 10;

  decade = pow (10, floor (log10 (self.min) + NEARLY));
  skip = ceil (log10 (self.max / decade) / (AXIS_MAX_TICKS - 1));
  for (; decade <= self.max; decade *= pow (10, skip)) {
    add_tick (&self, decade);
    if (log10 (self.max / self.min) < FEW_DECADES) {
      add_tick (&self, 2 * decade);
      add_tick (&self, 5 * decade);
    }
  }

  return self;
}

Axis
axis_for_range (double smallest, double largest, guint n_ticks)
{
  if (smallest > 0 && largest > smallest * WIDE_RANGE)
    return axis_logarithmic (smallest, largest);

  return axis_linear (largest, n_ticks);
}

double
axis_place (const Axis *self, double value)
{
  double place = self->logarithmic
      ? log (MAX (value, self->min) / self->min) / log (self->max / self->min)
      : value / self->max;

  return CLAMP (place, 0, 1);
}
