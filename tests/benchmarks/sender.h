/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "run.h"

G_BEGIN_DECLS

/* The sending process: replays into @contestant's sender, which connects to @host and @port.  FALSE
 * leaves the reason in @run. */
gboolean sender_run (const Replay *replay, const Contestant *contestant, const char *host,
    guint port, Run *run);

G_END_DECLS
