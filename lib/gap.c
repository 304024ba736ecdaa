/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "gap.h"

#define PRICE GST_GIO_SOCKET_GAP_PRICE
#define STEPS GST_GIO_SOCKET_GAP_STEPS

/* Long enough to tell one in PRICE, short enough to follow when the traffic changes. */
#define MEMORY (4 * PRICE)

/* How many bursts in a row may be ended early after a time without any. */
#define MAX_POINTS (16 * PRICE)

enum
{
  FIRST,
  FURTHER
};

/* The lower end of a step, two of them for every halving: 0, ..., 1/4, 3/8, 1/2, 3/4, 1. */
static gint64
edge (const GstGioSocketGap *gap, guint step)
{
  guint down = STEPS - step;
  gint64 whole = gap->longest >> (down / 2);

  if (step == 0)
    return 0;

  return down % 2 == 0 ? whole : whole - whole / 4;
}

static guint
find_step (const GstGioSocketGap *gap, gint64 silence)
{
  guint step = STEPS - 1;

  while (step > 0 && silence < edge (gap, step))
    step--;

  return step;
}

/**
 * gst_gio_socket_gap_init: (skip)
 * @gap: the gap
 * @longest: nanoseconds of silence that always end a burst; also what is chosen until enough is
 *   known
 *
 * Begins with nothing known.
 *
 * Since: 0.1
 */
void
gst_gio_socket_gap_init (GstGioSocketGap *gap, gint64 longest)
{
  *gap = (GstGioSocketGap){ .longest = longest };
  for (guint i = 0; i < G_N_ELEMENTS (gap->places); i++)
    gap->places[i].chosen = longest;
}

static void
forget (GstGioSocketGapPlace *place)
{
  place->longer /= 2;
  for (guint i = 0; i < STEPS; i++)
    place->shorter[i] /= 2;
}

/* The silence at hand counts as one more that would be cut, so nothing is chosen on too little. */
static gint64
choose (const GstGioSocketGap *gap, const GstGioSocketGapPlace *place)
{
  gint64 chosen = gap->longest;
  guint64 cut = 1;

  if (place->points < PRICE)
    return chosen;

  for (guint step = STEPS; step > 0; step--) {
    cut += place->shorter[step - 1];
    if (cut * PRICE > place->longer)
      break;
    chosen = edge (gap, step - 1);
  }

  return chosen;
}

/**
 * gst_gio_socket_gap_add: (skip)
 * @gap: the gap
 * @silence: nanoseconds between an arrival and the one before
 *
 * Learns from a silence that is just over.
 *
 * Since: 0.1
 */
void
gst_gio_socket_gap_add (GstGioSocketGap *gap, gint64 silence)
{
  GstGioSocketGapPlace *place = &gap->places[gap->place];

  if (silence >= gap->longest) {
    place->longer++;
    place->points = MIN (place->points + 1, MAX_POINTS);
    gap->place = FIRST;
  } else {
    guint32 *shorter = &place->shorter[find_step (gap, silence)];

    if (silence >= place->chosen)
      place->points -= PRICE;
    if (++*shorter == G_MAXUINT32)
      forget (place);
    gap->place = FURTHER;
  }

  if (place->longer >= MEMORY)
    forget (place);
  place->chosen = choose (gap, place);
}

/**
 * gst_gio_socket_gap_get: (skip)
 * @gap: the gap
 *
 * Tells after how long a silence the burst is over in which the last arrival was.
 *
 * Returns: nanoseconds, from 0 (do not wait) to the longest
 *
 * Since: 0.1
 */
gint64
gst_gio_socket_gap_get (const GstGioSocketGap *gap)
{
  return gap->places[gap->place].chosen;
}
