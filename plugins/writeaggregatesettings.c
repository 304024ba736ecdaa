/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "fields.h"
#include "writeaggregatesettings.h"

#define DEFAULT_MAX_BYTES 65536
#define DEFAULT_MAX_LATENCY 0
#define DEFAULT_QUIET_TIME 0
#define DEFAULT_FLUSH_ON 0
#define DEFAULT_COPY_THRESHOLD 4096
#define DEFAULT_MAX_SIZE_BYTES (4 * 1024 * 1024)
#define DEFAULT_LEAKY GST_GIO_SOCKET_LEAKY_NO

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

static const GstGioSocketField fields[] = {
  { "max-bytes", G_STRUCT_OFFSET (GstWriteAggregateSettings, max_bytes) },
  { "max-size-bytes", G_STRUCT_OFFSET (GstWriteAggregateSettings, max_size_bytes) },
  { "copy-threshold", G_STRUCT_OFFSET (GstWriteAggregateSettings, copy_threshold) },
  { "max-latency", G_STRUCT_OFFSET (GstWriteAggregateSettings, max_latency) },
  { "quiet-time", G_STRUCT_OFFSET (GstWriteAggregateSettings, quiet_time) },
  { "flush-on", G_STRUCT_OFFSET (GstWriteAggregateSettings, flush_on) },
  { "leaky", G_STRUCT_OFFSET (GstWriteAggregateSettings, leaky) },
  { NULL, 0 },
};

void
gst_write_aggregate_settings_init (GstWriteAggregateSettings *self)
{
  *self = (GstWriteAggregateSettings){
    .max_bytes = DEFAULT_MAX_BYTES,
    .max_size_bytes = DEFAULT_MAX_SIZE_BYTES,
    .copy_threshold = DEFAULT_COPY_THRESHOLD,
    .max_latency = DEFAULT_MAX_LATENCY,
    .quiet_time = DEFAULT_QUIET_TIME,
    .flush_on = DEFAULT_FLUSH_ON,
    .leaky = DEFAULT_LEAKY,
  };
  gst_gio_socket_framing_settings_init (&self->framing);
}

gboolean
gst_write_aggregate_settings_set (GstWriteAggregateSettings *self, const gchar *name,
    const GValue *value)
{
  return gst_gio_socket_fields_set (self, fields, name, value) ||
      gst_gio_socket_framing_settings_set (&self->framing, name, value);
}

gboolean
gst_write_aggregate_settings_get (const GstWriteAggregateSettings *self, const gchar *name,
    GValue *value)
{
  return gst_gio_socket_fields_get (self, fields, name, value) ||
      gst_gio_socket_framing_settings_get (&self->framing, name, value);
}

void
gst_write_aggregate_settings_get_limits (const GstWriteAggregateSettings *self,
    GstGioSocketPendingLimits *limits)
{
  *limits = (GstGioSocketPendingLimits){
    .max_bytes = self->max_bytes,
    .max_size_bytes = self->max_size_bytes,
    .copy_threshold = self->copy_threshold,
    .max_latency = self->max_latency,
    .quiet_time = self->quiet_time,
    .flush_on = self->flush_on,
    .leaky = self->leaky,
  };
}

static guint
install_waiting (GObjectClass *object_class, guint id)
{
  /**
   * GstWriteAggregate:max-bytes:
   *
   * Most bytes in one list.  A buffer that is larger goes alone.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("max-bytes", "Max bytes",
          "Most bytes in one list; a larger buffer goes alone", 1, G_MAXUINT, DEFAULT_MAX_BYTES,
          FLAGS));

  /**
   * GstWriteAggregate:max-latency:
   *
   * Nanoseconds that a buffer may wait for more, counted from its arrival.  0: what is pending
   * leaves as soon as downstream is idle.  Also the time that the timestamps in one list may span,
   * if it is more than 10 ms, so that a sink with sync=true keeps its pace.  In live pipelines it
   * is added to the latency.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint64 ("max-latency", "Max latency",
          "Longest time that a buffer waits for more, in nanoseconds (0: it never waits)", 0,
          G_MAXINT64, DEFAULT_MAX_LATENCY, FLAGS));

  /**
   * GstWriteAggregate:quiet-time:
   *
   * Nanoseconds without an arrival that end the wait of #GstWriteAggregate:max-latency early.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint64 ("quiet-time", "Quiet time",
          "Time without an arrival that ends the wait, in nanoseconds (0: do not watch for it)", 0,
          G_MAXINT64, DEFAULT_QUIET_TIME, FLAGS));

  /**
   * GstWriteAggregate:flush-on:
   *
   * What in the stream ends the wait of #GstWriteAggregate:max-latency: the end of a frame (marker),
   * the beginning of a group of frames (keyframe), another PTS (timestamp).  What is complete leaves
   * at once and together; what has begun behind it waits for its own end.  Where nothing waits it
   * changes nothing.  A change holds from the next buffer on.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_flags ("flush-on", "Flush on", "What in the stream ends the wait for more",
          GST_TYPE_GIO_SOCKET_FLUSH_ON, DEFAULT_FLUSH_ON, FLAGS));

  return id;
}

static guint
install_queueing (GObjectClass *object_class, guint id)
{
  /**
   * GstWriteAggregate:copy-threshold:
   *
   * Buffers of fewer bytes are copied into larger ones when there are neighbours to share one with.
   * 0: no byte is copied.  With leaky=downstream none is either, so that the oldest one can go.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("copy-threshold", "Copy threshold",
          "Smaller buffers are copied into larger ones (0: none are)", 0, G_MAXUINT,
          DEFAULT_COPY_THRESHOLD, FLAGS));

  /**
   * GstWriteAggregate:max-size-bytes:
   *
   * Most bytes that may be pending.  Upstream blocks when a buffer, or a list of them, would make
   * it more, until half of it is free again; one that is larger by itself passes when nothing else
   * is pending.  A buffer of fewer than 32 bytes counts as 32.  With #GstWriteAggregate:leaky it does
   * not block.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_uint ("max-size-bytes", "Max size bytes",
          "Most bytes that may be pending; upstream blocks there, unless it is leaky", 1, G_MAXUINT,
          DEFAULT_MAX_SIZE_BYTES, FLAGS));

  /**
   * GstWriteAggregate:leaky:
   *
   * What is lost when a buffer would make more than #GstWriteAggregate:max-size-bytes pending:
   * nothing, upstream blocks (no); that buffer (upstream); or the oldest ones until it fits
   * (downstream).  A buffer, which is a message with #GstWriteAggregate:framing, is lost whole or
   * not at all, and not when it is on its way already; of a list each buffer is looked at by itself.
   * Events are never lost, nor are buffers with %GST_BUFFER_FLAG_HEADER: where there is no room but
   * theirs, upstream blocks.  The buffer behind the gap has %GST_BUFFER_FLAG_DISCONT, and a QoS
   * message tells how many were lost since the last flush, and how many went on.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, id++,
      g_param_spec_enum ("leaky", "Leaky", "What is lost when max-size-bytes are pending",
          GST_TYPE_GIO_SOCKET_LEAKY, DEFAULT_LEAKY, FLAGS));

  return id;
}

guint
gst_write_aggregate_settings_install (GObjectClass *object_class, guint first_id)
{
  guint id = install_queueing (object_class, install_waiting (object_class, first_id));

  return gst_gio_socket_framing_settings_install (object_class, id);
}
