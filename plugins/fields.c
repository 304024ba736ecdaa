/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "fields.h"

static gpointer
find (gconstpointer structure, const GstGioSocketField *fields, const gchar *name)
{
  for (; fields->name != NULL; fields++) {
    if (g_str_equal (name, fields->name))
      return G_STRUCT_MEMBER_P (structure, fields->offset);
  }

  return NULL;
}

gboolean
gst_gio_socket_fields_set (gpointer structure, const GstGioSocketField *fields, const gchar *name,
    const GValue *value)
{
  gpointer field = find (structure, fields, name);

  if (field == NULL)
    return FALSE;

  if (G_VALUE_HOLDS_UINT64 (value))
    *(guint64 *)field = g_value_get_uint64 (value);
  else if (G_VALUE_HOLDS_UINT (value))
    *(guint *)field = g_value_get_uint (value);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    *(gboolean *)field = g_value_get_boolean (value);
  else if (G_VALUE_HOLDS_FLAGS (value))
    *(guint *)field = g_value_get_flags (value);
  else
    *(guint *)field = g_value_get_enum (value);

  return TRUE;
}

gboolean
gst_gio_socket_fields_get (gconstpointer structure, const GstGioSocketField *fields,
    const gchar *name, GValue *value)
{
  gconstpointer field = find (structure, fields, name);

  if (field == NULL)
    return FALSE;

  if (G_VALUE_HOLDS_UINT64 (value))
    g_value_set_uint64 (value, *(const guint64 *)field);
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, *(const guint *)field);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, *(const gboolean *)field);
  else if (G_VALUE_HOLDS_FLAGS (value))
    g_value_set_flags (value, *(const guint *)field);
  else
    g_value_set_enum (value, *(const guint *)field);

  return TRUE;
}
