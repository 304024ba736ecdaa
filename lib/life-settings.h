/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

/* What is to be done without a connection: before the first one, and after one that was lost. */
typedef struct
{
  gboolean auto_reconnect;
  gdouble retry_backoff_factor; /* seconds */
  gdouble retry_backoff_max;    /* seconds */
  gboolean keep_listening;
  gboolean wait_for_connection;
} GstGioSocketLifeSettings;
