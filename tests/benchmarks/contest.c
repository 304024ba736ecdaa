/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "contest.h"

#include "network.h"
#include "outcome.h"
#include "pair.h"
#include "progress.h"
#include "receiver.h"
#include "sender.h"

#include <gio/gio.h>

#include <sys/mman.h>

typedef struct
{
  const Replay *replay;
  const Contestant *contestant;
  const char *title;
  Network network;
  Run *run;
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

  return receiver_run (self->replay, self->contestant, &self->network, self->run);
}

static gboolean
run_sender (gpointer data)
{
  Contest *self = data;

  return sender_run (self->replay, self->contestant, &self->network, self->run);
}

static void
tick_cb (guint64 progress, gpointer data)
{
  Contest *self = data;

  progress_show (self->title, progress, self->replay->summary.bytes);
}

/* A silence of the trace is no standstill. */
static gboolean
run_both (Contest *self, GError **error)
{
  Run *run = self->run;
  PairProcess receiver = { .name = "receiver",
    .body = run_receiver,
    .error = run->receiver.error,
    .listening = &run->receiver.ready,
    .progress = &run->receiver.bytes };
  PairProcess sender = { .name = "sender",
    .body = run_sender,
    .error = run->sender.error,
    .progress = &run->sender.bytes,
    .idle_until_ns = &run->sender.next_due_ns };
  gboolean ok;

  ok = pair_run (&receiver, &sender, self, tick_cb, self->replay->stall_seconds, error);
  progress_clear ();
  return ok;
}

/* --- the whole ----------------------------------------------------------- */

static char *
describe_network (const Network *network, guint64 link_rate)
{
  static const char *const veth =
      "veth between two network namespaces, MTU 1500, no segmentation offload";

  if (network->fallback == NULL && link_rate > 0)
    return g_strdup_printf ("%s, %.10g Mbit/s", veth, link_rate / 1e6);
  if (network->fallback == NULL)
    return g_strdup (veth);

  return g_strdup_printf ("loopback, packets as TCP_INFO has them (%s)", network->fallback);
}

static gboolean
open_network (Contest *self, GError **error)
{
  guint64 link_rate = self->replay->link_rate;

  if (!network_open (&self->network, self->replay->n_streams, error))
    return FALSE;
  if (link_rate == 0 || network_limit (&self->network, link_rate, error))
    return TRUE;

  network_close (&self->network);
  return FALSE;
}

static gsize
get_run_size (guint n_streams)
{
  return sizeof (Run) + n_streams * sizeof (Stream);
}

static Run *
share_run (guint n_streams)
{
  Run *run = mmap (NULL, get_run_size (n_streams), PROT_READ | PROT_WRITE,
      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

  if (run == MAP_FAILED)
    g_error ("no memory to share with the two processes");

  run->n_streams = n_streams;
  return run;
}

gboolean
contest_run (const Replay *replay, const Contestant *contestant, const char *title,
    Figures *figures, Picture *picture, char **network, GError **error)
{
  Contest self = { .replay = replay, .contestant = contestant, .title = title };
  gboolean ok;

  *network = NULL;
  if (!open_network (&self, error))
    return FALSE;

  *network = describe_network (&self.network, replay->link_rate);
  self.run = share_run (replay->n_streams);
  ok = run_both (&self, error) && outcome_check (replay, self.run, error);
  if (ok) {
    outcome_fill (self.run, &self.network, figures);
    outcome_draw (self.run, picture);
  }

  munmap (self.run, get_run_size (replay->n_streams));
  network_close (&self.network);
  return ok;
}
