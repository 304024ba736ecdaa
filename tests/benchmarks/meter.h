/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "match.h"

G_BEGIN_DECLS

/* What this process costs, from now on. */
void meter_begin (Side *side);

/* Until now; from any thread. */
void meter_end (Side *side);

G_END_DECLS
