/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* A thread that receives, and gets signals more often than it would wait: a profiler's, say. */

#include "tests/support/ends-test.h"
#include "tests/support/support.h"

#include <gst/app/app.h>
#include <gst/check/gstcheck.h>

#include <signal.h>
#include <time.h>
#include <unistd.h>

/* Less than the receiver waits in the kernel behind as much as this. */
#define PERIOD_NS (1000 * 1000)
#define BULK (32 * 1024)

static const struct
{
  const gchar *receiver;
  const gchar *sender;
} ways[] = {
  { END_LISTEN, END_CONNECT },
  { END_TLS_LISTEN, END_TLS_CONNECT },
};

static GstElement *receiver, *sender;
static Digest *received;
static timer_t timer;
static gint has_timer;
static gint n_signals;

static void
count_cb (int number)
{
  g_atomic_int_inc (&n_signals);
}

/* In the thread that receives. */
static GstPadProbeReturn
start_timer_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  const struct itimerspec times = { { 0, PERIOD_NS }, { 0, PERIOD_NS } };
  struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1 };

  event._sigev_un._tid = gettid ();
  fail_unless (timer_create (CLOCK_MONOTONIC, &event, &timer) == 0);
  fail_unless (timer_settime (timer, 0, &times, NULL) == 0);
  g_atomic_int_set (&has_timer, TRUE);

  return GST_PAD_PROBE_REMOVE;
}

static void
wait_for_signals (gint n)
{
  gint begun = g_atomic_int_get (&n_signals);

  while (g_atomic_int_get (&n_signals) < begun + n)
    g_usleep (1000);
}

static void
prepare_receiver (const gchar *way, guint timeout)
{
  g_autofree gchar *fragments = g_strconcat ("giosocketsrc ", way, END_OUT, NULL);
  g_autoptr (GstElement) ours = NULL;
  g_autoptr (GstPad) pad = NULL;

  receiver = end_prepare (certificates, fragments, 0, NULL);
  ours = gst_bin_get_by_name (GST_BIN (receiver), "ours");
  pad = gst_element_get_static_pad (ours, "src");
  g_object_set (ours, "timeout", timeout, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, start_timer_cb, NULL, NULL);
  digest_listen (received, receiver);
  gst_element_set_state (receiver, GST_STATE_PLAYING);
}

static void
push (gsize size)
{
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (sender), "in");
  g_autoptr (GBytes) bytes = support_make_bytes (size, 1);

  gst_app_src_push_buffer (GST_APP_SRC (in), gst_buffer_new_wrapped_bytes (bytes));
}

/* Until there are signals, a lot has come at once, and it waits for more. */
static void
open_ends (guint way, guint timeout)
{
  g_autofree gchar *fragments = g_strconcat (END_IN "giosocketsink ", ways[way].sender, NULL);

  prepare_receiver (ways[way].receiver, timeout);
  sender = end_start (certificates, fragments, end_wait_port (receiver), NULL, NULL);
  push (1);
  digest_wait (received, 1);
  push (BULK);
  digest_wait (received, 1 + BULK);
  wait_for_signals (5);
}

static void
close_ends (void)
{
  end_stop (receiver);
  end_stop (sender);
  ends_test_assert_no_more ();
}

static void
setup (void)
{
  const struct sigaction action = { .sa_handler = count_cb, .sa_flags = SA_RESTART };

  sigaction (SIGUSR1, &action, NULL);
  ends_test_setup ();
  received = digest_new ();
}

static void
teardown (void)
{
  if (g_atomic_int_get (&has_timer))
    timer_delete (timer);
  g_clear_pointer (&received, digest_free);
  ends_test_teardown ();
}

/* Chance would let it through in the end, between two signals that are late. */
GST_START_TEST (test_signals_do_not_keep_ready_away)
{
  gint begun;

  open_ends (__i__, 0);
  begun = g_atomic_int_get (&n_signals);
  gst_element_set_state (receiver, GST_STATE_READY);
  fail_unless (g_atomic_int_get (&n_signals) - begun < 500);
  close_ends ();
}

GST_END_TEST

GST_START_TEST (test_signals_do_not_keep_the_timeout_away)
{
  g_autofree gchar *text = NULL;
  gint begun;

  open_ends (__i__, 1);
  begun = g_atomic_int_get (&n_signals);
  text = end_wait_error (receiver);
  fail_unless (g_atomic_int_get (&n_signals) - begun < 2000);
  fail_unless (strstr (text, "timed out") != NULL, "%s", text);
  close_ends ();
}

GST_END_TEST

static Suite *
pipelines_signals_suite (void)
{
  Suite *suite = suite_create ("signals");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_signals_do_not_keep_ready_away, 0, G_N_ELEMENTS (ways));
  tcase_add_loop_test (tcase, test_signals_do_not_keep_the_timeout_away, 0, G_N_ELEMENTS (ways));

  return suite;
}

GST_CHECK_MAIN (pipelines_signals)
