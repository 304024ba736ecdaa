/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "run.h"

G_BEGIN_DECLS

/* The plainest receiver there is: one client, a blocking recv() of 64 KiB until the end.
 * @identity: (nullable): of a server that speaks TLS, as GnuTLS has it */
gboolean receive_from_socket (const char *host, guint port, guint segment_size,
    const TlsIdentity *identity, Run *run, Stream *stream, GError **error);

G_END_DECLS
