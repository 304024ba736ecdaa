/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

/*
 * The system call that receives.  Not installed.  One thread, but for
 * gst_gio_socket_reader_allow_waiting().
 *
 * Who wants to be interrupted has to poll before it reads.  Where a lot comes that is a call too many,
 * and the read, which must not wait then, leaves behind what came in while it was copying: only one
 * that may wait takes that along.  So in bulk a socket that allows it is read without a poll.  Such a
 * read waits for GST_GIO_SOCKET_READER_PATIENCE at most, and that is what a cancellation may take.
 */
#define GST_GIO_SOCKET_READER_PATIENCE (10 * G_TIME_SPAN_MILLISECOND)

/* From here on it is bulk: the peer has more, or will have soon. */
#define GST_GIO_SOCKET_READER_BULK 16384

typedef struct
{
  gint fd;
  gboolean may_wait;
  gboolean is_drained; /* who reads should poll first, for there is likely nothing */
} GstGioSocketReader;

/* For a @socket that nobody else sends to or receives from: GSocket does not need to know. */
void gst_gio_socket_reader_allow_waiting (GSocket *socket);

void gst_gio_socket_reader_init (GstGioSocketReader *self, GSocket *socket);

/* Returns: how many bytes came, 0 at the end of the stream; -1 with errno, EAGAIN if there was
 * nothing */
gssize
gst_gio_socket_reader_read (GstGioSocketReader *self, GInputVector *vectors, guint n_vectors);
