/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "umpire.h"

#include "pair.h"
#include "play.h"

#include <gio/gio.h>

#include <math.h>
#include <sys/mman.h>

typedef gboolean (*Part) (Match *match, GError **error);

static Part
find_part (const Match *match, gboolean sender)
{
  const Player *player = match->player;

  if (match->role == ROLE_ECHO && player->send)
    return sender ? play_pipeline_ping : play_pipeline_pong;
  if (match->role == ROLE_UNCORK)
    return player->send ? play_pipeline_uncork : play_plain_uncork;
  if (match->role == ROLE_HANDSHAKE && !sender)
    return play_tls_answer;
  if (match->role == ROLE_HANDSHAKE)
    return player->send ? play_pipeline_call : play_tls_call;
  if (match->role == ROLE_ECHO)
    return sender ? play_plain_ping : play_plain_pong;
  if (match->role == ROLE_SEND && sender && player->send)
    return play_pipeline_send;
  if (match->role == ROLE_RECEIVE && !sender && player->receive)
    return play_pipeline_receive;
  if (player->tls)
    return sender ? play_tls_send : play_tls_receive;

  if (!sender && match->role == ROLE_RECEIVE && player->loop == LOOP_MESSAGES)
    return play_message_receive;
  if (!sender && match->role == ROLE_RECEIVE && player->loop == LOOP_BUFFERS)
    return play_buffer_receive;

  return sender ? play_plain_send : play_plain_receive;
}

static gboolean
run_sender (gpointer data)
{
  g_autoptr (GError) error = NULL;
  Match *match = data;

  return find_part (match, TRUE) (match, &error) || match_fail (&match->score->sender, error);
}

static gboolean
run_receiver (gpointer data)
{
  g_autoptr (GError) error = NULL;
  Match *match = data;

  return (network_enter_receiver (&match->network, &error) &&
             find_part (match, FALSE) (match, &error)) ||
      match_fail (&match->score->receiver, error);
}

static gboolean
run_both (Match *match, guint stall_seconds, GError **error)
{
  Score *score = match->score;
  PairProcess sender = { .name = "sender",
    .body = run_sender,
    .error = score->sender.error,
    .listening = &score->sender.listening,
    .progress = &score->sender.bytes };
  PairProcess receiver = { .name = "receiver",
    .body = match_is_alone (match) ? NULL : run_receiver,
    .error = score->receiver.error,
    .listening = &score->receiver.listening,
    .progress = &score->receiver.bytes };

  if (match_is_alone (match) || match->player->listens == (match->role != ROLE_RECEIVE))
    return pair_run (&sender, &receiver, match, NULL, stall_seconds, error);

  return pair_run (&receiver, &sender, match, NULL, stall_seconds, error);
}

/* In a file that both processes know by the same name. */
static gboolean
make_identity (Match *match, GError **error)
{
  if (!match->player->tls)
    return TRUE;
  if (!tls_identity_init (&match->tls, error))
    return FALSE;

  match->tls_properties = tls_identity_describe (&match->tls, match->player->listens);
  return TRUE;
}

static void
clear_identity (Match *match)
{
  if (match->player->tls)
    tls_identity_clear (&match->tls);
  g_clear_pointer (&match->tls_properties, g_free);
}

static Score *
share_score (const Load *load)
{
  Score *score = mmap (NULL, sizeof *score, PROT_READ | PROT_WRITE,
      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

  if (score == MAP_FAILED)
    g_error ("no memory to share with the two processes");

  sem_init (&score->connected, 1, 0);
  sem_init (&score->ready, 1, 0);
  sem_init (&score->received, 1, 0);
  sem_init (&score->arrived, 1, 0);
  score->messages = load->messages;
  score->bytes = load->bytes;
  score->sender.copied_bytes = score->receiver.copied_bytes = NAN;
  score->sender.records = score->receiver.records = NAN;
  return score;
}

static gboolean
open_network (Match *match, const Row *row, const BenchOptions *options, GError **error)
{
  if (row->workload->loopback || options->loopback)
    return network_open_loopback (&match->network,
        options->loopback ? "--loopback" : "the row wants it", 1, error);

  return network_open (&match->network, 1, error);
}

static char *
describe_network (const Match *match)
{
  if (match->network.fallback)
    return g_strdup_printf ("loopback, packets not counted (%s)", match->network.fallback);

  return g_strdup ("veth between two network namespaces, MTU 1500, no segmentation offload");
}

/* What the other side says of it is of no interest. */
static void
set_missing (GError **error, const char *name, const Side *side)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s: %s", name, side->error);
}

gboolean
umpire_run (const Row *row, gboolean ours, const Load *load, const BenchOptions *options,
    Measures *measures, char **network, GError **error)
{
  Match match = { .player = ours ? row->ours : row->peer,
    .role = row->role,
    .load = load,
    .verify = measures == NULL };
  g_autoptr (GError) reason = NULL;
  gboolean ok;

  *network = NULL;
  if (!make_identity (&match, error) || !open_network (&match, row, options, error)) {
    clear_identity (&match);
    return FALSE;
  }

  *network = describe_network (&match);
  match.score = share_score (load);
  ok = run_both (&match, options->timeout, &reason);
  if (ok && measures)
    measures_fill (measures, &match);
  else if (!ok && match.score->sender.missing)
    set_missing (error, "sender", &match.score->sender);
  else if (!ok && match.score->receiver.missing)
    set_missing (error, "receiver", &match.score->receiver);
  else if (!ok)
    g_propagate_error (error, g_steal_pointer (&reason));

  munmap (match.score, sizeof *match.score);
  network_close (&match.network);
  clear_identity (&match);
  return ok;
}
