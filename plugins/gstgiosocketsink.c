/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/**
 * SECTION:element-giosocketsink
 * @title: giosocketsink
 * @short_description: send a byte stream over a TCP, TLS or Unix socket
 *
 * giosocketsink sends every buffer, in order and in full, to one peer, to which it connects or which
 * it accepts.  A buffer list leaves in one system call, and no memory is copied or merged on the
 * way.  It obeys cork events (see tcpcork) and reads and discards what the peer sends.
 *
 * It never touches the network in a state change: whoever sends waits for the connection, and what
 * goes wrong is an error message.  At EOS it ends the stream and waits until the peer has
 * acknowledged every byte; what is not acknowledged is an error.  It waits for the peer to close, too,
 * as long as that goes on sending.
 *
 * With auto-reconnect, or keep-listening and mode=listen, a connection that is lost is a warning, and the
 * stream goes on over another one: behind the stream headers of the caps, at the beginning of a buffer,
 * and where resume-on says.  Nothing is sent twice.
 *
 * With TLS the end of the stream is a close_notify, which leaves at EOS only.  A sink that is set to
 * READY or NULL before that sends none, because more should have come: the peer has to take it for a
 * stream that was cut off.  Send EOS and wait for its message first.
 *
 * |[
 * gst-launch-1.0 videotestsrc ! video/x-raw,format=BGRx ! giosocketsink host=localhost port=5000
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include "elementlink.h"
#include "giosocketelement.h"
#include "giosocketsinksettings.h"
#include "gstgiosocketsink.h"
#include "sinkpause.h"
#include "sinkresume.h"

GST_DEBUG_CATEGORY_STATIC (gst_gio_socket_sink_debug);
#define GST_CAT_DEFAULT gst_gio_socket_sink_debug

struct _GstGioSocketSink
{
  GstBaseSink parent_instance;

  GstGioSocketElementLink link;

  /* Streaming thread only. */
  GstGioSocketWriter *writer;
  gboolean corked;

  GstGioSocketSinkPause pause;
  GstGioSocketSinkResume resume;

  /* Object lock. */
  GstGioSocketSinkSettings settings;
};

enum
{
  PROP_CURRENT_PORT = 1,
  PROP_CONNECTION_ID,
  PROP_STATS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstGioSocketSink, gst_gio_socket_sink, GST_TYPE_BASE_SINK,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_gio_socket_element_uri_handler_init))
GST_ELEMENT_REGISTER_DEFINE (giosocketsink, "giosocketsink", GST_RANK_NONE,
    GST_TYPE_GIO_SOCKET_SINK)

static GstGioSocketSinkSettings
copy_settings (GstGioSocketSink *self)
{
  GstGioSocketSinkSettings settings;

  GST_OBJECT_LOCK (self);
  settings = self->settings;
  GST_OBJECT_UNLOCK (self);

  return settings;
}

static void
apply_notsent_lowat (GstGioSocketSink *self)
{
  gst_gio_socket_element_link_set_notsent_lowat (&self->link, copy_settings (self).notsent_lowat);
}

/* --- sending ------------------------------------------------------------- */

static void
post_unreadable (GstGioSocketSink *self, GstBuffer *buffer)
{
  GST_ELEMENT_ERROR (self, RESOURCE, READ, ("Could not read a buffer that was to be sent."),
      ("%" GST_PTR_FORMAT " cannot be mapped", (gpointer)buffer));
}

/* What GstFlowReturn does not know: try once more. */
#define FLOW_AGAIN GST_FLOW_CUSTOM_SUCCESS

/* PLAYING→PAUSED interrupts, too: wait for PLAYING and go on from the same byte.  After a step
 * the rest is still in the writer.  What else may be wrong the connection has posted. */
static GstFlowReturn
handle_error (GstGioSocketSink *self, const GError *error)
{
  GstFlowReturn ret;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED)) {
    if (gst_gio_socket_sink_resume_begin (&self->resume, self->writer))
      return FLOW_AGAIN;
    post_unreadable (self, NULL);
    return GST_FLOW_ERROR;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
    gst_gio_socket_sink_resume_drop (&self->resume, self->writer);
    return GST_FLOW_OK;
  }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    gst_gio_socket_writer_clear (self->writer);
    return GST_FLOW_ERROR;
  }

  ret = gst_gio_socket_sink_pause_wait (&self->pause, GST_BASE_SINK (self));
  if (ret != GST_FLOW_OK && ret != GST_GIO_SOCKET_SINK_PAUSE_STEP)
    gst_gio_socket_writer_drop_unstarted (self->writer);

  return ret == GST_FLOW_OK ? FLOW_AGAIN : ret;
}

static gboolean
run_writer (GstGioSocketSink *self, GError **error)
{
  gboolean ok;

  gst_gio_socket_sink_pause_set_sending (&self->pause, TRUE);
  ok = gst_gio_socket_writer_run (self->writer, self->link.connection, self->corked,
      self->link.cancellable, error);
  gst_gio_socket_sink_pause_set_sending (&self->pause, FALSE);

  return ok;
}

static GstFlowReturn
write_out (GstGioSocketSink *self)
{
  GstFlowReturn ret = FLOW_AGAIN;

  while (ret == FLOW_AGAIN) {
    g_autoptr (GError) error = NULL;

    if (!gst_gio_socket_sink_resume_prepare (&self->resume, self->writer)) {
      post_unreadable (self, NULL);
      return GST_FLOW_ERROR;
    }
    if (run_writer (self, &error)) {
      gst_gio_socket_sink_resume_done (&self->resume);
      return GST_FLOW_OK;
    }
    ret = handle_error (self, error);
  }

  return ret;
}

/* GstBaseSink would render again what a step found waiting.  It has been taken: what follows pushes
 * the rest of it out. */
static GstFlowReturn
write_or_keep (GstGioSocketSink *self)
{
  GstFlowReturn ret = write_out (self);

  return ret == GST_GIO_SOCKET_SINK_PAUSE_STEP ? GST_FLOW_OK : ret;
}

static gboolean
add_buffer (GstGioSocketSink *self, GstBuffer *buffer)
{
  if (gst_gio_socket_writer_add (self->writer, buffer))
    return TRUE;

  gst_gio_socket_writer_drop_unstarted (self->writer);
  post_unreadable (self, buffer);

  return FALSE;
}

/* A stream that can go nowhere shall not wait for PLAYING to find out. */
static GstFlowReturn
gst_gio_socket_sink_preroll (GstBaseSink *sink, GstBuffer *buffer)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (sink);

  return gst_gio_socket_connection_check (self->link.connection, self->link.cancellable, NULL)
      ? GST_FLOW_OK
      : GST_FLOW_ERROR;
}

static GstFlowReturn
gst_gio_socket_sink_render (GstBaseSink *sink, GstBuffer *buffer)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (sink);

  return add_buffer (self, buffer) ? write_or_keep (self) : GST_FLOW_ERROR;
}

static GstFlowReturn
gst_gio_socket_sink_render_list (GstBaseSink *sink, GstBufferList *list)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (sink);
  guint n = gst_buffer_list_length (list);

  for (guint i = 0; i < n; i++) {
    if (!add_buffer (self, gst_buffer_list_get (list, i)))
      return GST_FLOW_ERROR;
  }

  return write_or_keep (self);
}

/* There is nothing behind the end to step to. */
static GstFlowReturn
wait_at_end (GstGioSocketSink *self)
{
  GstFlowReturn ret;

  do {
    ret = gst_gio_socket_sink_pause_wait (&self->pause, GST_BASE_SINK (self));
  } while (ret == GST_GIO_SOCKET_SINK_PAUSE_STEP);

  return ret;
}

static gboolean
run_finish (GstGioSocketSink *self, GError **error)
{
  gboolean ok;

  gst_gio_socket_sink_pause_set_sending (&self->pause, TRUE);
  ok = gst_gio_socket_connection_finish (self->link.connection, self->link.cancellable, error);
  gst_gio_socket_sink_pause_set_sending (&self->pause, FALSE);

  return ok;
}

static GstFlowReturn
drain (GstGioSocketSink *self)
{
  /* A step comes here in PAUSED. */
  GstFlowReturn ret = gst_gio_socket_sink_pause_is_active (&self->pause, GST_BASE_SINK (self))
      ? wait_at_end (self)
      : GST_FLOW_OK;

  while (ret == GST_FLOW_OK) {
    g_autoptr (GError) error = NULL;

    /* A flush or a step may have left the rest of a buffer. */
    ret = write_out (self);
    if (ret == GST_FLOW_OK) {
      if (run_finish (self, &error))
        return GST_FLOW_OK;
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return GST_FLOW_ERROR;
    }

    if (ret == GST_FLOW_OK || ret == GST_GIO_SOCKET_SINK_PAUSE_STEP)
      ret = wait_at_end (self);
  }

  return ret;
}

/* --- GstBaseSink --------------------------------------------------------- */

static gboolean
gst_gio_socket_sink_unlock (GstBaseSink *sink)
{
  g_cancellable_cancel (GST_GIO_SOCKET_SINK (sink)->link.cancellable);

  return TRUE;
}

static gboolean
gst_gio_socket_sink_unlock_stop (GstBaseSink *sink)
{
  g_cancellable_reset (GST_GIO_SOCKET_SINK (sink)->link.cancellable);

  return TRUE;
}

static gboolean
gst_gio_socket_sink_set_caps (GstBaseSink *sink, GstCaps *caps)
{
  gst_gio_socket_sink_resume_set_caps (&GST_GIO_SOCKET_SINK (sink)->resume, caps);

  return TRUE;
}

static gboolean
run_flush (GstGioSocketSink *self, GError **error)
{
  gboolean ok;

  gst_gio_socket_sink_pause_set_sending (&self->pause, TRUE);
  ok = gst_gio_socket_connection_flush (self->link.connection, self->link.cancellable, error);
  gst_gio_socket_sink_pause_set_sending (&self->pause, FALSE);

  return ok;
}

/* With the preroll lock.  Over TLS this is a write, which may have to wait, and to go on after a
 * pause. */
static void
flush (GstGioSocketSink *self)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK) {
    g_autoptr (GError) error = NULL;

    /* What fails here has been posted, and the next buffer finds it, too. */
    if (run_flush (self, &error) || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return;
    ret = gst_gio_socket_sink_pause_wait (&self->pause, GST_BASE_SINK (self));
  }
}

static void
set_corked (GstGioSocketSink *self, gboolean corked)
{
  if (self->corked == corked)
    return;

  self->corked = corked;
  if (!corked)
    flush (self);
}

/* GstBaseSink throws away what goes downstream and comes this way. */
static gboolean
gst_gio_socket_sink_send_event (GstElement *element, GstEvent *event)
{
  if (gst_event_parse_gio_socket_cork (event, NULL))
    return gst_pad_send_event (GST_BASE_SINK_PAD (element), event);

  return GST_ELEMENT_CLASS (gst_gio_socket_sink_parent_class)->send_event (element, event);
}

static gboolean
gst_gio_socket_sink_event (GstBaseSink *sink, GstEvent *event)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (sink);
  gboolean corked;

  if (gst_event_parse_gio_socket_cork (event, &corked)) {
    set_corked (self, corked);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    /* The one serialized event that comes without it.  GstBaseSink takes unlock() back as soon as it
     * has this lock, and might be too quick for us. */
    GST_BASE_SINK_PREROLL_LOCK (sink);
    set_corked (self, FALSE);
    GST_BASE_SINK_PREROLL_UNLOCK (sink);
  }

  return GST_BASE_SINK_CLASS (gst_gio_socket_sink_parent_class)->event (sink, event);
}

/* Behind the parent's, so that the sink has prerolled and the clock has come to EOS. */
static GstFlowReturn
gst_gio_socket_sink_wait_event (GstBaseSink *sink, GstEvent *event)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (sink);
  GstFlowReturn ret =
      GST_BASE_SINK_CLASS (gst_gio_socket_sink_parent_class)->wait_event (sink, event);

  if (ret == GST_FLOW_OK && GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    gst_gio_socket_connection_set_linger (self->link.connection,
        copy_settings (self).linger_timeout);
    ret = drain (self);
    /* A flush may have made this end none. */
    gst_gio_socket_connection_set_linger (self->link.connection, GST_CLOCK_TIME_NONE);
  }

  return ret;
}

/* --- GstElement ---------------------------------------------------------- */

static gboolean
start (GstGioSocketSink *self)
{
  self->corked = FALSE;
  gst_gio_socket_sink_resume_start (&self->resume, copy_settings (self).resume_on);
  gst_gio_socket_sink_pause_end (&self->pause, GST_BASE_SINK (self));

  if (!gst_gio_socket_element_link_start (&self->link))
    return FALSE;

  /* The connection may be another one than before. */
  apply_notsent_lowat (self);
  return TRUE;
}

static void
stop (GstGioSocketSink *self)
{
  gst_gio_socket_element_link_stop (&self->link);
  gst_gio_socket_writer_clear (self->writer);
  gst_gio_socket_sink_resume_stop (&self->resume);
}

/* Where going to PAUSED has failed half-way there is no PAUSED→READY. */
static gboolean
ends_in_ready (GstStateChange transition)
{
  return transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      transition == GST_STATE_CHANGE_READY_TO_READY || transition == GST_STATE_CHANGE_READY_TO_NULL;
}

/* Not GstBaseSink's start and stop: those belong to NULL and READY, and in READY there shall be no
 * connection. */
static GstStateChangeReturn
gst_gio_socket_sink_change_state (GstElement *element, GstStateChange transition)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;

  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    gst_gio_socket_sink_pause_begin (&self->pause);

  ret = GST_ELEMENT_CLASS (gst_gio_socket_sink_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    gst_gio_socket_sink_pause_end (&self->pause, GST_BASE_SINK (self));
  else if (ret == GST_STATE_CHANGE_SUCCESS &&
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED ||
          transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED))
    gst_gio_socket_sink_pause_settle (&self->pause, GST_BASE_SINK (self));

  if (ends_in_ready (transition) ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED && ret == GST_STATE_CHANGE_FAILURE))
    stop (self);

  return ret;
}

/* --- GObject ------------------------------------------------------------- */

static gboolean
copy_field (GQuark field, const GValue *value, gpointer user_data)
{
  gst_structure_id_set_value (user_data, field, value);

  return TRUE;
}

/* Ours and GstBaseSink's: its property of the same name is hidden by ours. */
static GstStructure *
get_stats (GstGioSocketSink *self)
{
  GObjectClass *parent_class = G_OBJECT_CLASS (gst_gio_socket_sink_parent_class);
  GParamSpec *pspec = g_object_class_find_property (parent_class, "stats");
  GstStructure *stats = gst_gio_socket_element_link_get_stats (&self->link);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_STRUCTURE);
  parent_class->get_property (G_OBJECT (self), pspec->param_id, &value, pspec);
  gst_structure_foreach (gst_value_get_structure (&value), copy_field, stats);
  gst_gio_socket_sink_resume_add_stats (&self->resume, stats);

  return stats;
}

static gboolean
set_setting (GstGioSocketSink *self, const gchar *name, const GValue *value)
{
  gboolean is_ours;

  GST_OBJECT_LOCK (self);
  is_ours = gst_gio_socket_sink_settings_set (&self->settings, name, value);
  GST_OBJECT_UNLOCK (self);

  /* This one holds at once. */
  if (is_ours && g_str_equal (name, "notsent-lowat"))
    apply_notsent_lowat (self);

  return is_ours;
}

static gboolean
get_setting (GstGioSocketSink *self, const gchar *name, GValue *value)
{
  gboolean is_ours;

  GST_OBJECT_LOCK (self);
  is_ours = gst_gio_socket_sink_settings_get (&self->settings, name, value);
  GST_OBJECT_UNLOCK (self);

  return is_ours;
}

static void
gst_gio_socket_sink_set_property (GObject *object, guint prop_id, const GValue *value,
    GParamSpec *pspec)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (object);

  switch (prop_id) {
    case PROP_CONNECTION_ID:
      gst_gio_socket_element_link_set_id (&self->link, g_value_get_string (value));
      break;
    default:
      if (!set_setting (self, pspec->name, value))
        g_object_set_property (G_OBJECT (self->link.endpoint), pspec->name, value);
      break;
  }
}

static void
gst_gio_socket_sink_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (object);

  switch (prop_id) {
    case PROP_CURRENT_PORT:
      g_value_set_int (value, gst_gio_socket_element_link_get_current_port (&self->link));
      break;
    case PROP_CONNECTION_ID:
      g_value_take_string (value, gst_gio_socket_element_link_dup_id (&self->link));
      break;
    case PROP_STATS:
      g_value_take_boxed (value, get_stats (self));
      break;
    default:
      if (!get_setting (self, pspec->name, value))
        g_object_get_property (G_OBJECT (self->link.endpoint), pspec->name, value);
      break;
  }
}

static void
gst_gio_socket_sink_finalize (GObject *object)
{
  GstGioSocketSink *self = GST_GIO_SOCKET_SINK (object);

  g_clear_pointer (&self->writer, gst_gio_socket_writer_free);
  gst_gio_socket_element_link_clear (&self->link);

  G_OBJECT_CLASS (gst_gio_socket_sink_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * GstGioSocketSink:current-port:
   *
   * The TCP port that is listened on with mode=listen; 0 before that.  Notified in the thread that
   * listens.
   *
   * Since: 0.1
   */
  properties[PROP_CURRENT_PORT] = gst_gio_socket_element_current_port_pspec ();

  /**
   * GstGioSocketSink:connection-id:
   *
   * A giosocketsrc and a giosocketsink of one process with the same id use one connection, plain or
   * with TLS: one of them receives what the peer sends to the other.  The address and all that
   * belongs to it may stand on either or on both, where they have to agree.  The connection is made
   * when the first one goes to PAUSED, and ends when the last one goes to READY.
   *
   * Since: 0.1
   */
  properties[PROP_CONNECTION_ID] = gst_gio_socket_element_connection_id_pspec ();

  /**
   * GstGioSocketSink:stats:
   *
   * What happened since READY→PAUSED: the fields of gst_gio_socket_connection_get_stats(), those of
   * GstBaseSink:stats, and
   *
   * * buffers-dropped, bytes-dropped: what no peer got in full, because there was no connection
   *   (#GstGioSocketEndpoint:wait-for-connection), because it was lost in the middle of the buffer,
   *   or because of #GstGioSocketSink:resume-on (#guint64)
   *
   * Since: 0.1
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "What happened: bytes, system calls, flushes, TLS records, TCP segments, what GstBaseSink "
      "counts",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  gst_gio_socket_sink_settings_install (object_class, N_PROPS);
  gst_gio_socket_endpoint_install_properties (object_class,
      N_PROPS + GST_GIO_SOCKET_N_SINK_SETTINGS);
}

static void
gst_gio_socket_sink_class_init (GstGioSocketSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_gio_socket_sink_debug, "giosocketsink", 0, "giosocketsink");

  object_class->set_property = gst_gio_socket_sink_set_property;
  object_class->get_property = gst_gio_socket_sink_get_property;
  object_class->finalize = gst_gio_socket_sink_finalize;
  gst_type_mark_as_plugin_api (GST_TYPE_GIO_SOCKET_FLUSH_ON, 0);
  install_properties (object_class);
  gst_gio_socket_element_install_signals (object_class);

  element_class->change_state = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_change_state);

  sink_class->unlock = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_unlock);
  sink_class->unlock_stop = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_unlock_stop);
  sink_class->set_caps = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_set_caps);
  sink_class->preroll = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_preroll);
  sink_class->render = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_render);
  sink_class->render_list = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_render_list);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_send_event);
  sink_class->event = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_event);
  sink_class->wait_event = GST_DEBUG_FUNCPTR (gst_gio_socket_sink_wait_event);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Socket sink", "Sink/Network",
      "Sends a byte stream over a TCP, TLS or Unix socket", "The gst-giosocket authors");
}

static void
gst_gio_socket_sink_init (GstGioSocketSink *self)
{
  gst_gio_socket_element_link_init (&self->link, GST_ELEMENT (self), FALSE);
  self->writer = gst_gio_socket_writer_new ();
  gst_gio_socket_sink_settings_init (&self->settings);

  /* Nobody asks a socket for its last picture, and keeping the buffer costs. */
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}
