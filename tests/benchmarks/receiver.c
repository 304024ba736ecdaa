/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "receiver.h"

#include "clock.h"
#include "crew.h"
#include "receive-pipeline.h"
#include "receive-socket.h"

#include <gst/gst.h>

#include <math.h>

typedef struct
{
  const Replay *replay;
  const Contestant *contestant;
  const Network *network;
  Run *run;
} Receiver;

static gboolean
receive_cb (guint i, gpointer data, GError **error)
{
  Receiver *self = data;
  const Contestant *contestant = self->contestant;
  const Network *network = self->network;
  const Replay *replay = self->replay;
  const FragmentPlace place = { network->host, network->port + i, replay->tls_server };
  const TlsIdentity *identity = contestant->tls ? &replay->tls_identity : NULL;
  Stream *stream = &self->run->streams[i];

  stream->receiver.records = NAN;
  return contestant->receiver
      ? receive_from_pipeline (contestant->receiver, &place, self->run, stream, error)
      : receive_from_socket (place.host, place.port, network->segment_size, identity, self->run,
            stream, error);
}

gboolean
receiver_run (const Replay *replay, const Contestant *contestant, const Network *network, Run *run)
{
  Receiver self = { replay, contestant, network, run };
  g_autoptr (GError) error = NULL;

  if (contestant->receiver)
    gst_init (NULL, NULL);
  if (!crew_run (run->n_streams, receive_cb, &self, &error)) {
    run_set_error (run->receiver.error, error->message);
    return FALSE;
  }

  run->receiver.cpu_ns = clock_cpu_ns (CLOCK_PROCESS_CPUTIME_ID) - run->receiver.cpu_before_ns;
  for (guint i = 0; i < run->n_streams; i++)
    run->receiver.cpu_ns -= run->streams[i].receiver.hash_cpu_ns;

  return TRUE;
}
