/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "bench-report.h"

G_BEGIN_DECLS

/* Draws what messages cost who receives them, from those rows that compare framed messages of one
 * size. */
gboolean bench_chart_write (const Outcome *outcomes, guint n, FILE *file, GError **error);

G_END_DECLS
