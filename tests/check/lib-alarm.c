/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/alarm.h"

#include <gst/check/gstcheck.h>

#include <sys/syscall.h>
#include <unistd.h>

#define NEVER G_MAXINT64
#define HOUR (gint64) (3600 * GST_SECOND)

typedef struct
{
  GstGioSocketAlarm *alarm;

  GMutex mutex;
  GCond cond;
  gint calls;
  gint64 called_at;
  gboolean destroyed;

  gboolean hold_call;
  gboolean stop_in_call;
} Fixture;

/* How often the thread has been woken, or about to sleep: it sleeps in read(). */
static gint n_reads;

__attribute__ ((visibility ("default"))) ssize_t
read (int fd, void *data, size_t size)
{
  g_atomic_int_inc (&n_reads);
  return syscall (SYS_read, fd, data, size);
}

static gint64
now (void)
{
  return gst_util_get_timestamp ();
}

static void
on_alarm (GstGioSocketAlarm *alarm, gpointer user_data)
{
  Fixture *f = user_data;

  g_mutex_lock (&f->mutex);
  if (f->stop_in_call)
    gst_gio_socket_alarm_stop (alarm);
  g_atomic_int_inc (&f->calls);
  f->called_at = now ();
  g_cond_broadcast (&f->cond);
  while (f->hold_call)
    g_cond_wait (&f->cond, &f->mutex);
  g_mutex_unlock (&f->mutex);
}

static void
on_destroy (gpointer user_data)
{
  Fixture *f = user_data;

  g_mutex_lock (&f->mutex);
  f->destroyed = TRUE;
  g_cond_broadcast (&f->cond);
  g_mutex_unlock (&f->mutex);
}

static void
setup (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  memset (f, 0, sizeof *f);
  g_mutex_init (&f->mutex);
  g_cond_init (&f->cond);
  f->alarm = gst_gio_socket_alarm_new ("alarm", on_alarm, f, on_destroy, &error);
  g_assert_no_error (error);
  fail_unless (f->alarm != NULL);
}

static void
wait_for_calls (Fixture *f, gint calls)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&f->mutex);
  while (f->calls < calls)
    fail_unless (g_cond_wait_until (&f->cond, &f->mutex, end), "%d calls of %d", f->calls, calls);
  fail_unless_equals_int (f->calls, calls);
  g_mutex_unlock (&f->mutex);
}

static void
wait_until_destroyed (Fixture *f)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&f->mutex);
  while (!f->destroyed)
    fail_unless (g_cond_wait_until (&f->cond, &f->mutex, end), "user data not destroyed");
  g_mutex_unlock (&f->mutex);
  g_mutex_clear (&f->mutex);
  g_cond_clear (&f->cond);
}

static void
teardown (Fixture *f)
{
  gst_gio_socket_alarm_stop (f->alarm);
  wait_until_destroyed (f);
}

GST_START_TEST (test_calls_once_and_not_before_its_time)
{
  Fixture f;
  gint64 time;

  setup (&f);
  for (gint i = 1; i <= 5; i++) {
    time = now () + 300 * GST_USECOND;
    gst_gio_socket_alarm_set (f.alarm, time);
    wait_for_calls (&f, i);
    fail_unless (f.called_at >= time);
  }
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_a_time_that_is_past_is_now)
{
  Fixture f;

  setup (&f);
  gst_gio_socket_alarm_set (f.alarm, 0);
  wait_for_calls (&f, 1);
  gst_gio_socket_alarm_set (f.alarm, G_MININT64);
  wait_for_calls (&f, 2);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_an_earlier_time_wakes_the_thread)
{
  Fixture f;
  gint64 time;

  setup (&f);
  gst_gio_socket_alarm_set (f.alarm, now () + HOUR);
  time = now () + GST_MSECOND;
  gst_gio_socket_alarm_set (f.alarm, time);
  wait_for_calls (&f, 1);
  fail_unless (f.called_at >= time);
  teardown (&f);
}

GST_END_TEST

/* As each buffer of a burst puts its end off. */
GST_START_TEST (test_a_time_that_is_put_off_in_time_wakes_nobody)
{
  const gint64 quiet = 20 * GST_MSECOND;
  Fixture f;
  gint64 begun, passed;
  gint n;

  setup (&f);
  gst_gio_socket_alarm_set (f.alarm, now () + quiet);
  wait_for_calls (&f, 1);
  begun = now ();
  n = g_atomic_int_get (&n_reads);
  for (guint i = 0; i < 500; i++) {
    gst_gio_socket_alarm_set (f.alarm, now () + quiet);
    g_usleep (2000);
  }
  passed = now () - begun;
  n = g_atomic_int_get (&n_reads) - n;
  /* It would be one each time; some, where this thread had to wait for so long. */
  fail_unless (n < passed / quiet / 2, "%d", n);
  gst_gio_socket_alarm_set (f.alarm, NEVER);
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_a_time_that_is_taken_back_is_not_called)
{
  Fixture f;

  setup (&f);
  gst_gio_socket_alarm_set (f.alarm, now () + HOUR);
  gst_gio_socket_alarm_set (f.alarm, NEVER);
  gst_gio_socket_alarm_ring (f.alarm);
  wait_for_calls (&f, 1);
  gst_gio_socket_alarm_ring (f.alarm);
  wait_for_calls (&f, 2);
  teardown (&f);
}

GST_END_TEST

static void
spin (gint64 nanoseconds)
{
  gint64 end = now () + nanoseconds;

  while (now () < end) {
  }
}

static void
spin_until_calls (Fixture *f, gint calls)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (g_atomic_int_get (&f->calls) < calls && g_get_monotonic_time () < end) {
  }
  fail_unless (g_atomic_int_get (&f->calls) == calls, "%d calls of %d", f->calls, calls);
}

/* The thread goes to sleep about so long after a call: the worst moment to want something. */
static void
spin_until_it_sleeps (void)
{
  spin (g_random_int_range (0, 4000));
}

GST_START_TEST (test_no_time_is_missed)
{
  Fixture f;

  setup (&f);
  for (gint i = 1; i <= 5000; i++) {
    gst_gio_socket_alarm_set (f.alarm, now () + g_random_int_range (0, 2) * 3000);
    spin_until_calls (&f, i);
    spin_until_it_sleeps ();
  }
  teardown (&f);
}

GST_END_TEST

GST_START_TEST (test_no_ring_is_missed)
{
  Fixture f;

  setup (&f);
  gst_gio_socket_alarm_set (f.alarm, now () + HOUR);
  for (gint i = 1; i <= 5000; i++) {
    gst_gio_socket_alarm_ring (f.alarm);
    spin_until_calls (&f, i);
    spin_until_it_sleeps ();
  }
  teardown (&f);
}

GST_END_TEST

/* A stop that is missed waits for ever. */
GST_START_TEST (test_no_stop_is_missed)
{
  for (guint i = 0; i < 1000; i++) {
    Fixture f;

    setup (&f);
    gst_gio_socket_alarm_set (f.alarm, now () + HOUR);
    if (i % 2 == 0) {
      gst_gio_socket_alarm_ring (f.alarm);
      spin_until_calls (&f, 1);
    }
    spin_until_it_sleeps ();
    teardown (&f);
  }
}

GST_END_TEST

GST_START_TEST (test_stops_from_its_own_call)
{
  Fixture f;

  setup (&f);
  /* It must not be stopped before ring() has returned. */
  g_mutex_lock (&f.mutex);
  f.stop_in_call = TRUE;
  gst_gio_socket_alarm_ring (f.alarm);
  g_mutex_unlock (&f.mutex);
  wait_until_destroyed (&f);
  fail_unless_equals_int (f.calls, 1);
}

GST_END_TEST

GST_START_TEST (test_stopping_does_not_wait_for_a_call)
{
  Fixture f;

  setup (&f);
  f.hold_call = TRUE;
  gst_gio_socket_alarm_set (f.alarm, 0);
  wait_for_calls (&f, 1);
  gst_gio_socket_alarm_stop (f.alarm);

  g_mutex_lock (&f.mutex);
  fail_if (f.destroyed);
  f.hold_call = FALSE;
  g_cond_broadcast (&f.cond);
  g_mutex_unlock (&f.mutex);
  wait_until_destroyed (&f);
}

GST_END_TEST

static Suite *
alarm_suite (void)
{
  Suite *suite = suite_create ("alarm");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_calls_once_and_not_before_its_time);
  tcase_add_test (tcase, test_a_time_that_is_past_is_now);
  tcase_add_test (tcase, test_an_earlier_time_wakes_the_thread);
  tcase_add_test (tcase, test_a_time_that_is_put_off_in_time_wakes_nobody);
  tcase_add_test (tcase, test_a_time_that_is_taken_back_is_not_called);
  tcase_add_test (tcase, test_no_time_is_missed);
  tcase_add_test (tcase, test_no_ring_is_missed);
  tcase_add_test (tcase, test_no_stop_is_missed);
  tcase_add_test (tcase, test_stops_from_its_own_call);
  tcase_add_test (tcase, test_stopping_does_not_wait_for_a_call);

  return suite;
}

GST_CHECK_MAIN (alarm)
