/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "fields.h"
#include "recvpoolsettings.h"

#define DEFAULT_SLAB_SIZE (1024 * 1024)
#define DEFAULT_MAX_MESSAGE_SIZE (64 * 1024 * 1024)

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

static const GstGioSocketField fields[] = {
  { "slab-size", G_STRUCT_OFFSET (GstRecvPoolSettings, slab_size) },
  { "max-slabs", G_STRUCT_OFFSET (GstRecvPoolSettings, max_slabs) },
  { "strip-header", G_STRUCT_OFFSET (GstRecvPoolSettings, strip_header) },
  { "max-message-size", G_STRUCT_OFFSET (GstRecvPoolSettings, max_message_size) },
  { NULL, 0 },
};

void
gst_recv_pool_settings_init (GstRecvPoolSettings *self)
{
  *self = (GstRecvPoolSettings){
    .slab_size = DEFAULT_SLAB_SIZE,
    .strip_header = TRUE,
    .max_message_size = DEFAULT_MAX_MESSAGE_SIZE,
  };
  gst_gio_socket_framing_settings_init (&self->framing);
}

gboolean
gst_recv_pool_settings_set (GstRecvPoolSettings *self, const gchar *name, const GValue *value)
{
  return gst_gio_socket_fields_set (self, fields, name, value) ||
      gst_gio_socket_framing_settings_set (&self->framing, name, value);
}

gboolean
gst_recv_pool_settings_get (const GstRecvPoolSettings *self, const gchar *name, GValue *value)
{
  return gst_gio_socket_fields_get (self, fields, name, value) ||
      gst_gio_socket_framing_settings_get (&self->framing, name, value);
}

gboolean
gst_recv_pool_settings_resolve (const GstRecvPoolSettings *self,
    GstGioSocketSlabPoolSettings *resolved, GError **error)
{
  *resolved = (GstGioSocketSlabPoolSettings){
    .slab_size = self->slab_size,
    .max_slabs = self->max_slabs,
    .strip_header = self->strip_header,
    .max_message_size = self->max_message_size,
  };

  return gst_gio_socket_framing_settings_resolve (&self->framing, &resolved->layout, error);
}

static guint
install_receiving (GObjectClass *object_class, guint id)
{
  /**
   * GstRecvPool:slab-size:
   *
   * The size of the blocks into which the stream is received, in bytes.  A message that does not fit
   * gets a block of its own; what is not known to be one is received into no more than a block at once.
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

guint
gst_recv_pool_settings_install (GObjectClass *object_class, guint first_id)
{
  guint id = install_receiving (object_class, first_id);

  return gst_gio_socket_framing_settings_install (object_class, id);
}
