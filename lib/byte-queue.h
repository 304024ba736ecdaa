/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <string.h>

#include <glib.h>

/* Bytes, in at the end and out at the front.  Its memory grows to the largest content there ever was
 * and is kept. */
typedef struct
{
  guint8 *data;
  gsize begin, end;
  gsize size;
} ByteQueue;

static inline gsize
byte_queue_get_length (const ByteQueue *queue)
{
  return queue->end - queue->begin;
}

static inline const guint8 *
byte_queue_peek (const ByteQueue *queue)
{
  return queue->data + queue->begin;
}

/* @n: no more than there are */
static inline void
byte_queue_skip (ByteQueue *queue, gsize n)
{
  queue->begin += n;
  if (queue->begin == queue->end)
    queue->begin = queue->end = 0;
}

/* Room for @n bytes at the end, to be taken by adding to the end. */
static inline guint8 *
byte_queue_reserve (ByteQueue *queue, gsize n)
{
  if (queue->size - queue->end < n && queue->begin > 0) {
    memmove (queue->data, queue->data + queue->begin, byte_queue_get_length (queue));
    queue->end -= queue->begin;
    queue->begin = 0;
  }
  if (queue->size - queue->end < n) {
    queue->size = MAX (queue->end + n, 2 * queue->size);
    queue->data = g_realloc (queue->data, queue->size);
  }

  return queue->data + queue->end;
}

static inline void
byte_queue_append (ByteQueue *queue, const void *data, gsize n)
{
  memcpy (byte_queue_reserve (queue, n), data, n);
  queue->end += n;
}

static inline void
byte_queue_clear (ByteQueue *queue)
{
  g_free (queue->data);
  *queue = (ByteQueue){ 0 };
}
