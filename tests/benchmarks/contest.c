/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "contest.h"

#include "clock.h"
#include "network.h"
#include "outcome.h"
#include "process.h"
#include "receiver.h"
#include "sender.h"

#include <gio/gio.h>

#include <sys/mman.h>

#define CHECK_INTERVAL_NS 100000000
#define NS_PER_S 1e9
#define NS_PER_MS 1e6

typedef struct
{
  const Replay *replay;
  const Contestant *contestant;
  Network network;
  Run *run;

  pid_t sender, receiver; /* 0: not started, or gone */

  guint64 last_bytes;
  gint64 last_progress_ns;
} Contest;

/* --- the two processes --------------------------------------------------- */

static gboolean
run_receiver (gpointer data)
{
  Contest *self = data;
  g_autoptr (GError) error = NULL;

  if (!network_enter_receiver (&self->network, &error)) {
    run_set_error (self->run->receiver.error, error->message);
    return FALSE;
  }

  return receiver_run (self->contestant, self->network.host, self->network.port,
      self->network.segment_size, self->run);
}

static gboolean
run_sender (gpointer data)
{
  Contest *self = data;

  return sender_run (self->replay, self->contestant, self->network.host, self->network.port,
      self->run);
}

/* --- waiting ------------------------------------------------------------- */

/* FALSE: nothing has moved for too long.  A silence of the trace is no standstill. */
static gboolean
check_progress (Contest *self, GError **error)
{
  Run *run = self->run;
  guint64 sent = __atomic_load_n (&run->sender.bytes, __ATOMIC_RELAXED);
  guint64 received = __atomic_load_n (&run->receiver.bytes, __ATOMIC_RELAXED);
  gint64 now = clock_now_ns ();
  gint64 since;

  if (sent + received != self->last_bytes || self->last_progress_ns == 0) {
    self->last_bytes = sent + received;
    self->last_progress_ns = now;
  }

  since =
      MAX (self->last_progress_ns, __atomic_load_n (&run->sender.next_due_ns, __ATOMIC_RELAXED));
  if (now - since < self->replay->stall_seconds * NS_PER_S)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
      "no progress for %u seconds: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
      " bytes handed in, %" G_GUINT64_FORMAT " received, the sender %s, the receiver %s",
      self->replay->stall_seconds, sent, self->replay->summary.bytes, received,
      self->sender ? "runs" : "has ended", self->receiver ? "runs" : "has ended");
  return FALSE;
}

/* A sender whose connection breaks says less than the receiver that broke it: the latter gets a
 * second to say why. */
static gboolean
check_processes (Contest *self, GError **error)
{
  Run *run = self->run;

  if (process_check (&self->sender, "sender", run->sender.error, error))
    return process_check (&self->receiver, "receiver", run->receiver.error, error);

  process_wait (G_GINT64_CONSTANT (1000000000));
  if (*run->receiver.error)
    g_prefix_error (error, "receiver: %s; ", run->receiver.error);
  return FALSE;
}

static gboolean
watch (Contest *self, gint64 interval_ns, GError **error)
{
  int number = process_wait (interval_ns);

  if (number != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted by signal %d (%s)", number,
        g_strsignal (number));
    return FALSE;
  }

  return check_processes (self, error) && check_progress (self, error);
}

static gboolean
run_both (Contest *self, GError **error)
{
  Run *run = self->run;

  self->receiver = process_start (run_receiver, self, error);
  if (self->receiver < 0)
    return FALSE;
  while (!__atomic_load_n (&run->receiver.ready, __ATOMIC_SEQ_CST))
    if (!watch (self, NS_PER_MS, error))
      return FALSE;

  self->sender = process_start (run_sender, self, error);
  if (self->sender < 0)
    return FALSE;
  while (self->sender || self->receiver)
    if (!watch (self, CHECK_INTERVAL_NS, error))
      return FALSE;

  return TRUE;
}

/* --- the whole ----------------------------------------------------------- */

static char *
describe_network (const Network *network)
{
  if (network->fallback == NULL)
    return g_strdup ("veth between two network namespaces, MTU 1500, no segmentation offload");

  return g_strdup_printf ("loopback, packets as TCP_INFO has them (%s)", network->fallback);
}

gboolean
contest_run (const Replay *replay, const Contestant *contestant, Figures *figures, char **network,
    GError **error)
{
  Contest self = { .replay = replay, .contestant = contestant };
  gboolean ok;

  *network = NULL;
  if (!network_open (&self.network, error))
    return FALSE;

  *network = describe_network (&self.network);
  self.run = mmap (NULL, sizeof *self.run, PROT_READ | PROT_WRITE,
      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (self.run == MAP_FAILED)
    g_error ("no memory to share with the two processes");

  ok = run_both (&self, error) && outcome_check (replay, self.run, error);
  if (ok)
    outcome_fill (self.run, &self.network, figures);

  process_end (&self.sender);
  process_end (&self.receiver);
  munmap (self.run, sizeof *self.run);
  network_close (&self.network);
  return ok;
}
