/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "settings-private.h"

/* One address of a peer, or one proxy before it: begin, wait until the socket can be written, finish. */

/* Returns: (transfer full): a socket that is about to be connected, and does not block. */
GSocket *connect_attempt_begin (const GstGioSocketSettings *settings, GSocketAddress *address,
    const GstGioSocketReport *report, GCancellable *cancellable, GError **error);

/* Whether that has worked.  Agrees with a proxy, and blocks until then. */
gboolean connect_attempt_finish (const GstGioSocketSettings *settings, GSocketAddress *address,
    GSocket *socket, GCancellable *cancellable, GError **error);

/* Returns: (transfer full): who is being tried, in words. */
gchar *connect_attempt_describe (GSocketAddress *address);
