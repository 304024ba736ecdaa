/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "bench-options.h"
#include "rows.h"

G_BEGIN_DECLS

/*
 * One run of one player of a row, ours or the peer: a sending and a receiving process in a network of their own, and both are
 * gone when this returns.  Signals must be blocked with process_block_signals().
 *
 * @options: where, and when to give up
 * @measures: (out): NULL: compare every byte that comes out instead of measuring
 * @network: (out): what the run happened on, in words; NULL: it was not even laid
 * FALSE: the player failed, or what came out is not what was handed in; or, with
 *   G_IO_ERROR_CANCELLED, the user has had enough; or, with G_IO_ERROR_NOT_SUPPORTED, there is no
 *   such element
 */
gboolean umpire_run (const Row *row, gboolean ours, const Load *load, const BenchOptions *options,
    Measures *measures, char **network, GError **error);

G_END_DECLS
