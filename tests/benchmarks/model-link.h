/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A TCP connection on paper: no network, no time of its own.  A packet holds MODEL_SEGMENT bytes and
 * has MODEL_HEADERS around them.  Uncorked, a write leaves at once, cut into packets.  Corked, full
 * packets leave at once, and what is left over waits for more or for the flush.
 *
 * A write has left when its last byte has; it waited from when the program made it.
 */
#define MODEL_SEGMENT 1448
#define MODEL_HEADERS 66 /* Ethernet 14, IPv4 20, TCP with timestamps 32 */

typedef struct
{
  guint64 packets;
  guint64 bytes;
  guint64 sends; /* system calls that send, and that set options: whoever makes them counts them */
  guint64 options;
  guint left_over; /* bytes of a packet that is not full */
  GArray *unsent;  /* gint64: when the writes were made that have bytes in it */
  GArray *waits;   /* gint64: of those that have left */
} ModelLink;

void model_link_init (ModelLink *link);

void model_link_clear (ModelLink *link);

/* @made: when the program wrote; @now: when it comes to the socket */
void model_link_write (ModelLink *link, gint64 made, gint64 now, guint64 bytes, gboolean corked);

void model_link_flush (ModelLink *link, gint64 now);

/* Of the writes that have left, exactly.  @fraction: 0.5 is the median, 1 the longest. */
gint64 model_link_wait (ModelLink *link, double fraction);

G_END_DECLS
