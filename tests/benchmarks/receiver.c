/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "receiver.h"

#include "receive-pipeline.h"
#include "receive-socket.h"

gboolean
receiver_run (const Contestant *contestant, const char *host, guint port, guint segment_size,
    Run *run)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = contestant->receiver
      ? receive_from_pipeline (contestant->receiver, host, port, run, &error)
      : receive_from_socket (host, port, segment_size, run, &error);

  if (!ok)
    run_set_error (run->receiver.error, error->message);

  return ok;
}
