/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

#include <sys/types.h>

G_BEGIN_DECLS

/* Child processes that never outlive us.  A pid of 0 stands for one that was not started or is gone
 * already. */

/* Blocks the signals that process_wait() reports; children get them back. */
void process_block_signals (void);

/* Runs @body in a child, which exits with success if that returns TRUE.  The kernel kills the child
 * when we die, whatever we die of.  Returns: -1 on error */
pid_t process_start (gboolean (*body) (gpointer data), gpointer data, GError **error);

/* Sleeps until something happens to a child, at most @timeout_ns.
 * Returns: SIGINT, SIGTERM or SIGHUP if that came, else 0 */
int process_wait (gint64 timeout_ns);

/* FALSE: the process is gone and did not end well.
 * @what: it was
 * @text: what it said before it failed */
gboolean process_check (pid_t *pid, const char *what, const char *text, GError **error);

/* Kills the process, if it is still there, and waits for it. */
void process_end (pid_t *pid);

G_END_DECLS
