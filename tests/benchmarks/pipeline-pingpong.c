/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "feed.h"
#include "give.h"
#include "meter.h"
#include "pingpong.h"

#include <gio/gio.h>

#include <string.h>

/* A fragment that receives and one that sends.  What comes in goes to @chain, in the streaming
 * thread of the former. */
typedef struct
{
  Match *match;
  Fragment in, out;
  Pingpong pingpong;
  GstBuffer *back; /* what has come in, behind the semaphore */
  sem_t came;
} Ends;

static gboolean
event_cb (GstPad *pad, GstObject *parent, GstEvent *event)
{
  Ends *self = gst_pad_get_element_private (pad);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    gst_bus_post (self->in.bus,
        gst_message_new_application (NULL, gst_structure_new_empty ("end")));
  gst_event_unref (event);
  return TRUE;
}

static gboolean
start_in (Ends *self, const char *host, GstPadChainFunction chain, GError **error)
{
  const Match *match = self->match;
  const FragmentPlace place = { host, match->network.port, NULL };
  Fragment *in = &self->in;

  if (!fragment_init (in, match->player->receive, &place, GST_PAD_SINK, error))
    return FALSE;

  gst_pad_set_element_private (in->pad, self);
  gst_pad_set_chain_function (in->pad, chain);
  gst_pad_set_event_function (in->pad, event_cb);
  gst_pad_set_active (in->pad, TRUE);
  gst_element_set_state (in->pipeline, GST_STATE_PLAYING);
  return give_time_to_listen (in, error);
}

static gboolean
start_out (Ends *self, const char *host, GError **error)
{
  const Match *match = self->match;
  const FragmentPlace place = { host, match->network.port, NULL };

  return fragment_init (&self->out, match->player->send, &place, GST_PAD_SRC, error) &&
      feed_start (&self->out, error);
}

static void
clear (Ends *self)
{
  fragment_clear (&self->out);
  fragment_clear (&self->in);
  g_clear_pointer (&self->back, gst_buffer_unref);
}

/* --- who begins ---------------------------------------------------------- */

static GstFlowReturn
ping_chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  Ends *self = gst_pad_get_element_private (pad);

  self->back = buffer;
  match_post (&self->came);
  return GST_FLOW_OK;
}

static gboolean
take_back (Ends *self, GError **error)
{
  gboolean ok;
  GstMapInfo map;

  match_wait (&self->came);
  ok = gst_buffer_get_size (self->back) == self->pingpong.size;
  gst_buffer_map (self->back, &map, GST_MAP_READ);
  if (ok)
    ok = pingpong_take (&self->pingpong, map.data, error);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "a message of %" G_GSIZE_FORMAT " bytes came back", map.size);
  gst_buffer_unmap (self->back, &map);
  g_clear_pointer (&self->back, gst_buffer_unref);
  return ok;
}

static gboolean
ping (Ends *self, GError **error)
{
  Pingpong *pingpong = &self->pingpong;

  while (pingpong_next (pingpong)) {
    GstFlowReturn flow =
        gst_pad_push (self->out.pad, gst_buffer_new_memdup (pingpong->out, pingpong->size));

    if (flow != GST_FLOW_OK) {
      feed_set_refused (&self->out, flow, error);
      return FALSE;
    }
    if (!take_back (self, error))
      return FALSE;
  }

  return TRUE;
}

gboolean
play_pipeline_ping (Match *match, GError **error)
{
  const Network *network = &match->network;
  Ends self = { .match = match };
  gboolean ok;

  gst_init (NULL, NULL);
  sem_init (&self.came, 0, 0);
  ok = start_in (&self, network->sender_host, ping_chain_cb, error);
  if (ok) {
    match_post (&match->score->connected);
    ok = start_out (&self, network->host, error);
  }
  if (ok) {
    match_wait (&match->score->ready);
    pingpong_begin (&self.pingpong, match);
    ok = ping (&self, error);
    pingpong_end (&self.pingpong);
    match->score->sender.copied_bytes = give_account_of_copies (&self.out);
  }

  clear (&self);
  return ok;
}

/* --- who sends everything back ------------------------------------------- */

static GstFlowReturn
pong_chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  Ends *self = gst_pad_get_element_private (pad);
  Side *side = &self->match->score->receiver;

  __atomic_store_n (&side->bytes, side->bytes + gst_buffer_get_size (buffer), __ATOMIC_RELAXED);
  return gst_pad_push (self->out.pad, buffer);
}

/* The one who begins has closed, and whether that was all is for him to say: what cannot be sent
 * back after that is no error here. */
gboolean
play_pipeline_pong (Match *match, GError **error)
{
  const Network *network = &match->network;
  Score *score = match->score;
  Ends self = { .match = match };
  gboolean ok;

  gst_init (NULL, NULL);
  ok = start_in (&self, network->host, pong_chain_cb, error);
  if (ok) {
    __atomic_store_n (&score->receiver.listening, TRUE, __ATOMIC_SEQ_CST);
    match_wait (&score->connected);
    ok = start_out (&self, network->sender_host, error);
  }
  if (ok) {
    meter_begin (&score->receiver);
    match_post (&score->ready);
    ok = fragment_wait (&self.in, GST_MESSAGE_APPLICATION, error);
    meter_end (&score->receiver);
  }

  clear (&self);
  return ok;
}
