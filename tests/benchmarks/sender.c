/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "sender.h"

#include "clock.h"
#include "crew.h"
#include "outlet.h"
#include "pace.h"
#include "read-ahead.h"

/* One stream's. */
typedef struct
{
  const Replay *replay;
  const ReplayStream *replayed;
  Run *run;
  Stream *stream;
  guint port;
  Outlet *outlet;
  ReadAhead ahead;

  gint64 start_ns; /* the same for all */
  guint64 offset;
  gint64 due_ns;
  gint64 pace_cpu_ns;
} Sender;

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

static gboolean
send (Sender *self, gsize size, GError **error)
{
  Stream *stream = self->stream;
  const guint8 *data = payload_slice (&self->replay->payload, self->offset, size);
  gint64 now = clock_now_ns ();

  self->offset += size;
  if (stream->sender.writes++ == 0)
    stream->sender.first_push_ns = now;
  if (self->replay->real_time)
    histogram_add (&stream->sender.late, MAX (now - self->due_ns, 0));
  latency_note (&stream->ring, self->offset, now);
  __atomic_fetch_add (&self->run->sender.bytes, size, __ATOMIC_RELAXED);

  return self->outlet->klass->send (self->outlet, data, size, error);
}

static gboolean
send_all (Sender *self, GError **error)
{
  TraceResult result;
  TraceWrite write;

  while ((result = read_ahead_next (&self->ahead, &write, error)) == TRACE_WRITE) {
    if (self->replay->real_time)
      wait_for_turn (self, write.time_us);
    if (write.cork >= 0)
      self->outlet->klass->cork (self->outlet, write.cork);
    else if (!send (self, write.bytes, error))
      return FALSE;
  }

  return result == TRACE_END;
}

static gboolean
replay_cb (guint i, gpointer data, GError **error)
{
  Sender *self = (Sender *)data + i;

  if (!send_all (self, error) || !self->outlet->klass->end (self->outlet, error))
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

static Outlet *
open_outlet (const Sender *self, const Contestant *contestant, const char *host, GError **error)
{
  const Replay *replay = self->replay;
  const FragmentPlace place = { host, self->port, replay->tls_client };

  return contestant->as_spice
      ? outlet_open_spice_tls (host, self->port, &replay->tls_identity, error)
      : outlet_open_pipeline (contestant->sender, &place, error);
}

static gboolean
prepare (Sender *self, const Contestant *contestant, const Network *network, GError **error)
{
  TraceSelection selection = self->replay->selection;

  selection.conn = self->replayed->conn;
  selection.pieces |= contestant->as_spice;
  selection.corked |= contestant->as_spice;
  if (!read_ahead_init (&self->ahead, self->replay->source, &selection, error))
    return FALSE;

  self->outlet = open_outlet (self, contestant, network->host, error);
  return self->outlet != NULL;
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
    senders[i].outlet->klass->free (senders[i].outlet);
    read_ahead_clear (&senders[i].ahead);
  }
  return TRUE;
}
