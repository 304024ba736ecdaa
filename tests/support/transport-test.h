/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "certificates-test.h"
#include "transport.h"

/* What a test of two transports over TLS needs before, and the transports themselves, which the test
 * makes.  Afterwards no file descriptor and no thread is left. */
extern GSocket *sockets[2];
extern GstGioSocketTransport *client, *server;

void transport_test_setup (void);

void transport_test_teardown (void);
