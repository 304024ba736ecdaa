/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "rows.h"

/* --- traffic ------------------------------------------------------------- */

static const Workload small = { "100-byte messages", 100, 100000, 1 };

/* --- ours ---------------------------------------------------------------- */

static const Player ours_aggregate = { .name = "writeaggregate ! giosocketsink",
  .send = "writeaggregate ! giosocketsink name=net host=%h port=%p" };
static const Player ours_source = { .name = "giosocketsrc",
  .receive = "giosocketsrc name=net host=%h port=%p" };

/* --- peers --------------------------------------------------------------- */

static const Player tcpclientsink = { .name = "tcpclientsink",
  .send = "tcpclientsink host=%h port=%p" };
static const Player tcpclientsrc = { .name = "tcpclientsrc",
  .receive = "tcpclientsrc host=%h port=%p" };

const Row rows[] = {
  { "send-small/tcpclientsink", ROLE_SEND, &small, &ours_aggregate, &tcpclientsink,
      MEASURE_MESSAGE_RATE, 3.0 },
  { "receive-small/tcpclientsrc", ROLE_RECEIVE, &small, &ours_source, &tcpclientsrc,
      MEASURE_RECEIVER_CPU, 1.0 },
};

const guint n_rows = G_N_ELEMENTS (rows);
