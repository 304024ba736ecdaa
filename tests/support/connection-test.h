/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "lib/giosocket.h"

/* What a test of a connection needs before, and the connection itself, which the test opens and
 * closes.  Afterwards no file descriptor and no thread is left. */
extern GstGioSocketEndpoint *endpoint;
extern GstGioSocketConnection *connection;

void connection_test_setup (void);

void connection_test_teardown (void);

/* With 127.0.0.1, and not started. */
void connection_test_open (gboolean has_receiver);

/* Stops it, too. */
void connection_test_close (void);

/* Waits until one that listens says where. */
guint connection_test_wait_port (void);

/* So many zeros. */
gboolean connection_test_send (gsize size, GCancellable *cancellable, GError **error);
