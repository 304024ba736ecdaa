/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "run.h"

G_BEGIN_DECLS

/* Reads the trace once, and makes streams and summary. */
gboolean replay_read (Replay *replay, GError **error);

/* Reads the trace once, and makes what all runs share: streams, summary and payload.  Either way
 * @replay can be cleared. */
gboolean replay_prepare (Replay *replay, GError **error);

void replay_clear (Replay *replay);

G_END_DECLS
