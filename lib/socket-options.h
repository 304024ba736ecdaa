/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

/*
 * What the kernel is told about a socket besides its address, one row of a table an option: asked
 * for by a property, set when the socket is made, read back from the kernel for "stats".
 */

typedef struct
{
  gboolean keepalive;
  GstClockTime user_timeout; /* 0, or none: the system's */
  gint qos_dscp;             /* -1: the system's */
  guint send_buffer_size;    /* bytes; 0: the system's */
  guint receive_buffer_size;
} GstGioSocketOptions;

/* Who is told what was asked for and cannot be had, though the connection can be made without.  They
 * may be told the same thing several times. */
typedef struct
{
  void (*warn) (const gchar *text, gpointer user_data);
  gpointer user_data;
} GstGioSocketReport;

void gst_gio_socket_report (const GstGioSocketReport *report, const gchar *format, ...)
    G_GNUC_PRINTF (2, 3);

void gst_gio_socket_options_init (GstGioSocketOptions *options);

/* Sets what differs from the defaults.  A socket that is to connect or to listen needs it before
 * that: buffers decide on TCP's window, and the first packet has a DSCP, too. */
void gst_gio_socket_options_apply (const GstGioSocketOptions *options, GSocket *socket,
    const GstGioSocketReport *report);

/* Adds what the kernel says about each option that this kind of socket has. */
void gst_gio_socket_options_add_stats (GSocket *socket, GstStructure *stats);
