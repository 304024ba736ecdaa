/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/**
 * GstGioSocketAlarm: (skip)
 *
 * A thread that calls a function at a time that keeps moving.
 *
 * Times are nanoseconds of gst_util_get_timestamp(); G_MAXINT64 is never.  One thread at a time
 * may set the alarm, and it may do so for every buffer: setting is a store and a load, and one
 * system call when the thread would sleep past the new time.  That the time has moved further
 * away it finds out by itself.
 *
 * The function is called once for each time that is reached, in the alarm's thread and without
 * any lock, so it may block, set the alarm again or stop it.  It must look at its own state:
 * the time may have been moved while it was on its way.
 *
 * Since: 0.1
 */
typedef struct _GstGioSocketAlarm GstGioSocketAlarm;

/**
 * GstGioSocketAlarmFunc: (skip)
 * @alarm: the alarm
 * @user_data: what was given to gst_gio_socket_alarm_new()
 *
 * What an alarm calls, in its thread.
 *
 * Since: 0.1
 */
typedef void (*GstGioSocketAlarmFunc) (GstGioSocketAlarm *alarm, gpointer user_data);

GST_GIO_SOCKET_API
GstGioSocketAlarm *gst_gio_socket_alarm_new (const gchar *name, GstGioSocketAlarmFunc func,
    gpointer user_data, GDestroyNotify destroy, GError **error);

GST_GIO_SOCKET_API
void gst_gio_socket_alarm_set (GstGioSocketAlarm *alarm, gint64 time);

GST_GIO_SOCKET_API
void gst_gio_socket_alarm_ring (GstGioSocketAlarm *alarm);

GST_GIO_SOCKET_API
void gst_gio_socket_alarm_stop (GstGioSocketAlarm *alarm);

G_END_DECLS
