/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/**
 * SECTION:tracer-giosocketrecord
 * @title: giosocketrecord
 * @short_description: records what passes a pad as a trace of writes
 *
 * giosocketrecord writes down what is pushed through a pad of any element of any application: when,
 * and in which pieces; not the bytes.  giosocket-replay plays the file.
 *
 * |[
 * GST_TRACERS='giosocketrecord(pad="sink0:sink",file="traffic.csv.gz")' \
 *     gst-launch-1.0 videotestsrc ! giosocketsink name=sink0 port=4953
 * ]|
 *
 * - `pad`: ELEMENT:PAD, where `*` and `?` stand for any characters.  A sink pad has what is pushed
 *   into it, a source pad what it pushes.  Each pad is a connection of the trace, numbered in the
 *   order in which they begin; where both pads of a link match it is the source pad's.
 * - `file`: compressed with gzip where it ends in ".gz".  It is made when the first data pass.
 *
 * A buffer is one row with the sizes of its memories.  A buffer list is one row, too, since it is one
 * system call of giosocketsink.  Cork events are rows of their own.  A row is stamped before the pad
 * gets the buffer and says nothing about what becomes of it.  Data that are pulled are not seen.
 *
 * The file is whole when EOS has passed, when an element has gone to READY, and after gst_deinit().
 * What goes wrong is told once, on stderr, and ends the recording but not the application.
 *
 * Since: 0.1
 */

#define GST_USE_UNSTABLE_API

#include "config.h"

#include "gstgiosocketrecord.h"

#include "pad-numbers.h"
#include "trace-writer.h"

#include "lib/cork-event.h"

#include <string.h>

#define NAME "giosocketrecord"

GST_DEBUG_CATEGORY_STATIC (gst_gio_socket_record_debug);
#define GST_CAT_DEFAULT gst_gio_socket_record_debug

struct _GstGioSocketRecord
{
  GstTracer parent_instance;

  /* Immutable after construction. */
  char *pattern;
  PadNumbers *pads;

  gint others; /* atomic: data have passed other pads */

  /* Protected by the lock. */
  GMutex lock;
  TraceWriter *writer; /* NULL after an error */
  guint n_connections;
};

G_DEFINE_FINAL_TYPE (GstGioSocketRecord, gst_gio_socket_record, GST_TYPE_TRACER)

/* Most users of a tracer have no debug log on, and would find no file and no reason. */
static void
tell (GstGioSocketRecord *self, const char *text)
{
  GST_WARNING_OBJECT (self, "%s", text);
  g_printerr (NAME ": %s\n", text);
}

/* --- rows ---------------------------------------------------------------- */

static TraceWriter *
lock_writer (GstGioSocketRecord *self)
{
  g_mutex_lock (&self->lock);

  return self->writer;
}

/* @error: why there will be no more rows. */
static void
unlock_writer (GstGioSocketRecord *self, GError *error)
{
  if (error != NULL)
    g_clear_pointer (&self->writer, trace_writer_free);
  g_mutex_unlock (&self->lock);

  if (error != NULL) {
    tell (self, error->message);
    g_error_free (error);
  }
}

static guint
number_cb (const char *name, gpointer user_data)
{
  GstGioSocketRecord *self = user_data;
  TraceWriter *writer = lock_writer (self);
  guint conn = writer ? trace_writer_add_connection (writer, name) : 0;

  self->n_connections += conn > 0;
  unlock_writer (self, NULL);

  GST_INFO_OBJECT (self, "connection %u is %s", conn, name);
  return conn;
}

/* 0: not recorded. */
static guint
get_connection (GstGioSocketRecord *self, GstPad *pad)
{
  guint conn = pad_numbers_get (self->pads, pad);

  if (conn == 0 && !g_atomic_int_get (&self->others))
    g_atomic_int_set (&self->others, TRUE);

  return conn;
}

static void
add_pieces (TraceWriter *writer, GstBuffer *buffer)
{
  guint n = gst_buffer_n_memory (buffer);

  for (guint i = 0; i < n; i++)
    trace_writer_add_piece (writer,
        gst_memory_get_sizes (gst_buffer_peek_memory (buffer, i), NULL, NULL));
}

/* Not gst_buffer_list_foreach(), which may lift the buffers out of the list meanwhile. */
static void
add_list_pieces (TraceWriter *writer, GstBufferList *list)
{
  guint n = gst_buffer_list_length (list);

  for (guint i = 0; i < n; i++)
    add_pieces (writer, gst_buffer_list_get (list, i));
}

/* @buffer or @list is NULL. */
static void
add_write (GstGioSocketRecord *self, GstClockTime ts, GstPad *pad, GstBuffer *buffer,
    GstBufferList *list)
{
  guint conn = get_connection (self, pad);
  TraceWriter *writer;
  GError *error = NULL;

  if (conn == 0)
    return;

  writer = lock_writer (self);
  if (writer != NULL) {
    trace_writer_begin (writer, conn, ts);
    if (list != NULL)
      add_list_pieces (writer, list);
    else
      add_pieces (writer, buffer);
    trace_writer_end (writer, &error);
  }
  unlock_writer (self, error);
}

static void
pad_push_pre_cb (GObject *object, GstClockTime ts, GstPad *pad, GstBuffer *buffer)
{
  add_write (GST_GIO_SOCKET_RECORD (object), ts, pad, buffer, NULL);
}

static void
pad_push_list_pre_cb (GObject *object, GstClockTime ts, GstPad *pad, GstBufferList *list)
{
  add_write (GST_GIO_SOCKET_RECORD (object), ts, pad, NULL, list);
}

static void
flush (GstGioSocketRecord *self)
{
  TraceWriter *writer = lock_writer (self);
  GError *error = NULL;

  if (writer != NULL)
    trace_writer_flush (writer, &error);
  unlock_writer (self, error);
}

static void
add_cork (GstGioSocketRecord *self, guint conn, GstClockTime ts, gboolean corked)
{
  TraceWriter *writer = lock_writer (self);
  GError *error = NULL;

  if (writer != NULL)
    trace_writer_add_cork (writer, conn, ts, corked, &error);
  unlock_writer (self, error);
}

static void
pad_push_event_pre_cb (GObject *object, GstClockTime ts, GstPad *pad, GstEvent *event)
{
  GstGioSocketRecord *self = GST_GIO_SOCKET_RECORD (object);
  gboolean corked;
  guint conn;

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    flush (self);
  } else if (gst_event_parse_gio_socket_cork (event, &corked)) {
    conn = get_connection (self, pad);
    if (conn > 0)
      add_cork (self, conn, ts, corked);
  }
}

/* Applications that never call gst_deinit () do stop their pipelines. */
static void
element_change_state_post_cb (GObject *object, GstClockTime ts, GstElement *element,
    GstStateChange transition, GstStateChangeReturn result)
{
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    flush (GST_GIO_SOCKET_RECORD (object));
}

static void
pad_unlink_post_cb (GObject *object, GstClockTime ts, GstPad *pad, GstPad *peer, gboolean done)
{
  pad_numbers_unlinked (GST_GIO_SOCKET_RECORD (object)->pads, pad);
}

/* --- parameters ---------------------------------------------------------- */

static gboolean
is_parameter (GQuark field, const GValue *value, gpointer user_data)
{
  const char **unknown = user_data;
  const char *name = g_quark_to_string (field);

  if (g_str_equal (name, "pad") || g_str_equal (name, "file"))
    return TRUE;

  *unknown = name;
  return FALSE;
}

/* GstStructure takes ="1" and ="a:b" for other things than text, unless it is told. */
static GstStructure *
parse_structure (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "=\"", -1);
  g_autofree char *fields = g_strjoinv ("=(string)\"", parts);
  g_autofree char *all = g_strconcat (NAME ",", fields, NULL);

  return gst_structure_from_string (all, NULL);
}

/* What is wrong with the parameters, or NULL. */
static char *
parse_parameters (const char *text, char **pad, char **file)
{
  g_autoptr (GstStructure) parameters = text ? parse_structure (text) : NULL;
  const char *unknown = NULL;

  if (text == NULL)
    return g_strdup ("no parameters");
  if (parameters == NULL)
    return g_strdup_printf ("cannot parse '%s'", text);
  if (!gst_structure_foreach (parameters, is_parameter, &unknown))
    return g_strdup_printf ("unknown parameter '%s'", unknown);

  *pad = g_strdup (gst_structure_get_string (parameters, "pad"));
  *file = g_strdup (gst_structure_get_string (parameters, "file"));
  if (*pad == NULL)
    return g_strdup ("no pad is named");
  if (strpbrk (*pad, ":*") == NULL)
    return g_strdup_printf ("pad \"%s\" is not ELEMENT:PAD", *pad);
  if (*file == NULL || **file == '\0')
    return g_strdup ("no file is named");

  return NULL;
}

static void
start (GstGioSocketRecord *self, const char *file)
{
  GstTracer *tracer = GST_TRACER (self);
  const char *program = g_get_prgname ();

  self->pads = pad_numbers_new (self->pattern, number_cb, self);
  self->writer = trace_writer_new (file, program ? program : "unknown");

  gst_tracing_register_hook (tracer, "pad-push-pre", G_CALLBACK (pad_push_pre_cb));
  gst_tracing_register_hook (tracer, "pad-push-list-pre", G_CALLBACK (pad_push_list_pre_cb));
  gst_tracing_register_hook (tracer, "pad-push-event-pre", G_CALLBACK (pad_push_event_pre_cb));
  gst_tracing_register_hook (tracer, "pad-unlink-post", G_CALLBACK (pad_unlink_post_cb));
  gst_tracing_register_hook (tracer, "element-change-state-post",
      G_CALLBACK (element_change_state_post_cb));
}

/* --- GObject ------------------------------------------------------------- */

static void
gst_gio_socket_record_constructed (GObject *object)
{
  GstGioSocketRecord *self = GST_GIO_SOCKET_RECORD (object);
  g_autofree char *params = NULL, *file = NULL, *fault = NULL, *text = NULL;

  G_OBJECT_CLASS (gst_gio_socket_record_parent_class)->constructed (object);

  g_object_get (self, "params", &params, NULL);
  fault = parse_parameters (params, &self->pattern, &file);
  if (fault == NULL) {
    start (self, file);
    return;
  }

  text = g_strdup_printf ("%s; nothing is recorded: expected GST_TRACERS='" NAME
                          "(pad=\"ELEMENT:PAD\",file=\"FILE\")'",
      fault);
  tell (self, text);
}

static void
gst_gio_socket_record_finalize (GObject *object)
{
  GstGioSocketRecord *self = GST_GIO_SOCKET_RECORD (object);
  g_autofree char *text = NULL;

  flush (self);
  if (self->n_connections == 0 && g_atomic_int_get (&self->others)) {
    text = g_strdup_printf ("nothing passed a pad with the name '%s', and no file was made",
        self->pattern);
    tell (self, text);
  }

  g_clear_pointer (&self->writer, trace_writer_free);
  g_clear_pointer (&self->pads, pad_numbers_free);
  g_clear_pointer (&self->pattern, g_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_gio_socket_record_parent_class)->finalize (object);
}

static void
gst_gio_socket_record_class_init (GstGioSocketRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_gio_socket_record_debug, NAME, 0, "Recorder of traces of writes");

  object_class->constructed = gst_gio_socket_record_constructed;
  object_class->finalize = gst_gio_socket_record_finalize;
}

static void
gst_gio_socket_record_init (GstGioSocketRecord *self)
{
  g_mutex_init (&self->lock);
}

gboolean
gst_gio_socket_record_register (GstPlugin *plugin)
{
  return gst_tracer_register (plugin, NAME, GST_TYPE_GIO_SOCKET_RECORD);
}
