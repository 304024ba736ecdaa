/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pace.h"

#include "clock.h"

#include <sys/prctl.h>

/* A sleeping thread comes back 40 to 75 us late on a virtual machine (p50 and p90 of 1,000 sleeps
 * with a timer slack of 1 ns), so the last stretch is spent looking at the clock.  Most gaps inside
 * a burst are shorter than this and the bursts short, so it costs a fraction of a processor. */
#define SPIN_NS 80000

/* The slack belongs to the thread, and threads inherit it: it is made small for our own sleep only,
 * so that no element gets better timers here than in any other application. */
static void
sleep_until (gint64 due_ns)
{
  struct timespec due = { .tv_sec = due_ns / 1000000000, .tv_nsec = due_ns % 1000000000 };
  int slack = prctl (PR_GET_TIMERSLACK);

  prctl (PR_SET_TIMERSLACK, 1);
  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0)
    continue;
  prctl (PR_SET_TIMERSLACK, slack);
}

gint64
pace_until (gint64 due_ns)
{
  gint64 now = clock_now_ns ();
  gint64 cpu_before;

  if (now >= due_ns)
    return 0;

  cpu_before = clock_cpu_ns (CLOCK_THREAD_CPUTIME_ID);
  if (due_ns - now > SPIN_NS)
    sleep_until (due_ns - SPIN_NS);
  while (clock_now_ns () < due_ns)
    continue;

  return clock_cpu_ns (CLOCK_THREAD_CPUTIME_ID) - cpu_before;
}
