/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* The one header that applications include: <gst/giosocket/giosocket.h> */

#pragma once

#include "giosocket-prelude.h"

#include "batch.h"
#include "burst.h"
#include "cork-event.h"
#include "pending.h"
