/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "match.h"

G_BEGIN_DECLS

/* A message that says how long it is, as those who cut streams want it: a uint32, big endian, and the
 * rest.  It differs from one to the next. */
#define PINGPONG_MAX_SIZE 65536

typedef struct
{
  Match *match;
  gsize size;
  guint64 n_trips;
  gint64 out_ns;
  gint64 give_up_ns;
  guint8 out[PINGPONG_MAX_SIZE];
} Pingpong;

void pingpong_begin (Pingpong *self, Match *match);

/* Writes the next message; FALSE: there were enough, or it has taken too long. */
gboolean pingpong_next (Pingpong *self);

/* It has come back. */
gboolean pingpong_take (Pingpong *self, const guint8 *data, GError **error);

void pingpong_end (Pingpong *self);

G_END_DECLS
