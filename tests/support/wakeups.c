/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "wakeups.h"

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

static gint n_made;

__attribute__ ((visibility ("default"))) int
eventfd (unsigned int value, int flags)
{
  g_atomic_int_inc (&n_made);
  return syscall (SYS_eventfd2, value, flags);
}

gint
wakeups_count (void)
{
  return g_atomic_int_get (&n_made);
}
