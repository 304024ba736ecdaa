/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "prepare.h"

static gboolean
find_streams (Replay *replay, GError **error)
{
  g_autoptr (GArray) conns = NULL;

  if (replay->selection.all) {
    conns = trace_list_conns (replay->source, error);
    if (conns == NULL)
      return FALSE;
  } else {
    conns = g_array_new (FALSE, FALSE, sizeof (guint));
    g_array_append_val (conns, replay->selection.conn);
  }

  replay->n_streams = conns->len;
  replay->streams = g_new0 (ReplayStream, conns->len);
  for (guint i = 0; i < conns->len; i++)
    replay->streams[i].conn = g_array_index (conns, guint, i);

  return TRUE;
}

static gboolean
summarize (Replay *replay, GError **error)
{
  for (guint i = 0; i < replay->n_streams; i++) {
    ReplayStream *stream = &replay->streams[i];
    TraceSelection selection = replay->selection;

    selection.conn = stream->conn;
    if (!trace_summarize (replay->source, &selection, &stream->summary, error))
      return FALSE;

    replay->summary.writes += stream->summary.writes;
    replay->summary.bytes += stream->summary.bytes;
    replay->summary.largest = MAX (replay->summary.largest, stream->summary.largest);
  }

  return TRUE;
}

static gboolean
make_identity (Replay *replay, GError **error)
{
  if (!replay->tls)
    return TRUE;
  if (!tls_identity_init (&replay->tls_identity, error))
    return FALSE;

  replay->tls_client = tls_identity_describe (&replay->tls_identity, FALSE);
  replay->tls_server = tls_identity_describe (&replay->tls_identity, TRUE);
  return TRUE;
}

gboolean
replay_read (Replay *replay, GError **error)
{
  return find_streams (replay, error) && summarize (replay, error);
}

gboolean
replay_prepare (Replay *replay, GError **error)
{
  if (!replay_read (replay, error) || !make_identity (replay, error) ||
      !payload_init (&replay->payload, replay->summary.largest, error))
    return FALSE;

  for (guint i = 0; i < replay->n_streams; i++)
    replay->streams[i].sha256 = payload_sha256 (&replay->payload, replay->streams[i].summary.bytes);

  return TRUE;
}

void
replay_clear (Replay *replay)
{
  for (guint i = 0; i < replay->n_streams; i++)
    g_free (replay->streams[i].sha256);
  g_clear_pointer (&replay->streams, g_free);
  if (replay->tls_client)
    tls_identity_clear (&replay->tls_identity);
  g_clear_pointer (&replay->tls_client, g_free);
  g_clear_pointer (&replay->tls_server, g_free);
  payload_clear (&replay->payload);
}
