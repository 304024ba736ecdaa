/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "certificates-test.h"
#include "ends.h"

/* What a test of ends needs before and checks afterwards: certificates, and that no file descriptor
 * and no thread is left. */
void ends_test_setup (void);

void ends_test_teardown (void);

/* What teardown does, too: for a test in which something must outlive the threads. */
void ends_test_assert_no_more (void);
