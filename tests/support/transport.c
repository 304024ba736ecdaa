/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "transport.h"

#include <gst/check/gstcheck.h>

const gchar *const transport_priorities[N_TRANSPORT_VERSIONS] = {
  "NORMAL:-VERS-ALL:+VERS-TLS1.2",
  "NORMAL:-VERS-ALL:+VERS-TLS1.3",
};

GstGioSocketTransport *
transport_new (Certificates *certificates, GSocket *socket, gboolean is_server, guint version)
{
  g_auto (GstGioSocketTlsSettings) settings = { 0 };
  g_autoptr (GstGioSocketTlsContext) context = NULL;
  g_autoptr (GError) error = NULL;
  GstGioSocketTransport *transport;

  gst_gio_socket_tls_settings_init (&settings);
  settings.priority = g_strdup (transport_priorities[version]);
  if (is_server)
    settings.certificate_file = g_strdup (certificates_path (certificates, "server-with-key.pem"));
  else
    settings.ca_file = g_strdup (certificates_path (certificates, "ca.pem"));

  context = gst_gio_socket_tls_context_new (&settings, is_server, &error);
  g_assert_no_error (error);
  transport = gst_gio_socket_transport_tls_new (socket, TRUE, context, "localhost", &error);
  g_assert_no_error (error);

  return transport;
}

gpointer
transport_shake_hands (gpointer transport)
{
  g_autoptr (GError) error = NULL;

  gst_gio_socket_transport_tls_handshake (transport, NULL, &error);
  g_assert_no_error (error);

  return NULL;
}

void
transport_pair (Certificates *certificates, GSocket *const sockets[2], guint version,
    GstGioSocketTransport **client, GstGioSocketTransport **server)
{
  GThread *thread;

  *client = transport_new (certificates, sockets[0], FALSE, version);
  *server = transport_new (certificates, sockets[1], TRUE, version);
  thread = g_thread_new ("server", transport_shake_hands, *server);
  transport_shake_hands (*client);
  g_thread_join (thread);
}

guint64
transport_stat (GstGioSocketTransport *transport, const gchar *field)
{
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");
  guint64 value = G_MAXUINT64;

  gst_gio_socket_transport_add_stats (transport, stats);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "no field %s", field);

  return value;
}

void
transport_send (GstGioSocketTransport *transport, gconstpointer data, gsize size, gboolean hold)
{
  GOutputVector vector = { data, size };
  GOutputVector *vectors = &vector;
  guint n_vectors = 1;
  g_autoptr (GError) error = NULL;

  gst_gio_socket_transport_send (transport, &vectors, &n_vectors, hold, NULL, &error);
  g_assert_no_error (error);
  fail_unless_equals_int (n_vectors, 0);
}

void
transport_receive (GstGioSocketTransport *transport, guint8 *data, gsize size)
{
  while (size > 0) {
    g_autoptr (GError) error = NULL;
    GInputVector vector = { data, size };
    gssize n = gst_gio_socket_transport_receive (transport, &vector, 1, NULL, &error);

    g_assert_no_error (error);
    fail_unless (n > 0, "the end came early");
    data += n;
    size -= n;
  }
}

void
transport_expect (GstGioSocketTransport *transport, const gchar *text)
{
  g_autofree gchar *got = g_malloc0 (strlen (text) + 1);

  transport_receive (transport, (guint8 *)got, strlen (text));
  fail_unless_equals_string (got, text);
}

gssize
transport_receive_end (GstGioSocketTransport *transport, GError **error)
{
  guint8 byte;
  GInputVector vector = { &byte, 1 };

  return gst_gio_socket_transport_receive (transport, &vector, 1, NULL, error);
}
