/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/**
 * SECTION:element-tcpcork
 * @title: tcpcork
 * @short_description: tell giosocketsink where bursts begin and end
 *
 * tcpcork passes everything on as it comes and adds two events: corked=TRUE before the first buffer
 * of a burst, so that giosocketsink may hold back an incomplete segment (or TLS record), and
 * corked=FALSE when the burst is over: nothing came for #GstTcpCork:quiet-time, or
 * #GstTcpCork:max-latency has passed since it began, or the stream says so (EOS, a gap, the end of
 * a segment, a GstGioSocketFlush event, and what #GstTcpCork:flush-on names).  Full segments leave all
 * the while; only the tail waits.
 *
 * Time runs from the return of the last push and stands still while one is in progress: a slow
 * network is no reason to send small segments.
 *
 * It never holds, merges or delays a buffer.  Place it right before the sink, after any queue.  Other
 * sinks ignore its events.
 *
 * |[
 * gst-launch-1.0 filesrc location=log ! writeaggregate ! tcpcork ! giosocketsink uri=tcp://host:4953
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include "gsttcpcork.h"

#include "corker.h"

GST_DEBUG_CATEGORY (gst_tcp_cork_debug);
#define GST_CAT_DEFAULT gst_tcp_cork_debug

struct _GstTcpCork
{
  GstElement parent_instance;

  /* Immutable after init. */
  GstPad *sinkpad;
  GstPad *srcpad;
  GstTcpCorker *corker;

  /* Protected by the object lock. */
  GstTcpCorkSettings settings;
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

G_DEFINE_FINAL_TYPE (GstTcpCork, gst_tcp_cork, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (tcpcork, "tcpcork", GST_RANK_NONE, GST_TYPE_TCP_CORK)

/* --- pads ---------------------------------------------------------------- */

static GstFlowReturn
gst_tcp_cork_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  return gst_tcp_corker_push (GST_TCP_CORK (parent)->corker, buffer);
}

static GstFlowReturn
gst_tcp_cork_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  return gst_tcp_corker_push_list (GST_TCP_CORK (parent)->corker, list);
}

static gboolean
gst_tcp_cork_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  return gst_tcp_corker_push_event (GST_TCP_CORK (parent)->corker, parent, event);
}

/* --- GstElement ---------------------------------------------------------- */

static gboolean
start (GstTcpCork *self)
{
  g_autoptr (GError) error = NULL;

  if (gst_tcp_corker_start (self->corker, &error))
    return TRUE;

  GST_ELEMENT_ERROR (self, RESOURCE, FAILED, (NULL), ("%s", error->message));
  return FALSE;
}

static GstStateChangeReturn
gst_tcp_cork_change_state (GstElement *element, GstStateChange transition)
{
  GstTcpCork *self = GST_TCP_CORK (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_tcp_corker_uncork (self->corker);

  ret = GST_ELEMENT_CLASS (gst_tcp_cork_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED && ret == GST_STATE_CHANGE_FAILURE))
    gst_tcp_corker_stop (self->corker);

  return ret;
}

/* Not right out of the source pad, which would not be noticed here and overtake a buffer. */
static gboolean
gst_tcp_cork_send_event (GstElement *element, GstEvent *event)
{
  if (GST_EVENT_IS_DOWNSTREAM (event))
    return gst_pad_send_event (GST_TCP_CORK (element)->sinkpad, event);

  return GST_ELEMENT_CLASS (gst_tcp_cork_parent_class)->send_event (element, event);
}

/* --- GObject ------------------------------------------------------------- */

static void
gst_tcp_cork_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GstTcpCork *self = GST_TCP_CORK (object);

  GST_OBJECT_LOCK (self);
  if (!gst_tcp_cork_settings_set (&self->settings, pspec->name, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  gst_tcp_corker_configure (self->corker, &self->settings);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_tcp_cork_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GstTcpCork *self = GST_TCP_CORK (object);

  if (prop_id == PROP_STATS) {
    g_value_take_boxed (value, gst_tcp_corker_get_stats (self->corker));
    return;
  }

  GST_OBJECT_LOCK (self);
  if (!gst_tcp_cork_settings_get (&self->settings, pspec->name, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_tcp_cork_finalize (GObject *object)
{
  g_clear_pointer (&GST_TCP_CORK (object)->corker, gst_tcp_corker_unref);

  G_OBJECT_CLASS (gst_tcp_cork_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * GstTcpCork:stats:
   *
   * What happened since the element last left READY for PAUSED: a structure "GstTcpCorkStats" with
   * these fields, each a #guint64.
   *
   * - `buffers`, `bytes`: that downstream accepted, those in buffer lists included
   * - `bursts`: how many were begun, each with a corked=TRUE event; what is not waited for when it is
   *   #GstTcpCork:adaptive is none
   * - `flushes-quiet`: bursts ended because nothing came for #GstTcpCork:quiet-time
   * - `flushes-age`: because #GstTcpCork:max-latency had passed
   * - `flushes-list`: because a buffer list is a burst when #GstTcpCork:quiet-time is 0
   * - `flushes-boundary`: because of #GstTcpCork:flush-on
   * - `flushes-event`: by EOS, a gap, the end of a segment, a new stream, or a GstGioSocketFlush or
   *   corked=FALSE event that came from upstream
   * - `flushes-disabled`: because #GstTcpCork:enabled was switched off
   * - `flushes-stop`: because the element went to READY
   * - `flushes-lost`: ended without an event, or nobody downstream took it: the stream was flushed,
   *   or the element stopped while a push was in progress
   *
   * - `gap`: nanoseconds of silence that would end a burst now: #GstTcpCork:quiet-time, or what was
   *   chosen when it is #GstTcpCork:adaptive
   *
   * The flushes add up to `bursts`, less one while a burst is under way.
   *
   * Since: 0.1
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "What happened: buffers, bytes, bursts, flushes by cause; and the gap", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  gst_tcp_cork_settings_install (object_class, N_PROPS);
}

static void
gst_tcp_cork_class_init (GstTcpCorkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_tcp_cork_debug, "tcpcork", 0, "TCP cork");
  gst_type_mark_as_plugin_api (GST_TYPE_GIO_SOCKET_FLUSH_ON, 0);

  object_class->set_property = gst_tcp_cork_set_property;
  object_class->get_property = gst_tcp_cork_get_property;
  object_class->finalize = gst_tcp_cork_finalize;
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_tcp_cork_send_event);
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_tcp_cork_change_state);

  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "TCP cork", "Network",
      "Tells giosocketsink where bursts begin and end", "The gst-giosocket authors");
}

static void
gst_tcp_cork_init (GstTcpCork *self)
{
  gst_tcp_cork_settings_init (&self->settings);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, GST_DEBUG_FUNCPTR (gst_tcp_cork_chain));
  gst_pad_set_chain_list_function (self->sinkpad, GST_DEBUG_FUNCPTR (gst_tcp_cork_chain_list));
  gst_pad_set_event_function (self->sinkpad, GST_DEBUG_FUNCPTR (gst_tcp_cork_sink_event));
  GST_PAD_SET_PROXY_CAPS (self->sinkpad);
  GST_PAD_SET_PROXY_ALLOCATION (self->sinkpad);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  GST_PAD_SET_PROXY_CAPS (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);

  self->corker = gst_tcp_corker_new (self->sinkpad, self->srcpad);
  gst_tcp_corker_configure (self->corker, &self->settings);
}
