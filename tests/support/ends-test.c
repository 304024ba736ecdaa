/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "ends-test.h"
#include "support.h"

static guint fds_before;
static guint threads_before;

void
ends_test_setup (void)
{
  certificates_test_setup ();
  ends_warm_up ();
  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
}

void
ends_test_assert_no_more (void)
{
  support_assert_no_more (fds_before, threads_before);
}

void
ends_test_teardown (void)
{
  ends_test_assert_no_more ();
  certificates_test_teardown ();
}
