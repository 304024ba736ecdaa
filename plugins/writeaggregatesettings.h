/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "framingsettings.h"

#include "lib/pending.h"

G_BEGIN_DECLS

/*
 * What an application tells writeaggregate: all of its properties but the statistics.  Without a
 * lock: the element's own guards it.
 */
typedef struct
{
  guint max_bytes;
  guint max_size_bytes;
  guint copy_threshold;
  guint64 max_latency;
  guint64 quiet_time;
  GstGioSocketFlushOn flush_on;
  GstGioSocketLeaky leaky;
  GstGioSocketFramingSettings framing;
} GstWriteAggregateSettings;

void gst_write_aggregate_settings_init (GstWriteAggregateSettings *self);

/* From @first_id on.  Returns: the id behind the last one */
guint gst_write_aggregate_settings_install (GObjectClass *object_class, guint first_id);

/* By the name of the property.  Returns: FALSE if it is none of these */
gboolean gst_write_aggregate_settings_set (GstWriteAggregateSettings *self, const gchar *name,
    const GValue *value);

gboolean gst_write_aggregate_settings_get (const GstWriteAggregateSettings *self, const gchar *name,
    GValue *value);

/* What of it holds at once: all but the framing. */
void gst_write_aggregate_settings_get_limits (const GstWriteAggregateSettings *self,
    GstGioSocketPendingLimits *limits);

G_END_DECLS
