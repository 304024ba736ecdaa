/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "fragment.h"
#include "give.h"
#include "intake.h"

#include <gio/gio.h>

typedef struct
{
  Fragment fragment;
  Intake intake;
  gboolean framed;
  GError *error; /* streaming thread, until the pad is inactive */
} Receiver;

static gboolean
take_memories (Receiver *self, GstBuffer *buffer)
{
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);
    GstMapInfo map;
    gboolean ok;

    if (!gst_memory_map (memory, &map, GST_MAP_READ))
      return FALSE;
    ok = intake_take (&self->intake, map.data, map.size, &self->error);
    gst_memory_unmap (memory, &map);
    if (!ok)
      return FALSE;
  }

  return TRUE;
}

static void
post (Receiver *self)
{
  gst_bus_post (self->fragment.bus,
      gst_message_new_application (NULL, gst_structure_new_empty ("end")));
}

static GstFlowReturn
take_buffer (Receiver *self, GstBuffer *buffer)
{
  gsize size = gst_buffer_get_size (buffer);

  if (self->error == NULL &&
      (!self->framed || intake_take_message (&self->intake, size, &self->error)) &&
      take_memories (self, buffer))
    return GST_FLOW_OK;

  post (self);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstFlowReturn flow = take_buffer (gst_pad_get_element_private (pad), buffer);

  gst_buffer_unref (buffer);
  return flow;
}

static GstFlowReturn
chain_list_cb (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  Receiver *self = gst_pad_get_element_private (pad);
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint i = 0; i < gst_buffer_list_length (list) && flow == GST_FLOW_OK; i++)
    flow = take_buffer (self, gst_buffer_list_get (list, i));

  gst_buffer_list_unref (list);
  return flow;
}

static gboolean
event_cb (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    post (gst_pad_get_element_private (pad));
  gst_event_unref (event);
  return TRUE;
}

/* What a connection costs is not what receiving costs. */
static gboolean
start (Receiver *self, Match *match, GError **error)
{
  Fragment *fragment = &self->fragment;

  gst_pad_set_element_private (fragment->pad, self);
  gst_pad_set_chain_function (fragment->pad, chain_cb);
  gst_pad_set_chain_list_function (fragment->pad, chain_list_cb);
  gst_pad_set_event_function (fragment->pad, event_cb);
  gst_pad_set_active (fragment->pad, TRUE);

  if (gst_element_set_state (fragment->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    if (!fragment_take_error (fragment, GST_SECOND, error))
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the receiver does not start");
    return FALSE;
  }

  if (!give_notice (match, FALSE, fragment, error))
    return FALSE;
  while (sem_trywait (&match->score->connected) != 0)
    if (fragment_take_error (fragment, GST_MSECOND, error))
      return FALSE;

  intake_begin (&self->intake, match, NULL);
  return TRUE;
}

/* Until the end of the stream, or what is wrong with it. */
static gboolean
receive (Receiver *self, Match *match, GError **error)
{
  if (!start (self, match, error) ||
      !fragment_wait (&self->fragment, GST_MESSAGE_APPLICATION, error))
    return FALSE;

  match->score->receiver.copied_bytes = give_account_of_copies (&self->fragment);
  gst_pad_set_active (self->fragment.pad, FALSE);
  if (self->error == NULL)
    return intake_end (&self->intake, error);

  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

gboolean
play_pipeline_receive (Match *match, GError **error)
{
  const Player *player = match->player;
  const FragmentPlace place = give_place (match, FALSE);
  Receiver self = { .framed = player->framing != NULL };
  gboolean ok;

  gst_init (NULL, NULL);
  ok = fragment_init (&self.fragment, player->receive, &place, GST_PAD_SINK, error) &&
      give_connection (match, FALSE, &self.fragment, error) && receive (&self, match, error);

  fragment_clear (&self.fragment);
  g_clear_error (&self.error);
  return ok;
}
