/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "arrival.h"

#include "clock.h"

void
arrival_begin (Arrival *self, Run *run)
{
  *self = (Arrival){ .run = run, .digest = digest_new () };
}

void
arrival_set_ready (Arrival *self)
{
  self->cpu_before_ns = clock_cpu_ns (CLOCK_PROCESS_CPUTIME_ID);
  __atomic_store_n (&self->run->receiver.ready, TRUE, __ATOMIC_SEQ_CST);
}

void
arrival_note (Arrival *self, gsize size)
{
  gint64 now = clock_now_ns ();

  self->bytes += size;
  self->run->receiver.last_byte_ns = now;
  latency_take (&self->run->ring, self->bytes, now, &self->run->receiver.latencies);
  __atomic_store_n (&self->run->receiver.bytes, self->bytes, __ATOMIC_RELAXED);
}

void
arrival_check (Arrival *self, const guint8 *data, gsize size)
{
  digest_update (self->digest, data, size);
}

void
arrival_end (Arrival *self)
{
  Run *run = self->run;

  g_strlcpy (run->receiver.sha256, digest_finish (self->digest), sizeof run->receiver.sha256);
  run->receiver.cpu_ns = clock_cpu_ns (CLOCK_PROCESS_CPUTIME_ID) - self->cpu_before_ns -
      digest_get_cpu_ns (self->digest);
  run->receiver.hash_wait_ns = digest_get_wait_ns (self->digest);
  g_clear_pointer (&self->digest, digest_free);
}
