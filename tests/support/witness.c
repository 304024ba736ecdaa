/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "witness.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define BLOCK_SIZE 65536

struct _Witness
{
  GThread *thread;
  GSocket *socket;
  GstGioSocketFramingLayout layout;

  GByteArray *stream; /* from the first byte of a message on */
  guint64 next[WITNESS_N_PRODUCERS];
  WitnessReport report;
};

/* --- messages: producer, number and size, and bytes that follow from them - */

typedef struct
{
  guint32 producer, number, size;
} Head;

G_STATIC_ASSERT (sizeof (Head) == WITNESS_MIN_SIZE);

static Head
read_head (const guint8 *data)
{
  Head head;

  memcpy (&head, data, sizeof head);
  return head;
}

static void
fill (guint8 *data, guint producer, guint number, gsize size)
{
  const Head head = { producer, number, size };

  memcpy (data, &head, sizeof head);
  for (gsize i = WITNESS_MIN_SIZE; i < size; i++)
    data[i] = producer * 31 + number + i * 7;
}

GstBuffer *
witness_message_new (guint producer, guint number, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  if (size > 0)
    fill (map.data, producer, number, size);
  gst_buffer_unmap (buffer, &map);

  return buffer;
}

static void
check_message (Witness *self, const guint8 *data, gsize size)
{
  Head head = read_head (data);
  g_autofree guint8 *expected = g_malloc (size);

  fail_unless (head.producer < WITNESS_N_PRODUCERS, "a message of producer %u", head.producer);
  fail_unless (head.number >= self->next[head.producer], "producer %u: %u after %" G_GUINT64_FORMAT,
      head.producer, head.number, self->next[head.producer] - 1);
  self->next[head.producer] = (guint64)head.number + 1;

  fill (expected, head.producer, head.number, size);
  fail_unless (memcmp (data, expected, size) == 0, "producer %u: %u is not what was sent",
      head.producer, head.number);
}

/* --- the stream ---------------------------------------------------------- */

/* FALSE: the header is not there yet. */
static gboolean
find_end (Witness *self, const guint8 *data, gsize size, GstGioSocketFrame *frame)
{
  g_autoptr (GError) error = NULL;

  if (self->layout.header_size > 0) {
    fail_unless (gst_gio_socket_framing_parse (&self->layout, G_MAXUINT32, data, size, frame,
                     &error),
        "%s", error ? error->message : "");
    return frame->size > 0;
  }

  if (size < WITNESS_MIN_SIZE)
    return FALSE;

  *frame = (GstGioSocketFrame){ 0, read_head (data).size };
  return TRUE;
}

static void
cut (Witness *self)
{
  gsize done = 0;
  GstGioSocketFrame frame;

  while (find_end (self, self->stream->data + done, self->stream->len - done, &frame) &&
      frame.size <= self->stream->len - done) {
    gsize payload_size = frame.size - frame.header_size;

    if (payload_size > 0)
      check_message (self, self->stream->data + done + frame.header_size, payload_size);
    self->report.messages++;
    done += frame.size;
  }
  g_byte_array_remove_range (self->stream, 0, done);
}

static gpointer
read_to_the_end (gpointer user_data)
{
  Witness *self = user_data;
  g_autofree gchar *block = g_malloc (BLOCK_SIZE);
  gssize n;

  do {
    g_autoptr (GError) error = NULL;

    n = g_socket_receive (self->socket, block, BLOCK_SIZE, NULL, &error);
    fail_unless (n >= 0, "%s", error ? error->message : "");
    self->report.bytes += n;
    g_byte_array_append (self->stream, (const guint8 *)block, n);
    cut (self);
  } while (n > 0);
  self->report.rest = self->stream->len;

  return NULL;
}

Witness *
witness_start (GSocket *socket, const GstGioSocketFramingLayout *layout)
{
  Witness *self = g_new0 (Witness, 1);

  self->socket = socket;
  self->layout = *layout;
  self->stream = g_byte_array_new ();
  self->thread = g_thread_new ("witness", read_to_the_end, self);

  return self;
}

WitnessReport
witness_finish (Witness *self)
{
  WitnessReport report;

  g_thread_join (self->thread);
  report = self->report;
  g_byte_array_unref (self->stream);
  g_object_unref (self->socket);
  g_free (self);

  return report;
}
