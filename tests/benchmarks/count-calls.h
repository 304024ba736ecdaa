/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Counts the system calls that this process makes for its sockets, whichever library makes them:
 * the program itself defines send() and its relatives, and the dynamic linker looks there before it
 * looks in the C library.  Calls that failed (EAGAIN) are calls, too.
 */
typedef struct
{
  guint64 sends;    /* send, sendto, sendmsg, sendmmsg, write and writev on network sockets */
  guint64 receives; /* recv, recvfrom, recvmsg, recvmmsg, read and readv on network sockets */
  guint64 options;  /* setsockopt */
  guint64 queries;  /* getsockopt, and ioctl (FIONREAD) */
  guint64 polls;    /* poll and ppoll, on whatever */
} CallCounts;

/* From now on, and from zero. */
void count_calls_begin (void);

CallCounts count_calls_end (void);

/* All of them. */
guint64 count_calls_sum (const CallCounts *counts);

G_END_DECLS
