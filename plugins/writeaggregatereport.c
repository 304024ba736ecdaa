/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "writeaggregatereport.h"

GParamSpec *
gst_write_aggregate_stats_new_pspec (void)
{
  /**
   * GstWriteAggregate:stats:
   *
   * A #GstStructure "GstWriteAggregateStats" whose fields are all #guint64 and count from when the
   * element was made:
   *
   * - "buffers-in", "bytes-in": buffers taken from upstream, and their bytes, with the headers that
   *   #GstWriteAggregate:framing put before them
   * - "lists-out", "buffers-out", "bytes-out": lists that downstream accepted, the buffers in them,
   *   and their bytes
   * - "bytes-copied": bytes copied from small buffers into larger ones
   * - "buffers-dropped", "bytes-dropped": what was taken from upstream and lost in a flush or a
   *   change of state, in a list that downstream did not accept, or because of
   *   #GstWriteAggregate:leaky
   * - "buffers-leaked", "bytes-leaked": those among them that #GstWriteAggregate:leaky lost
   * - "flushes-age": lists that left because max-latency had passed (0: at once)
   * - "flushes-quiet": lists that left because nothing had arrived for quiet-time
   * - "flushes-size": lists that left because max-bytes or max-size-bytes were pending
   * - "flushes-boundary": lists that left because an event or a query came behind them, or a buffer
   *   with a timestamp too far away, or because of #GstWriteAggregate:flush-on
   * - "level": bytes pending now
   *
   * Since: 0.1
   */
  return g_param_spec_boxed ("stats", "Statistics", "What happened so far", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

GstStructure *
gst_write_aggregate_stats_new (GstGioSocketPending *pending)
{
  GstGioSocketPendingCounters counters;

  gst_gio_socket_pending_get_counters (pending, &counters);

  /* clang-format off */
  return gst_structure_new ("GstWriteAggregateStats",
      "buffers-in", G_TYPE_UINT64, counters.buffers_in,
      "bytes-in", G_TYPE_UINT64, counters.bytes_in,
      "lists-out", G_TYPE_UINT64, counters.lists_out,
      "buffers-out", G_TYPE_UINT64, counters.buffers_out,
      "bytes-out", G_TYPE_UINT64, counters.bytes_out,
      "bytes-copied", G_TYPE_UINT64, counters.bytes_copied,
      "buffers-dropped", G_TYPE_UINT64, counters.buffers_dropped,
      "bytes-dropped", G_TYPE_UINT64, counters.bytes_dropped,
      "buffers-leaked", G_TYPE_UINT64, counters.buffers_leaked,
      "bytes-leaked", G_TYPE_UINT64, counters.bytes_leaked,
      "flushes-age", G_TYPE_UINT64, counters.ends[GST_GIO_SOCKET_BURST_AGE],
      "flushes-quiet", G_TYPE_UINT64, counters.ends[GST_GIO_SOCKET_BURST_QUIET],
      "flushes-size", G_TYPE_UINT64, counters.ends[GST_GIO_SOCKET_BURST_SIZE],
      "flushes-boundary", G_TYPE_UINT64, counters.ends[GST_GIO_SOCKET_BURST_BOUNDARY],
      "level", G_TYPE_UINT64, counters.level,
      NULL);
  /* clang-format on */
}

/* Without a segment in time neither is known. */
static void
find_times (GstPad *pad, GstClockTime time, GstClockTime *running_time, GstClockTime *stream_time)
{
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;

  *running_time = GST_CLOCK_TIME_NONE;
  *stream_time = GST_CLOCK_TIME_NONE;
  if (event == NULL)
    return;

  gst_event_parse_segment (event, &segment);
  if (segment->format != GST_FORMAT_TIME)
    return;

  *running_time = gst_segment_to_running_time (segment, GST_FORMAT_TIME, time);
  *stream_time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, time);
}

GstMessage *
gst_write_aggregate_loss_message_new (GstObject *source, GstPad *pad,
    const GstGioSocketPendingLoss *loss)
{
  GstClockTime running_time, stream_time;
  GstMessage *message;

  find_times (pad, GST_BUFFER_PTS (loss->buffer), &running_time, &stream_time);
  message = gst_message_new_qos (source, FALSE, running_time, stream_time,
      GST_BUFFER_PTS (loss->buffer), GST_BUFFER_DURATION (loss->buffer));
  gst_message_set_qos_stats (message, GST_FORMAT_BUFFERS, loss->processed, loss->dropped);

  return message;
}
