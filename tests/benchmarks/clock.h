/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

#include <time.h>

G_BEGIN_DECLS

/* CLOCK_MONOTONIC is the same for every process of the machine. */
static inline gint64
clock_now_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

/* Processor time of a clock of that kind: CLOCK_THREAD_CPUTIME_ID, CLOCK_PROCESS_CPUTIME_ID, or a
 * thread's. */
static inline gint64
clock_cpu_ns (clockid_t id)
{
  struct timespec t = { 0 };

  clock_gettime (id, &t);
  return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

G_END_DECLS
