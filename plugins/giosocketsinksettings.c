/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "fields.h"
#include "giosocketsinksettings.h"

#define DEFAULT_LINGER_TIMEOUT (10 * GST_SECOND)
#define DEFAULT_NOTSENT_LOWAT 0
#define DEFAULT_RESUME_ON 0

static const GstGioSocketField fields[] = {
  { "linger-timeout", G_STRUCT_OFFSET (GstGioSocketSinkSettings, linger_timeout) },
  { "notsent-lowat", G_STRUCT_OFFSET (GstGioSocketSinkSettings, notsent_lowat) },
  { "resume-on", G_STRUCT_OFFSET (GstGioSocketSinkSettings, resume_on) },
  { NULL, 0 },
};

void
gst_gio_socket_sink_settings_init (GstGioSocketSinkSettings *self)
{
  *self = (GstGioSocketSinkSettings){
    .linger_timeout = DEFAULT_LINGER_TIMEOUT,
    .notsent_lowat = DEFAULT_NOTSENT_LOWAT,
    .resume_on = DEFAULT_RESUME_ON,
  };
}

gboolean
gst_gio_socket_sink_settings_set (GstGioSocketSinkSettings *self, const gchar *name,
    const GValue *value)
{
  return gst_gio_socket_fields_set (self, fields, name, value);
}

gboolean
gst_gio_socket_sink_settings_get (const GstGioSocketSinkSettings *self, const gchar *name,
    GValue *value)
{
  return gst_gio_socket_fields_get (self, fields, name, value);
}

void
gst_gio_socket_sink_settings_install (GObjectClass *object_class, guint first_id)
{
  guint id = first_id;

  /**
   * GstGioSocketSink:linger-timeout:
   *
   * How long the wait at EOS goes on without the peer acknowledging anything, in nanoseconds.
   * Bytes that are not acknowledged then are an error.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint64 ("linger-timeout", "Linger timeout",
          "Nanoseconds without progress after which the wait for acknowledgements at EOS is an "
          "error",
          0, G_MAXINT64, DEFAULT_LINGER_TIMEOUT,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING));

  /**
   * GstGioSocketSink:notsent-lowat:
   *
   * How many bytes may wait in the kernel that it has not sent yet; 0: as many as the system says
   * (net.ipv4.tcp_notsent_lowat), which is no limit unless somebody set one.  What is on its way does
   * not count, so a few packets' worth keeps any connection busy.  The kernel looks where a segment
   * begins: it may hold as much more as one has, 64 KiB with segmentation offload.
   *
   * Where the network is slower than the producer, the backlog then waits upstream, where
   * writeaggregate makes fewer and larger buffers of it and whoever leaks can drop of it, instead of
   * in the kernel, where it only gets old.  A change holds at once.  Nothing happens with sockets
   * other than TCP's.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("notsent-lowat", "Not sent low-water mark",
          "Bytes that may wait unsent in the kernel (0: as the system says)", 0, G_MAXUINT,
          DEFAULT_NOTSENT_LOWAT,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING));

  /**
   * GstGioSocketSink:resume-on:
   *
   * Where the stream goes on over another connection: at a buffer behind one with the marker flag, at
   * one that is no delta unit, at one with another timestamp.  Buffers before that are dropped.
   * Without any of these: at the next buffer.  Either way a buffer of which a part has left over the
   * lost connection is dropped, and the buffers of the caps' field streamheader are sent first.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_flags ("resume-on", "Resume on",
          "Where the stream goes on over another connection (none: at the next buffer)",
          GST_TYPE_GIO_SOCKET_FLUSH_ON, DEFAULT_RESUME_ON,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
}
