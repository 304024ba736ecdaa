/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pingpong.h"

#include "clock.h"
#include "meter.h"

#include <gio/gio.h>

#include <string.h>

/* One who needs a delayed acknowledgement for each message makes 25 round trips a second; that can
 * be seen in a few of them. */
#define TIME_LIMIT_NS G_GINT64_CONSTANT (1000000000)

void
pingpong_begin (Pingpong *self, Match *match)
{
  guint32 length;

  self->match = match;
  self->size = match->load->size;
  self->n_trips = 0;
  length = GUINT32_TO_BE ((guint32)(self->size - sizeof length));
  memcpy (self->out, &length, sizeof length);

  meter_begin (&match->score->sender);
  match->score->sender.first_ns = clock_now_ns ();
  self->give_up_ns = match->score->sender.first_ns + TIME_LIMIT_NS;
}

gboolean
pingpong_next (Pingpong *self)
{
  gsize header = sizeof (guint32), size = self->size - header;

  if (self->n_trips == self->match->load->messages || self->out_ns > self->give_up_ns)
    return FALSE;

  memcpy (self->out + header, load_get_bytes (self->match->load, self->n_trips * size, size), size);
  self->out_ns = clock_now_ns ();
  return TRUE;
}

gboolean
pingpong_take (Pingpong *self, const guint8 *data, GError **error)
{
  Score *score = self->match->score;

  histogram_add (&score->round_trips, clock_now_ns () - self->out_ns);
  self->n_trips++;
  __atomic_store_n (&score->sender.bytes, self->n_trips * self->size, __ATOMIC_RELAXED);
  if (memcmp (data, self->out, self->size) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "message %" G_GUINT64_FORMAT " came back as another", self->n_trips);
  return FALSE;
}

void
pingpong_end (Pingpong *self)
{
  Score *score = self->match->score;

  meter_end (&score->sender);
  score->receiver.last_ns = clock_now_ns ();
  score->messages = self->n_trips;
  score->bytes = self->n_trips * self->size;
}
