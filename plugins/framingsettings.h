/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/framing.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What an application says about headers, the same on the way out (writeaggregate) and on the way in
 * (recvpool).  Without a lock: the element's own guards it.
 */
typedef struct
{
  GstGioSocketFraming framing;
  GstGioSocketFramingLayout custom;
} GstGioSocketFramingSettings;

void gst_gio_socket_framing_settings_init (GstGioSocketFramingSettings *self);

/* From @first_id on.  Returns: the id behind the last one */
guint gst_gio_socket_framing_settings_install (GObjectClass *object_class, guint first_id);

/* By the name of the property.  Returns: FALSE if it is none of these */
gboolean gst_gio_socket_framing_settings_set (GstGioSocketFramingSettings *self, const gchar *name,
    const GValue *value);

gboolean gst_gio_socket_framing_settings_get (const GstGioSocketFramingSettings *self,
    const gchar *name, GValue *value);

/* Returns: FALSE with @error if the header that is described by hand is none */
gboolean gst_gio_socket_framing_settings_resolve (const GstGioSocketFramingSettings *self,
    GstGioSocketFramingLayout *layout, GError **error);

G_END_DECLS
