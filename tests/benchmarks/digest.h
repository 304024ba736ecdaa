/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * SHA-256 of a stream, taken aside: bytes are copied into a ring and hashed by a thread that runs
 * when nobody else wants the processor, so that hashing (about 280 MB/s) does not slow down what is
 * being measured.  Only when the ring is full does the caller wait.
 */
typedef struct _Digest Digest;

Digest *digest_new (void);

void digest_update (Digest *digest, const guint8 *data, gsize size);

/* Waits until everything is hashed.
 * Returns: the hash in hexadecimal, owned by the digest */
const char *digest_finish (Digest *digest);

/* After digest_finish(): the processor time that hashing took, and for how long the caller of
 * digest_update() had to wait because the ring was full. */
gint64 digest_get_cpu_ns (const Digest *digest);
gint64 digest_get_wait_ns (const Digest *digest);

void digest_free (Digest *digest);

G_END_DECLS
