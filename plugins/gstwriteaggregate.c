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
 * never waited for.  With #GstWriteAggregate:max-latency it waits for more.  Any serialized event
 * ends that wait where it stands; an application sends gst_event_new_gio_socket_flush() for it, from
 * any thread, with gst_element_send_event() on this element, and tcpcork behind it obeys as well.
 *
 * Small buffers are copied into large ones, large buffers are passed on as they are; bytes, events
 * and queries keep their order, and no byte is ever changed.  It is a queue, too: upstream goes on
 * while downstream is blocked, until #GstWriteAggregate:max-size-bytes are pending; then upstream
 * blocks, or buffers are lost (#GstWriteAggregate:leaky).
 *
 * With #GstWriteAggregate:framing each buffer, one of a list and one without bytes too, is a message
 * and gets a header that says how long it is, which recvpool takes off again.  From then on the two
 * are one buffer: wherever bytes are counted or limited the header's are among them, and a block has
 * only whole messages.  Events, a gap too, make no message.  A message that is too long for its
 * header is an error.
 *
 * |[
 * gst-launch-1.0 audiotestsrc samplesperbuffer=32 ! writeaggregate ! tcpclientsink port=4953
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include "giosocketelement.h"
#include "gstwriteaggregate.h"
#include "pendingtask.h"
#include "writeaggregatereport.h"
#include "writeaggregatesettings.h"

#include "lib/header.h"

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

  /* Immutable while the pads are active. */
  GstGioSocketFramingLayout layout;

  /* Protected by the object lock. */
  GstWriteAggregateSettings settings;
};

enum
{
  PROP_STATS = 1,
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

static void
loss_cb (const GstGioSocketPendingLoss *loss, gpointer user_data)
{
  GstWriteAggregate *self = user_data;
  GstPad *pad = loss->leaky == GST_GIO_SOCKET_LEAKY_UPSTREAM ? self->sinkpad : self->srcpad;

  gst_element_post_message (GST_ELEMENT (self),
      gst_write_aggregate_loss_message_new (GST_OBJECT (self), pad, loss));
}

/* --- pads ---------------------------------------------------------------- */

/* Not inlined, so that who has no framing pays for a look and nothing else. */
static G_GNUC_NO_INLINE GstFlowReturn
push_framed (GstWriteAggregate *self, GstBuffer *buffer)
{
  g_autoptr (GError) error = NULL;
  GstBuffer *framed = gst_gio_socket_header_put (&self->layout, buffer, &error);

  if (framed != NULL)
    return gst_gio_socket_pending_push (self->pending, framed);

  gst_gio_socket_element_post_error (GST_ELEMENT (self), error);
  return GST_FLOW_ERROR;
}

static G_GNUC_NO_INLINE GstFlowReturn
push_framed_list (GstWriteAggregate *self, GstBufferList *list)
{
  g_autoptr (GError) error = NULL;
  GstBufferList *framed = gst_gio_socket_header_put_list (&self->layout, list, &error);

  if (framed != NULL)
    return gst_gio_socket_pending_push_list (self->pending, framed);

  gst_gio_socket_element_post_error (GST_ELEMENT (self), error);
  return GST_FLOW_ERROR;
}

/* Plain casts: a checked one is a fifth of what it costs to take in a buffer. */
static GstFlowReturn
gst_write_aggregate_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstWriteAggregate *self = (GstWriteAggregate *)parent;

  if (G_UNLIKELY (self->layout.header_size > 0))
    return push_framed (self, buffer);

  return gst_gio_socket_pending_push (self->pending, buffer);
}

static GstFlowReturn
gst_write_aggregate_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstWriteAggregate *self = (GstWriteAggregate *)parent;

  if (G_UNLIKELY (self->layout.header_size > 0))
    return push_framed_list (self, list);

  return gst_gio_socket_pending_push_list (self->pending, list);
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
  more = self->settings.max_latency;
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

/* --- GstElement ---------------------------------------------------------- */

static gboolean
start (GstWriteAggregate *self)
{
  g_autoptr (GError) error = NULL;
  GstGioSocketFramingSettings framing;

  GST_OBJECT_LOCK (self);
  framing = self->settings.framing;
  GST_OBJECT_UNLOCK (self);

  if (gst_gio_socket_framing_settings_resolve (&framing, &self->layout, &error))
    return TRUE;

  gst_gio_socket_element_post_error (GST_ELEMENT (self), error);
  return FALSE;
}

static GstStateChangeReturn
gst_write_aggregate_change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (GST_WRITE_AGGREGATE (element)))
    return GST_STATE_CHANGE_FAILURE;

  return GST_ELEMENT_CLASS (gst_write_aggregate_parent_class)->change_state (element, transition);
}

/* Not right out of the source pad, where it would overtake what is pending. */
static gboolean
gst_write_aggregate_send_event (GstElement *element, GstEvent *event)
{
  if (GST_EVENT_IS_DOWNSTREAM (event))
    return gst_pad_send_event (GST_WRITE_AGGREGATE (element)->sinkpad, event);

  return GST_ELEMENT_CLASS (gst_write_aggregate_parent_class)->send_event (element, event);
}

/* --- GObject ------------------------------------------------------------- */

static void
apply_settings (GstWriteAggregate *self)
{
  GstGioSocketPendingLimits limits;

  gst_write_aggregate_settings_get_limits (&self->settings, &limits);
  gst_gio_socket_pending_set_limits (self->pending, &limits);
}

static void
gst_write_aggregate_set_property (GObject *object, guint prop_id, const GValue *value,
    GParamSpec *pspec)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (object);
  GstClockTime latency;
  gboolean changes_latency;

  GST_OBJECT_LOCK (self);
  latency = self->settings.max_latency;
  if (!gst_write_aggregate_settings_set (&self->settings, pspec->name, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  changes_latency = latency != self->settings.max_latency;
  apply_settings (self);
  GST_OBJECT_UNLOCK (self);

  if (changes_latency)
    gst_element_post_message (GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

static void
gst_write_aggregate_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GstWriteAggregate *self = GST_WRITE_AGGREGATE (object);

  if (prop_id == PROP_STATS) {
    g_value_take_boxed (value, gst_write_aggregate_stats_new (self->pending));
    return;
  }

  GST_OBJECT_LOCK (self);
  if (!gst_write_aggregate_settings_get (&self->settings, pspec->name, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  GST_OBJECT_UNLOCK (self);
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
gst_write_aggregate_class_init (GstWriteAggregateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_write_aggregate_debug, "writeaggregate", 0, "writeaggregate");

  object_class->set_property = gst_write_aggregate_set_property;
  object_class->get_property = gst_write_aggregate_get_property;
  object_class->finalize = gst_write_aggregate_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_write_aggregate_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_write_aggregate_send_event);

  properties[PROP_STATS] = gst_write_aggregate_stats_new_pspec ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gst_write_aggregate_settings_install (object_class, N_PROPS);

  gst_type_mark_as_plugin_api (GST_TYPE_GIO_SOCKET_FLUSH_ON, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_GIO_SOCKET_LEAKY, 0);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Write aggregator", "Generic/Network",
      "Gathers small buffers into lists of few large ones", "The gst-giosocket authors");
}

static void
gst_write_aggregate_init (GstWriteAggregate *self)
{
  self->pending = gst_gio_socket_pending_new ();
  gst_gio_socket_pending_set_loss_func (self->pending, loss_cb, self);
  gst_write_aggregate_settings_init (&self->settings);
  apply_settings (self);

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
