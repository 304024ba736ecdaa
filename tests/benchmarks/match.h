/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "count-calls.h"
#include "histogram.h"
#include "load.h"
#include "network.h"
#include "tls-identity.h"

#include <semaphore.h>

G_BEGIN_DECLS

/* Which side of a connection a row is about.  The other side is a plain loop over send() or recv(),
 * but for
 * ROLE_ECHO, where it is another of the same kind.  ROLE_HANDSHAKE is about connections: it is the sender
 * who makes one after the other.  ROLE_UNCORK is about a thread that keeps a time, and nobody else. */
typedef enum
{
  ROLE_SEND,
  ROLE_RECEIVE,
  ROLE_ECHO,
  ROLE_HANDSHAKE,
  ROLE_UNCORK,
} Role;

/* What has to be done to the element called "net" before it can start. */
typedef enum
{
  GIVE_NOTHING, /* it finds its peer itself: host %h, port %p */
  GIVE_STREAM,  /* property stream: a connected GSocketConnection */
  GIVE_SOCKET,  /* action signal add: a connected GSocket */
  GIVE_TLS,     /* property stream: a GTlsConnection that has shaken hands */
} Give;

/* What a plain loop over recv() does with what comes; LOOP_SPICE is about one over send(). */
typedef enum
{
  LOOP_BLOCKS, /* reads as much as there is, up to 256 KiB */
  LOOP_BLOCKS_64K,
  LOOP_MESSAGES, /* reads each message into one buffer, always the same; framing is uint32-be */
  LOOP_BUFFERS,  /* reads 64 KiB and makes lists of GstBuffer of them; framing is uint32-be */
  LOOP_SPICE,    /* corked, and behind each batch the cork goes off and on */
} Loop;

/* Somebody who sends or receives. */
typedef struct
{
  const char *name;
  const char *send; /* launch fragments; NULL: a plain loop over system calls */
  const char *receive;
  gboolean listens; /* and the other side connects, otherwise the other way round */
  gboolean tls;     /* both sides speak it; who listens is the server */
  Give give;
  gboolean has_appsrc; /* what it sends comes from one, else right from a pad */
  const char *framing; /* of what it receives; see framing.h */
  Loop loop;           /* where it has no pipeline */
} Player;

#define MATCH_TEXT_SIZE 1024

/* What one process leaves behind. */
typedef struct
{
  char error[MATCH_TEXT_SIZE];
  gboolean missing;   /* the error: there is no such element, or no TLS in GIO */
  gboolean listening; /* atomic */
  guint64 bytes;      /* atomic: of messages, so far */
  gint64 first_ns, last_ns;
  double cpu_seconds, user_seconds;
  double peak_bytes;
  double copied_bytes; /* NAN: not known */
  double records;      /* of TLS, with data, received; NAN: not known */
  CallCounts calls;
} Side;

/* In memory that both processes and the one that waits for them share. */
typedef struct
{
  Side sender, receiver;   /* ROLE_ECHO: who begins is the sender */
  sem_t connected;         /* the side that is not measured has a connection */
  sem_t ready;             /* the receiver is measuring */
  sem_t received;          /* all of it, by the receiver */
  sem_t arrived;           /* lone messages: one, by the receiver */
  gint64 sent_ns;          /* atomic: when that was sent */
  guint64 messages, bytes; /* of the run */
  Histogram round_trips; /* nanoseconds; of lone messages one way; ROLE_UNCORK: how much too late */
} Score;

/* One run: a sending and a receiving process. */
typedef struct
{
  const Player *player;
  Role role;
  const Load *load;
  gboolean verify; /* compare every byte; this one is not for measuring */
  Network network;
  TlsIdentity tls;      /* where the player speaks it */
  char *tls_properties; /* of the player's fragment (nullable) */
  Score *score;
} Match;

/* The player does not send anything anywhere: nobody has to receive it. */
gboolean match_is_alone (const Match *match);

/* Tells the process that waits why this one failed. */
gboolean match_fail (Side *side, const GError *error);

void match_post (sem_t *semaphore);
void match_wait (sem_t *semaphore);

G_END_DECLS
