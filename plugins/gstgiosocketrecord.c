/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/**
 * SECTION:tracer-giosocketrecord
 * @title: giosocketrecord
 * @short_description: record the sizes and times of what passes a pad
 *
 * giosocketrecord writes down what passes one pad of an application that need not know of it, in the
 * form that giosocket-replay reads.  Sizes and times only: no payload is stored.  A buffer is one
 * row, with the sizes of its memories, and so is a buffer list, because giosocketsink makes one
 * system call of either; cork events are rows, too.
 *
 * Parameters: "pad", as ELEMENT:PAD, and "file", compressed if its name ends in .gz.  For several
 * pads name the tracer several times.  Rows are on the disk at EOS, at the end of the program
 * (gst_deinit()), and once a second as long as something passes.  A file that cannot be written ends
 * the recording with one line on standard error, and not the pipeline.
 *
 * |[
 * GST_TRACERS='giosocketrecord(pad=sink0:sink,file=traffic.csv.gz)' gst-launch-1.0 ... giosocketsink name=sink0
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include "gstgiosocketrecord.h"
#include "tracewriter.h"

#include "lib/cork-event.h"

#include <string.h>

#define FLUSH_INTERVAL GST_SECOND

struct _GstGioSocketRecord
{
  GstTracer parent_instance;

  /* Immutable after construction. */
  gchar *pad;
  gchar *file;

  GMutex lock;

  /* Lock. */
  GstGioSocketTraceWriter *writer;
  GstClockTime first;
  GstClockTime last;
  GstClockTime last_flush;
  GArray *sizes;
};

G_DEFINE_FINAL_TYPE (GstGioSocketRecord, gst_gio_socket_record, GST_TYPE_TRACER)

/* Nobody may listen to the debug log of a tracer, and the application must not stumble over a
 * recording. */
static void
give_up (GstGioSocketRecord *self, const gchar *what, const GError *error)
{
  g_printerr ("giosocketrecord: could not %s '%s': %s; nothing more of pad %s is recorded\n", what,
      self->file, error->message, self->pad);
}

/* --- which pad ----------------------------------------------------------- */

static gboolean
has_name (GstPad *pad, const gchar *name)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (pad));
  g_autofree gchar *own = NULL;

  if (parent == NULL)
    return FALSE;

  own = g_strdup_printf ("%s:%s", GST_OBJECT_NAME (parent), GST_OBJECT_NAME (pad));

  return g_str_equal (own, name);
}

/* What is pushed from @pad passes its peer as well. */
static gboolean
is_wanted (GstGioSocketRecord *self, GstPad *pad)
{
  g_autoptr (GstPad) peer = NULL;

  if (has_name (pad, self->pad))
    return TRUE;

  peer = gst_pad_get_peer (pad);

  return peer != NULL && has_name (peer, self->pad);
}

/* --- rows ---------------------------------------------------------------- */

/* With the lock.  Threads may come in another order than their times. */
static gint64
get_time (GstGioSocketRecord *self, GstClockTime now)
{
  if (!GST_CLOCK_TIME_IS_VALID (self->first))
    self->first = self->last = self->last_flush = now;
  self->last = MAX (self->last, now);

  return (self->last - self->first) / GST_USECOND;
}

/* With the lock. */
static void
end_row (GstGioSocketRecord *self, gboolean written, gboolean flush, GError *error)
{
  g_autoptr (GError) failure = error;

  if (written && (flush || self->last - self->last_flush >= FLUSH_INTERVAL)) {
    self->last_flush = self->last;
    written = gst_gio_socket_trace_writer_flush (self->writer, &failure);
  }
  if (!written) {
    give_up (self, "write", failure);
    gst_gio_socket_trace_writer_close (g_steal_pointer (&self->writer), NULL);
  }
}

/* With the lock. */
static void
add_sizes (GstGioSocketRecord *self, GstBuffer *buffer)
{
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    gsize size = gst_memory_get_sizes (gst_buffer_peek_memory (buffer, i), NULL, NULL);

    g_array_append_val (self->sizes, size);
  }
}

/* With the lock. */
static void
write_sizes (GstGioSocketRecord *self, GstClockTime now)
{
  GError *error = NULL;
  gboolean written = gst_gio_socket_trace_writer_add_write (self->writer, get_time (self, now),
      (const gsize *)self->sizes->data, self->sizes->len, &error);

  g_array_set_size (self->sizes, 0);
  end_row (self, written, FALSE, error);
}

static void
push_pre_cb (GstTracer *tracer, GstClockTime now, GstPad *pad, GstBuffer *buffer)
{
  GstGioSocketRecord *self = GST_GIO_SOCKET_RECORD (tracer);

  if (!is_wanted (self, pad))
    return;

  g_mutex_lock (&self->lock);
  if (self->writer != NULL) {
    add_sizes (self, buffer);
    write_sizes (self, now);
  }
  g_mutex_unlock (&self->lock);
}

static void
push_list_pre_cb (GstTracer *tracer, GstClockTime now, GstPad *pad, GstBufferList *list)
{
  GstGioSocketRecord *self = GST_GIO_SOCKET_RECORD (tracer);

  if (!is_wanted (self, pad))
    return;

  g_mutex_lock (&self->lock);
  if (self->writer != NULL) {
    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      add_sizes (self, gst_buffer_list_get (list, i));
    write_sizes (self, now);
  }
  g_mutex_unlock (&self->lock);
}

static void
push_event_pre_cb (GstTracer *tracer, GstClockTime now, GstPad *pad, GstEvent *event)
{
  GstGioSocketRecord *self = GST_GIO_SOCKET_RECORD (tracer);
  gboolean is_eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
  gboolean corked = FALSE;
  gboolean is_cork = gst_event_parse_gio_socket_cork (event, &corked);
  gboolean written = TRUE;
  GError *error = NULL;

  if ((!is_eos && !is_cork) || !is_wanted (self, pad))
    return;

  g_mutex_lock (&self->lock);
  if (self->writer != NULL) {
    gint64 time = get_time (self, now);

    if (is_cork)
      written = gst_gio_socket_trace_writer_add_cork (self->writer, time, corked, &error);
    end_row (self, written, is_eos, error);
  }
  g_mutex_unlock (&self->lock);
}

/* --- GObject ------------------------------------------------------------- */

static gboolean
take_parameters (GstGioSocketRecord *self, GError **error)
{
  g_autofree gchar *params = NULL;
  g_autofree gchar *text = NULL;
  g_autoptr (GstStructure) structure = NULL;

  g_object_get (self, "params", &params, NULL);
  text = g_strdup_printf ("giosocketrecord,%s", params != NULL ? params : "");
  structure = gst_structure_from_string (text, NULL);
  if (structure != NULL) {
    self->pad = g_strdup (gst_structure_get_string (structure, "pad"));
    self->file = g_strdup (gst_structure_get_string (structure, "file"));
  }

  if (self->pad == NULL || self->file == NULL || gst_structure_n_fields (structure) != 2 ||
      strchr (self->pad, ':') == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "the parameters are '%s', expected pad=ELEMENT:PAD,file=PATH",
        params != NULL ? params : "");
    return FALSE;
  }

  return TRUE;
}

static void
gst_gio_socket_record_constructed (GObject *object)
{
  GstGioSocketRecord *self = GST_GIO_SOCKET_RECORD (object);
  g_autoptr (GError) error = NULL;

  G_OBJECT_CLASS (gst_gio_socket_record_parent_class)->constructed (object);

  if (!take_parameters (self, &error)) {
    g_printerr ("giosocketrecord: %s; nothing is recorded\n", error->message);
    return;
  }

  self->writer = gst_gio_socket_trace_writer_new (self->file, self->pad, &error);
  if (self->writer == NULL) {
    give_up (self, "create", error);
    return;
  }

  gst_tracing_register_hook (GST_TRACER (self), "pad-push-pre", G_CALLBACK (push_pre_cb));
  gst_tracing_register_hook (GST_TRACER (self), "pad-push-list-pre", G_CALLBACK (push_list_pre_cb));
  gst_tracing_register_hook (GST_TRACER (self), "pad-push-event-pre",
      G_CALLBACK (push_event_pre_cb));
}

static void
gst_gio_socket_record_finalize (GObject *object)
{
  GstGioSocketRecord *self = GST_GIO_SOCKET_RECORD (object);
  g_autoptr (GError) error = NULL;

  if (self->writer != NULL &&
      !gst_gio_socket_trace_writer_close (g_steal_pointer (&self->writer), &error))
    give_up (self, "write", error);
  g_array_unref (self->sizes);
  g_mutex_clear (&self->lock);
  g_free (self->pad);
  g_free (self->file);

  G_OBJECT_CLASS (gst_gio_socket_record_parent_class)->finalize (object);
}

static void
gst_gio_socket_record_class_init (GstGioSocketRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = gst_gio_socket_record_constructed;
  object_class->finalize = gst_gio_socket_record_finalize;
}

static void
gst_gio_socket_record_init (GstGioSocketRecord *self)
{
  g_mutex_init (&self->lock);
  self->sizes = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->first = GST_CLOCK_TIME_NONE;
}
