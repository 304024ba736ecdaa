/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "crew.h"

typedef struct
{
  CrewFunc func;
  gpointer data;

  GMutex lock;
  GCond changed;
  guint n_done;
  GError *error; /* the first */
} Crew;

typedef struct
{
  Crew *crew;
  guint number;
} Member;

static gpointer
member_thread (gpointer data)
{
  Member *self = data;
  Crew *crew = self->crew;
  GError *error = NULL;

  crew->func (self->number, crew->data, &error);
  g_mutex_lock (&crew->lock);
  crew->n_done++;
  if (crew->error == NULL)
    crew->error = error;
  else
    g_clear_error (&error);
  g_cond_signal (&crew->changed);
  g_mutex_unlock (&crew->lock);

  return NULL;
}

gboolean
crew_run (guint n, CrewFunc func, gpointer data, GError **error)
{
  /* Not on the stack: after an error threads may still be at work with it. */
  Crew *crew;
  Member *members;
  gboolean ok;

  if (n == 1)
    return func (0, data, error);

  crew = g_new0 (Crew, 1);
  members = g_new0 (Member, n);
  crew->func = func;
  crew->data = data;
  for (guint i = 0; i < n; i++) {
    members[i] = (Member){ crew, i };
    g_thread_unref (g_thread_new ("crew", member_thread, &members[i]));
  }

  g_mutex_lock (&crew->lock);
  while (crew->n_done < n && crew->error == NULL)
    g_cond_wait (&crew->changed, &crew->lock);
  ok = crew->error == NULL;
  if (!ok)
    g_propagate_error (error, g_error_copy (crew->error));
  g_mutex_unlock (&crew->lock);

  if (ok) {
    g_mutex_clear (&crew->lock);
    g_cond_clear (&crew->changed);
    g_free (members);
    g_free (crew);
  }
  return ok;
}
