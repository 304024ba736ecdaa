/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "model-link.h"

G_BEGIN_DECLS

/*
 * writeaggregate ! tcpcork on paper: the code that decides in them (lib/backlog and lib/burst), with
 * recorded times for a clock.  Every timer is exact and every push takes no time.
 *
 * Limits are nanoseconds, as the elements' properties are.
 */
typedef struct
{
  gint64 hold_latency; /* writeaggregate's max-latency */
  gint64 quiet_time;   /* tcpcork's */
  gint64 max_latency;
  gboolean adaptive;
} ModelLimits;

typedef struct _ModelSender ModelSender;

ModelSender *model_sender_new (const ModelLimits *limits, ModelLink *link);

void model_sender_write (ModelSender *sender, gint64 now, guint64 bytes);

/* Lets the time pass until everything has left. */
void model_sender_finish (ModelSender *sender);

void model_sender_free (ModelSender *sender);

G_END_DECLS
