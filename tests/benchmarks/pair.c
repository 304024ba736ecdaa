/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pair.h"

#include "clock.h"
#include "process.h"

#include <gio/gio.h>

#define NS_PER_S G_GINT64_CONSTANT (1000000000)
#define NS_PER_MS 1000000

typedef struct
{
  PairProcess *first, *second;
  PairTick tick;
  guint stall_seconds;
  guint64 last_progress;
  gint64 last_progress_ns;
} Pair;

static guint64
get_progress (const PairProcess *process)
{
  return __atomic_load_n (process->progress, __ATOMIC_RELAXED);
}

static gint64
get_idle_until (const PairProcess *process)
{
  return process->idle_until_ns ? __atomic_load_n (process->idle_until_ns, __ATOMIC_RELAXED) : 0;
}

/* FALSE: nothing has moved for too long. */
static gboolean
check_progress (Pair *self, GError **error)
{
  guint64 first = get_progress (self->first), second = get_progress (self->second);
  gint64 now = clock_now_ns (), since;

  if (first + second != self->last_progress || self->last_progress_ns == 0) {
    self->last_progress = first + second;
    self->last_progress_ns = now;
  }

  since = MAX (get_idle_until (self->first), get_idle_until (self->second));
  since = MAX (since, self->last_progress_ns);
  if (now - since < self->stall_seconds * NS_PER_S)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
      "no progress for %u seconds: the %s %s after %" G_GUINT64_FORMAT
      " bytes, the %s %s after %" G_GUINT64_FORMAT,
      self->stall_seconds, self->first->name, self->first->pid ? "runs" : "has ended", first,
      self->second->name, self->second->pid ? "runs" : "has ended", second);
  return FALSE;
}

/* One whose connection breaks says less than the other that broke it: that gets a second to say
 * why. */
static gboolean
check_process (PairProcess *process, PairProcess *other, GError **error)
{
  if (process_check (&process->pid, process->name, process->error, error))
    return TRUE;

  if (other->pid > 0)
    process_wait (NS_PER_S);
  if (*other->error)
    g_prefix_error (error, "%s: %s; ", other->name, other->error);
  return FALSE;
}

static gboolean
watch (Pair *self, gint64 interval_ns, GError **error)
{
  int number = process_wait (interval_ns);

  if (number != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted by signal %d (%s)", number,
        g_strsignal (number));
    return FALSE;
  }

  return check_process (self->first, self->second, error) &&
      check_process (self->second, self->first, error) && check_progress (self, error);
}

static gboolean
start (PairProcess *process, gpointer data, GError **error)
{
  if (process->body)
    process->pid = process_start (process->body, data, error);

  return process->pid >= 0;
}

static gboolean
run (Pair *self, gpointer data, GError **error)
{
  if (!start (self->first, data, error))
    return FALSE;
  while (self->second->body && !__atomic_load_n (self->first->listening, __ATOMIC_SEQ_CST))
    if (!watch (self, NS_PER_MS, error))
      return FALSE;

  if (!start (self->second, data, error))
    return FALSE;
  while (self->first->pid || self->second->pid) {
    if (!watch (self, 100 * NS_PER_MS, error))
      return FALSE;
    if (self->tick)
      self->tick (MIN (get_progress (self->first), get_progress (self->second)), data);
  }

  return TRUE;
}

gboolean
pair_run (PairProcess *first, PairProcess *second, gpointer data, PairTick tick,
    guint stall_seconds, GError **error)
{
  Pair self = { .first = first, .second = second, .tick = tick, .stall_seconds = stall_seconds };
  gboolean ok = run (&self, data, error);

  process_end (&first->pid);
  process_end (&second->pid);
  return ok;
}
