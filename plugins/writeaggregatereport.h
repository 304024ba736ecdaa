/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/pending.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* What writeaggregate tells about what became of the buffers: its statistics, and QoS messages. */

GParamSpec *gst_write_aggregate_stats_new_pspec (void);

GstStructure *gst_write_aggregate_stats_new (GstGioSocketPending *pending);

/* @pad: the one whose segment the buffer belonged to: it was about to come in, or to leave. */
GstMessage *gst_write_aggregate_loss_message_new (GstObject *source, GstPad *pad,
    const GstGioSocketPendingLoss *loss);

G_END_DECLS
