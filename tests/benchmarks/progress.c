/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 40

/* To the first column, and away with what is there. */
#define CLEAR "\r\033[K"

void
progress_show (const char *title, guint64 done, guint64 all)
{
  guint filled = all > 0 ? WIDTH * ((double)MIN (done, all) / all) : 0;

  if (!isatty (STDERR_FILENO))
    return;

  fprintf (stderr, CLEAR "[");
  for (guint i = 0; i < WIDTH; i++)
    fputc (i < filled ? '#' : ' ', stderr);
  fprintf (stderr, "] %3u %% %s", filled * 100 / WIDTH, title);
  fflush (stderr);
}

void
progress_clear (void)
{
  if (isatty (STDERR_FILENO))
    fprintf (stderr, CLEAR);
}
