/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "sender.h"

#include "clock.h"
#include "crew.h"
#include "fragment.h"
#include "pace.h"
#include "read-ahead.h"

#include "lib/cork-event.h"

#include <gio/gio.h>

#define START_TIMEOUT_US (10 * G_USEC_PER_SEC)

/* One stream's. */
typedef struct
{
  const Replay *replay;
  const ReplayStream *replayed;
  Run *run;
  Stream *stream;
  guint port;
  Fragment fragment;
  ReadAhead ahead;

  gint64 start_ns; /* the same for all */
  guint64 offset;
  gint64 due_ns;
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
wait_until_connected (Sender *self, GError **error)
{
  gint64 give_up = g_get_monotonic_time () + START_TIMEOUT_US;

  while (!is_playing (self) || !tcp_table_is_connected (self->port)) {
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
start (Sender *self, GError **error)
{
  Fragment *fragment = &self->fragment;

  if (gst_element_set_state (fragment->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE ||
      !push_first_events (self)) {
    if (!fragment_take_error (fragment, GST_SECOND, error))
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the sender does not start");
    return FALSE;
  }

  gst_pad_push_event (fragment->pad, gst_event_new_gap (0, GST_CLOCK_TIME_NONE));
  return wait_until_connected (self, error);
}

/* --- replay -------------------------------------------------------------- */

/* Of several streams the one that is silent for longest is told of. */
static void
tell_due (Run *run, gint64 due_ns)
{
  gint64 told_ns = __atomic_load_n (&run->sender.next_due_ns, __ATOMIC_RELAXED);

  while (told_ns < due_ns &&
      !__atomic_compare_exchange_n (&run->sender.next_due_ns, &told_ns, due_ns, TRUE,
          __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    continue;
}

static void
wait_for_turn (Sender *self, gint64 time_us)
{
  self->due_ns = self->start_ns + time_us * 1000;
  tell_due (self->run, self->due_ns);
  self->pace_cpu_ns += pace_until (self->due_ns);
}

static GstFlowReturn
push (Sender *self, gsize size)
{
  Stream *stream = self->stream;
  gpointer data = (gpointer)payload_slice (&self->replay->payload, self->offset, size);
  GstBuffer *buffer =
      gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, data, size, 0, size, NULL, NULL);
  gint64 now = clock_now_ns ();

  self->offset += size;
  if (stream->sender.writes++ == 0)
    stream->sender.first_push_ns = now;
  if (self->replay->real_time)
    histogram_add (&stream->sender.late, MAX (now - self->due_ns, 0));
  latency_note (&stream->ring, self->offset, now);
  __atomic_fetch_add (&self->run->sender.bytes, size, __ATOMIC_RELAXED);

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
replay_cb (guint i, gpointer data, GError **error)
{
  Sender *self = (Sender *)data + i;

  if (!push_all (self, error))
    return FALSE;

  gst_pad_push_event (self->fragment.pad, gst_event_new_eos ());
  if (!fragment_wait (&self->fragment, GST_MESSAGE_EOS, error))
    return FALSE;

  self->stream->sender.bytes = self->offset;
  self->stream->sender.tcp = tcp_table_get_figures (self->port);
  return TRUE;
}

static gboolean
measure (Sender *senders, Run *run, GError **error)
{
  gint64 cpu_before = clock_cpu_ns (CLOCK_PROCESS_CPUTIME_ID);
  gint64 start_ns = clock_now_ns ();

  run->sender.start_ns = start_ns;
  for (guint i = 0; i < run->n_streams; i++)
    senders[i].start_ns = start_ns;

  count_calls_begin ();
  if (!crew_run (run->n_streams, replay_cb, senders, error))
    return FALSE;

  run->sender.calls = count_calls_end ();
  run->sender.cpu_ns = clock_cpu_ns (CLOCK_PROCESS_CPUTIME_ID) - cpu_before;
  for (guint i = 0; i < run->n_streams; i++)
    run->sender.cpu_ns -= senders[i].pace_cpu_ns;

  return TRUE;
}

static gboolean
prepare (Sender *self, const Contestant *contestant, const Network *network, GError **error)
{
  const FragmentPlace place = { network->host, self->port, NULL };
  TraceSelection selection = self->replay->selection;

  selection.conn = self->replayed->conn;
  return read_ahead_init (&self->ahead, self->replay->source, &selection, error) &&
      fragment_init (&self->fragment, contestant->sender, &place, GST_PAD_SRC, error) &&
      start (self, error);
}

gboolean
sender_run (const Replay *replay, const Contestant *contestant, const Network *network, Run *run)
{
  g_autofree Sender *senders = g_new0 (Sender, run->n_streams);
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;

  gst_init (NULL, NULL);
  for (guint i = 0; i < run->n_streams && ok; i++) {
    senders[i] = (Sender){ .replay = replay,
      .replayed = &replay->streams[i],
      .run = run,
      .stream = &run->streams[i],
      .port = network->port + i };
    ok = prepare (&senders[i], contestant, network, &error);
  }
  if (!ok || !measure (senders, run, &error)) {
    run_set_error (run->sender.error, error->message);
    g_steal_pointer (&senders);
    return FALSE;
  }

  for (guint i = 0; i < run->n_streams; i++) {
    fragment_clear (&senders[i].fragment);
    read_ahead_clear (&senders[i].ahead);
  }
  return TRUE;
}
