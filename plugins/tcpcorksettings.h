/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/boundary.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What an application tells tcpcork: all of its properties but the statistics.  Without a lock: the
 * element's own guards it.
 */
typedef struct
{
  gboolean enabled;
  gboolean adaptive;
  GstClockTime quiet_time;
  GstClockTime max_latency;
  GstGioSocketFlushOn flush_on;
} GstTcpCorkSettings;

void gst_tcp_cork_settings_init (GstTcpCorkSettings *self);

/* From @first_id on. */
void gst_tcp_cork_settings_install (GObjectClass *object_class, guint first_id);

/* By the name of the property.  Returns: FALSE if it is none of these */
gboolean
gst_tcp_cork_settings_set (GstTcpCorkSettings *self, const gchar *name, const GValue *value);

gboolean
gst_tcp_cork_settings_get (const GstTcpCorkSettings *self, const gchar *name, GValue *value);

G_END_DECLS
