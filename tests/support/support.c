/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "support.h"

#include <gst/check/gstcheck.h>
#include <sys/socket.h>

GSocket *
support_listen_on (guint port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  GSocket *listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  fail_unless (g_socket_bind (listener, address, TRUE, NULL));
  fail_unless (g_socket_listen (listener, NULL));

  return listener;
}

GSocket *
support_listen (guint *port)
{
  GSocket *listener = support_listen_on (0);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (listener, NULL);

  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));

  return listener;
}

static void
be_patient (GSocket *socket)
{
  g_socket_set_timeout (socket, SUPPORT_PATIENCE / GST_SECOND);
}

GSocket *
support_accept (GSocket *listener)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket;

  be_patient (listener);
  socket = g_socket_accept (listener, NULL, &error);
  fail_unless (socket != NULL, "nobody came: %s", error ? error->message : "");
  be_patient (socket);

  return socket;
}

GSocket *
support_connect (guint port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GError) error = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  be_patient (socket);
  fail_unless (g_socket_connect (socket, address, NULL, &error), "%s", error ? error->message : "");

  return socket;
}

GByteArray *
support_read_all (GSocket *socket)
{
  GByteArray *all = g_byte_array_new ();
  g_autofree gchar *block = g_malloc (65536);

  while (TRUE) {
    g_autoptr (GError) error = NULL;
    gssize n = g_socket_receive (socket, block, 65536, NULL, &error);

    fail_unless (n >= 0, "after %u bytes: %s", all->len, error ? error->message : "");
    if (n == 0)
      return all;
    g_byte_array_append (all, (const guint8 *)block, n);
  }
}

void
support_read_exactly (GSocket *socket, gpointer data, gsize size)
{
  gsize got = 0;

  while (got < size) {
    g_autoptr (GError) error = NULL;
    gssize n = g_socket_receive (socket, (gchar *)data + got, size - got, NULL, &error);

    fail_unless (n > 0, "after %" G_GSIZE_FORMAT " bytes: %s", got,
        error ? error->message : "the end of the stream");
    got += n;
  }
}

void
support_send (GSocket *socket, gconstpointer data, gsize size)
{
  fail_unless_equals_int (g_socket_send (socket, data, size, NULL, NULL), (gssize)size);
}

void
support_reset (GSocket **socket)
{
  const struct linger now = { .l_onoff = 1 };

  fail_unless_equals_int (setsockopt (g_socket_get_fd (*socket), SOL_SOCKET, SO_LINGER, &now,
                              sizeof (now)),
      0);
  g_socket_close (*socket, NULL);
  g_clear_object (socket);
}

void
support_make_pair (GSocket **left, GSocket **right)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);

  *left = support_connect (port);
  *right = support_accept (listener);
}

void
support_shrink_buffers (GSocket *socket)
{
  fail_unless (g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 4096, NULL));
  fail_unless (g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, 4096, NULL));
}

GBytes *
support_make_bytes (gsize size, guint32 seed)
{
  guint8 *data = g_malloc (size);
  guint32 state = seed * 2654435761u + 1;

  for (gsize i = 0; i < size; i++) {
    state = state * 1664525u + 1013904223u;
    data[i] = state >> 24;
  }

  return g_bytes_new_take (data, size);
}

GstElement *
support_launch (const gchar *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  fail_unless (error == NULL, "%s: %s", description, error ? error->message : "");

  return pipeline;
}

GstMessage *
support_wait_message (GstElement *pipeline, GstMessageType types)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, SUPPORT_PATIENCE, types);

  fail_unless (message != NULL, "no message of the wanted type came");

  return message;
}

void
support_wait_eos (GstElement *pipeline)
{
  g_autoptr (GstMessage) message =
      support_wait_message (pipeline, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    fail ("%s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
  }
}

gchar *
support_wait_error (GstElement *pipeline, GQuark domain, gint code)
{
  g_autoptr (GstMessage) message =
      support_wait_message (pipeline, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, domain, code), "%s %d: %s",
      g_quark_to_string (error->domain), error->code, error->message);

  return g_strdup (error->message);
}

GError *
support_wait_warning (GstElement *pipeline, gchar **debug)
{
  g_autoptr (GstMessage) message =
      support_wait_message (pipeline, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  GError *warning = NULL;

  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &warning, debug);

  return warning;
}

guint64
support_get_stat (GstElement *element, const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "no field %s", field);

  return value;
}

guint
support_wait_port (GstElement *element)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;
  gint port = 0;

  while (port == 0) {
    fail_unless (g_get_monotonic_time () < end, "nobody listens");
    g_thread_yield ();
    g_object_get (element, "current-port", &port, NULL);
  }

  return port;
}

guint64
support_number (const gchar *name, guint64 otherwise)
{
  const gchar *value = g_getenv (name);

  return value != NULL ? g_ascii_strtoull (value, NULL, 10) : otherwise;
}

static guint
count_entries (const gchar *path, gboolean (*counts) (const gchar *path, const gchar *name))
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const gchar *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += counts == NULL || counts (path, name);

  return n;
}

static gboolean
is_own_thread (const gchar *path, const gchar *name)
{
  g_autofree gchar *file = g_build_filename (path, name, "comm", NULL);
  g_autofree gchar *comm = NULL;

  /* Gone since the folder was read. */
  if (!g_file_get_contents (file, &comm, NULL, NULL))
    return FALSE;

  return !g_str_has_prefix (comm, "pool-") && !g_str_has_prefix (comm, "gmain") &&
      !g_str_has_prefix (comm, "[pool-");
}

guint
support_count_fds (void)
{
  return count_entries ("/proc/self/fd", NULL);
}

#ifdef __SANITIZE_THREAD__

/* ThreadSanitizer has a thread of its own as soon as there is a second one. */
static gpointer
first_thread (gpointer data)
{
  return data;
}

static void
wake_sanitizer (void)
{
  g_thread_join (g_thread_new ("first", first_thread, NULL));
}

#else

static void
wake_sanitizer (void)
{
}

#endif

guint
support_count_threads (void)
{
  wake_sanitizer ();

  return count_entries ("/proc/self/task", is_own_thread);
}

void
support_assert_no_more (guint fds, guint threads)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (support_count_fds () > fds || support_count_threads () > threads) {
    fail_unless (g_get_monotonic_time () < end, "%u fds were %u, %u threads were %u",
        support_count_fds (), fds, support_count_threads (), threads);
    /* Idle threads of the pool that GStreamer's tasks run in are nobody's. */
    g_thread_pool_stop_unused_threads ();
    g_thread_yield ();
  }
}
