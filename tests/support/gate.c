/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "gate.h"

#define PATTERN_SIZE 65521
#define N_START 3 /* stream start, caps, segment */

static const guint8 *
pattern (void)
{
  static gsize once = 0;
  static guint8 bytes[PATTERN_SIZE];

  if (g_once_init_enter (&once)) {
    GRand *rand = g_rand_new_with_seed (1);

    for (gsize i = 0; i < PATTERN_SIZE; i++)
      bytes[i] = g_rand_int (rand);
    g_rand_free (rand);
    g_once_init_leave (&once, 1);
  }

  return bytes;
}

void
gate_pattern_fill (guint64 offset, guint8 *data, gsize size)
{
  while (size > 0) {
    gsize at = offset % PATTERN_SIZE;
    gsize n = MIN (size, PATTERN_SIZE - at);

    memcpy (data, pattern () + at, n);
    offset += n;
    data += n;
    size -= n;
  }
}

GstBuffer *
gate_pattern_buffer (guint64 offset, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  gate_pattern_fill (offset, map.data, size);
  gst_buffer_unmap (buffer, &map);

  return buffer;
}

static void
check_against_pattern (Gate *gate, GstBufferList *list)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);
    gsize size = gst_buffer_get_size (buffer);
    g_autofree guint8 *expected = g_malloc (size);

    gate_pattern_fill (gate->received, expected, size);
    fail_unless (gst_buffer_memcmp (buffer, 0, expected, size) == 0,
        "wrong byte after %" G_GUINT64_FORMAT, gate->received);
    gate->received += size;
  }
}

static GstFlowReturn
chain_list_cb (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  Gate *gate = gst_pad_get_element_private (pad);
  GstFlowReturn ret;

  g_mutex_lock (&gate->lock);
  while (gate->closed && !gate->flushing) {
    gate->held = TRUE;
    g_cond_broadcast (&gate->cond);
    g_cond_wait (&gate->cond, &gate->lock);
  }
  gate->held = FALSE;
  ret = gate->flushing ? GST_FLOW_FLUSHING : gate->ret;
  if (gate->once)
    gate->ret = GST_FLOW_OK;
  if (ret == GST_FLOW_OK && gate->check_pattern)
    check_against_pattern (gate, list);
  else if (ret == GST_FLOW_OK)
    g_ptr_array_add (gate->kept, gst_buffer_list_ref (list));
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);
  gst_buffer_list_unref (list);

  return ret;
}

static GstFlowReturn
chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, buffer);
  return chain_list_cb (pad, parent, list);
}

static gboolean
event_cb (GstPad *pad, GstObject *parent, GstEvent *event)
{
  Gate *gate = gst_pad_get_element_private (pad);

  g_mutex_lock (&gate->lock);
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START)
    gate->flushing = TRUE;
  else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    gate->flushing = FALSE;
  else if (GST_EVENT_IS_SERIALIZED (event))
    g_ptr_array_add (gate->kept, gst_event_ref (event));
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);
  gst_event_unref (event);

  return TRUE;
}

static gboolean
query_cb (GstPad *pad, GstObject *parent, GstQuery *query)
{
  Gate *gate = gst_pad_get_element_private (pad);

  if (!GST_QUERY_IS_SERIALIZED (query))
    return gst_pad_query_default (pad, parent, query);

  g_mutex_lock (&gate->lock);
  g_ptr_array_add (gate->kept, gst_query_copy (query));
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);

  return TRUE;
}

/* Without templates, pads accept no caps but those that they have. */
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstPad *
make_pad (Gate *gate, GstStaticPadTemplate *template, const gchar *peer_name)
{
  g_autoptr (GstPad) peer = gst_element_get_static_pad (gate->element, peer_name);
  GstPad *pad = gst_pad_new_from_static_template (template, NULL);

  gst_pad_set_element_private (pad, gate);
  fail_unless_equals_int (GST_PAD_LINK_OK,
      GST_PAD_IS_SRC (pad) ? gst_pad_link (pad, peer) : gst_pad_link (peer, pad));
  gst_pad_set_active (pad, TRUE);

  return pad;
}

Gate *
gate_new (const gchar *factory)
{
  Gate *gate = g_new0 (Gate, 1);

  g_mutex_init (&gate->lock);
  g_cond_init (&gate->cond);
  gate->kept = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_mini_object_unref);
  gate->element = gst_element_factory_make (factory, NULL);
  fail_unless (gate->element != NULL);
  gst_object_ref_sink (gate->element);
  gate->bus = gst_bus_new ();
  gst_element_set_bus (gate->element, gate->bus);

  gate->srcpad = make_pad (gate, &src_template, "sink");
  gate->sinkpad = make_pad (gate, &sink_template, "src");
  gst_pad_set_chain_function (gate->sinkpad, chain_cb);
  gst_pad_set_chain_list_function (gate->sinkpad, chain_list_cb);
  gst_pad_set_event_function (gate->sinkpad, event_cb);
  gst_pad_set_query_function (gate->sinkpad, query_cb);

  fail_unless_equals_int (gst_element_set_state (gate->element, GST_STATE_PLAYING),
      GST_STATE_CHANGE_SUCCESS);

  return gate;
}

void
gate_free (Gate *gate)
{
  gate_open (gate);
  gst_element_set_state (gate->element, GST_STATE_NULL);
  gst_element_set_bus (gate->element, NULL);
  gst_bus_set_flushing (gate->bus, TRUE);
  gst_pad_set_active (gate->srcpad, FALSE);
  gst_pad_set_active (gate->sinkpad, FALSE);
  gst_object_unref (gate->srcpad);
  gst_object_unref (gate->sinkpad);
  ASSERT_OBJECT_REFCOUNT (gate->element, "element", 1);
  gst_object_unref (gate->element);
  gst_object_unref (gate->bus);
  g_ptr_array_unref (gate->kept);
  g_cond_clear (&gate->cond);
  g_mutex_clear (&gate->lock);
  g_free (gate);
}

void
gate_set_number (Gate *gate, const gchar *property, guint64 value)
{
  g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  gst_util_set_object_arg (G_OBJECT (gate->element), property, text);
}

void
gate_push_segment (Gate *gate)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/octet-stream");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_stream_start ("gate")));
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_caps (caps)));
  fail_unless (gst_pad_push_event (gate->srcpad, gst_event_new_segment (&segment)));
}

GstBuffer *
gate_buffer (gsize size)
{
  return gate_pattern_buffer (0, size);
}

GstFlowReturn
gate_push (Gate *gate, gsize size)
{
  return gst_pad_push (gate->srcpad, gate_buffer (size));
}

static void
set_closed (Gate *gate, gboolean closed)
{
  g_mutex_lock (&gate->lock);
  gate->closed = closed;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);
}

void
gate_close (Gate *gate)
{
  set_closed (gate, TRUE);
}

void
gate_open (Gate *gate)
{
  set_closed (gate, FALSE);
}

static void
set_return (Gate *gate, GstFlowReturn ret, gboolean once)
{
  g_mutex_lock (&gate->lock);
  gate->ret = ret;
  gate->once = once;
  g_mutex_unlock (&gate->lock);
}

void
gate_set_return (Gate *gate, GstFlowReturn ret)
{
  set_return (gate, ret, FALSE);
}

void
gate_return_once (Gate *gate, GstFlowReturn ret)
{
  set_return (gate, ret, TRUE);
}

void
gate_wait_held (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  while (!gate->held)
    g_cond_wait (&gate->cond, &gate->lock);
  g_mutex_unlock (&gate->lock);
}

void
gate_block (Gate *gate)
{
  gate_close (gate);
  fail_unless_equals_int (gate_push (gate, 1), GST_FLOW_OK);
  gate_wait_held (gate);
}

GstMiniObject *
gate_nth (Gate *gate, guint n)
{
  GstMiniObject *object;

  g_mutex_lock (&gate->lock);
  while (gate->kept->len <= n)
    g_cond_wait (&gate->cond, &gate->lock);
  object = g_ptr_array_index (gate->kept, n);
  g_mutex_unlock (&gate->lock);

  return object;
}

guint
gate_n_kept (Gate *gate)
{
  guint n;

  g_mutex_lock (&gate->lock);
  n = gate->kept->len;
  g_mutex_unlock (&gate->lock);

  return n;
}

void
gate_forget (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  g_ptr_array_set_size (gate->kept, 0);
  g_mutex_unlock (&gate->lock);
}

void
gate_begin (Gate *gate)
{
  gate_push_segment (gate);
  gate_nth (gate, N_START - 1);
  gate_forget (gate);
}

void
gate_drain (Gate *gate)
{
  g_autoptr (GstQuery) query = gst_query_new_drain ();

  fail_unless (gst_pad_peer_query (gate->srcpad, query));
}

guint64
gate_stat (Gate *gate, const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = G_MAXUINT64;

  g_object_get (gate->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "no field %s", field);

  return value;
}

gsize
gate_list_size (GstMiniObject *list)
{
  fail_unless (GST_IS_BUFFER_LIST (list));
  return gst_buffer_list_calculate_size (GST_BUFFER_LIST_CAST (list));
}

guint
gate_list_length (GstMiniObject *list)
{
  fail_unless (GST_IS_BUFFER_LIST (list));
  return gst_buffer_list_length (GST_BUFFER_LIST_CAST (list));
}

GstBuffer *
gate_list_get (GstMiniObject *list, guint n)
{
  fail_unless (n < gate_list_length (list));
  return gst_buffer_list_get (GST_BUFFER_LIST_CAST (list), n);
}
