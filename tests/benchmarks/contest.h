/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "figures.h"
#include "outcome.h"
#include "run.h"

G_BEGIN_DECLS

/*
 * One run of one contestant: a receiving and a sending process in a network of their own, and both
 * are gone when this returns.  Signals must be blocked with process_block_signals().
 *
 * @title: what the progress bar says
 * @picture: (inout): what is added to from run to run
 * @network: (out): what the run happened on, in words
 * FALSE: the contestant failed, or what came out is not what was handed in; or, with
 *   G_IO_ERROR_CANCELLED, the user has had enough
 */
gboolean contest_run (const Replay *replay, const Contestant *contestant, const char *title,
    Figures *figures, Picture *picture, char **network, GError **error);

G_END_DECLS
