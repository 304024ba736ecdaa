/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* The one header that applications include: <gst/giosocket/giosocket.h> */

#pragma once

#include "giosocket-prelude.h"

#include "alarm.h"
#include "batch.h"
#include "boundary.h"
#include "burst.h"
#include "connection-share.h"
#include "connection.h"
#include "cork-event.h"
#include "endpoint.h"
#include "flush-event.h"
#include "framing.h"
#include "gap.h"
#include "header.h"
#include "leaky.h"
#include "pending.h"
#include "slab-pool.h"
#include "slab.h"
#include "tls-context.h"
#include "tls-settings.h"
#include "transport-plain.h"
#include "transport-tls.h"
#include "transport.h"
#include "writer.h"
