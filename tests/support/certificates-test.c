/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "certificates-test.h"

Certificates *certificates;

void
certificates_test_setup (void)
{
  certificates = certificates_new ();
}

void
certificates_test_teardown (void)
{
  g_clear_pointer (&certificates, certificates_free);
}
