/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "alarm.h"

#include <stdatomic.h>
#include <sys/prctl.h>

#define NEVER G_MAXINT64

/* The thread looks at the time before it sleeps, so nobody needs to wake it. */
#define AWAKE G_MININT64

struct _GstGioSocketAlarm
{
  /* Immutable after new. */
  GstGioSocketAlarmFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  GThread *thread;

  /* Written by one side, then the other one's is read: of a thread that goes to sleep until the old
   * time and a caller that sets an earlier one, at least one sees the other. */
  _Atomic gint64 time;
  _Atomic gint64 wakes_at;

  GMutex mutex;
  GCond cond;

  /* Protected by the mutex. */
  gboolean rung;
  gboolean stopped;
  gboolean calling;
};

static void
free_alarm (gpointer data)
{
  GstGioSocketAlarm *alarm = data;

  if (alarm->destroy != NULL)
    alarm->destroy (alarm->user_data);
  g_mutex_clear (&alarm->mutex);
  g_cond_clear (&alarm->cond);
}

static void
unref_alarm (GstGioSocketAlarm *alarm)
{
  g_atomic_rc_box_release_full (alarm, free_alarm);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstGioSocketAlarm, unref_alarm)

static gboolean
take_call (GstGioSocketAlarm *alarm)
{
  gint64 time = atomic_load (&alarm->time);

  if (alarm->rung) {
    alarm->rung = FALSE;
    return TRUE;
  }

  return time != NEVER && time <= (gint64)gst_util_get_timestamp () &&
      atomic_compare_exchange_strong (&alarm->time, &time, NEVER);
}

static void
call (GstGioSocketAlarm *alarm)
{
  alarm->calling = TRUE;
  g_mutex_unlock (&alarm->mutex);

  alarm->func (alarm, alarm->user_data);

  g_mutex_lock (&alarm->mutex);
  alarm->calling = FALSE;
}

static void
sleep_until_time (GstGioSocketAlarm *alarm)
{
  gint64 time = atomic_load (&alarm->time);

  atomic_store (&alarm->wakes_at, time);
  if (atomic_load (&alarm->time) >= time) {
    if (time == NEVER)
      g_cond_wait (&alarm->cond, &alarm->mutex);
    else
      g_cond_wait_until (&alarm->cond, &alarm->mutex, time / 1000 + 1);
  }
  atomic_store (&alarm->wakes_at, AWAKE);
}

static gpointer
run (gpointer data)
{
  g_autoptr (GstGioSocketAlarm) alarm = data;

  /* By default the kernel may be 50 µs late, so that it can bundle wake-ups. */
  prctl (PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);

  g_mutex_lock (&alarm->mutex);
  while (!alarm->stopped) {
    if (take_call (alarm))
      call (alarm);
    else
      sleep_until_time (alarm);
  }
  g_mutex_unlock (&alarm->mutex);

  return NULL;
}

/**
 * gst_gio_socket_alarm_new: (skip)
 * @name: the thread's name
 * @func: what to call
 * @user_data: for @func
 * @destroy: (nullable): for @user_data; called when neither the owner nor the thread needs it any
 *   more, in either's thread
 * @error: where an error goes
 *
 * Starts an alarm that is set to no time.
 *
 * Returns: (transfer full): the alarm, to be ended with gst_gio_socket_alarm_stop(), or %NULL with
 *   a #GstResourceError when there cannot be another thread
 *
 * Since: 0.1
 */
GstGioSocketAlarm *
gst_gio_socket_alarm_new (const gchar *name, GstGioSocketAlarmFunc func, gpointer user_data,
    GDestroyNotify destroy, GError **error)
{
  g_autoptr (GstGioSocketAlarm) alarm = g_atomic_rc_box_new0 (GstGioSocketAlarm);
  g_autoptr (GError) cause = NULL;

  alarm->func = func;
  alarm->user_data = user_data;
  alarm->destroy = destroy;
  g_mutex_init (&alarm->mutex);
  g_cond_init (&alarm->cond);
  atomic_init (&alarm->time, NEVER);
  atomic_init (&alarm->wakes_at, AWAKE);

  alarm->thread = g_thread_try_new (name, run, g_atomic_rc_box_acquire (alarm), &cause);
  if (alarm->thread == NULL) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
        "Could not start the thread \"%s\" (raise the limit on threads): %s", name, cause->message);
    unref_alarm (alarm);
    return NULL;
  }

  return g_steal_pointer (&alarm);
}

/**
 * gst_gio_socket_alarm_set: (skip)
 * @alarm: the alarm
 * @time: when to call, once; a time that is past: at once; %G_MAXINT64: never
 *
 * Replaces the time.  The caller sees to it that one thread at a time does this.
 *
 * Since: 0.1
 */
void
gst_gio_socket_alarm_set (GstGioSocketAlarm *alarm, gint64 time)
{
  atomic_store (&alarm->time, time);
  if (atomic_load (&alarm->wakes_at) <= time)
    return;

  /* The thread holds the mutex until it waits, so the signal cannot come too early. */
  g_mutex_lock (&alarm->mutex);
  g_mutex_unlock (&alarm->mutex);
  g_cond_signal (&alarm->cond);
}

/**
 * gst_gio_socket_alarm_ring: (skip)
 * @alarm: the alarm
 *
 * Calls as soon as possible; the time that is set stays.  From any thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_alarm_ring (GstGioSocketAlarm *alarm)
{
  g_mutex_lock (&alarm->mutex);
  alarm->rung = TRUE;
  g_mutex_unlock (&alarm->mutex);
  g_cond_signal (&alarm->cond);
}

/**
 * gst_gio_socket_alarm_stop: (skip)
 * @alarm: (transfer full): the alarm
 *
 * Ends the alarm; nothing else may be done with it afterwards.  Does not wait for a call that is
 * under way, for that may be the caller's own or may wait for a lock that the caller holds; then
 * the thread ends by itself as the call returns.
 *
 * Since: 0.1
 */
void
gst_gio_socket_alarm_stop (GstGioSocketAlarm *alarm)
{
  g_autoptr (GstGioSocketAlarm) owned = alarm;
  gboolean calling;

  g_mutex_lock (&alarm->mutex);
  alarm->stopped = TRUE;
  calling = alarm->calling;
  g_mutex_unlock (&alarm->mutex);
  g_cond_signal (&alarm->cond);

  if (calling)
    g_thread_unref (alarm->thread);
  else
    g_thread_join (alarm->thread);
}
