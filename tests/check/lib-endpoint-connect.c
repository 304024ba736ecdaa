/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/endpoint.h"
#include "tests/support/names.h"
#include "tests/support/support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gst/check/gstcheck.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Two addresses of this host besides 127.0.0.1. */
#define FIRST "127.0.0.2"
#define SECOND "127.0.0.3"
static const gchar *const both[] = { FIRST, SECOND, NULL };

static GSocket *
listen_at (const gchar *host, guint port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, port);
  g_autoptr (GError) error = NULL;
  GSocket *listener =
      g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, 0, NULL);

  g_socket_set_listen_backlog (listener, 0);
  fail_unless (g_socket_bind (listener, address, TRUE, &error), "%s", error ? error->message : "");
  fail_unless (g_socket_listen (listener, NULL));

  return listener;
}

static guint
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static gchar *
get_host (GSocketAddress *address)
{
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

/* A port on which nobody listens at any address: it is known, and free again. */
static guint
find_unused_port (void)
{
  g_autoptr (GSocket) listener = listen_at (FIRST, 0);

  return get_port (listener);
}

/* Somebody waits in front, so the system answers no other: packets to it get lost. */
static GSocket *
fill_up (GSocket *listener)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (listener, NULL);
  g_autoptr (GError) error = NULL;
  GSocket *first = g_socket_new (g_socket_get_family (listener), G_SOCKET_TYPE_STREAM, 0, NULL);

  fail_unless (g_socket_connect (first, address, NULL, &error), "%s", error ? error->message : "");

  return first;
}

static GstGioSocketEndpoint *
new_endpoint (const gchar *host, guint port)
{
  GstGioSocketEndpoint *endpoint = gst_gio_socket_endpoint_new ();

  g_object_set (endpoint, "host", host, "port", port, NULL);

  return endpoint;
}

static GSocket *
open_endpoint (GstGioSocketEndpoint *endpoint)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, &error);

  fail_unless (socket != NULL, "%s", error ? error->message : "");
  fail_unless (g_socket_is_connected (socket));
  fail_unless (g_socket_get_blocking (socket));

  return socket;
}

static gchar *
get_failure (GstGioSocketEndpoint *endpoint, gint code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = gst_gio_socket_endpoint_open (endpoint, NULL, NULL, NULL, &error);

  fail_unless (socket == NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code), "%s", error->message);

  return g_strdup (error->message);
}

static void
assert_peer (GSocket *socket, const gchar *host)
{
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);
  g_autofree gchar *actual = get_host (address);

  fail_unless_equals_string (actual, host);
}

/* --- several addresses --------------------------------------------------- */

GST_START_TEST (test_the_second_address_is_tried_when_the_first_refuses)
{
  g_autoptr (GSocket) listener = listen_at (SECOND, 0);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint ("several.test", get_port (listener));
  g_autoptr (GSocket) socket = NULL;

  names_set (both);
  socket = open_endpoint (endpoint);
  assert_peer (socket, SECOND);
}

GST_END_TEST

GST_START_TEST (test_the_second_address_is_tried_while_the_first_is_silent)
{
  g_autoptr (GSocket) listener = listen_at (SECOND, 0);
  g_autoptr (GSocket) silent = listen_at (FIRST, get_port (listener));
  g_autoptr (GSocket) first G_GNUC_UNUSED = fill_up (silent);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint ("several.test", get_port (listener));
  g_autoptr (GSocket) socket = NULL;
  gint64 before = g_get_monotonic_time ();

  names_set (both);
  socket = open_endpoint (endpoint);
  assert_peer (socket, SECOND);
  /* Not the minutes that the system gives the first one. */
  fail_unless (g_get_monotonic_time () - before < SUPPORT_PATIENCE / GST_USECOND);
}

GST_END_TEST

GST_START_TEST (test_the_first_address_is_taken_when_it_answers)
{
  g_autoptr (GSocket) listener = listen_at (FIRST, 0);
  g_autoptr (GSocket) other G_GNUC_UNUSED = listen_at (SECOND, get_port (listener));
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint ("several.test", get_port (listener));
  g_autoptr (GSocket) socket = NULL;

  names_set (both);
  socket = open_endpoint (endpoint);
  assert_peer (socket, FIRST);
}

GST_END_TEST

GST_START_TEST (test_an_error_names_every_address_and_what_it_said)
{
  guint port = find_unused_port ();
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint ("several.test", port);
  g_autofree gchar *expected =
      g_strdup_printf ("Could not connect to tcp://several.test:%u: " FIRST
                       ":%u: Connection refused; " SECOND ":%u: Connection refused. Nobody listens",
          port, port, port);
  g_autofree gchar *text = NULL;

  names_set (both);
  text = get_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE);
  fail_unless (g_str_has_prefix (text, expected), "%s", text);
}

GST_END_TEST

GST_START_TEST (test_an_error_does_not_repeat_an_address)
{
  guint port = find_unused_port ();
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (FIRST, port);
  g_autofree gchar *expected =
      g_strdup_printf ("Could not connect to tcp://" FIRST ":%u: Connection refused. ", port);
  g_autofree gchar *text = get_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE);

  fail_unless (g_str_has_prefix (text, expected), "%s", text);
}

GST_END_TEST

/* The system gives an address a moment later. */
static void
wait_until_usable (const gchar *host)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, 0);
  g_autoptr (GSocket) probe = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM, 0, NULL);

  while (!g_socket_bind (probe, address, FALSE, NULL)) {
    fail_unless (g_get_monotonic_time () < end, "%s cannot be had", host);
    g_thread_yield ();
  }
}

/* A network of our own, with a loopback interface that has the address fe80::1. */
static void
enter_network (void)
{
  struct in6_ifreq address = { .ifr6_prefixlen = 64 };
  struct ifreq flags = { .ifr_name = "lo", .ifr_flags = IFF_UP };
  gint fd;

  fail_unless (unshare (geteuid () == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) == 0, "%s",
      g_strerror (errno));
  fd = socket (AF_INET6, SOCK_DGRAM, 0);
  fail_unless (ioctl (fd, SIOCSIFFLAGS, &flags) == 0, "%s", g_strerror (errno));
  address.ifr6_ifindex = if_nametoindex ("lo");
  fail_unless (inet_pton (AF_INET6, "fe80::1", &address.ifr6_addr) == 1);
  fail_unless (ioctl (fd, SIOCSIFADDR, &address) == 0, "%s", g_strerror (errno));
  close (fd);
  wait_until_usable ("fe80::1%lo");
}

static void
connect_to_scope_cb (guint port, gpointer user_data)
{
  g_autofree gchar *uri = g_strdup_printf ("tcp://[fe80::1%%25lo]:%u", port);
  g_autoptr (GstGioSocketEndpoint) client = gst_gio_socket_endpoint_new ();
  GSocket **peer = user_data;

  fail_unless (gst_gio_socket_endpoint_set_uri (client, uri, NULL));
  g_object_set (client, "bind-address", "fe80::1%lo", NULL);
  *peer = open_endpoint (client);
}

GST_START_TEST (test_an_address_may_have_a_scope)
{
  g_autoptr (GstGioSocketEndpoint) server = new_endpoint ("fe80::1%lo", 0);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GError) error = NULL;

  enter_network ();
  g_object_set (server, "mode", GST_GIO_SOCKET_MODE_LISTEN, NULL);
  socket = gst_gio_socket_endpoint_open (server, connect_to_scope_cb, &peer, NULL, &error);
  fail_unless (socket != NULL, "%s", error ? error->message : "");
  assert_peer (socket, "fe80::1");
}

GST_END_TEST

static void
warm_up (void)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (SECOND, find_unused_port ());

  g_object_set (endpoint, "connect-timeout", GST_SECOND, NULL);
  g_free (get_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
}

/* --- limits -------------------------------------------------------------- */

typedef struct
{
  const gchar *name;
  const gchar *host;
  guint64 connect_timeout;
  guint timeout;
  const gchar *part;
} Limit;

static const Limit limits[] = {
  { "connect-timeout, an address", FIRST, GST_SECOND / 10, 0, "No answer within 0.1 s" },
  { "connect-timeout, a name", "silent.test", GST_SECOND / 10, 0, "No answer within 0.1 s" },
  { "timeout", FIRST, 0, 1, "No answer" },
};

GST_START_TEST (test_a_peer_that_does_not_answer_is_an_error_in_time)
{
  const Limit *limit = &limits[__i__];
  g_autoptr (GSocket) silent = listen_at (FIRST, 0);
  g_autoptr (GSocket) first G_GNUC_UNUSED = fill_up (silent);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint (limit->host, get_port (silent));
  guint threads, fds;
  g_autofree gchar *text = NULL;

  names_set (both);
  /* What GIO keeps for good shall be there before anything is counted. */
  warm_up ();
  threads = support_count_threads ();
  fds = support_count_fds ();
  g_object_set (endpoint, "connect-timeout", limit->connect_timeout, "timeout", limit->timeout,
      NULL);
  text = get_failure (endpoint, GST_RESOURCE_ERROR_OPEN_READ_WRITE);
  fail_unless (strstr (text, limit->part) != NULL, "%s: %s", limit->name, text);
  fail_unless (strstr (text, "check the address and the firewall") != NULL, "%s", text);
  support_assert_no_more (fds, threads);
}

GST_END_TEST

GST_START_TEST (test_a_connect_timeout_without_end_is_none)
{
  guint64 timeouts[] = { 0, GST_CLOCK_TIME_NONE, G_MAXUINT64 - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (timeouts); i++) {
    guint port;
    g_autoptr (GSocket) listener G_GNUC_UNUSED = support_listen (&port);
    g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint ("127.0.0.1", port);
    g_autoptr (GSocket) socket = NULL;

    g_object_set (endpoint, "connect-timeout", timeouts[i], NULL);
    socket = open_endpoint (endpoint);
  }
}

GST_END_TEST

/* Until this process has a connection that waits for an answer: state 02 is SYN_SENT. */
static void
wait_until_connecting (guint port)
{
  g_autofree gchar *pattern = g_strdup_printf (" %08X:%04X 02 ", g_htonl (0x7f000002), port);
  gboolean is_found = FALSE;

  while (!is_found) {
    g_autofree gchar *table = NULL;

    fail_unless (g_file_get_contents ("/proc/net/tcp", &table, NULL, NULL));
    is_found = strstr (table, pattern) != NULL;
  }
}

typedef struct
{
  guint port; /* 0: a name is looked for */
  GCancellable *cancellable;
} Cancelling;

static gpointer
cancel_while_it_waits (gpointer data)
{
  Cancelling *cancelling = data;

  if (cancelling->port != 0)
    wait_until_connecting (cancelling->port);
  else
    names_wait ();
  g_cancellable_cancel (cancelling->cancellable);

  return NULL;
}

static const struct
{
  const gchar *host;
  guint64 connect_timeout;
} cancelled[] = {
  { FIRST, 0 },
  { FIRST, GST_SECOND * 60 },
  { "silent.test", 0 },
  { "silent.test", GST_SECOND * 60 },
};

GST_START_TEST (test_cancelling_ends_it_at_any_point)
{
  g_autoptr (GSocket) silent = listen_at (FIRST, 0);
  g_autoptr (GSocket) first G_GNUC_UNUSED = fill_up (silent);
  g_autoptr (GstGioSocketEndpoint) endpoint =
      new_endpoint (cancelled[__i__].host, get_port (silent));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gboolean is_name = g_str_equal (cancelled[__i__].host, "silent.test");
  Cancelling cancelling = { is_name ? 0 : get_port (silent), cancellable };
  GThread *thread = g_thread_new ("cancel", cancel_while_it_waits, &cancelling);

  names_set (both);
  g_object_set (endpoint, "connect-timeout", cancelled[__i__].connect_timeout, NULL);
  fail_unless (gst_gio_socket_endpoint_open (endpoint, NULL, NULL, cancellable, &error) == NULL);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED), "%s", error->message);
  g_thread_join (thread);
}

GST_END_TEST

/* --- bind-address -------------------------------------------------------- */

GST_START_TEST (test_the_peer_sees_the_bind_address)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint ("127.0.0.1", port);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocket) peer = NULL;

  g_object_set (endpoint, "bind-address", SECOND, NULL);
  socket = open_endpoint (endpoint);
  peer = support_accept (listener);
  assert_peer (peer, SECOND);
}

GST_END_TEST

static const struct
{
  const gchar *address;
  gint code;
  const gchar *part;
} bad_bind_addresses[] = {
  { "192.0.2.1", GST_RESOURCE_ERROR_OPEN_READ_WRITE, "bind-address 192.0.2.1: " },
  { "::1", GST_RESOURCE_ERROR_OPEN_READ_WRITE, "bind-address ::1 is of the other family" },
  { "localhost", GST_RESOURCE_ERROR_SETTINGS, "'localhost' is not an IP address" },
  { "", GST_RESOURCE_ERROR_SETTINGS, "'' is not an IP address" },
};

GST_START_TEST (test_a_bind_address_that_cannot_be_had_is_named)
{
  guint port;
  g_autoptr (GSocket) listener G_GNUC_UNUSED = support_listen (&port);
  g_autoptr (GstGioSocketEndpoint) endpoint = new_endpoint ("127.0.0.1", port);
  g_autofree gchar *text = NULL;

  g_object_set (endpoint, "bind-address", bad_bind_addresses[__i__].address, NULL);
  text = get_failure (endpoint, bad_bind_addresses[__i__].code);
  fail_unless (strstr (text, bad_bind_addresses[__i__].part) != NULL, "%s", text);
}

GST_END_TEST

static Suite *
endpoint_connect_suite (void)
{
  Suite *suite = suite_create ("endpoint-connect");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_the_second_address_is_tried_when_the_first_refuses);
  tcase_add_test (tcase, test_the_second_address_is_tried_while_the_first_is_silent);
  tcase_add_test (tcase, test_the_first_address_is_taken_when_it_answers);
  tcase_add_test (tcase, test_an_error_names_every_address_and_what_it_said);
  tcase_add_test (tcase, test_an_error_does_not_repeat_an_address);
  tcase_add_test (tcase, test_an_address_may_have_a_scope);
  tcase_add_loop_test (tcase, test_a_peer_that_does_not_answer_is_an_error_in_time, 0,
      G_N_ELEMENTS (limits));
  tcase_add_test (tcase, test_a_connect_timeout_without_end_is_none);
  tcase_add_loop_test (tcase, test_cancelling_ends_it_at_any_point, 0, G_N_ELEMENTS (cancelled));
  tcase_add_test (tcase, test_the_peer_sees_the_bind_address);
  tcase_add_loop_test (tcase, test_a_bind_address_that_cannot_be_had_is_named, 0,
      G_N_ELEMENTS (bad_bind_addresses));

  return suite;
}

GST_CHECK_MAIN (endpoint_connect)
