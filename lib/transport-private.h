/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "transport.h"

/*
 * Why a connection broke the kernel says once, to whoever asks first; the other direction gets what
 * looks like the end of a stream.
 */

/* Puts what a system call said into @error, and keeps it for the other direction.  Returns: -1 */
gssize gst_gio_socket_transport_fail (GstGioSocketTransport *self, int code, GError **error);

/* Whether the kernel has given the connection up before we have ended it. */
gboolean gst_gio_socket_transport_is_aborted (GstGioSocketTransport *self);

/* For what recv() calls the end.  Returns: whether it is one */
gboolean gst_gio_socket_transport_check_end (GstGioSocketTransport *self, GError **error);
