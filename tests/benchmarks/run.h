/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "count-calls.h"
#include "latency.h"
#include "payload.h"
#include "tcp-table.h"
#include "timeline.h"
#include "tls-identity.h"
#include "trace-summary.h"

#include <string.h>

G_BEGIN_DECLS

/* One connection of what is replayed. */
typedef struct
{
  guint conn;
  TraceSummary summary;
  char *sha256;
} ReplayStream;

/* What is replayed: the same for every contestant and every run. */
typedef struct
{
  char *source;
  TraceSelection selection; /* but for the connection, if there are several streams */
  gboolean real_time;
  guint64 link_rate; /* bits a second; 0: no limit */
  guint stall_seconds;
  ReplayStream *streams;
  guint n_streams;
  TraceSummary summary; /* of all */
  Payload payload;
  gboolean tls; /* somebody speaks it */
  TlsIdentity tls_identity;
  char *tls_client, *tls_server; /* properties for a fragment */
} Replay;

/* Who replays it.  %h and %p are host and port in both fragments, %t the properties for TLS. */
typedef struct
{
  char *name;
  char *sender;
  char *receiver;    /* NULL: a plain reading socket */
  gboolean tls;      /* which then speaks TLS */
  gboolean as_spice; /* the sender is no fragment; see outlet.h */
} Contestant;

#define RUN_TEXT_SIZE 1024

/* What one connection leaves behind, the sender's half and the receiver's. */
typedef struct
{
  struct
  {
    guint64 bytes;
    guint64 writes;
    gint64 first_push_ns;
    TcpFigures tcp;
    Histogram late;
  } sender;

  struct
  {
    guint64 bytes;
    gint64 last_byte_ns;
    gint64 hash_cpu_ns;
    gint64 hash_wait_ns;
    char sha256[65];
    double records; /* of TLS, with data; NAN: not known */
    Histogram latencies;
    Timeline arrivals; /* messages, since the sender's start */
  } receiver;

  LatencyRing ring;
} Stream;

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
    gint64 start_ns;    /* before the first byte */
    gint64 next_due_ns; /* atomic: the trace is silent until then */
    gint64 cpu_ns;
    CallCounts calls;
  } sender;

  struct
  {
    char error[RUN_TEXT_SIZE];
    guint n_ready;  /* atomic: connections for which a port is listening */
    gboolean ready; /* atomic: that is all of them */
    guint64 bytes;  /* atomic: received so far */
    gint64 cpu_before_ns;
    gint64 cpu_ns;
  } receiver;

  guint n_streams;
  Stream streams[];
} Run;

/* Tells the process that waits why this one failed. */
static inline void
run_set_error (char error[RUN_TEXT_SIZE], const char *text)
{
  g_strlcpy (error, text, RUN_TEXT_SIZE);
}

G_END_DECLS
