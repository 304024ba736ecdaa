/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "model-link.h"

#include <math.h>

void
model_link_init (ModelLink *link)
{
  *link = (ModelLink){
    .unsent = g_array_new (FALSE, FALSE, sizeof (gint64)),
    .waits = g_array_new (FALSE, FALSE, sizeof (gint64)),
  };
}

void
model_link_clear (ModelLink *link)
{
  g_clear_pointer (&link->unsent, g_array_unref);
  g_clear_pointer (&link->waits, g_array_unref);
}

/* What is left over goes, whether into a packet of its own or into one that has become full. */
static void
release (ModelLink *link, gint64 now)
{
  for (guint i = 0; i < link->unsent->len; i++) {
    gint64 wait = now - g_array_index (link->unsent, gint64, i);

    g_array_append_val (link->waits, wait);
  }
  g_array_set_size (link->unsent, 0);
}

void
model_link_write (ModelLink *link, gint64 made, gint64 now, guint64 bytes, gboolean corked)
{
  guint64 there = link->left_over + bytes;
  gint64 wait = now - made;

  link->bytes += bytes;
  link->packets += there / MODEL_SEGMENT;
  link->left_over = there % MODEL_SEGMENT;

  if (there >= MODEL_SEGMENT)
    release (link, now);
  if (link->left_over > 0)
    g_array_append_val (link->unsent, made);
  else
    g_array_append_val (link->waits, wait);

  if (!corked)
    model_link_flush (link, now);
}

void
model_link_flush (ModelLink *link, gint64 now)
{
  link->packets += link->left_over > 0;
  link->left_over = 0;
  release (link, now);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

gint64
model_link_wait (ModelLink *link, double fraction)
{
  guint rank = ceil (fraction * link->waits->len);

  if (link->waits->len == 0)
    return 0;

  g_array_sort (link->waits, compare);
  return g_array_index (link->waits, gint64, MAX (rank, 1) - 1);
}
