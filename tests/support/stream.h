/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

/* A long stream of random bytes in pieces of random sizes, and a digest of it on either side.  A
 * stream and a digest are used by one thread at a time; digest_bytes() by any. */

/* What a peer is to receive in full.  Ours is several times slower under a sanitizer, and does
 * the same for every record: there, one sixteenth. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STREAM_BYTES (4 * 1024 * 1024)
#else
#define STREAM_BYTES (64 * 1024 * 1024)
#endif

typedef struct _Digest Digest;

Digest *digest_new (void);
void digest_free (Digest *self);
void digest_add (Digest *self, gconstpointer data, gsize size);
void digest_add_buffer (Digest *self, GstBuffer *buffer);
guint64 digest_bytes (Digest *self);

/* Waits until it has seen so many. */
void digest_wait (Digest *self, guint64 bytes);

/* Asserts that one has seen what the other has. */
void digest_compare (Digest *sent, Digest *received, const gchar *what);

typedef struct _Stream Stream;

/* STREAM_TEXT: without zeros, and every piece ends with a newline, and has only that one. */
typedef enum
{
  STREAM_BINARY,
  STREAM_TEXT,
} StreamKind;

Stream *stream_new (StreamKind kind, guint64 bytes, guint32 seed);
void stream_free (Stream *self);

/* The next piece, from 1 byte to 256 KiB; NULL after the last one. */
GBytes *stream_next (Stream *self);

/* Of the pieces that were taken. */
Digest *stream_digest (Stream *self);

/* Pushes all pieces into the appsrc "in", and EOS. */
void stream_feed (Stream *self, GstElement *pipeline);

/* Has the appsink "out" add what it receives. */
void digest_listen (Digest *self, GstElement *pipeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Digest, digest_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stream, stream_free)
