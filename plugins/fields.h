/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Properties that are nothing but a value in a structure: a table says where each lies.  Without a
 * lock: the element's own guards the structure.
 */
typedef struct
{
  const gchar *name;
  gsize
      offset; /* of a guint, guint64 or gboolean; an enum or a set of flags is as wide as a guint */
} GstGioSocketField;

/* Returns: FALSE if @name is none of @fields, which end with a NULL name */
gboolean gst_gio_socket_fields_set (gpointer structure, const GstGioSocketField *fields,
    const gchar *name, const GValue *value);

gboolean gst_gio_socket_fields_get (gconstpointer structure, const GstGioSocketField *fields,
    const gchar *name, GValue *value);

G_END_DECLS
