/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/framing.h"

#include <gio/gio.h>
#include <gst/gst.h>

/*
 * Reads a connection to its end in a thread of its own, and asserts that it carries nothing but whole
 * messages of witness_message_new(), those of each producer in their order and none twice.  With a
 * framing each has a header, and may be empty; without, each says itself how long it is.  Only the
 * end of the stream may come within a message.
 */
typedef struct _Witness Witness;

#define WITNESS_N_PRODUCERS 4
#define WITNESS_MIN_SIZE 12

typedef struct
{
  guint64 bytes;
  guint64 messages;
  guint64 rest; /* bytes of a message that does not end */
} WitnessReport;

/* @size: WITNESS_MIN_SIZE or more, or 0 where there is a framing; @number: higher than the last. */
GstBuffer *witness_message_new (guint producer, guint number, gsize size);

/* Takes @socket. */
Witness *witness_start (GSocket *socket, const GstGioSocketFramingLayout *layout);

/* Waits for the end of the stream. */
WitnessReport witness_finish (Witness *self);
