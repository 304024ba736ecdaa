/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/pending.h"

G_BEGIN_DECLS

/*
 * The task of a source pad that pushes what is pending, and what becomes of both in flushes, changes
 * of state and errors.
 *
 * The element, its pad and the pending list outlive it.  start() and stop() belong to the source
 * pad's activation, drop() to the sink pad's deactivation; flush_start(), flush_stop() and
 * reconfigure() to the events of those names, in the threads that bring them.  None of them waits
 * for a push but stop().
 */
typedef struct _GstGioSocketPendingTask GstGioSocketPendingTask;

GstGioSocketPendingTask *
gst_gio_socket_pending_task_new (GstElement *element, GstPad *srcpad, GstGioSocketPending *pending);

void gst_gio_socket_pending_task_free (GstGioSocketPendingTask *task);

gboolean gst_gio_socket_pending_task_start (GstGioSocketPendingTask *task);

gboolean gst_gio_socket_pending_task_stop (GstGioSocketPendingTask *task);

/* Starts again what has paused, if it is started at all. */
void gst_gio_socket_pending_task_restart (GstGioSocketPendingTask *task);

/* Both take @event and forward it. */
gboolean gst_gio_socket_pending_task_flush_start (GstGioSocketPendingTask *task, GstEvent *event);
gboolean gst_gio_socket_pending_task_flush_stop (GstGioSocketPendingTask *task, GstEvent *event);

/* Something new may be linked where nothing was. */
void gst_gio_socket_pending_task_reconfigure (GstGioSocketPendingTask *task);

/* With the sink pad's stream lock: nothing more comes. */
void gst_gio_socket_pending_task_drop (GstGioSocketPendingTask *task);

/* Whether upstream or, after EOS, the bus has to be told. */
gboolean gst_gio_socket_pending_task_is_fatal (GstFlowReturn ret);

G_END_DECLS
