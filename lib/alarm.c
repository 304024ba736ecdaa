/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "alarm.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define NEVER G_MAXINT64

/* The thread looks at the time before it sleeps, so nobody needs to wake it. */
#define AWAKE G_MININT64

/* How much earlier than its time the thread is woken at most, in nanoseconds, and the steps in which
 * it learns how much it is.  So the lead is the time that three of four wakings need at least. */
#define MAX_LEAD 40000
#define LEAD_UP 500
#define LEAD_DOWN (3 * LEAD_UP)
#define MAX_LATE (10 * MAX_LEAD)

/* By how much the timer is put off at least, in nanoseconds. */
#define MIN_DELAY 40000

/*
 * The thread sleeps on a timerfd and not on a condition variable: moving the thread's waking
 * nearer is then a matter of the clock alone, while a signal would wake the thread now, on
 * another processor, only to tell it that it may sleep on.  It is also exact to the microsecond
 * without a timer slack of the thread's own.
 *
 * Waking a thread takes longer than everything else here, so the timer is set earlier by what it
 * usually takes; a thread that was quicker than that spends the rest of the time looking at the
 * clock.
 *
 * Every pair of `time`, `rung` or `stopped` and the timer is written in this order by those who
 * want something, and the other way round by the thread, which looks again when it has set the
 * timer.  So either the thread sees what is wanted, or the timer is set after it was set by the
 * thread.
 */
struct _GstGioSocketAlarm
{
  /* Immutable after new. */
  GstGioSocketAlarmFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  GThread *thread;
  gint timer;

  _Atomic gint64 time;
  _Atomic gint64 wakes_at;
  _Atomic gint64 lead;
  _Atomic gint64 timer_at;
  atomic_bool rung;
  atomic_bool stopped;
  atomic_bool calling;
};

static void
free_alarm (gpointer data)
{
  GstGioSocketAlarm *alarm = data;

  if (alarm->destroy != NULL)
    alarm->destroy (alarm->user_data);
  if (alarm->timer >= 0)
    close (alarm->timer);
}

static void
unref_alarm (GstGioSocketAlarm *alarm)
{
  g_atomic_rc_box_release_full (alarm, free_alarm);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstGioSocketAlarm, unref_alarm)

static void
set_timer (GstGioSocketAlarm *alarm, gint64 time)
{
  struct itimerspec spec = { { 0, 0 }, { 0, 1 } };

  /* Zero would switch it off. */
  if (time > 0)
    GST_TIME_TO_TIMESPEC (time, spec.it_value);
  timerfd_settime (alarm->timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

/* What is nearer than the lead is not worth being awake for. */
static void
set_timer_for (GstGioSocketAlarm *alarm, gint64 time)
{
  gint64 early = time - atomic_load (&alarm->lead);
  gint64 timer_at = early > (gint64)gst_util_get_timestamp () ? early : time;

  atomic_store (&alarm->timer_at, timer_at);
  set_timer (alarm, timer_at);
}

static gboolean
take_call (GstGioSocketAlarm *alarm)
{
  gint64 time = atomic_load (&alarm->time);

  if (atomic_exchange (&alarm->rung, FALSE))
    return TRUE;

  return time != NEVER && time <= (gint64)gst_util_get_timestamp () &&
      atomic_compare_exchange_strong (&alarm->time, &time, NEVER);
}

static void
call (GstGioSocketAlarm *alarm)
{
  atomic_store (&alarm->calling, TRUE);
  if (!atomic_load (&alarm->stopped))
    alarm->func (alarm, alarm->user_data);
  atomic_store (&alarm->calling, FALSE);
}

static gboolean
is_wanted (GstGioSocketAlarm *alarm, gint64 time)
{
  return atomic_load (&alarm->time) < time || atomic_load (&alarm->rung) ||
      atomic_load (&alarm->stopped);
}

/* Only from what can be a waking; a timer that was set too late tells nothing. */
static void
learn_lead (GstGioSocketAlarm *alarm)
{
  gint64 late = (gint64)gst_util_get_timestamp () - atomic_load (&alarm->timer_at);
  gint64 lead = atomic_load (&alarm->lead);

  if (late > MAX_LATE)
    return;

  lead += late > lead ? LEAD_UP : -LEAD_DOWN;
  atomic_store (&alarm->lead, CLAMP (lead, 0, MAX_LEAD));
}

static void
sleep_until_time (GstGioSocketAlarm *alarm)
{
  gint64 time = atomic_load (&alarm->time);
  guint64 expirations;

  atomic_store (&alarm->wakes_at, time);
  if (time != NEVER)
    set_timer_for (alarm, time);

  if (!is_wanted (alarm, time)) {
    while (read (alarm->timer, &expirations, sizeof expirations) < 0 && errno == EINTR) {
    }
    if (!is_wanted (alarm, G_MININT64))
      learn_lead (alarm);
  }
  atomic_store (&alarm->wakes_at, AWAKE);
}

/* The thread was woken early; unless the time has moved, this is short. */
static void
look_at_the_clock (GstGioSocketAlarm *alarm)
{
  gint64 time = atomic_load (&alarm->time);
  gint64 now = gst_util_get_timestamp ();

  if (time - now > atomic_load (&alarm->lead))
    return;

  while (now < time && atomic_load (&alarm->time) == time && !is_wanted (alarm, time))
    now = gst_util_get_timestamp ();
}

static gpointer
run (gpointer data)
{
  g_autoptr (GstGioSocketAlarm) alarm = data;

  while (!atomic_load (&alarm->stopped)) {
    if (take_call (alarm)) {
      call (alarm);
    } else {
      sleep_until_time (alarm);
      look_at_the_clock (alarm);
    }
  }

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
 *   a #GstResourceError when there cannot be another thread or file descriptor; @destroy was called
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
  atomic_init (&alarm->time, NEVER);
  atomic_init (&alarm->wakes_at, AWAKE);

  alarm->timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC);
  if (alarm->timer < 0) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
        "Could not make a timer for \"%s\" (raise the limit on open files?): %s", name,
        g_strerror (errno));
    return NULL;
  }

  alarm->thread = g_thread_try_new (name, run, g_atomic_rc_box_acquire (alarm), &cause);
  if (alarm->thread == NULL) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
        "Could not start the thread \"%s\" (raise the limit on threads?): %s", name,
        cause->message);
    unref_alarm (alarm);
    return NULL;
  }

  return g_steal_pointer (&alarm);
}

/* Earlier: or it would be late.  Later: a thread that is woken to sleep on costs more than the timer
 * does, but not so much that each step would be worth it. */
static gboolean
needs_timer (gint64 wakes_at, gint64 time)
{
  return time < wakes_at || (wakes_at != AWAKE && time - wakes_at >= MIN_DELAY);
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
  /* So that nothing overflows. */
  time = MAX (time, 0);

  atomic_store (&alarm->time, time);
  if (!needs_timer (atomic_load (&alarm->wakes_at), time))
    return;

  atomic_store (&alarm->wakes_at, time);
  set_timer_for (alarm, time);
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
  atomic_store (&alarm->rung, TRUE);
  set_timer (alarm, 0);
}

/**
 * gst_gio_socket_alarm_stop: (skip)
 * @alarm: (transfer full): the alarm
 *
 * Ends the alarm; nothing else may be done with it from now on, but a call that is under way may
 * still set it.  Does not wait for such a call, for that may be the caller's own or may wait for a
 * lock that the caller holds; then the thread ends by itself as the call returns.
 *
 * Since: 0.1
 */
void
gst_gio_socket_alarm_stop (GstGioSocketAlarm *alarm)
{
  atomic_store (&alarm->stopped, TRUE);
  set_timer (alarm, 0);

  /* Either this sees the call, or the thread sees that it must not begin one. */
  if (atomic_load (&alarm->calling))
    g_thread_unref (alarm->thread);
  else
    g_thread_join (alarm->thread);
  unref_alarm (alarm);
}
