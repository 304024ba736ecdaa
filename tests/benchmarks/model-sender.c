/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "model-sender.h"

#include "lib/backlog.h"
#include "lib/burst.h"

/* writeaggregate's default. */
#define MAX_BYTES 65536

struct _ModelSender
{
  ModelLink *link;
  GstGioSocketBacklog backlog;
  GstGioSocketBurst burst;
  GQueue *made;        /* when the buffers of the backlog were, in nanoseconds */
  gboolean corked;     /* tcpcork believes so */
  gboolean is_cork_on; /* the socket's */
  gint64 now;
};

ModelSender *
model_sender_new (const ModelLimits *limits, ModelLink *link)
{
  ModelSender *self = g_new0 (ModelSender, 1);
  const GstGioSocketBacklogLimits backlog_limits = {
    .max_latency = limits->hold_latency,
    .max_bytes = MAX_BYTES,
    .max_span = GST_CLOCK_TIME_NONE,
  };

  self->link = link;
  self->made = g_queue_new ();
  gst_gio_socket_backlog_init (&self->backlog);
  gst_gio_socket_backlog_set_limits (&self->backlog, &backlog_limits);
  gst_gio_socket_burst_init (&self->burst, limits->quiet_time, limits->max_latency, 0);
  gst_gio_socket_burst_set_adaptive (&self->burst, limits->adaptive);

  return self;
}

void
model_sender_free (ModelSender *self)
{
  gst_gio_socket_backlog_clear (&self->backlog);
  g_queue_free_full (self->made, g_free);
  g_free (self);
}

/* --- tcpcork ------------------------------------------------------------- */

static void
uncork_if_over (ModelSender *self)
{
  if (gst_gio_socket_burst_check (&self->burst, self->now) == GST_GIO_SOCKET_BURST_OPEN)
    return;

  self->corked = FALSE;
  model_link_flush (self->link, self->now);
  self->link->options++;
  gst_gio_socket_burst_reset (&self->burst);
}

static void
cork_if_worth_it (ModelSender *self)
{
  if (!self->corked &&
      gst_gio_socket_burst_check (&self->burst, self->now) == GST_GIO_SOCKET_BURST_QUIET)
    gst_gio_socket_burst_reset (&self->burst);
  else
    self->corked = TRUE;

  /* giosocketsink: the cork stays until something may not be held. */
  self->link->options += self->is_cork_on != self->corked;
  self->is_cork_on = self->corked;
}

static void
push_list (ModelSender *self, GstBufferList *list)
{
  self->link->sends++;
  gst_gio_socket_burst_add (&self->burst, self->now, gst_buffer_list_calculate_size (list));
  cork_if_worth_it (self);
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    g_autofree gint64 *made = g_queue_pop_head (self->made);

    model_link_write (self->link, *made, self->now,
        gst_buffer_get_size (gst_buffer_list_get (list, i)), TRUE);
  }
  /* A list leaves in one system call, and nothing of it before the rest. */
  if (!self->corked)
    model_link_flush (self->link, self->now);
  uncork_if_over (self);
}

/* --- writeaggregate ------------------------------------------------------ */

static void
push_what_is_due (ModelSender *self)
{
  while (gst_gio_socket_backlog_check (&self->backlog, self->now) != GST_GIO_SOCKET_BURST_OPEN) {
    g_autoptr (GstBufferList) list = NULL;
    GstGioSocketBacklogItem item;
    gsize copied;

    gst_gio_socket_backlog_take (&self->backlog, &item);
    list = gst_gio_socket_batch_take (item.batch, &copied);
    gst_gio_socket_batch_free (item.batch);
    push_list (self, list);
  }
}

/* Nobody looks at what is in it. */
static GstBuffer *
make_buffer (gsize size)
{
  static guint8 nothing[1];

  return gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, nothing, size, 0, size, NULL, NULL);
}

/* --- time ---------------------------------------------------------------- */

/* The alarms that go off until then, each at its time; at the same time as a write they are first. */
static void
advance (ModelSender *self, gint64 until)
{
  for (;;) {
    gint64 uncork_at = gst_gio_socket_burst_deadline (&self->burst);
    gint64 due_at = gst_gio_socket_backlog_deadline (&self->backlog);
    gint64 next = MIN (uncork_at, due_at);

    if (next > until || next == G_MAXINT64)
      break;
    self->now = MAX (self->now, next);
    uncork_if_over (self);
    push_what_is_due (self);
  }
}

void
model_sender_write (ModelSender *self, gint64 now, guint64 bytes)
{
  advance (self, now);
  self->now = now;
  g_queue_push_tail (self->made, g_memdup2 (&now, sizeof now));
  gst_gio_socket_backlog_add (&self->backlog, make_buffer (bytes), bytes, now);
  push_what_is_due (self);
}

void
model_sender_finish (ModelSender *self)
{
  advance (self, G_MAXINT64);
}
