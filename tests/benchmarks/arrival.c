/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "arrival.h"

#include "clock.h"

void
arrival_begin (Arrival *self, Run *run, Stream *stream)
{
  *self = (Arrival){ .run = run, .stream = stream, .digest = digest_new () };
}

void
arrival_set_ready (Arrival *self)
{
  Run *run = self->run;

  if (__atomic_add_fetch (&run->receiver.n_ready, 1, __ATOMIC_SEQ_CST) < run->n_streams)
    return;

  run->receiver.cpu_before_ns = clock_cpu_ns (CLOCK_PROCESS_CPUTIME_ID);
  __atomic_store_n (&run->receiver.ready, TRUE, __ATOMIC_SEQ_CST);
}

void
arrival_note (Arrival *self, gsize size)
{
  gint64 now = clock_now_ns ();
  Stream *stream = self->stream;
  guint64 n_messages;

  self->bytes += size;
  stream->receiver.last_byte_ns = now;
  n_messages = latency_take (&stream->ring, self->bytes, now, &stream->receiver.latencies);
  timeline_add (&stream->receiver.arrivals, now - self->run->sender.start_ns, n_messages);
  __atomic_fetch_add (&self->run->receiver.bytes, size, __ATOMIC_RELAXED);
}

void
arrival_check (Arrival *self, const guint8 *data, gsize size)
{
  digest_update (self->digest, data, size);
}

void
arrival_end (Arrival *self)
{
  Stream *stream = self->stream;

  g_strlcpy (stream->receiver.sha256, digest_finish (self->digest), sizeof stream->receiver.sha256);
  stream->receiver.bytes = self->bytes;
  stream->receiver.hash_cpu_ns = digest_get_cpu_ns (self->digest);
  stream->receiver.hash_wait_ns = digest_get_wait_ns (self->digest);
  g_clear_pointer (&self->digest, digest_free);
}
