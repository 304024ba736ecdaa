/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "meter.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static double
seconds (const struct timeval *time)
{
  return time->tv_sec + time->tv_usec / 1e6;
}

static void
add_usage (Side *side, int sign)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  side->user_seconds += sign * seconds (&usage.ru_utime);
  side->cpu_seconds += sign * (seconds (&usage.ru_utime) + seconds (&usage.ru_stime));
}

static double
get_peak_bytes (void)
{
  g_autofree char *text = NULL;
  const char *line;
  guint64 kib = 0;

  if (g_file_get_contents ("/proc/self/status", &text, NULL, NULL) &&
      (line = strstr (text, "VmHWM:")))
    sscanf (line, "VmHWM: %" G_GUINT64_FORMAT, &kib);

  return kib * 1024.0;
}

void
meter_begin (Side *side)
{
  side->user_seconds = side->cpu_seconds = 0;
  count_calls_begin ();
  add_usage (side, -1);
}

void
meter_end (Side *side)
{
  add_usage (side, 1);
  side->calls = count_calls_end ();
  side->peak_bytes = get_peak_bytes ();
}
