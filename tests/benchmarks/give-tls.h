/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A GTlsConnection over @base, a client that has shaken hands and taken whatever certificate came.
 * Returns: (transfer full): NULL on error: %G_TLS_ERROR_UNAVAILABLE where GIO has no TLS */
GIOStream *give_tls_stream (GIOStream *base, GError **error);

G_END_DECLS
