/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "run.h"

G_BEGIN_DECLS

/* The receiving process: listens on @host and @port and takes everything one client sends, through
 * @contestant's receiver or a plain socket.  FALSE leaves the reason in @run.
 *
 * @segment_size: what a plain socket asks the peer to keep to; 0: what the route gives */
gboolean receiver_run (const Contestant *contestant, const char *host, guint port,
    guint segment_size, Run *run);

G_END_DECLS
