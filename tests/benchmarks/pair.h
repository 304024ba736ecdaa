/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

#include <sys/types.h>

G_BEGIN_DECLS

/* One of two processes that talk to each other. */
typedef struct
{
  const char *name;
  gboolean (*body) (gpointer data); /* NULL: nobody plays this part */
  const char *error;                /* in shared memory: what it said before it failed */
  const gboolean *listening;   /* atomic, in shared memory; of the first: the second may start */
  const guint64 *progress;     /* atomic, in shared memory */
  const gint64 *idle_until_ns; /* the same: until then there need be none (nullable) */
  pid_t pid;                   /* 0: not started, or gone */
} PairProcess;

/* Called about ten times a second with how many bytes the one that is behind has dealt with. */
typedef void (*PairTick) (guint64 progress, gpointer data);

/* Starts @first, and @second once that is listening, and waits until both have ended; if one fails,
 * a signal comes, or nothing has moved for @stall_seconds, they are killed.
 * @data: for the bodies and for @tick
 * @tick: (nullable)
 * FALSE: with G_IO_ERROR_CANCELLED, the user has had enough */
gboolean pair_run (PairProcess *first, PairProcess *second, gpointer data, PairTick tick,
    guint stall_seconds, GError **error);

G_END_DECLS
