/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "connection-test.h"
#include "support.h"

#include <gst/check/gstcheck.h>

GstGioSocketEndpoint *endpoint;
GstGioSocketConnection *connection;

static guint fds_before;
static guint threads_before;

void
connection_test_open (gboolean has_receiver)
{
  endpoint = gst_gio_socket_endpoint_new ();
  g_object_set (endpoint, "host", "127.0.0.1", NULL);
  connection = gst_gio_socket_connection_new (endpoint, has_receiver);
}

void
connection_test_close (void)
{
  gst_gio_socket_connection_stop (connection);
  g_clear_object (&connection);
  g_clear_object (&endpoint);
}

void
connection_test_setup (void)
{
  g_autoptr (GSocket) warm_up = NULL;

  /* What GIO keeps for good shall be there before anything is counted. */
  connection_test_open (FALSE);
  g_object_set (endpoint, "port", 1, NULL);
  warm_up = gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, NULL);
  connection_test_close ();

  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
}

void
connection_test_teardown (void)
{
  support_assert_no_more (fds_before, threads_before);
}

guint
connection_test_wait_port (void)
{
  guint port;

  while ((port = gst_gio_socket_connection_get_current_port (connection)) == 0)
    g_thread_yield ();

  return port;
}

gboolean
connection_test_send (gsize size, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *data = g_malloc0 (size);
  GOutputVector vector = { data, size };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;

  return gst_gio_socket_connection_send (connection, &vectors, &n_vectors, FALSE, cancellable,
      error);
}
