/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "trace-writer.h"

#include "trace-file.h"

#include <string.h>

#define COLUMNS "t_us,conn,kind,iov,ret\n"

#define BLOCK 65536
/* Time, connection and kind, then 9 digits and a '+' for each piece, then ",\n". */
#define MAX_ROW (64 + 10 * TRACE_WRITER_MAX_PIECES)
/* Rows do not wait longer than this for the next one to take them along. */
#define MAX_WAIT_US (1 * G_USEC_PER_SEC)

/* The names of the connections become known one by one, but stand in the head. */
#define NAMES_ROOM 1000
#define NAMES_END "; ..."

struct _TraceWriter
{
  char *path;
  char *program;
  char *date;

  TraceFile *file; /* NULL before the first row */
  GError *error;

  guint n_connections;
  GString *names;
  gboolean names_changed;

  gint64 first_us; /* of the clock; the others count from there */
  gint64 last_us;
  gint64 flushed_us;

  /* The write that has begun. */
  gint64 time_ns;
  guint conn;
  guint n_pieces;
  guint64 bytes;
  guint pieces[TRACE_WRITER_MAX_PIECES];

  /* Whole rows. */
  gsize used;
  char block[BLOCK];
};

TraceWriter *
trace_writer_new (const char *path, const char *program)
{
  TraceWriter *writer = g_new0 (TraceWriter, 1);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  writer->path = g_strdup (path);
  writer->program = g_strescape (program, NULL);
  writer->date = g_date_time_format_iso8601 (now);
  writer->names = g_string_new (NULL);

  return writer;
}

void
trace_writer_free (TraceWriter *writer)
{
  g_clear_pointer (&writer->file, trace_file_free);
  g_clear_error (&writer->error);
  g_string_free (writer->names, TRUE);
  g_free (writer->date);
  g_free (writer->program);
  g_free (writer->path);
  g_free (writer);
}

/* --- the file ------------------------------------------------------------ */

/* Always of the same length. */
static char *
make_head (TraceWriter *writer)
{
  return g_strdup_printf (
      "# program: %s\n"
      "# what: what was handed to a pad, recorded by giosocketrecord of " PACKAGE " " VERSION "\n"
      "# date: %s\n"
      "# connections: %-*s\n" COLUMNS,
      writer->program, writer->date, NAMES_ROOM, writer->names->str);
}

static gboolean
prepare_file (TraceWriter *writer)
{
  g_autofree char *head = NULL;

  if (writer->error != NULL)
    return FALSE;
  if (writer->file != NULL && !writer->names_changed)
    return TRUE;

  head = make_head (writer);
  writer->names_changed = FALSE;
  if (writer->file != NULL)
    return trace_file_replace_head (writer->file, head, strlen (head), &writer->error);

  writer->file = trace_file_create (writer->path, head, strlen (head), &writer->error);
  return writer->file != NULL;
}

static gboolean
write_block (TraceWriter *writer)
{
  gsize size = writer->used;

  writer->used = 0;
  writer->flushed_us = writer->last_us;
  if (size == 0)
    return writer->error == NULL;

  return prepare_file (writer) &&
      trace_file_append (writer->file, writer->block, size, &writer->error);
}

static gboolean
report (TraceWriter *writer, GError **error)
{
  if (writer->error != NULL && error != NULL)
    *error = g_error_copy (writer->error);

  return writer->error == NULL;
}

gboolean
trace_writer_flush (TraceWriter *writer, GError **error)
{
  write_block (writer);

  return report (writer, error);
}

/* --- rows ---------------------------------------------------------------- */

static void
append (TraceWriter *writer, const char *text)
{
  writer->used = g_stpcpy (writer->block + writer->used, text) - writer->block;
}

static void
append_number (TraceWriter *writer, guint64 number)
{
  char digits[20];
  guint n = 0;

  do
    digits[n++] = '0' + number % 10;
  while ((number /= 10) > 0);

  while (n > 0)
    writer->block[writer->used++] = digits[--n];
}

/* Time, connection and kind of a row, for which there is room then. */
static gboolean
begin_row (TraceWriter *writer, guint conn, gint64 time_ns, const char *kind)
{
  gint64 time_us = time_ns / 1000;

  if (writer->file == NULL) {
    if (!prepare_file (writer))
      return FALSE;
    writer->first_us = time_us;
  }
  writer->last_us = MAX (writer->last_us, time_us - writer->first_us);

  if ((writer->used > BLOCK - MAX_ROW || writer->last_us - writer->flushed_us >= MAX_WAIT_US) &&
      !write_block (writer))
    return FALSE;

  append_number (writer, writer->last_us);
  append (writer, ",");
  append_number (writer, conn);
  append (writer, kind);
  return TRUE;
}

static void
put_write (TraceWriter *writer)
{
  guint n = writer->n_pieces;

  writer->n_pieces = 0;
  writer->bytes = 0;
  if (n == 0 || writer->error != NULL ||
      !begin_row (writer, writer->conn, writer->time_ns, n > 1 ? ",writev," : ",write,"))
    return;

  for (guint i = 0; i < n; i++) {
    if (i > 0)
      append (writer, "+");
    append_number (writer, writer->pieces[i]);
  }
  append (writer, ",\n");
}

static void
put_piece (TraceWriter *writer, guint size)
{
  if (writer->n_pieces == TRACE_WRITER_MAX_PIECES || writer->bytes + size > TRACE_WRITER_MAX_BYTES)
    put_write (writer);

  writer->pieces[writer->n_pieces++] = size;
  writer->bytes += size;
}

void
trace_writer_begin (TraceWriter *writer, guint conn, gint64 time_ns)
{
  writer->conn = conn;
  writer->time_ns = time_ns;
}

void
trace_writer_add_piece (TraceWriter *writer, gsize size)
{
  for (; size > TRACE_WRITER_MAX_BYTES; size -= TRACE_WRITER_MAX_BYTES)
    put_piece (writer, TRACE_WRITER_MAX_BYTES);

  if (size > 0)
    put_piece (writer, size);
}

gboolean
trace_writer_end (TraceWriter *writer, GError **error)
{
  put_write (writer);

  return report (writer, error);
}

gboolean
trace_writer_add_cork (TraceWriter *writer, guint conn, gint64 time_ns, gboolean corked,
    GError **error)
{
  if (writer->error == NULL && begin_row (writer, conn, time_ns, corked ? ",cork-on" : ",cork-off"))
    append (writer, ",,\n");

  return report (writer, error);
}

/* --- connections --------------------------------------------------------- */

guint
trace_writer_add_connection (TraceWriter *writer, const char *name)
{
  g_autofree char *text = NULL;

  if (writer->n_connections == TRACE_WRITER_MAX_CONNECTIONS)
    return 0;

  writer->n_connections++;
  if (g_str_has_suffix (writer->names->str, NAMES_END))
    return writer->n_connections;

  text = g_strescape (name, NULL);
  if (writer->names->len + strlen (text) + strlen ("; 65535 = " NAMES_END) > NAMES_ROOM)
    g_string_append (writer->names, NAMES_END);
  else
    g_string_append_printf (writer->names, "%s%u = %s", writer->n_connections > 1 ? "; " : "",
        writer->n_connections, text);
  writer->names_changed = TRUE;

  return writer->n_connections;
}
