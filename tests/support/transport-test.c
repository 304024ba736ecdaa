/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "transport-test.h"
#include "support.h"

GSocket *sockets[2];
GstGioSocketTransport *client, *server;

static guint fds_before;
static guint threads_before;

void
transport_test_setup (void)
{
  certificates_test_setup ();
  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
  support_make_pair (&sockets[0], &sockets[1]);
}

void
transport_test_teardown (void)
{
  g_clear_object (&client);
  g_clear_object (&server);
  g_clear_object (&sockets[0]);
  g_clear_object (&sockets[1]);
  support_assert_no_more (fds_before, threads_before);
  certificates_test_teardown ();
}
