/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "fragment.h"
#include "match.h"

G_BEGIN_DECLS

/* Where the player's fragment connects to, or listens. */
FragmentPlace give_place (const Match *match, gboolean sender);

/* Gives the fragment's element "net" what it cannot have from a launch line, which is a connection
 * that is made here, before anything starts. */
gboolean give_connection (const Match *match, gboolean sender, Fragment *fragment, GError **error);

/* Where the player listens: waits until it does, and says so. */
gboolean give_notice (const Match *match, gboolean sender, Fragment *fragment, GError **error);

/* Waits until it listens. */
gboolean give_time_to_listen (Fragment *fragment, GError **error);

/* Waits until somebody is connected to the element, if it is one that counts. */
gboolean give_time_to_accept (Fragment *fragment, GError **error);

/* The field bytes-copied in the statistics of all elements; NAN: none has it. */
double give_account_of_copies (Fragment *fragment);

G_END_DECLS
