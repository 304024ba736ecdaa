/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "certificates.h"

/* What a test with certificates needs before, and what other fixtures begin with. */
extern Certificates *certificates;

void certificates_test_setup (void);

void certificates_test_teardown (void);
