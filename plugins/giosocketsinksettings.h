/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/boundary.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What an application tells giosocketsink about sending and ending.  Without a lock: the element's own
 * guards it.
 */
typedef struct
{
  GstClockTime linger_timeout;
  guint notsent_lowat;
  GstGioSocketFlushOn resume_on;
} GstGioSocketSinkSettings;

#define GST_GIO_SOCKET_N_SINK_SETTINGS 3

void gst_gio_socket_sink_settings_init (GstGioSocketSinkSettings *self);

/* From @first_id on, one for each. */
void gst_gio_socket_sink_settings_install (GObjectClass *object_class, guint first_id);

/* By the name of the property.  Returns: FALSE if it is none of these */
gboolean gst_gio_socket_sink_settings_set (GstGioSocketSinkSettings *self, const gchar *name,
    const GValue *value);

gboolean gst_gio_socket_sink_settings_get (const GstGioSocketSinkSettings *self, const gchar *name,
    GValue *value);

G_END_DECLS
