/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "model.h"

#include "model-sender.h"

#include <gst/gst.h>

#define US 1000

/* Who decides when something leaves. */
typedef enum
{
  AT_ONCE,
  AS_RECORDED,
  OURS,
  NEVER,
} Manner;

typedef struct
{
  const char *name;
  Manner manner;
  gboolean pieces;
  ModelLimits limits;
} Player;

static const Player players[] = {
  { "one send per piece", AT_ONCE, TRUE, { 0 } },
  { "one send per call", AT_ONCE, FALSE, { 0 } },
  { "the program's own corking", AS_RECORDED, FALSE, { 0 } },
  { "writeaggregate ! tcpcork", OURS, FALSE, { 0, 100 * US, 2000 * US, FALSE } },
  { "the same, adaptive", OURS, FALSE, { 0, 100 * US, 2000 * US, TRUE } },
  { "the same, held 2 ms", OURS, FALSE, { 2000 * US, 100 * US, 2000 * US, FALSE } },
  { "the floor", NEVER, FALSE, { 0 } },
};

/* --- a trace ------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): of TraceWrite */
static GArray *
load (const Replay *replay, guint conn, gboolean pieces, GError **error)
{
  TraceSelection selection = replay->selection;
  g_autoptr (GArray) writes = g_array_new (FALSE, FALSE, sizeof (TraceWrite));
  g_autoptr (Trace) trace = NULL;
  TraceResult result;
  TraceWrite write;

  selection.conn = conn;
  selection.pieces = pieces;
  selection.corked = !trace_is_fixed (replay->source);
  trace = trace_open (replay->source, &selection, error);
  if (trace == NULL)
    return NULL;

  while ((result = trace_next (trace, &write, error)) == TRACE_WRITE)
    g_array_append_val (writes, write);

  return result == TRACE_END ? g_steal_pointer (&writes) : NULL;
}

static guint64
count (const GArray *writes)
{
  guint64 n = 0;

  for (guint i = 0; i < writes->len; i++)
    n += g_array_index (writes, TraceWrite, i).cork < 0;

  return n;
}

/* --- how it is played ---------------------------------------------------- */

static void
play_plain (ModelLink *link, const GArray *writes, Manner manner)
{
  gboolean corked = manner == NEVER;
  gint64 now = 0;

  for (guint i = 0; i < writes->len; i++) {
    const TraceWrite *write = &g_array_index (writes, TraceWrite, i);

    now = write->time_us * US;
    if (write->cork < 0) {
      model_link_write (link, now, now, write->bytes, corked);
      link->sends++;
    } else if (manner == AS_RECORDED) {
      corked = write->cork;
      link->options++;
    }
    if (!corked)
      model_link_flush (link, now);
  }
  model_link_flush (link, now);
}

static void
play_ours (ModelLink *link, const GArray *writes, const ModelLimits *limits)
{
  ModelSender *sender = model_sender_new (limits, link);

  for (guint i = 0; i < writes->len; i++) {
    const TraceWrite *write = &g_array_index (writes, TraceWrite, i);

    if (write->cork < 0)
      model_sender_write (sender, write->time_us * US, write->bytes);
  }
  model_sender_finish (sender);
  model_sender_free (sender);
}

static ModelResult
play (const Player *player, const GArray *writes)
{
  ModelResult result = { .name = player->name, .waits = player->manner != NEVER };
  ModelLink link;

  model_link_init (&link);
  if (player->manner == OURS)
    play_ours (&link, writes, &player->limits);
  else
    play_plain (&link, writes, player->manner);

  result.packets = link.packets;
  result.wire_bytes = link.bytes + link.packets * MODEL_HEADERS;
  result.sends = link.sends;
  result.options = link.options;
  if (result.waits) {
    result.wait_p50_ns = model_link_wait (&link, 0.5);
    result.wait_p99_ns = model_link_wait (&link, 0.99);
    result.wait_max_ns = model_link_wait (&link, 1);
  }
  model_link_clear (&link);

  return result;
}

static gboolean
run_stream (ModelStream *stream, const Replay *replay, GError **error)
{
  g_autoptr (GArray) calls = load (replay, stream->conn, FALSE, error);
  g_autoptr (GArray) pieces = calls ? load (replay, stream->conn, TRUE, error) : NULL;

  if (pieces == NULL)
    return FALSE;

  stream->calls = count (calls);
  stream->pieces = count (pieces);
  for (guint i = 0; i < G_N_ELEMENTS (players); i++) {
    ModelResult result = play (&players[i], players[i].pieces ? pieces : calls);

    g_array_append_val (stream->results, result);
  }

  return TRUE;
}

static void
clear_stream (gpointer data)
{
  g_array_unref (((ModelStream *)data)->results);
}

gboolean
model_run (Model *model, const Replay *replay, GError **error)
{
  gst_init (NULL, NULL);

  model->replay = replay;
  model->streams = g_array_new (FALSE, FALSE, sizeof (ModelStream));
  g_array_set_clear_func (model->streams, clear_stream);
  for (guint i = 0; i < replay->n_streams; i++) {
    ModelStream stream = {
      .conn = replay->streams[i].conn,
      .bytes = replay->streams[i].summary.bytes,
      .results = g_array_new (FALSE, FALSE, sizeof (ModelResult)),
    };

    g_array_append_val (model->streams, stream);
    if (!run_stream (&g_array_index (model->streams, ModelStream, i), replay, error))
      return FALSE;
  }

  return TRUE;
}

void
model_clear (Model *model)
{
  g_clear_pointer (&model->streams, g_array_unref);
}
