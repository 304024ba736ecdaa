/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "recvpoolsettings.h"

#define DEFAULT_SLAB_SIZE (1024 * 1024)
#define DEFAULT_MAX_MESSAGE_SIZE (64 * 1024 * 1024)

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

/* Where the value of a property lies.  An enum is as wide as a guint. */
static const struct
{
  const gchar *name;
  gsize offset;
} fields[] = {
  { "slab-size", G_STRUCT_OFFSET (GstRecvPoolSettings, slab_size) },
  { "max-slabs", G_STRUCT_OFFSET (GstRecvPoolSettings, max_slabs) },
  { "framing", G_STRUCT_OFFSET (GstRecvPoolSettings, framing) },
  { "header-size", G_STRUCT_OFFSET (GstRecvPoolSettings, custom.header_size) },
  { "length-offset", G_STRUCT_OFFSET (GstRecvPoolSettings, custom.length_offset) },
  { "length-size", G_STRUCT_OFFSET (GstRecvPoolSettings, custom.length_size) },
  { "length-endianness", G_STRUCT_OFFSET (GstRecvPoolSettings, custom.endianness) },
  { "length-includes-header",
      G_STRUCT_OFFSET (GstRecvPoolSettings, custom.length_includes_header) },
  { "strip-header", G_STRUCT_OFFSET (GstRecvPoolSettings, strip_header) },
  { "max-message-size", G_STRUCT_OFFSET (GstRecvPoolSettings, max_message_size) },
};

void
gst_recv_pool_settings_init (GstRecvPoolSettings *self)
{
  *self = (GstRecvPoolSettings){
    .slab_size = DEFAULT_SLAB_SIZE,
    .framing = GST_GIO_SOCKET_FRAMING_NONE,
    .custom = { 4, 0, 4, GST_GIO_SOCKET_BYTE_ORDER_BIG_ENDIAN, FALSE, -1 },
    .strip_header = TRUE,
    .max_message_size = DEFAULT_MAX_MESSAGE_SIZE,
  };
}

static gpointer
find_field (const GstRecvPoolSettings *self, const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (g_str_equal (name, fields[i].name))
      return G_STRUCT_MEMBER_P (self, fields[i].offset);
  }

  return NULL;
}

gboolean
gst_recv_pool_settings_set (GstRecvPoolSettings *self, const gchar *name, const GValue *value)
{
  gpointer field = find_field (self, name);

  if (field == NULL)
    return FALSE;

  if (G_VALUE_HOLDS_UINT64 (value))
    *(guint64 *)field = g_value_get_uint64 (value);
  else if (G_VALUE_HOLDS_UINT (value))
    *(guint *)field = g_value_get_uint (value);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    *(gboolean *)field = g_value_get_boolean (value);
  else
    *(guint *)field = g_value_get_enum (value);

  return TRUE;
}

gboolean
gst_recv_pool_settings_get (const GstRecvPoolSettings *self, const gchar *name, GValue *value)
{
  gconstpointer field = find_field (self, name);

  if (field == NULL)
    return FALSE;

  if (G_VALUE_HOLDS_UINT64 (value))
    g_value_set_uint64 (value, *(const guint64 *)field);
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, *(const guint *)field);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, *(const gboolean *)field);
  else
    g_value_set_enum (value, *(const guint *)field);

  return TRUE;
}

gboolean
gst_recv_pool_settings_resolve (const GstRecvPoolSettings *self,
    GstGioSocketSlabPoolSettings *resolved, GError **error)
{
  gboolean custom = self->framing == GST_GIO_SOCKET_FRAMING_CUSTOM;

  if (custom && !gst_gio_socket_framing_layout_check (&self->custom, error))
    return FALSE;

  *resolved = (GstGioSocketSlabPoolSettings){
    .slab_size = self->slab_size,
    .max_slabs = self->max_slabs,
    .layout = custom ? self->custom : *gst_gio_socket_framing_get_layout (self->framing),
    .strip_header = self->strip_header,
    .max_message_size = self->max_message_size,
  };

  return TRUE;
}

static guint
install_receiving (GObjectClass *object_class, guint id)
{
  /**
   * GstRecvPool:slab-size:
   *
   * The size of the blocks into which the stream is received, in bytes.  A message that does not fit
   * gets a block of its own.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("slab-size", "Slab size",
          "Size of the blocks into which the stream is received, in bytes", 4096, 1 << 30,
          DEFAULT_SLAB_SIZE, FLAGS));

  /**
   * GstRecvPool:max-slabs:
   *
   * How many slabs may be in use, being filled or kept by a message that somebody holds, before the
   * source waits for one to come back; 0: no limit.  A message that has begun is always completed, in
   * one slab more if it must be.  1 counts as 2: a sink keeps its last buffer until the next comes.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("max-slabs", "Max slabs",
          "Slabs in use before the source waits (0: no limit)", 0, G_MAXINT, 0, FLAGS));

  /**
   * GstRecvPool:strip-header:
   *
   * Whether messages come without the headers that the framing put before them.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_boolean ("strip-header", "Strip header",
          "Whether messages come without their headers", TRUE, FLAGS));

  /**
   * GstRecvPool:max-message-size:
   *
   * The largest message that is accepted, in bytes without its header.  A header that announces a
   * larger one is an error, before any memory is allocated for it.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint64 ("max-message-size", "Max message size",
          "Largest message that is accepted, in bytes without its header", 1, G_MAXSSIZE / 4,
          DEFAULT_MAX_MESSAGE_SIZE, FLAGS));

  return id;
}

static guint
install_framing (GObjectClass *object_class, guint id)
{
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

guint
gst_recv_pool_settings_install (GObjectClass *object_class, guint first_id)
{
  gst_type_mark_as_plugin_api (GST_TYPE_GIO_SOCKET_FRAMING, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_GIO_SOCKET_BYTE_ORDER, 0);

  return install_framing (object_class, install_receiving (object_class, first_id));
}
