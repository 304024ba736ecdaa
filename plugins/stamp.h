/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The time of the first byte, for messages that are cut from what came in pieces: a message that
 * began in an earlier piece has the stamp of that one.
 */
typedef struct
{
  GstClockTime pts;
  GstClockTime dts;
  gboolean discont;
} GstGioSocketStamp;

/* A piece with the stamp @current came, and with it @messages (nullable) are complete; @begun is that
 * of the message at hand, if @was_pending says that there was one.  Afterwards it is that of the next
 * one.  A discontinuity is marked once. */
void gst_gio_socket_stamp_messages (GstGioSocketStamp *begun, GstGioSocketStamp *current,
    gboolean was_pending, GstMiniObject *messages);

G_END_DECLS
