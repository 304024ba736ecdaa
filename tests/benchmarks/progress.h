/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A bar on standard error, if that is a terminal; otherwise nothing. */
void progress_show (const char *title, guint64 done, guint64 all);

void progress_clear (void);

G_END_DECLS
