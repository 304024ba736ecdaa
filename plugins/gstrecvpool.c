/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/**
 * SECTION:element-recvpool
 * @title: recvpool
 * @short_description: a stream of bytes in, one buffer for each message out
 *
 * recvpool offers the source before it a pool of slabs.  giosocketsrc receives straight into them and
 * cuts the stream into messages while it does; recvpool passes those on untouched, also from behind
 * a queue.  Each message is one buffer with one writable memory in one piece, whatever its size;
 * several that are complete at once are one #GstBufferList.  Downstream may keep them for as long
 * as it likes.
 *
 * Any other source works too: its bytes are copied into slabs, and the field bytes-copied of
 * #GstRecvPool:stats says so.  A message then has the timestamps of the buffer in which its first byte
 * came.  With framing=none there is nothing to cut, and buffers pass as they are.
 *
 * Caps, segments and all other events pass as they are, a segment in bytes too, although headers
 * may be gone.  One source at a time: what comes through a funnel from several of giosocketsrc
 * cannot be told apart.
 *
 * |[
 * gst-launch-1.0 giosocketsrc uri=tcp://localhost:4953 ! recvpool framing=uint32-be ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include "giosocketelement.h"
#include "gstrecvpool.h"
#include "poolerror.h"
#include "recvpoolrun.h"

GST_DEBUG_CATEGORY_STATIC (gst_recv_pool_debug);
#define GST_CAT_DEFAULT gst_recv_pool_debug

struct _GstRecvPool
{
  GstElement parent_instance;

  /* Immutable after init. */
  GstPad *sink_pad;
  GstPad *src_pad;

  /* Object lock. */
  GstRecvPoolSettings settings;
  guint64 messages;
  guint64 bytes;
  GstGioSocketSlabPoolStats last_stats;

  /* Object lock, but it stays while the pads are active. */
  GstRecvPoolRun *run;
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

G_DEFINE_FINAL_TYPE (GstRecvPool, gst_recv_pool, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (recvpool, "recvpool", GST_RANK_NONE, GST_TYPE_RECV_POOL)

/* --- out ----------------------------------------------------------------- */

static void
count (GstRecvPool *self, guint messages, gsize bytes)
{
  GST_OBJECT_LOCK (self);
  self->messages += messages;
  self->bytes += bytes;
  GST_OBJECT_UNLOCK (self);
}

static GstFlowReturn
push_buffer (GstRecvPool *self, GstBuffer *buffer)
{
  count (self, 1, gst_buffer_get_size (buffer));

  return gst_pad_push (self->src_pad, buffer);
}

static GstFlowReturn
push_list (GstRecvPool *self, GstBufferList *list)
{
  count (self, gst_buffer_list_length (list), gst_buffer_list_calculate_size (list));

  return gst_pad_push_list (self->src_pad, list);
}

/* --- bytes of another source --------------------------------------------- */

static GstFlowReturn
push_cb (GstMiniObject *messages, gpointer user_data)
{
  GstRecvPool *self = user_data;

  return GST_IS_BUFFER (messages) ? push_buffer (self, GST_BUFFER_CAST (messages))
                                  : push_list (self, GST_BUFFER_LIST_CAST (messages));
}

static void
drop_incomplete (GstRecvPool *self)
{
  gsize dropped = gst_gio_socket_copy_cutter_reset (self->run->copy_cutter);

  if (dropped > 0)
    GST_ELEMENT_WARNING (self, STREAM, DEMUX, (NULL),
        ("Bytes are missing from the stream: dropped %" G_GSIZE_FORMAT
         " bytes of a message that cannot be completed any more",
            dropped));
}

static GstFlowReturn
chain_foreign (GstRecvPool *self, GstBuffer *buffer)
{
  g_autoptr (GError) error = NULL;
  GstFlowReturn ret;

  if (GST_BUFFER_IS_DISCONT (buffer))
    drop_incomplete (self);

  ret = gst_gio_socket_copy_cutter_push (self->run->copy_cutter, buffer, push_cb, self, &error);

  return error != NULL ? gst_gio_socket_pool_error_to_flow (GST_ELEMENT (self), error) : ret;
}

/* --- pads ---------------------------------------------------------------- */

static GstFlowReturn
gst_recv_pool_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstRecvPool *self = GST_RECV_POOL (parent);

  return gst_recv_pool_run_passes (self->run, buffer) ? push_buffer (self, buffer)
                                                      : chain_foreign (self, buffer);
}

static GstFlowReturn
gst_recv_pool_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstRecvPool *self = GST_RECV_POOL (parent);
  guint length = gst_buffer_list_length (list);
  GstFlowReturn ret = GST_FLOW_OK;
  guint n = 0;

  while (n < length && gst_recv_pool_run_passes (self->run, gst_buffer_list_get (list, n)))
    n++;
  if (n == length)
    return push_list (self, list);

  for (guint i = 0; i < length && ret == GST_FLOW_OK; i++)
    ret = gst_recv_pool_chain (pad, parent, gst_buffer_ref (gst_buffer_list_get (list, i)));
  gst_buffer_list_unref (list);

  return ret;
}

static GstRecvPoolRun *
ref_run (GstRecvPool *self)
{
  GstRecvPoolRun *run;

  GST_OBJECT_LOCK (self);
  run = self->run != NULL ? gst_recv_pool_run_ref (self->run) : NULL;
  GST_OBJECT_UNLOCK (self);

  return run;
}

/* The beginning of a flush comes without the stream lock, so that a change of state may overtake it. */
static void
obey_event (GstRecvPool *self, GstEvent *event)
{
  g_autoptr (GstRecvPoolRun) run = ref_run (self);
  g_autoptr (GError) error = NULL;

  if (run == NULL)
    return;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_EOS:
      if (!gst_gio_socket_copy_cutter_finish (run->copy_cutter, &error))
        gst_gio_socket_pool_error_to_flow (GST_ELEMENT (self), error);
      break;
    case GST_EVENT_FLUSH_START:
      gst_gio_socket_copy_cutter_set_flushing (run->copy_cutter, TRUE);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_gio_socket_copy_cutter_set_flushing (run->copy_cutter, FALSE);
      gst_gio_socket_copy_cutter_reset (run->copy_cutter);
      break;
    default:
      break;
  }
}

static gboolean
gst_recv_pool_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  obey_event (GST_RECV_POOL (parent), event);

  return gst_pad_event_default (pad, parent, event);
}

static gboolean
gst_recv_pool_sink_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  GstRecvPool *self = GST_RECV_POOL (parent);
  g_autoptr (GstRecvPoolRun) run = NULL;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_pad_query_default (pad, parent, query);

  run = ref_run (self);
  if (run == NULL)
    return FALSE;

  gst_recv_pool_run_answer (run, self->src_pad, query);
  return TRUE;
}

/* --- GstElement ---------------------------------------------------------- */

static gboolean
begin (GstRecvPool *self)
{
  g_autoptr (GError) error = NULL;
  GstRecvPoolSettings settings;
  GstRecvPoolRun *run;

  GST_OBJECT_LOCK (self);
  settings = self->settings;
  GST_OBJECT_UNLOCK (self);

  run = gst_recv_pool_run_new (&settings, &error);
  if (run == NULL) {
    gst_gio_socket_element_post_error (GST_ELEMENT (self), error);
    return FALSE;
  }

  GST_OBJECT_LOCK (self);
  self->run = run;
  self->messages = self->bytes = 0;
  GST_OBJECT_UNLOCK (self);

  return TRUE;
}

static void
end (GstRecvPool *self)
{
  g_autoptr (GstRecvPoolRun) run = NULL;
  GstGioSocketSlabPoolStats stats;

  gst_recv_pool_run_get_stats (self->run, &stats);

  GST_OBJECT_LOCK (self);
  self->last_stats = stats;
  run = g_steal_pointer (&self->run);
  GST_OBJECT_UNLOCK (self);
}

static GstStateChangeReturn
gst_recv_pool_change_state (GstElement *element, GstStateChange transition)
{
  GstRecvPool *self = GST_RECV_POOL (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !begin (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_gio_socket_copy_cutter_set_flushing (self->run->copy_cutter, TRUE);

  ret = GST_ELEMENT_CLASS (gst_recv_pool_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED && ret == GST_STATE_CHANGE_FAILURE))
    end (self);

  return ret;
}

/* --- GObject ------------------------------------------------------------- */

static GstStructure *
make_stats (GstRecvPool *self)
{
  g_autoptr (GstRecvPoolRun) run = ref_run (self);
  GstGioSocketSlabPoolStats stats;
  guint64 messages, bytes;

  GST_OBJECT_LOCK (self);
  stats = self->last_stats;
  messages = self->messages;
  bytes = self->bytes;
  GST_OBJECT_UNLOCK (self);

  if (run != NULL)
    gst_recv_pool_run_get_stats (run, &stats);

  return gst_structure_new ("GstRecvPoolStats", "messages", G_TYPE_UINT64, messages, "bytes",
      G_TYPE_UINT64, bytes, "bytes-copied", G_TYPE_UINT64, stats.bytes_copied, "slabs-allocated",
      G_TYPE_UINT64, stats.slabs_allocated, "slabs-reused", G_TYPE_UINT64, stats.slabs_reused,
      "slabs-rewound", G_TYPE_UINT64, stats.slabs_rewound, "slabs-in-use", G_TYPE_UINT64,
      stats.slabs_in_use, "peak-bytes", G_TYPE_UINT64, stats.peak_bytes, NULL);
}

static void
gst_recv_pool_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GstRecvPool *self = GST_RECV_POOL (object);

  GST_OBJECT_LOCK (self);
  if (!gst_recv_pool_settings_set (&self->settings, pspec->name, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_recv_pool_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GstRecvPool *self = GST_RECV_POOL (object);

  if (prop_id == PROP_STATS) {
    g_value_take_boxed (value, make_stats (self));
    return;
  }

  GST_OBJECT_LOCK (self);
  if (!gst_recv_pool_settings_get (&self->settings, pspec->name, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * GstRecvPool:stats:
   *
   * What happened since the element was last set to PAUSED: a #GstStructure "GstRecvPoolStats" of
   * #guint64 fields.
   *
   * - "messages": messages that went downstream
   * - "bytes": bytes in them
   * - "bytes-copied": bytes that were copied: those of another source once, and what had come of a
   *   message that did not fit where it began
   * - "slabs-allocated": slabs that were allocated
   * - "slabs-reused": slabs that were used again after all messages in them had gone
   * - "slabs-rewound": times that the slab at hand was filled from its beginning again
   * - "slabs-in-use": slabs that are being filled or that a message keeps
   * - "peak-bytes": the most memory that all slabs took at one time
   *
   * Since: 0.1
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "What happened: messages, bytes, copies; slabs and the memory that they took",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  gst_recv_pool_settings_install (object_class, N_PROPS);
}

static void
gst_recv_pool_class_init (GstRecvPoolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_recv_pool_debug, "recvpool", 0, "pooled receiving and framing");

  object_class->set_property = gst_recv_pool_set_property;
  object_class->get_property = gst_recv_pool_get_property;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_recv_pool_change_state);

  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Receive pool", "Filter/Network",
      "Receives a stream into a pool of slabs and cuts it into messages without a copy",
      "The gst-giosocket authors");
}

static void
gst_recv_pool_init (GstRecvPool *self)
{
  gst_recv_pool_settings_init (&self->settings);

  self->sink_pad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink_pad, GST_DEBUG_FUNCPTR (gst_recv_pool_chain));
  gst_pad_set_chain_list_function (self->sink_pad, GST_DEBUG_FUNCPTR (gst_recv_pool_chain_list));
  gst_pad_set_event_function (self->sink_pad, GST_DEBUG_FUNCPTR (gst_recv_pool_sink_event));
  gst_pad_set_query_function (self->sink_pad, GST_DEBUG_FUNCPTR (gst_recv_pool_sink_query));
  GST_PAD_SET_PROXY_CAPS (self->sink_pad);
  gst_element_add_pad (GST_ELEMENT (self), self->sink_pad);

  self->src_pad = gst_pad_new_from_static_template (&src_template, "src");
  GST_PAD_SET_PROXY_CAPS (self->src_pad);
  gst_element_add_pad (GST_ELEMENT (self), self->src_pad);
}
