/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "count-calls.h"
#include "latency.h"
#include "payload.h"
#include "tcp-table.h"
#include "trace.h"

#include <string.h>

G_BEGIN_DECLS

/* What is replayed: the same for every contestant and every run. */
typedef struct
{
  char *source;
  TraceSelection selection;
  gboolean real_time;
  gint64 max_gap_us; /* negative: no limit */
  guint64 link_rate; /* bits a second; 0: no limit */
  guint stall_seconds;
  TraceSummary summary;
  Payload payload;
  char *sha256;
} Replay;

/* Who replays it.  %h and %p are host and port in both fragments. */
typedef struct
{
  char *name;
  char *sender;
  char *receiver; /* NULL: a plain reading socket */
} Contestant;

#define RUN_TEXT_SIZE 1024

/*
 * What one run leaves behind, in memory that the three processes share: the sending and the
 * receiving one write their halves, the one that waits for both reads everything.  What is read
 * while they are still at work is read and written with the __atomic builtins.
 */
typedef struct
{
  struct
  {
    char error[RUN_TEXT_SIZE];
    guint64 bytes;      /* atomic: handed in so far */
    gint64 next_due_ns; /* atomic: the trace is silent until then */
    guint64 writes;
    gint64 first_push_ns;
    gint64 cpu_ns;
    CallCounts calls;
    TcpFigures tcp;
    Histogram late;
  } sender;

  struct
  {
    char error[RUN_TEXT_SIZE];
    gboolean ready; /* atomic: the port is listening */
    guint64 bytes;  /* atomic: received so far */
    gint64 last_byte_ns;
    gint64 cpu_ns;
    gint64 hash_wait_ns;
    char sha256[65];
    Histogram latencies;
  } receiver;

  LatencyRing ring;
} Run;

/* Tells the process that waits why this one failed. */
static inline void
run_set_error (char error[RUN_TEXT_SIZE], const char *text)
{
  g_strlcpy (error, text, RUN_TEXT_SIZE);
}

G_END_DECLS
