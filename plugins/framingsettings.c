/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "fields.h"
#include "framingsettings.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

static const GstGioSocketField fields[] = {
  { "framing", G_STRUCT_OFFSET (GstGioSocketFramingSettings, framing) },
  { "header-size", G_STRUCT_OFFSET (GstGioSocketFramingSettings, custom.header_size) },
  { "length-offset", G_STRUCT_OFFSET (GstGioSocketFramingSettings, custom.length_offset) },
  { "length-size", G_STRUCT_OFFSET (GstGioSocketFramingSettings, custom.length_size) },
  { "length-endianness", G_STRUCT_OFFSET (GstGioSocketFramingSettings, custom.endianness) },
  { "length-includes-header",
      G_STRUCT_OFFSET (GstGioSocketFramingSettings, custom.length_includes_header) },
  { NULL, 0 },
};

void
gst_gio_socket_framing_settings_init (GstGioSocketFramingSettings *self)
{
  *self = (GstGioSocketFramingSettings){
    .framing = GST_GIO_SOCKET_FRAMING_NONE,
    .custom = { 4, 0, 4, GST_GIO_SOCKET_BYTE_ORDER_BIG_ENDIAN, FALSE, -1 },
  };
}

gboolean
gst_gio_socket_framing_settings_set (GstGioSocketFramingSettings *self, const gchar *name,
    const GValue *value)
{
  return gst_gio_socket_fields_set (self, fields, name, value);
}

gboolean
gst_gio_socket_framing_settings_get (const GstGioSocketFramingSettings *self, const gchar *name,
    GValue *value)
{
  return gst_gio_socket_fields_get (self, fields, name, value);
}

gboolean
gst_gio_socket_framing_settings_resolve (const GstGioSocketFramingSettings *self,
    GstGioSocketFramingLayout *layout, GError **error)
{
  gboolean custom = self->framing == GST_GIO_SOCKET_FRAMING_CUSTOM;

  if (custom && !gst_gio_socket_framing_layout_check (&self->custom, error))
    return FALSE;

  *layout = custom ? self->custom : *gst_gio_socket_framing_get_layout (self->framing);
  return TRUE;
}

/* Described once, here, for both elements; on writeaggregate they have the same names and meaning. */
guint
gst_gio_socket_framing_settings_install (GObjectClass *object_class, guint first_id)
{
  guint id = first_id;

  gst_type_mark_as_plugin_api (GST_TYPE_GIO_SOCKET_FRAMING, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_GIO_SOCKET_BYTE_ORDER, 0);

  /**
   * GstRecvPool:framing:
   *
   * How messages are told apart in the stream.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_enum ("framing", "Framing", "How messages are told apart in the stream",
          GST_TYPE_GIO_SOCKET_FRAMING, GST_GIO_SOCKET_FRAMING_NONE, FLAGS));

  /**
   * GstRecvPool:header-size:
   *
   * With framing=custom: how many bytes are before each message, its length among them.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("header-size", "Header size", "Bytes before each message (framing=custom)",
          1, GST_GIO_SOCKET_FRAMING_MAX_HEADER_SIZE, 4, FLAGS));

  /**
   * GstRecvPool:length-offset:
   *
   * With framing=custom: how many bytes of the header come before the length.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("length-offset", "Length offset",
          "Where in the header the length begins (framing=custom)", 0,
          GST_GIO_SOCKET_FRAMING_MAX_HEADER_SIZE - 1, 0, FLAGS));

  /**
   * GstRecvPool:length-size:
   *
   * With framing=custom: how many bytes the length has.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("length-size", "Length size", "Bytes of the length (framing=custom)", 1, 8,
          4, FLAGS));

  /**
   * GstRecvPool:length-endianness:
   *
   * With framing=custom: which byte of the length comes first.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_enum ("length-endianness", "Length endianness",
          "Order of the bytes of the length (framing=custom)", GST_TYPE_GIO_SOCKET_BYTE_ORDER,
          GST_GIO_SOCKET_BYTE_ORDER_BIG_ENDIAN, FLAGS));

  /**
   * GstRecvPool:length-includes-header:
   *
   * With framing=custom: whether the length counts the bytes of the header too.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_boolean ("length-includes-header", "Length includes header",
          "Whether the length counts the header too (framing=custom)", FALSE, FLAGS));

  return id;
}
