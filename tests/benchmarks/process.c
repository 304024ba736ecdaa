/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "process.h"

#include <gio/gio.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS_PER_S 1000000000

static void
fill_signals (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGCHLD);
  sigaddset (set, SIGINT);
  sigaddset (set, SIGTERM);
  sigaddset (set, SIGHUP);
}

void
process_block_signals (void)
{
  sigset_t set;

  fill_signals (&set);
  sigprocmask (SIG_BLOCK, &set, NULL);
}

pid_t
process_start (gboolean (*body) (gpointer data), gpointer data, GError **error)
{
  pid_t parent = getpid ();
  sigset_t set;
  pid_t pid;

  fflush (NULL);
  pid = fork ();
  if (pid < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot fork: %s",
        g_strerror (errno));
  if (pid != 0)
    return pid;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  fill_signals (&set);
  sigprocmask (SIG_UNBLOCK, &set, NULL);
  if (getppid () != parent)
    _exit (EXIT_FAILURE);
  _exit (body (data) ? EXIT_SUCCESS : EXIT_FAILURE);
}

int
process_wait (gint64 timeout_ns)
{
  struct timespec timeout = { .tv_sec = timeout_ns / NS_PER_S, .tv_nsec = timeout_ns % NS_PER_S };
  sigset_t set;
  int number;

  fill_signals (&set);
  number = sigtimedwait (&set, NULL, &timeout);
  return number < 0 || number == SIGCHLD ? 0 : number;
}

gboolean
process_check (pid_t *pid, const char *what, const char *text, GError **error)
{
  int status;

  if (*pid <= 0 || waitpid (*pid, &status, WNOHANG) != *pid)
    return TRUE;

  *pid = 0;
  if (WIFSIGNALED (status))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: died of signal %d (%s)", what,
        WTERMSIG (status), g_strsignal (WTERMSIG (status)));
  else if (WEXITSTATUS (status) != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", what,
        *text ? text : "ended without saying why");
  else
    return TRUE;

  return FALSE;
}

void
process_end (pid_t *pid)
{
  if (*pid > 0) {
    kill (*pid, SIGKILL);
    waitpid (*pid, NULL, 0);
  }
  *pid = 0;
}
