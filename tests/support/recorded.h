/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

/* A trace as text.  Fails the test if the reader of traces has anything against the file. */

/* "T,1,write,5, T,1,cork-on,,": the rows; T is the time, or nothing without @with_time. */
char *recorded_rows (const char *path, gboolean with_time);

/* What follows "# connections: ". */
char *recorded_connections (const char *path);
