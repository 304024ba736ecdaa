/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "network.h"
#include "run.h"

G_BEGIN_DECLS

/* The receiving process: listens on a port for each stream and takes everything one client sends
 * there, through @contestant's receiver or a plain socket, all at once.  FALSE leaves the reason in
 * @run. */
gboolean
receiver_run (const Replay *replay, const Contestant *contestant, const Network *network, Run *run);

G_END_DECLS
