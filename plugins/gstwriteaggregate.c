/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/**
 * SECTION:element-writeaggregate
 * @title: writeaggregate
 * @short_description: many small buffers in, few large ones in a list out
 *
 * writeaggregate takes buffers and lists of buffers, and pushes everything that is pending as one
 * list, from a thread of its own.  While downstream is busy with a list the next one grows; when it
 * is idle a lone buffer leaves at once.  So a slow network gets few large writes and a quick one is
 * never waited for.  With #GstWriteAggregate:max-latency it waits for more.
 *
 * Small buffers are copied into large ones, large buffers are passed on as they are; bytes, events
 * and queries keep their order, and no byte is ever changed.  It is a queue, too: upstream goes on
 * while downstream is blocked, until #GstWriteAggregate:max-size-bytes are pending.
 *
 * |[
 * gst-launch-1.0 audiotestsrc samplesperbuffer=32 ! writeaggregate ! tcpclientsink port=4953
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include "gstwriteaggregate.h"
#include "pendingtask.h"

#define DEFAULT_MAX_BYTES 65536
#define DEFAULT_MAX_LATENCY 0
#define DEFAULT_QUIET_TIME 0
#define DEFAULT_COPY_THRESHOLD 4096
#define DEFAULT_MAX_SIZE_BYTES (4 * 1024 * 1024)

GST_DEBUG_CATEGORY_STATIC (gst_write_aggregate_debug);
#define GST_CAT_DEFAULT gst_write_aggregate_debug

struct _GstWriteAggregate
{
  GstElement parent_instance;

  /* Immutable after init. */
  GstPad *sinkpad;
  GstPad *srcpad;
  GstGioSocketPending *pending;
  GstGioSocketPendingTask *task;

  /* Protected by the object lock. */
  GstGioSocketPendingLimits limits;
};

enum
{
  PROP_MAX_BYTES = 1,
  PROP_MAX_LATENCY,
  PROP_QUIET_TIME,
  PROP_COPY_THRESHOLD,
  PROP_MAX_SIZE_BYTES,
  PROP_STATS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstWriteAggregate, gst_write_aggregate, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (writeaggregate, "writeaggregate", GST_RANK_NONE,
    GST_TYPE_WRITE_AGGREGATE)

/* --- pads ---------------------------------------------------------------- */

/* Plain casts: a checked one is a fifth of what it costs to take in a buffer. */
static GstFlowReturn
gst_write_aggregate_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  return gst_gio_socket_pending_push (((GstWriteAggregate *)parent)->pending, buffer);
}

static GstFlowReturn
gst_write_aggregate_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  return gst_gio_socket_pending_push_list (((GstWriteAggregate *)parent)->pending, list);
}

static GstFlowReturn
push_serialized (GstWriteAggregate *self, GstEvent *event)
{
  gboolean eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
  GstFlowReturn ret = gst_gio_socket_pending_push_event (self->pending, event);

  if (eos && gst_gio_socket_pending_task_is_fatal (ret))
    GST_ELEMENT_FLOW_ERROR (self, ret);

  return ret;
}

static GstFlowReturn
gst_write_aggregate_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (parent);
  gboolean forwarded;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      forwarded = gst_gio_socket_pending_task_flush_start (self->task, event);
      break;
    case GST_EVENT_FLUSH_STOP:
      forwarded = gst_gio_socket_pending_task_flush_stop (self->task, event);
      break;
    default:
      if (GST_EVENT_IS_SERIALIZED (event))
        return push_serialized (self, event);
      forwarded = gst_pad_push_event (self->srcpad, event);
      break;
  }

  return forwarded ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static gboolean
gst_write_aggregate_sink_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (parent);

  /* Whoever asks would write into memory that is then copied, and wait for the list before that. */
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION)
    return FALSE;
  if (GST_QUERY_IS_SERIALIZED (query))
    return gst_gio_socket_pending_query (self->pending, query);

  return gst_pad_query_default (pad, parent, query);
}

static gboolean
gst_write_aggregate_src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (parent);

  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE)
    gst_gio_socket_pending_task_reconfigure (self->task);

  return gst_pad_event_default (pad, parent, event);
}

static GstClockTime
add_latency (GstClockTime latency, GstClockTime more)
{
  if (!GST_CLOCK_TIME_IS_VALID (latency))
    return latency;

  return latency < G_MAXINT64 - more ? latency + more : G_MAXINT64;
}

static gboolean
query_latency (GstWriteAggregate *self, GstQuery *query)
{
  GstClockTime min, max, more;
  gboolean live;

  if (!gst_pad_peer_query (self->sinkpad, query))
    return FALSE;

  GST_OBJECT_LOCK (self);
  more = self->limits.max_latency;
  GST_OBJECT_UNLOCK (self);

  gst_query_parse_latency (query, &live, &min, &max);
  if (live)
    gst_query_set_latency (query, live, add_latency (min, more), add_latency (max, more));

  return TRUE;
}

static gboolean
gst_write_aggregate_src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return query_latency (GST_WRITE_AGGREGATE (parent), query);

  return gst_pad_query_default (pad, parent, query);
}

static gboolean
gst_write_aggregate_sink_activate_mode (GstPad *pad, GstObject *parent, GstPadMode mode,
    gboolean active)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  if (active) {
    gst_gio_socket_pending_task_restart (self->task);
    return TRUE;
  }

  gst_gio_socket_pending_stop (self->pending);
  GST_PAD_STREAM_LOCK (pad);
  gst_gio_socket_pending_task_drop (self->task);
  GST_PAD_STREAM_UNLOCK (pad);

  return TRUE;
}

static gboolean
gst_write_aggregate_src_activate_mode (GstPad *pad, GstObject *parent, GstPadMode mode,
    gboolean active)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;

  return active ? gst_gio_socket_pending_task_start (self->task)
                : gst_gio_socket_pending_task_stop (self->task);
}

/* --- GObject ------------------------------------------------------------- */

static void
gst_write_aggregate_set_property (GObject *object, guint prop_id, const GValue *value,
    GParamSpec *pspec)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (object);

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_MAX_BYTES:
      self->limits.max_bytes = g_value_get_uint (value);
      break;
    case PROP_MAX_LATENCY:
      self->limits.max_latency = g_value_get_uint64 (value);
      break;
    case PROP_QUIET_TIME:
      self->limits.quiet_time = g_value_get_uint64 (value);
      break;
    case PROP_COPY_THRESHOLD:
      self->limits.copy_threshold = g_value_get_uint (value);
      break;
    case PROP_MAX_SIZE_BYTES:
      self->limits.max_size_bytes = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  gst_gio_socket_pending_set_limits (self->pending, &self->limits);
  GST_OBJECT_UNLOCK (self);

  if (prop_id == PROP_MAX_LATENCY)
    gst_element_post_message (GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

static GstStructure *
make_stats (GstWriteAggregate *self)
{
  GstGioSocketPendingCounters counters;

  gst_gio_socket_pending_get_counters (self->pending, &counters);

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
      "flushes-age", G_TYPE_UINT64, counters.ends[GST_GIO_SOCKET_BURST_AGE],
      "flushes-quiet", G_TYPE_UINT64, counters.ends[GST_GIO_SOCKET_BURST_QUIET],
      "flushes-size", G_TYPE_UINT64, counters.ends[GST_GIO_SOCKET_BURST_SIZE],
      "flushes-boundary", G_TYPE_UINT64, counters.ends[GST_GIO_SOCKET_BURST_BOUNDARY],
      "level", G_TYPE_UINT64, counters.level,
      NULL);
  /* clang-format on */
}

static void
gst_write_aggregate_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (object);
  GstGioSocketPendingLimits limits;

  GST_OBJECT_LOCK (self);
  limits = self->limits;
  GST_OBJECT_UNLOCK (self);

  switch (prop_id) {
    case PROP_MAX_BYTES:
      g_value_set_uint (value, limits.max_bytes);
      break;
    case PROP_MAX_LATENCY:
      g_value_set_uint64 (value, limits.max_latency);
      break;
    case PROP_QUIET_TIME:
      g_value_set_uint64 (value, limits.quiet_time);
      break;
    case PROP_COPY_THRESHOLD:
      g_value_set_uint (value, limits.copy_threshold);
      break;
    case PROP_MAX_SIZE_BYTES:
      g_value_set_uint (value, limits.max_size_bytes);
      break;
    case PROP_STATS:
      g_value_take_boxed (value, make_stats (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_write_aggregate_finalize (GObject *object)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (object);

  g_clear_pointer (&self->task, gst_gio_socket_pending_task_free);
  g_clear_pointer (&self->pending, gst_gio_socket_pending_free);

  G_OBJECT_CLASS (gst_write_aggregate_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  /**
   * GstWriteAggregate:max-bytes:
   *
   * Most bytes in one list.  A buffer that is larger goes alone.  A change holds for what comes: a
   * list that has more already leaves as it is.
   *
   * Since: 0.1
   */
  properties[PROP_MAX_BYTES] = g_param_spec_uint ("max-bytes", "Max bytes",
      "Most bytes in one list; a larger buffer goes alone", 1, G_MAXUINT, DEFAULT_MAX_BYTES, flags);

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
  properties[PROP_MAX_LATENCY] = g_param_spec_uint64 ("max-latency", "Max latency",
      "Longest time that a buffer waits for more, in nanoseconds (0: it never waits)", 0,
      G_MAXINT64, DEFAULT_MAX_LATENCY, flags);

  /**
   * GstWriteAggregate:quiet-time:
   *
   * Nanoseconds without an arrival that end the wait of #GstWriteAggregate:max-latency early.
   *
   * Since: 0.1
   */
  properties[PROP_QUIET_TIME] = g_param_spec_uint64 ("quiet-time", "Quiet time",
      "Time without an arrival that ends the wait, in nanoseconds (0: do not watch for it)", 0,
      G_MAXINT64, DEFAULT_QUIET_TIME, flags);

  /**
   * GstWriteAggregate:copy-threshold:
   *
   * Buffers of fewer bytes are copied into larger ones when there are neighbours to share one with.
   * 0: no byte is copied.
   *
   * Since: 0.1
   */
  properties[PROP_COPY_THRESHOLD] = g_param_spec_uint ("copy-threshold", "Copy threshold",
      "Smaller buffers are copied into larger ones (0: none are)", 0, G_MAXUINT,
      DEFAULT_COPY_THRESHOLD, flags);

  /**
   * GstWriteAggregate:max-size-bytes:
   *
   * Most bytes that may be pending.  Upstream blocks when a buffer, or a list of them, would make
   * it more, until half of it is free again; one that is larger by itself passes when nothing else
   * is pending.  A buffer of fewer than 32 bytes counts as 32.
   *
   * Since: 0.1
   */
  properties[PROP_MAX_SIZE_BYTES] = g_param_spec_uint ("max-size-bytes", "Max size bytes",
      "Most bytes that may be pending; upstream blocks there", 1, G_MAXUINT, DEFAULT_MAX_SIZE_BYTES,
      flags);

  /**
   * GstWriteAggregate:stats:
   *
   * A #GstStructure "GstWriteAggregateStats" whose fields are all #guint64 and count from when the
   * element was made:
   *
   * - "buffers-in", "bytes-in": buffers taken from upstream, and their bytes
   * - "lists-out", "buffers-out", "bytes-out": lists that downstream accepted, the buffers in them,
   *   and their bytes
   * - "bytes-copied": bytes copied from small buffers into larger ones
   * - "buffers-dropped", "bytes-dropped": what was taken from upstream and lost in a flush or a
   *   change of state, or in a list that downstream did not accept
   * - "flushes-age": lists that left because max-latency had passed (0: at once)
   * - "flushes-quiet": lists that left because nothing had arrived for quiet-time
   * - "flushes-size": lists that left because max-bytes or max-size-bytes were pending
   * - "flushes-boundary": lists that left because an event or a query came behind them, or a buffer
   *   with a timestamp too far away
   * - "level": bytes pending now
   *
   * Since: 0.1
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "What happened: buffers, lists and bytes in and out, flushes by cause; and what is pending",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gst_write_aggregate_class_init (GstWriteAggregateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_write_aggregate_debug, "writeaggregate", 0, "writeaggregate");

  object_class->set_property = gst_write_aggregate_set_property;
  object_class->get_property = gst_write_aggregate_get_property;
  object_class->finalize = gst_write_aggregate_finalize;
  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Write aggregator", "Generic/Network",
      "Gathers small buffers into lists of few large ones", "The gst-giosocket authors");
}

static void
gst_write_aggregate_init (GstWriteAggregate *self)
{
  self->pending = gst_gio_socket_pending_new ();
  self->limits = (GstGioSocketPendingLimits){
    .max_bytes = DEFAULT_MAX_BYTES,
    .max_size_bytes = DEFAULT_MAX_SIZE_BYTES,
    .copy_threshold = DEFAULT_COPY_THRESHOLD,
    .max_latency = DEFAULT_MAX_LATENCY,
    .quiet_time = DEFAULT_QUIET_TIME,
  };
  gst_gio_socket_pending_set_limits (self->pending, &self->limits);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, GST_DEBUG_FUNCPTR (gst_write_aggregate_chain));
  gst_pad_set_chain_list_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_write_aggregate_chain_list));
  gst_pad_set_event_full_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_write_aggregate_sink_event));
  gst_pad_set_query_function (self->sinkpad, GST_DEBUG_FUNCPTR (gst_write_aggregate_sink_query));
  gst_pad_set_activatemode_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_write_aggregate_sink_activate_mode));
  GST_PAD_SET_PROXY_CAPS (self->sinkpad);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_event_function (self->srcpad, GST_DEBUG_FUNCPTR (gst_write_aggregate_src_event));
  gst_pad_set_query_function (self->srcpad, GST_DEBUG_FUNCPTR (gst_write_aggregate_src_query));
  gst_pad_set_activatemode_function (self->srcpad,
      GST_DEBUG_FUNCPTR (gst_write_aggregate_src_activate_mode));
  GST_PAD_SET_PROXY_CAPS (self->srcpad);
  self->task = gst_gio_socket_pending_task_new (GST_ELEMENT (self), self->srcpad, self->pending);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}
