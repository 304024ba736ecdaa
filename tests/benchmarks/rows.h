/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "measure.h"

G_BEGIN_DECLS

/* A claim: in this role and with that traffic we are @target times as good as the peer. */
typedef struct
{
  const char *name;
  Role role;
  const Workload *workload;
  const Player *ours;
  const Player *peer;
  Measure headline; /* what is compared */
  double target;
} Row;

extern const Row rows[];
extern const guint n_rows;

G_END_DECLS
