/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "intake.h"

#include "clock.h"
#include "meter.h"

#include <gio/gio.h>

#include <string.h>

void
intake_begin (Intake *self, const Match *match, const Framing *framing)
{
  *self = (Intake){ .match = match, .framing = framing, .expected = match->load->bytes };
  if (framing)
    self->expected +=
        framing->prologue->len + match->load->messages * (guint64)framing->header->len;

  meter_begin (&match->score->receiver);
  match_post (&match->score->ready);
}

static gboolean
set_differ_error (Intake *self, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "what came out after %" G_GUINT64_FORMAT " bytes is not what was sent", self->bytes);
  return FALSE;
}

/* Where in a stream with headers @offset is: the bytes that belong there, as far as they lie in one
 * piece. */
static const guint8 *
find_expected (Intake *self, guint64 offset, gsize *size)
{
  const Load *load = self->match->load;
  const GByteArray *prologue = self->framing->prologue, *header = self->framing->header;
  guint64 message, within;

  if (offset < prologue->len) {
    *size = MIN (*size, prologue->len - offset);
    return prologue->data + offset;
  }

  message = (offset - prologue->len) / (header->len + load->size);
  within = (offset - prologue->len) % (header->len + load->size);
  if (within < header->len) {
    *size = MIN (*size, header->len - within);
    return header->data + within;
  }

  within -= header->len;
  *size = MIN (*size, load->size - within);
  return load_get_bytes (load, message * load->size + within, *size);
}

static gboolean
compare (Intake *self, const guint8 *data, gsize size, GError **error)
{
  for (gsize done = 0, step; done < size; done += step) {
    const guint8 *expected;

    step = MIN (size - done, LOAD_SLICE);
    expected = self->framing ? find_expected (self, self->bytes + done, &step)
                             : load_get_bytes (self->match->load, self->bytes + done, step);
    if (memcmp (expected, data + done, step) != 0)
      return set_differ_error (self, error);
  }

  return TRUE;
}

static void
note_arrival (Score *score)
{
  histogram_add (&score->round_trips,
      clock_now_ns () - __atomic_load_n (&score->sent_ns, __ATOMIC_SEQ_CST));
  match_post (&score->arrived);
}

gboolean
intake_take (Intake *self, const guint8 *data, gsize size, GError **error)
{
  Side *side = &self->match->score->receiver;

  if (self->match->verify && !compare (self, data, size, error))
    return FALSE;

  self->bytes += size;
  __atomic_store_n (&side->bytes, self->bytes, __ATOMIC_RELAXED);
  if (self->match->load->lone)
    note_arrival (self->match->score);
  if (self->bytes > self->expected) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "%" G_GUINT64_FORMAT " bytes came out, %" G_GUINT64_FORMAT " were sent", self->bytes,
        self->expected);
    return FALSE;
  }
  if (self->bytes == self->expected) {
    side->last_ns = clock_now_ns ();
    meter_end (side);
    match_post (&self->match->score->received);
  }

  return TRUE;
}

gboolean
intake_take_message (Intake *self, gsize size, GError **error)
{
  if (self->messages >= self->match->load->messages ||
      size != load_get_size (self->match->load, self->messages)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "message %" G_GUINT64_FORMAT " came out as one of %" G_GSIZE_FORMAT " bytes",
        self->messages, size);
    return FALSE;
  }

  self->messages++;
  return TRUE;
}

gboolean
intake_end (Intake *self, GError **error)
{
  if (self->bytes == self->expected)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "the stream ended after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes", self->bytes,
      self->expected);
  return FALSE;
}
