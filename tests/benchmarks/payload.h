/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The bytes that are replayed: a pseudo-random stream that depends on the offset alone, so any
 * write is a slice of memory that is there already, a stream of any length needs a few megabytes,
 * and its hash is known before it is sent.  The memory is read-only: who writes to a buffer in
 * place is caught, and cannot change what is expected.
 */
typedef struct
{
  const guint8 *data;
  gsize largest;
  gsize size;
} Payload;

/* @largest: the most bytes a slice will be asked for. */
gboolean payload_init (Payload *payload, gsize largest, GError **error);

/* @size bytes of the stream from @offset, valid until payload_clear(). */
const guint8 *payload_slice (const Payload *payload, guint64 offset, gsize size);

/* SHA-256 of the first @size bytes of the stream, in hexadecimal. */
char *payload_sha256 (const Payload *payload, guint64 size);

void payload_clear (Payload *payload);

G_END_DECLS
