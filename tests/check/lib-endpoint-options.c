/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/endpoint.h"
#include "lib/transport-plain.h"
#include "tests/support/support.h"

#include <gio/gunixsocketaddress.h>
#include <gst/check/gstcheck.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* --- an endpoint and its peer -------------------------------------------- */

/* How a socket comes to be. */
typedef enum
{
  KIND_CONNECT_IPV4,
  KIND_CONNECT_IPV6,
  KIND_LISTEN_IPV4,
  KIND_LISTEN_IPV6,
  KIND_CONNECT_UNIX,
  KIND_LISTEN_UNIX,
  KIND_GIVEN,
  N_KINDS
} Kind;

#define IS_UNIX(kind) ((kind) == KIND_CONNECT_UNIX || (kind) == KIND_LISTEN_UNIX)
#define LISTENS(kind)                                                                              \
  ((kind) == KIND_LISTEN_IPV4 || (kind) == KIND_LISTEN_IPV6 || (kind) == KIND_LISTEN_UNIX)

typedef struct
{
  Kind kind;
  GstGioSocketEndpoint *endpoint;
  gchar *name; /* abstract */
  GSocket *listener;
  GSocket *peer;
  GSocket *socket;
  GPtrArray *warnings;
} Pair;

static void
warning_cb (GstGioSocketEndpoint *endpoint, const GError *warning, gpointer user_data)
{
  fail_unless (g_error_matches (warning, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  g_ptr_array_add (user_data, g_strdup (warning->message));
}

static GSocketAddress *
make_address (Pair *pair, guint port)
{
  gboolean is_ipv6 = pair->kind == KIND_CONNECT_IPV6 || pair->kind == KIND_LISTEN_IPV6;

  if (IS_UNIX (pair->kind))
    return g_unix_socket_address_new_with_type (pair->name, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);

  return g_inet_socket_address_new_from_string (is_ipv6 ? "::1" : "127.0.0.1", port);
}

static void
pair_init (Pair *pair, Kind kind)
{
  *pair = (Pair){ .kind = kind };
  pair->endpoint = gst_gio_socket_endpoint_new ();
  pair->warnings = g_ptr_array_new_with_free_func (g_free);
  pair->name = g_strdup_printf ("giosocket-options-%08x", g_random_int ());
  g_signal_connect (pair->endpoint, "warning", G_CALLBACK (warning_cb), pair->warnings);
  if (IS_UNIX (kind))
    g_object_set (pair->endpoint, "socket-path", pair->name, "socket-type",
        G_UNIX_SOCKET_ADDRESS_ABSTRACT, NULL);
  if (LISTENS (kind))
    g_object_set (pair->endpoint, "mode", GST_GIO_SOCKET_MODE_LISTEN, "port", 0, "host",
        kind == KIND_LISTEN_IPV6 ? "::1" : "127.0.0.1", NULL);
}

static void
pair_clear (Pair *pair)
{
  g_clear_object (&pair->endpoint);
  g_clear_object (&pair->listener);
  g_clear_object (&pair->peer);
  g_clear_object (&pair->socket);
  g_clear_pointer (&pair->warnings, g_ptr_array_unref);
  g_free (pair->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
connect_cb (guint port, gpointer user_data)
{
  Pair *pair = user_data;
  g_autoptr (GSocketAddress) address = make_address (pair, port);

  pair->peer = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, 0, NULL);
  fail_unless (g_socket_connect (pair->peer, address, NULL, NULL));
}

static void
listen_for (Pair *pair)
{
  g_autoptr (GSocketAddress) address = make_address (pair, 0);
  g_autoptr (GSocketAddress) local = NULL;

  pair->listener =
      g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, 0, NULL);
  fail_unless (g_socket_bind (pair->listener, address, TRUE, NULL));
  if (!IS_UNIX (pair->kind))
    fail_unless (g_socket_set_option (pair->listener, IPPROTO_TCP, TCP_SAVE_SYN, TRUE, NULL));
  fail_unless (g_socket_listen (pair->listener, NULL));
  local = g_socket_get_local_address (pair->listener, NULL);
  if (G_IS_INET_SOCKET_ADDRESS (local))
    g_object_set (pair->endpoint, "host", pair->kind == KIND_CONNECT_IPV6 ? "::1" : "127.0.0.1",
        "port", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)), NULL);
}

static void
pair_open (Pair *pair)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&pair->socket);
  g_clear_object (&pair->peer);
  g_clear_object (&pair->listener);
  if (pair->kind == KIND_GIVEN) {
    g_autoptr (GSocket) given = NULL;

    support_make_pair (&given, &pair->peer);
    g_object_set (pair->endpoint, "socket", given, NULL);
  } else if (!LISTENS (pair->kind)) {
    listen_for (pair);
  }

  pair->socket = gst_gio_socket_endpoint_open (pair->endpoint, connect_cb, pair, NULL, &error);
  fail_unless (pair->socket != NULL, "%s", error ? error->message : "");
  if (pair->listener != NULL)
    pair->peer = support_accept (pair->listener);
}

static GstStructure *
get_stats (GSocket *socket)
{
  g_autoptr (GstGioSocketTransport) transport = gst_gio_socket_transport_plain_new (socket, TRUE);
  GstStructure *stats = gst_structure_new_empty ("stats");

  gst_gio_socket_transport_add_stats (transport, stats);

  return stats;
}

/* --- options ------------------------------------------------------------- */

/* Of TCP; what the kernel makes of it differs from the property where it says so. */
static const struct
{
  const gchar *property;
  const gchar *value;
  const gchar *field;
  const gchar *stats;
  gboolean on_unix;
} options[] = {
  { "keepalive", "true", "keepalive", "true", FALSE },
  { "keepalive", "true", "keepalive-idle", "60000000000", FALSE },
  { "keepalive", "true", "keepalive-interval", "10000000000", FALSE },
  { "keepalive", "true", "keepalive-count", "6", FALSE },
  { "user-timeout", "5000000000", "user-timeout", "5000000000", FALSE },
  { "user-timeout", "1", "user-timeout", "1000000", FALSE },
  { "qos-dscp", "46", "qos-dscp", "46", FALSE },
  { "qos-dscp", "0", "qos-dscp", "0", FALSE },
  { "send-buffer-size", "20000", "send-buffer-size", "40000", TRUE },
  { "receive-buffer-size", "20000", "receive-buffer-size", "40000", FALSE },
};

static gchar *
get_field (const GstStructure *stats, const gchar *field)
{
  const GValue *value = gst_structure_get_value (stats, field);

  return value != NULL ? gst_value_serialize (value) : g_strdup ("nothing");
}

GST_START_TEST (test_an_option_is_what_the_kernel_says_it_is)
{
  for (Kind kind = 0; kind < N_KINDS; kind++) {
    g_auto (Pair) pair = { 0 };
    g_autoptr (GstStructure) stats = NULL;
    g_autofree gchar *actual = NULL;

    if (IS_UNIX (kind) && !options[__i__].on_unix)
      continue;

    pair_init (&pair, kind);
    gst_util_set_object_arg (G_OBJECT (pair.endpoint), options[__i__].property,
        options[__i__].value);
    pair_open (&pair);
    stats = get_stats (pair.socket);
    actual = get_field (stats, options[__i__].field);
    fail_unless (g_str_equal (actual, options[__i__].stats), "%s of kind %d: %s",
        options[__i__].field, kind, actual);
    fail_unless_equals_int (pair.warnings->len, 0);
  }
}

GST_END_TEST

GST_START_TEST (test_an_option_that_a_unix_socket_does_not_have_is_a_warning)
{
  const Kind kinds[] = { KIND_CONNECT_UNIX, KIND_LISTEN_UNIX };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_auto (Pair) pair = { 0 };
    g_autoptr (GstStructure) stats = NULL;
    g_autofree gchar *expected =
        g_strdup_printf ("%s has no effect on a Unix socket.", options[__i__].property);

    if (options[__i__].on_unix)
      continue;

    pair_init (&pair, kinds[i]);
    gst_util_set_object_arg (G_OBJECT (pair.endpoint), options[__i__].property,
        options[__i__].value);
    pair_open (&pair);
    fail_unless_equals_int (pair.warnings->len, 1);
    fail_unless_equals_string (g_ptr_array_index (pair.warnings, 0), expected);
    stats = get_stats (pair.socket);
    fail_if (gst_structure_has_field (stats, options[__i__].field));
  }
}

GST_END_TEST

GST_START_TEST (test_what_is_not_asked_for_is_left_to_the_system)
{
  for (Kind kind = 0; kind < N_KINDS; kind++) {
    g_auto (Pair) pair = { 0 };
    g_autoptr (GstStructure) stats = NULL;
    g_autoptr (GstStructure) others = NULL;

    pair_init (&pair, kind);
    pair_open (&pair);
    stats = get_stats (pair.socket);
    others = get_stats (pair.peer);
    for (guint i = 0; i < G_N_ELEMENTS (options); i++) {
      g_autofree gchar *ours = get_field (stats, options[i].field);
      g_autofree gchar *theirs = get_field (others, options[i].field);

      if (!g_str_has_suffix (options[i].field, "buffer-size"))
        fail_unless_equals_string (ours, theirs);
    }
    fail_unless_equals_int (pair.warnings->len, 0);
  }
}

GST_END_TEST

GST_START_TEST (test_a_buffer_beyond_the_systems_limit_is_a_warning)
{
  const gchar *properties[] = { "send-buffer-size", "receive-buffer-size" };
  const gchar *limits[] = { "net.core.wmem_max", "net.core.rmem_max" };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    g_auto (Pair) pair = { 0 };

    pair_init (&pair, KIND_CONNECT_IPV4);
    g_object_set (pair.endpoint, properties[i], G_MAXINT, NULL);
    pair_open (&pair);
    fail_unless_equals_int (pair.warnings->len, 1);
    fail_unless (strstr (g_ptr_array_index (pair.warnings, 0), properties[i]) != NULL);
    fail_unless (strstr (g_ptr_array_index (pair.warnings, 0), limits[i]) != NULL);
  }
}

GST_END_TEST

/* Three questions fit into what is waited for. */
static const struct
{
  guint64 user_timeout;
  guint64 idle;
  guint64 interval;
} probes[] = {
  { 1, GST_SECOND, GST_SECOND },
  { 9 * GST_SECOND, 3 * GST_SECOND, 3 * GST_SECOND },
  { 60 * GST_SECOND, 20 * GST_SECOND, 10 * GST_SECOND },
  { G_MAXUINT64 - 1, 60 * GST_SECOND, 10 * GST_SECOND },
};

GST_START_TEST (test_keepalive_asks_early_enough_for_the_user_timeout)
{
  for (guint i = 0; i < G_N_ELEMENTS (probes); i++) {
    g_auto (Pair) pair = { 0 };
    g_autoptr (GstStructure) stats = NULL;
    guint64 idle, interval;

    pair_init (&pair, KIND_CONNECT_IPV4);
    g_object_set (pair.endpoint, "keepalive", TRUE, "user-timeout", probes[i].user_timeout, NULL);
    pair_open (&pair);
    stats = get_stats (pair.socket);
    fail_unless (gst_structure_get (stats, "keepalive-idle", G_TYPE_UINT64, &idle,
        "keepalive-interval", G_TYPE_UINT64, &interval, NULL));
    fail_unless_equals_uint64 (idle, probes[i].idle);
    fail_unless_equals_uint64 (interval, probes[i].interval);
  }
}

GST_END_TEST

/* --- before connecting, before listening ---------------------------------- */

static guint
get_window_scale (GSocket *peer)
{
  struct tcp_info info;
  socklen_t size = sizeof (info);

  fail_unless (getsockopt (g_socket_get_fd (peer), IPPROTO_TCP, TCP_INFO, &info, &size) == 0);

  return info.tcpi_snd_wscale;
}

GST_START_TEST (test_a_receive_buffer_decides_on_the_window_that_is_announced)
{
  const Kind kinds[] = { KIND_CONNECT_IPV4, KIND_CONNECT_IPV6, KIND_LISTEN_IPV4, KIND_LISTEN_IPV6 };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_auto (Pair) usual = { 0 };
    g_auto (Pair) small = { 0 };

    pair_init (&usual, kinds[i]);
    pair_open (&usual);
    pair_init (&small, kinds[i]);
    g_object_set (small.endpoint, "receive-buffer-size", 4096, NULL);
    pair_open (&small);
    fail_unless (get_window_scale (small.peer) < get_window_scale (usual.peer), "kind %d: %u, %u",
        kinds[i], get_window_scale (small.peer), get_window_scale (usual.peer));
  }
}

GST_END_TEST

GST_START_TEST (test_the_first_packet_has_the_dscp)
{
  g_auto (Pair) pair = { 0 };
  guint8 syn[128];
  socklen_t size = sizeof (syn);

  pair_init (&pair, KIND_CONNECT_IPV4);
  g_object_set (pair.endpoint, "qos-dscp", 46, NULL);
  pair_open (&pair);
  fail_unless (
      getsockopt (g_socket_get_fd (pair.peer), IPPROTO_TCP, TCP_SAVED_SYN, syn, &size) == 0);
  fail_unless (size >= 20);
  fail_unless_equals_int (syn[1] >> 2, 46);
}

GST_END_TEST

/* --- what has no effect --------------------------------------------------- */

static const struct
{
  Kind kind;
  const gchar *property;
  const gchar *value;
  const gchar *text;
} unused[] = {
  { KIND_LISTEN_IPV4, "bind-address", "127.0.0.1", "with mode=listen: host says where" },
  { KIND_CONNECT_UNIX, "bind-address", "127.0.0.1", "on a Unix socket" },
  { KIND_GIVEN, "bind-address", "127.0.0.1", "on a socket that was made elsewhere" },
  { KIND_CONNECT_IPV4, "socket-mode", "0600", "but on a path that is listened on" },
  { KIND_LISTEN_IPV4, "socket-mode", "0600", "but on a path that is listened on" },
  { KIND_LISTEN_UNIX, "socket-mode", "0600", "but on a path that is listened on" },
  { KIND_GIVEN, "socket-mode", "0600", "but on a path that is listened on" },
};

GST_START_TEST (test_what_has_no_effect_is_a_warning)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair, unused[__i__].kind);
  gst_util_set_object_arg (G_OBJECT (pair.endpoint), unused[__i__].property, unused[__i__].value);
  pair_open (&pair);
  fail_unless_equals_int (pair.warnings->len, 1);
  fail_unless (g_str_has_prefix (g_ptr_array_index (pair.warnings, 0), unused[__i__].property));
  fail_unless (strstr (g_ptr_array_index (pair.warnings, 0), unused[__i__].text) != NULL, "%s",
      (gchar *)g_ptr_array_index (pair.warnings, 0));
}

GST_END_TEST

GST_START_TEST (test_a_warning_is_not_repeated_until_it_begins_anew)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair, KIND_CONNECT_UNIX);
  g_object_set (pair.endpoint, "keepalive", TRUE, NULL);
  for (guint i = 0; i < 3; i++) {
    pair_open (&pair);
    fail_unless_equals_int (pair.warnings->len, 1);
  }

  fail_unless (gst_gio_socket_endpoint_check (pair.endpoint, NULL));
  pair_open (&pair);
  fail_unless_equals_int (pair.warnings->len, 2);
}

GST_END_TEST

static Suite *
endpoint_options_suite (void)
{
  Suite *suite = suite_create ("endpoint-options");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_an_option_is_what_the_kernel_says_it_is, 0,
      G_N_ELEMENTS (options));
  tcase_add_loop_test (tcase, test_an_option_that_a_unix_socket_does_not_have_is_a_warning, 0,
      G_N_ELEMENTS (options));
  tcase_add_test (tcase, test_what_is_not_asked_for_is_left_to_the_system);
  tcase_add_test (tcase, test_a_buffer_beyond_the_systems_limit_is_a_warning);
  tcase_add_test (tcase, test_keepalive_asks_early_enough_for_the_user_timeout);
  tcase_add_test (tcase, test_a_receive_buffer_decides_on_the_window_that_is_announced);
  tcase_add_test (tcase, test_the_first_packet_has_the_dscp);
  tcase_add_loop_test (tcase, test_what_has_no_effect_is_a_warning, 0, G_N_ELEMENTS (unused));
  tcase_add_test (tcase, test_a_warning_is_not_repeated_until_it_begins_anew);

  return suite;
}

GST_CHECK_MAIN (endpoint_options)
