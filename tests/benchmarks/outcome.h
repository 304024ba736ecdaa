/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "figures.h"
#include "network.h"
#include "run.h"

G_BEGIN_DECLS

/* FALSE: what came out of the receiver is not what was handed in. */
gboolean outcome_check (const Replay *replay, const Run *run, GError **error);

/* What can be drawn, of all connections together. */
typedef struct
{
  Histogram latencies; /* of every run so far */
  Timeline arrivals;   /* of the last one */
} Picture;

/* Both processes have ended, and the caller is still in the sender's network namespace. */
void outcome_fill (const Run *run, Network *network, Figures *figures);

void outcome_draw (const Run *run, Picture *picture);

G_END_DECLS
