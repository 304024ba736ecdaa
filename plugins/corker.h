/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "tcpcorksettings.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Brackets the bursts that pass from a sink pad to a source pad with cork events.
 *
 * push(), push_list() and push_event() are what the sink pad's chain, chain list and event
 * functions call; they run under its stream lock.  The rest may be called from any thread, start()
 * and stop() as the element goes up and down: start() before the pads are activated, uncork()
 * before and stop() after they are deactivated, and none of them waits for a push.
 */
typedef struct _GstTcpCorker GstTcpCorker;

GstTcpCorker *gst_tcp_corker_new (GstPad *sinkpad, GstPad *srcpad);

void gst_tcp_corker_unref (GstTcpCorker *corker);

void gst_tcp_corker_configure (GstTcpCorker *corker, const GstTcpCorkSettings *settings);

gboolean gst_tcp_corker_start (GstTcpCorker *corker, GError **error);

void gst_tcp_corker_uncork (GstTcpCorker *corker);

void gst_tcp_corker_stop (GstTcpCorker *corker);

GstFlowReturn gst_tcp_corker_push (GstTcpCorker *corker, GstBuffer *buffer);

GstFlowReturn gst_tcp_corker_push_list (GstTcpCorker *corker, GstBufferList *list);

gboolean gst_tcp_corker_push_event (GstTcpCorker *corker, GstObject *parent, GstEvent *event);

GstStructure *gst_tcp_corker_get_stats (GstTcpCorker *corker);

G_END_DECLS
