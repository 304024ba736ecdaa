/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

/* Everything is hidden unless it is marked with this. */
#define GST_GIO_SOCKET_API extern __attribute__ ((visibility ("default")))
