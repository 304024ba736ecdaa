/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

/*
 * The system call that receives, and whether a poll should come before the next one.  Not installed;
 * the receiving thread's.
 *
 * Who wants to be interrupted has to poll before it reads.  Where a lot comes that is a call too many,
 * and the read, which must not wait then, leaves behind what comes in while it copies: only one that
 * may wait takes that along.  So on a socket that nobody else uses, behind GST_GIO_SOCKET_READER_BULK
 * bytes or more, and behind a read that was filled, the next one waits in the kernel instead, for
 * GST_GIO_SOCKET_READER_PATIENCE at most: so much later a cancellation may be noticed then.
 *
 * Where a lot comes in portions, with pauses between them, each of these waits would be in vain.  One
 * that was makes it do without for a portion, the next one for three, and so on up to 31; a wait that
 * brought more ends that.
 */
#define GST_GIO_SOCKET_READER_PATIENCE (10 * G_TIME_SPAN_MILLISECOND)
#define GST_GIO_SOCKET_READER_BULK 16384

typedef struct
{
  gint fd;
  gboolean may_wait;
  gboolean is_drained; /* poll first, for there is likely nothing */
  gboolean left_room;  /* the last read did */
  guint doubt;         /* how many portions the last wait in vain has cost */
  guint skips;         /* how many of them are still to come */
} GstGioSocketReader;

void gst_gio_socket_reader_init (GstGioSocketReader *self, gint fd);

/* Makes the socket blocking, for everybody who has it: for one that only transports use, which say with
 * each call what they mean. */
void gst_gio_socket_reader_allow_waiting (GstGioSocketReader *self);

/* Returns: how many bytes came, 0 at the end of the stream; -1 with errno: EAGAIN or EINTR if
 * there was nothing */
gssize
gst_gio_socket_reader_read (GstGioSocketReader *self, GInputVector *vectors, guint n_vectors);
