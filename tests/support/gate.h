/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/check/gstcheck.h>

/*
 * An element between a pad to push into it and a gate behind it.  The gate keeps what passes, in
 * order: lists (a lone buffer as a list of one), serialized events, and copies of serialized
 * queries, which it answers with yes.  Closed, it holds who comes with a list until it is opened or
 * flushed, as a slow network does.
 */
typedef struct
{
  GstElement *element;
  GstPad *srcpad;
  GstPad *sinkpad;
  GstBus *bus;

  GMutex lock;
  GCond cond;
  GPtrArray *kept;
  gboolean closed;
  gboolean flushing;
  gboolean held;
  GstFlowReturn ret;
  gboolean once;

  /* When set, lists are not kept, but checked against the pattern and counted. */
  gboolean check_pattern;
  guint64 received;
} Gate;

Gate *gate_new (const gchar *factory);
void gate_free (Gate *gate);

/* Stream start, caps and segment; a new producer begins with them. */
void gate_push_segment (Gate *gate);
/* The same, and waits until they have passed; they are not among what is kept. */
void gate_begin (Gate *gate);
/* A property of the element; durations and sizes are of several types. */
void gate_set_number (Gate *gate, const gchar *property, guint64 value);
GstBuffer *gate_buffer (gsize size);
GstFlowReturn gate_push (Gate *gate, gsize size);

void gate_close (Gate *gate);
void gate_open (Gate *gate);
void gate_set_return (Gate *gate, GstFlowReturn ret);
/* For the next list; GST_FLOW_OK afterwards. */
void gate_return_once (Gate *gate, GstFlowReturn ret);

/* Until somebody is held at the gate. */
void gate_wait_held (Gate *gate);
/* A buffer of one byte is on its way and does not arrive: what follows is pending. */
void gate_block (Gate *gate);
/* The nth thing that passed; waits for it. */
GstMiniObject *gate_nth (Gate *gate, guint n);
guint gate_n_kept (Gate *gate);
void gate_forget (Gate *gate);

/* Returns when what was pushed has passed; leaves a drain query behind it. */
void gate_drain (Gate *gate);

guint64 gate_stat (Gate *gate, const gchar *field);
gsize gate_list_size (GstMiniObject *list);
guint gate_list_length (GstMiniObject *list);
GstBuffer *gate_list_get (GstMiniObject *list, guint n);

/* A stream in which every byte tells its offset. */
void gate_pattern_fill (guint64 offset, guint8 *data, gsize size);
GstBuffer *gate_pattern_buffer (guint64 offset, gsize size);
