/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "fragment.h"
#include "run.h"

G_BEGIN_DECLS

/* Takes what comes out of a launch fragment that listens on the host and the port of @place, until
 * its EOS. */
gboolean receive_from_pipeline (const char *description, const FragmentPlace *place, Run *run,
    Stream *stream, GError **error);

G_END_DECLS
