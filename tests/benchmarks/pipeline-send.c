/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "clock.h"
#include "feed.h"
#include "fragment.h"
#include "give.h"
#include "meter.h"

#include <gio/gio.h>
#include <gst/app/gstappsrc.h>

typedef struct
{
  const Match *match;
  Fragment fragment;
  GstAppSrc *appsrc; /* (nullable) */
  guint64 message;
  guint64 offset;
} Sender;

static GstBuffer *
make_buffer (Sender *self)
{
  gsize size = load_get_size (self->match->load, self->message++);
  gpointer data = (gpointer)load_get_bytes (self->match->load, self->offset, size);

  self->offset += size;
  return gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, data, size, 0, size, NULL, NULL);
}

static GstFlowReturn
push_buffer (Sender *self, GstBuffer *buffer)
{
  return self->appsrc ? gst_app_src_push_buffer (self->appsrc, buffer)
                      : gst_pad_push (self->fragment.pad, buffer);
}

static GstFlowReturn
push_list (Sender *self, GstBufferList *list)
{
  return self->appsrc ? gst_app_src_push_buffer_list (self->appsrc, list)
                      : gst_pad_push_list (self->fragment.pad, list);
}

static void
push_end (Sender *self)
{
  if (self->appsrc)
    gst_app_src_end_of_stream (self->appsrc);
  else
    gst_pad_push_event (self->fragment.pad, gst_event_new_eos ());
}

static GstFlowReturn
push_batch (Sender *self)
{
  const Load *load = self->match->load;
  guint n = MIN (load->batch, load->messages - self->message);
  GstBufferList *list;

  if (load->batch == 1)
    return push_buffer (self, make_buffer (self));

  list = gst_buffer_list_new_sized (n);
  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (list, make_buffer (self));
  return push_list (self, list);
}

static gboolean
push_all (Sender *self, GError **error)
{
  Fragment *fragment = &self->fragment;
  GstFlowReturn flow;

  while (self->message < self->match->load->messages) {
    flow = push_batch (self);
    __atomic_store_n (&self->match->score->sender.bytes, self->offset, __ATOMIC_RELAXED);
    if (flow != GST_FLOW_OK) {
      feed_set_refused (fragment, flow, error);
      return FALSE;
    }
  }

  push_end (self);
  return fragment_wait (fragment, GST_MESSAGE_EOS, error);
}

/* A sink's EOS need not mean that everything has left: only the receiver knows. */
static gboolean
measure (Sender *self, gboolean alone, GError **error)
{
  Score *score = self->match->score;
  Side *side = &score->sender;
  gboolean ok;

  if (!alone) {
    match_wait (&score->ready);
    if (!give_time_to_accept (&self->fragment, error))
      return FALSE;
  }

  meter_begin (side);
  side->first_ns = clock_now_ns ();
  ok = push_all (self, error);
  if (ok && !alone)
    match_wait (&score->received);
  side->last_ns = clock_now_ns ();
  meter_end (side);
  side->copied_bytes = give_account_of_copies (&self->fragment);
  return ok;
}

static gboolean
take_appsrc (Sender *self, GError **error)
{
  if (!self->match->player->has_appsrc)
    return TRUE;

  self->appsrc = GST_APP_SRC (feed_put_appsrc (&self->fragment, error));
  return self->appsrc != NULL;
}

gboolean
play_pipeline_send (Match *match, GError **error)
{
  const FragmentPlace place = give_place (match, TRUE);
  Sender self = { .match = match };
  gboolean ok;

  gst_init (NULL, NULL);
  ok = fragment_init (&self.fragment, match->player->send, &place, GST_PAD_SRC, error) &&
      take_appsrc (&self, error) && give_connection (match, TRUE, &self.fragment, error) &&
      feed_start (&self.fragment, error) && give_notice (match, TRUE, &self.fragment, error) &&
      measure (&self, match_is_alone (match), error);

  fragment_clear (&self.fragment);
  return ok;
}
