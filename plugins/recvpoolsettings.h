/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "framingsettings.h"

#include "lib/slab-pool.h"

G_BEGIN_DECLS

/*
 * What an application tells recvpool: all of its properties but the statistics.  Without a lock: the
 * element's own guards it.
 */
typedef struct
{
  guint slab_size;
  guint max_slabs;
  GstGioSocketFramingSettings framing;
  gboolean strip_header;
  guint64 max_message_size;
} GstRecvPoolSettings;

void gst_recv_pool_settings_init (GstRecvPoolSettings *self);

/* From @first_id on.  Returns: the id behind the last one */
guint gst_recv_pool_settings_install (GObjectClass *object_class, guint first_id);

/* By the name of the property.  Returns: FALSE if it is none of these */
gboolean
gst_recv_pool_settings_set (GstRecvPoolSettings *self, const gchar *name, const GValue *value);

gboolean
gst_recv_pool_settings_get (const GstRecvPoolSettings *self, const gchar *name, GValue *value);

/* Returns: FALSE with @error if the header that is described by hand is none */
gboolean gst_recv_pool_settings_resolve (const GstRecvPoolSettings *self,
    GstGioSocketSlabPoolSettings *resolved, GError **error);

G_END_DECLS
