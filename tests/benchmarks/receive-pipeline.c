/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "receive-pipeline.h"

#include "arrival.h"

#include <gio/gio.h>

#define START_TIMEOUT_US (10 * G_USEC_PER_SEC)

typedef struct
{
  Fragment fragment;
  Arrival arrival;
} Receiver;

static GstFlowReturn
chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  Receiver *self = gst_pad_get_element_private (pad);

  arrival_note (&self->arrival, gst_buffer_get_size (buffer));
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);
    GstMapInfo map;

    if (!gst_memory_map (memory, &map, GST_MAP_READ)) {
      gst_buffer_unref (buffer);
      return GST_FLOW_ERROR;
    }
    arrival_check (&self->arrival, map.data, map.size);
    gst_memory_unmap (memory, &map);
  }

  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

/* There is no sink whose EOS message could end the wait: the pad tells the bus itself. */
static gboolean
event_cb (GstPad *pad, GstObject *parent, GstEvent *event)
{
  Receiver *self = gst_pad_get_element_private (pad);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    gst_bus_post (self->fragment.bus,
        gst_message_new_application (NULL, gst_structure_new_empty ("eos")));
  gst_event_unref (event);
  return TRUE;
}

static gboolean
start (Receiver *self, guint port, GError **error)
{
  gint64 give_up = g_get_monotonic_time () + START_TIMEOUT_US;
  Fragment *fragment = &self->fragment;

  gst_pad_set_element_private (fragment->pad, self);
  gst_pad_set_chain_function (fragment->pad, chain_cb);
  gst_pad_set_event_function (fragment->pad, event_cb);
  gst_pad_set_active (fragment->pad, TRUE);

  if (gst_element_set_state (fragment->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    if (!fragment_take_error (fragment, GST_SECOND, error))
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the receiver does not start");
    return FALSE;
  }

  while (!tcp_table_is_listening (port)) {
    if (fragment_take_error (fragment, GST_MSECOND, error))
      return FALSE;
    if (g_get_monotonic_time () > give_up) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
          "the receiver does not listen on port %u after %d seconds", port,
          (int)(START_TIMEOUT_US / G_USEC_PER_SEC));
      return FALSE;
    }
  }

  return TRUE;
}

gboolean
receive_from_pipeline (const char *description, const FragmentPlace *place, Run *run,
    Stream *stream, GError **error)
{
  Receiver self = { 0 };
  gboolean ok = FALSE;

  if (fragment_init (&self.fragment, description, place, GST_PAD_SINK, error)) {
    arrival_begin (&self.arrival, run, stream);
    ok = start (&self, place->port, error);
    if (ok)
      arrival_set_ready (&self.arrival);
    ok = ok && fragment_wait (&self.fragment, GST_MESSAGE_APPLICATION, error);
    arrival_end (&self.arrival);
  }

  fragment_clear (&self.fragment);
  return ok;
}
