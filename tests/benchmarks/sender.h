/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "network.h"
#include "run.h"

G_BEGIN_DECLS

/* The sending process: replays each stream into a sender of @contestant of its own, which connects to
 * the port of that stream, all at once.  FALSE leaves the reason in @run, and maybe threads at work:
 * the process has to end. */
gboolean
sender_run (const Replay *replay, const Contestant *contestant, const Network *network, Run *run);

G_END_DECLS
