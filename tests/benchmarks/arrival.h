/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "digest.h"
#include "run.h"

G_BEGIN_DECLS

/* What the receiving process does with bytes once they have come out, however they did. */
typedef struct
{
  Run *run;
  Stream *stream;
  Digest *digest;
  guint64 bytes;
} Arrival;

void arrival_begin (Arrival *self, Run *run, Stream *stream);

/* The port is listening.  When all are, the sender may start, and processor time counts from here. */
void arrival_set_ready (Arrival *self);

/* Right after the bytes came out, before anything else is done with them. */
void arrival_note (Arrival *self, gsize size);

/* The same bytes; in pieces, if that is how they lie. */
void arrival_check (Arrival *self, const guint8 *data, gsize size);

void arrival_end (Arrival *self);

G_END_DECLS
