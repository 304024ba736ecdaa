/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "payload.h"

G_BEGIN_DECLS

/* What kind of traffic a row is about. */
typedef struct
{
  const char *name;
  gsize size;        /* of every message; 0: sizes and their order are those of a trace */
  guint64 count;     /* messages of one run */
  guint batch;       /* messages that are handed over at once, as a list */
  const char *trace; /* in the folder of the one that is given; NULL: the one that is given */
  gboolean lone;     /* one at a time: the next one when it has arrived, and a pause is over */
  gboolean loopback; /* not about what a network costs */
} Workload;

/* The messages of one run: slices of one stream of bytes, one behind the other. */
typedef struct
{
  Payload payload;
  gsize size;
  GArray *sizes; /* guint64, over and over; NULL: all are of @size */
  guint batch;
  gboolean lone;
  guint64 messages;
  guint64 bytes;
} Load;

/* @scale: multiplies the count
 * @trace, @conn: where sizes come from */
gboolean load_init (Load *self, const Workload *workload, double scale, const char *trace,
    guint conn, GError **error);

gsize load_get_size (const Load *self, guint64 message);

/* The bytes of the stream from @offset on; @size is at most that of the largest message or
 * LOAD_SLICE. */
#define LOAD_SLICE 262144
const guint8 *load_get_bytes (const Load *self, guint64 offset, gsize size);

void load_clear (Load *self);

G_END_DECLS
