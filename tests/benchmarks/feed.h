/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "fragment.h"

G_BEGIN_DECLS

/* Puts an appsrc in place of the bare pad.  Returns: (transfer none) (nullable): the element. */
GstElement *feed_put_appsrc (Fragment *fragment, GError **error);

/* Starts a fragment that sends: it is PLAYING and has had all that comes before the first buffer.
 * With an appsrc it is on its way there, and the first buffer is what it waits for. */
gboolean feed_start (Fragment *fragment, GError **error);

/* The reason why the fragment refused what was pushed. */
void feed_set_refused (Fragment *fragment, GstFlowReturn flow, GError **error);

G_END_DECLS
