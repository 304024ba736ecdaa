/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "fields.h"
#include "tcpcorksettings.h"

#define DEFAULT_QUIET_TIME (100 * GST_USECOND)
#define DEFAULT_MAX_LATENCY (2 * GST_MSECOND)
#define DEFAULT_ADAPTIVE FALSE
#define DEFAULT_FLUSH_ON 0
#define DEFAULT_ENABLED TRUE

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

static const GstGioSocketField fields[] = {
  { "quiet-time", G_STRUCT_OFFSET (GstTcpCorkSettings, quiet_time) },
  { "max-latency", G_STRUCT_OFFSET (GstTcpCorkSettings, max_latency) },
  { "adaptive", G_STRUCT_OFFSET (GstTcpCorkSettings, adaptive) },
  { "flush-on", G_STRUCT_OFFSET (GstTcpCorkSettings, flush_on) },
  { "enabled", G_STRUCT_OFFSET (GstTcpCorkSettings, enabled) },
  { NULL, 0 },
};

void
gst_tcp_cork_settings_init (GstTcpCorkSettings *self)
{
  *self = (GstTcpCorkSettings){
    .enabled = DEFAULT_ENABLED,
    .adaptive = DEFAULT_ADAPTIVE,
    .quiet_time = DEFAULT_QUIET_TIME,
    .max_latency = DEFAULT_MAX_LATENCY,
    .flush_on = DEFAULT_FLUSH_ON,
  };
}

gboolean
gst_tcp_cork_settings_set (GstTcpCorkSettings *self, const gchar *name, const GValue *value)
{
  return gst_gio_socket_fields_set (self, fields, name, value);
}

gboolean
gst_tcp_cork_settings_get (const GstTcpCorkSettings *self, const gchar *name, GValue *value)
{
  return gst_gio_socket_fields_get (self, fields, name, value);
}

void
gst_tcp_cork_settings_install (GObjectClass *object_class, guint first_id)
{
  guint id = first_id;

  /**
   * GstTcpCork:quiet-time:
   *
   * A burst is over when nothing came for so long, in nanoseconds.  0: do not watch for quiet; then
   * a buffer list is a burst and ends it, and single buffers are gathered for
   * #GstTcpCork:max-latency.  A change holds at once.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint64 ("quiet-time", "Quiet time",
          "Nanoseconds without a buffer that end a burst (0: do not watch, a buffer list is a "
          "burst)",
          0, G_MAXUINT64, DEFAULT_QUIET_TIME, FLAGS));

  /**
   * GstTcpCork:max-latency:
   *
   * A burst is over so long after its beginning, in nanoseconds, also when it goes on.  0: after
   * each buffer or buffer list; %GST_CLOCK_TIME_NONE: never.  A change holds at once.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint64 ("max-latency", "Maximum latency",
          "Nanoseconds after which a burst ends in any case", 0, G_MAXUINT64, DEFAULT_MAX_LATENCY,
          FLAGS));

  /**
   * GstTcpCork:adaptive:
   *
   * Whether to choose from the traffic how long it must be quiet.  #GstTcpCork:quiet-time is then
   * the longest that is waited, and what is chosen is the shortest time that hardly ends a burst
   * early: no more than one burst in 64, whatever the traffic.  Where no bursts come it does not wait
   * at all, nor cork.  It begins with #GstTcpCork:quiet-time, and learns anew when that is changed.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_boolean ("adaptive", "Adaptive",
          "Choose the quiet time from the traffic, quiet-time at most", DEFAULT_ADAPTIVE, FLAGS));

  /**
   * GstTcpCork:flush-on:
   *
   * What in the stream ends a burst at once, in addition to times: the end of a frame (marker), the
   * beginning of a group of frames (keyframe), another PTS (timestamp).  A buffer list in which a
   * burst ends is passed on in parts.  A change holds from the next buffer on.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_flags ("flush-on", "Flush on", "What in the stream ends a burst at once",
          GST_TYPE_GIO_SOCKET_FLUSH_ON, DEFAULT_FLUSH_ON, FLAGS));

  /**
   * GstTcpCork:enabled:
   *
   * Whether to cork.  Switching it off ends the burst that is under way; from then on everything
   * passes without events of ours.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_boolean ("enabled", "Enabled", "Cork and uncork the sink around bursts",
          DEFAULT_ENABLED, FLAGS));
}
