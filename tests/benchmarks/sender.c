/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "sender.h"

#include "clock.h"
#include "fragment.h"
#include "pace.h"
#include "read-ahead.h"

#include "lib/cork-event.h"

#include <gio/gio.h>

#define START_TIMEOUT_US (10 * G_USEC_PER_SEC)

typedef struct
{
  const Replay *replay;
  Run *run;
  Fragment fragment;
  ReadAhead ahead;

  gboolean begun;
  guint64 offset;
  gint64 due_ns;
  gint64 last_us;
  gint64 pace_cpu_ns;
} Sender;

/* --- start --------------------------------------------------------------- */

static gboolean
push_first_events (Sender *self)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/octet-stream");
  GstPad *pad = self->fragment.pad;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  return gst_pad_set_active (pad, TRUE) &&
      gst_pad_push_event (pad, gst_event_new_stream_start ("replay")) &&
      gst_pad_push_event (pad, gst_event_new_caps (caps)) &&
      gst_pad_push_event (pad, gst_event_new_segment (&segment));
}

static gboolean
is_playing (Sender *self)
{
  GstState state = GST_STATE_NULL;

  return gst_element_get_state (self->fragment.pipeline, &state, NULL, 0) !=
      GST_STATE_CHANGE_FAILURE &&
      state == GST_STATE_PLAYING;
}

/* Connecting belongs to the start, not to the latency of the first message.  An element may well
 * connect in a thread of its own while it is PLAYING already, so the kernel is asked. */
static gboolean
wait_until_connected (Sender *self, guint port, GError **error)
{
  gint64 give_up = g_get_monotonic_time () + START_TIMEOUT_US;

  while (!is_playing (self) || !tcp_table_is_connected (port)) {
    if (fragment_take_error (&self->fragment, GST_MSECOND, error))
      return FALSE;
    if (g_get_monotonic_time () > give_up) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the sender is not %s after %d seconds",
          is_playing (self) ? "connected" : "in state PLAYING",
          (int)(START_TIMEOUT_US / G_USEC_PER_SEC));
      return FALSE;
    }
  }

  return TRUE;
}

/* A gap prerolls the sink, else the first message would also wait for the state change. */
static gboolean
start (Sender *self, guint port, GError **error)
{
  Fragment *fragment = &self->fragment;

  if (gst_element_set_state (fragment->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE ||
      !push_first_events (self)) {
    if (!fragment_take_error (fragment, GST_SECOND, error))
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the sender does not start");
    return FALSE;
  }

  gst_pad_push_event (fragment->pad, gst_event_new_gap (0, GST_CLOCK_TIME_NONE));
  return wait_until_connected (self, port, error);
}

/* --- replay -------------------------------------------------------------- */

static void
wait_for_turn (Sender *self, gint64 time_us)
{
  gint64 max_gap_us = self->replay->max_gap_us;
  gint64 gap_us = time_us - self->last_us;

  if (max_gap_us >= 0)
    gap_us = MIN (gap_us, max_gap_us);
  self->last_us = time_us;
  self->due_ns += gap_us * 1000;

  __atomic_store_n (&self->run->sender.next_due_ns, self->due_ns, __ATOMIC_RELAXED);
  self->pace_cpu_ns += pace_until (self->due_ns);
}

static GstFlowReturn
push (Sender *self, gsize size)
{
  Run *run = self->run;
  gpointer data = (gpointer)payload_slice (&self->replay->payload, self->offset, size);
  GstBuffer *buffer =
      gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, data, size, 0, size, NULL, NULL);
  gint64 now = clock_now_ns ();

  self->offset += size;
  if (run->sender.writes++ == 0)
    run->sender.first_push_ns = now;
  if (self->replay->real_time)
    histogram_add (&run->sender.late, MAX (now - self->due_ns, 0));
  latency_note (&run->ring, self->offset, now);
  __atomic_store_n (&run->sender.bytes, self->offset, __ATOMIC_RELAXED);

  return gst_pad_push (self->fragment.pad, buffer);
}

/* An element that does not understand it lets it pass: the answer says nothing. */
static void
push_cork (Sender *self, gboolean corked)
{
  gst_pad_push_event (self->fragment.pad, gst_event_new_gio_socket_cork (corked));
}

static gboolean
push_all (Sender *self, GError **error)
{
  TraceResult result;
  TraceWrite write;

  while ((result = read_ahead_next (&self->ahead, &write, error)) == TRACE_WRITE) {
    GstFlowReturn flow;

    if (!self->begun) {
      self->begun = TRUE;
      self->due_ns = clock_now_ns ();
      self->last_us = write.time_us;
    }
    if (self->replay->real_time)
      wait_for_turn (self, write.time_us);
    if (write.cork >= 0) {
      push_cork (self, write.cork);
      continue;
    }

    flow = push (self, write.bytes);
    if (flow != GST_FLOW_OK) {
      if (!fragment_take_error (&self->fragment, GST_SECOND, error))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
            "the sender refused data after %" G_GUINT64_FORMAT " bytes: %s",
            self->offset - write.bytes, gst_flow_get_name (flow));
      return FALSE;
    }
  }

  return result == TRACE_END;
}

static gboolean
measure (Sender *self, guint port, GError **error)
{
  Run *run = self->run;
  gint64 cpu_before = clock_cpu_ns (CLOCK_PROCESS_CPUTIME_ID);

  count_calls_begin ();
  if (!push_all (self, error))
    return FALSE;

  gst_pad_push_event (self->fragment.pad, gst_event_new_eos ());
  if (!fragment_wait (&self->fragment, GST_MESSAGE_EOS, error))
    return FALSE;

  run->sender.calls = count_calls_end ();
  run->sender.cpu_ns = clock_cpu_ns (CLOCK_PROCESS_CPUTIME_ID) - cpu_before - self->pace_cpu_ns;
  run->sender.tcp = tcp_table_get_figures (port);
  return TRUE;
}

gboolean
sender_run (const Replay *replay, const Contestant *contestant, const char *host, guint port,
    Run *run)
{
  g_autoptr (GError) error = NULL;
  Sender self = { .replay = replay, .run = run };
  gboolean ok;

  gst_init (NULL, NULL);
  ok = read_ahead_init (&self.ahead, replay->source, &replay->selection, &error) &&
      fragment_init (&self.fragment, contestant->sender, host, port, GST_PAD_SRC, &error) &&
      start (&self, port, &error) && measure (&self, port, &error);
  if (!ok)
    run_set_error (run->sender.error, error->message);

  fragment_clear (&self.fragment);
  read_ahead_clear (&self.ahead);
  return ok;
}
