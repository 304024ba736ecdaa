/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "intake.h"
#include "tcp-socket.h"

#include <gio/gio.h>
#include <gst/gst.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What is not avoidable when each message has to be a buffer: a list of shares of what one read
 * brought, and to free it again.  No pads, no pool, no waiting. */

#define BLOCK 65536
#define HEADER 4

typedef struct
{
  int fd;
  GstMemory *memory;
  guint8 *data;
  gsize size; /* of the bytes at hand */
  Intake intake;
} BufferLoop;

static gboolean
take_list (BufferLoop *self, GstBufferList *list, GError **error)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstMemory *memory = gst_buffer_peek_memory (gst_buffer_list_get (list, i), 0);
    GstMapInfo map;
    gboolean ok;

    if (!gst_memory_map (memory, &map, GST_MAP_READ))
      return FALSE;
    ok = intake_take_message (&self->intake, map.size, error) &&
        intake_take (&self->intake, map.data, map.size, error);
    gst_memory_unmap (memory, &map);
    if (!ok)
      return FALSE;
  }

  return TRUE;
}

/* Returns: the bytes that are cut */
static gsize
cut (BufferLoop *self, GstBufferList *list)
{
  gsize at = 0;

  while (self->size - at >= HEADER) {
    guint32 length;
    GstBuffer *buffer;
    gsize size;

    memcpy (&length, self->data + at, HEADER);
    size = GUINT32_FROM_BE (length);
    if (self->size - at - HEADER < size)
      break;
    buffer = gst_buffer_new ();
    gst_buffer_append_memory (buffer, gst_memory_share (self->memory, at + HEADER, size));
    gst_buffer_list_add (list, buffer);
    at += HEADER + size;
  }

  return at;
}

static gboolean
receive_once (BufferLoop *self, GError **error)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new_sized (1024);
  gsize done = cut (self, list);
  gboolean ok = take_list (self, list, error);

  memmove (self->data, self->data + done, self->size - done);
  self->size -= done;

  return ok;
}

static gboolean
receive_all (BufferLoop *self, GError **error)
{
  gssize n;

  while ((n = recv (self->fd, self->data + self->size, BLOCK - self->size, 0)) != 0) {
    if (n < 0 && errno != EINTR) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot receive: %s",
          g_strerror (errno));
      return FALSE;
    }
    self->size += MAX (n, 0);
    if (!receive_once (self, error))
      return FALSE;
  }

  return intake_end (&self->intake, error);
}

gboolean
play_buffer_receive (Match *match, GError **error)
{
  g_autofree guint8 *data = g_malloc (BLOCK);
  BufferLoop self = { .data = data };
  gboolean ok;

  gst_init (NULL, NULL);
  self.memory = gst_memory_new_wrapped (0, data, BLOCK, 0, BLOCK, NULL, NULL);
  self.fd = tcp_socket_open (match, FALSE, error);
  ok = self.fd >= 0;
  if (ok) {
    intake_begin (&self.intake, match, NULL);
    ok = receive_all (&self, error);
    close (self.fd);
  }
  gst_memory_unref (self.memory);

  return ok;
}
