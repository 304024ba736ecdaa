/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pendingtask.h"

struct _GstGioSocketPendingTask
{
  /* Immutable, not owned. */
  GstElement *element;
  GstPad *srcpad;
  GstGioSocketPending *pending;

  /* Whether the task may run; taken before any lock of the pad. */
  GMutex lock;
  gboolean active;
};

GstGioSocketPendingTask *
gst_gio_socket_pending_task_new (GstElement *element, GstPad *srcpad, GstGioSocketPending *pending)
{
  GstGioSocketPendingTask *self = g_new0 (GstGioSocketPendingTask, 1);

  self->element = element;
  self->srcpad = srcpad;
  self->pending = pending;
  g_mutex_init (&self->lock);

  return self;
}

void
gst_gio_socket_pending_task_free (GstGioSocketPendingTask *self)
{
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
gst_gio_socket_pending_task_is_fatal (GstFlowReturn ret)
{
  return ret == GST_FLOW_NOT_LINKED || ret < GST_FLOW_EOS;
}

/* --- the task ------------------------------------------------------------ */

static void
push_object (GstGioSocketPendingTask *self, GstMiniObject *object)
{
  if (GST_IS_EVENT (object))
    gst_pad_push_event (self->srcpad, GST_EVENT_CAST (object));
  else
    gst_gio_socket_pending_answer (self->pending,
        gst_pad_peer_query (self->srcpad, GST_QUERY_CAST (object)));
}

/* Upstream learns of it with its next buffer, and reports it; after EOS there is none. */
static void
give_up (GstGioSocketPendingTask *self, GstFlowReturn ret)
{
  gboolean eos;

  GST_DEBUG_OBJECT (self->element, "pausing the task: %s", gst_flow_get_name (ret));
  gst_gio_socket_pending_get_result (self->pending, &eos);
  gst_pad_pause_task (self->srcpad);
  if (eos && gst_gio_socket_pending_task_is_fatal (ret)) {
    GST_ELEMENT_FLOW_ERROR (self->element, ret);
    gst_pad_push_event (self->srcpad, gst_event_new_eos ());
  }
}

static void
loop_cb (gpointer user_data)
{
  GstGioSocketPendingTask *self = user_data;
  GstBufferList *list;
  GstMiniObject *object;
  GstFlowReturn ret = gst_gio_socket_pending_take (self->pending, &list, &object);

  if (list != NULL)
    ret = gst_gio_socket_pending_done (self->pending, gst_pad_push_list (self->srcpad, list));
  else if (object != NULL)
    push_object (self, object);

  if (ret != GST_FLOW_OK)
    give_up (self, ret);
}

/* --- its life ------------------------------------------------------------ */

static void
set_active (GstGioSocketPendingTask *self, gboolean active)
{
  g_mutex_lock (&self->lock);
  self->active = active;
  g_mutex_unlock (&self->lock);
}

gboolean
gst_gio_socket_pending_task_start (GstGioSocketPendingTask *self)
{
  gboolean started;

  gst_gio_socket_pending_start (self->pending);
  started = gst_pad_start_task (self->srcpad, loop_cb, self, NULL);
  set_active (self, started);

  return started;
}

gboolean
gst_gio_socket_pending_task_stop (GstGioSocketPendingTask *self)
{
  gboolean stopped;

  set_active (self, FALSE);
  gst_gio_socket_pending_stop (self->pending);
  stopped = gst_pad_stop_task (self->srcpad);
  gst_gio_socket_pending_task_drop (self);

  return stopped;
}

/* Under the lock, because a pad that is being deactivated must not be left with a task. */
void
gst_gio_socket_pending_task_restart (GstGioSocketPendingTask *self)
{
  g_mutex_lock (&self->lock);
  if (self->active) {
    gst_gio_socket_pending_start (self->pending);
    gst_pad_start_task (self->srcpad, loop_cb, self, NULL);
  }
  g_mutex_unlock (&self->lock);
}

void
gst_gio_socket_pending_task_reconfigure (GstGioSocketPendingTask *self)
{
  if (gst_gio_socket_pending_get_result (self->pending, NULL) != GST_FLOW_NOT_LINKED)
    return;

  /* It is just about to pause by itself, and must not do so after the restart. */
  gst_pad_pause_task (self->srcpad);
  gst_gio_socket_pending_task_restart (self);
}

void
gst_gio_socket_pending_task_drop (GstGioSocketPendingTask *self)
{
  g_list_free_full (gst_gio_socket_pending_clear (self->pending), (GDestroyNotify)gst_event_unref);
}

/* A flush loses the data, not what was said about the stream. */
static void
flush_pending (GstGioSocketPendingTask *self)
{
  GList *events = gst_gio_socket_pending_clear (self->pending);

  for (GList *l = events; l != NULL; l = l->next) {
    GstEvent *event = l->data;

    if (GST_EVENT_IS_STICKY (event) && GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT &&
        GST_EVENT_TYPE (event) != GST_EVENT_EOS)
      gst_pad_store_sticky_event (self->srcpad, event);
  }
  g_list_free_full (events, (GDestroyNotify)gst_event_unref);
}

gboolean
gst_gio_socket_pending_task_flush_start (GstGioSocketPendingTask *self, GstEvent *event)
{
  gboolean forwarded = gst_pad_push_event (self->srcpad, event);

  gst_gio_socket_pending_stop (self->pending);
  gst_pad_pause_task (self->srcpad);
  flush_pending (self);

  return forwarded;
}

gboolean
gst_gio_socket_pending_task_flush_stop (GstGioSocketPendingTask *self, GstEvent *event)
{
  gboolean forwarded = gst_pad_push_event (self->srcpad, event);

  flush_pending (self);
  gst_gio_socket_pending_task_restart (self);

  return forwarded;
}
