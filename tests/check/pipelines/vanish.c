/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* A host that vanishes without a word, and comes back: a veth cable between two network namespaces
 * that is pulled out. */

#include "tests/benchmarks/veth.h"
#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define AGAIN " auto-reconnect=true retry-backoff-factor=0.001 retry-backoff-max=0.01"

/* Who finds out: we, or the kernel, which asks a silent peer three times within its limit. */
static const gchar *const limits[] = {
  "timeout=1",
  "user-timeout=1000000000 keepalive=true",
};

static int receiver_ns;
static GSocket *listener;
static guint port;
static GstElement *pipeline;

/* --- on the other host --------------------------------------------------- */

typedef void (*HostFunc) (void);

static gpointer
host_thread (gpointer data)
{
  HostFunc func = *(HostFunc *)data;

  fail_unless (veth_enter (receiver_ns, NULL));
  func ();

  return NULL;
}

static void
on_host (HostFunc func)
{
  g_thread_join (g_thread_new ("host", host_thread, &func));
}

static void
listen_there (void)
{
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);
  g_autoptr (GSocketAddress) local = NULL;

  listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  fail_unless (g_socket_bind (listener, address, TRUE, NULL));
  fail_unless (g_socket_listen (listener, NULL));
  local = g_socket_get_local_address (listener, NULL);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
}

static void
set_link (short flags)
{
  struct ifreq request = { .ifr_name = "receiver", .ifr_flags = flags };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  fail_unless_equals_int (ioctl (fd, SIOCSIFFLAGS, &request), 0);
  close (fd);
}

static void
pull_cable (void)
{
  set_link (0);
}

static void
plug_cable (void)
{
  set_link (IFF_UP | IFF_RUNNING);
}

/* --- fixture ------------------------------------------------------------- */

/* First of all: threads that there are already would stay where they are. */
static void
setup (void)
{
  g_autoptr (GError) error = NULL;

  fail_unless (veth_open (&receiver_ns, &error), "%s", error != NULL ? error->message : "");
  on_host (listen_there);
}

/* Also at the end of each test: the check library waits for tasks before it calls the teardown. */
static void
close_pipeline (void)
{
  if (pipeline != NULL)
    gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_clear_object (&pipeline);
}

static void
teardown (void)
{
  close_pipeline ();
  g_clear_object (&listener);
  if (receiver_ns >= 0)
    close (receiver_ns);
}

static void
open_pipeline (const gchar *format, const gchar *limit)
{
  g_autofree gchar *element =
      g_strdup_printf ("host=" VETH_RECEIVER_HOST " port=%u %s" AGAIN, port, limit);
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);
  g_autofree gchar *description = g_strjoinv (element, parts);

  pipeline = support_launch (description);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

static void
push (GBytes *bytes)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");

  gst_app_src_push_buffer (GST_APP_SRC (source), gst_buffer_new_wrapped_bytes (bytes));
}

GST_START_TEST (test_a_sender_goes_on_when_the_host_is_back)
{
  g_autoptr (GBytes) large = support_make_bytes (20 * 1024 * 1024, 1);
  g_autoptr (GBytes) small = g_bytes_new_static ("next", 4);
  g_autoptr (GSocket) before = NULL;
  g_autoptr (GSocket) after = NULL;
  g_autoptr (GError) warning = NULL;
  gchar got[4];

  open_pipeline ("appsrc name=source ! giosocketsink %s async=false", limits[__i__]);
  before = support_accept (listener);
  on_host (pull_cable);
  push (large);
  push (small);
  warning = support_wait_warning (pipeline, NULL);
  fail_unless (strstr (warning->message, "stuck") != NULL &&
          strstr (warning->message, " 0 bytes") == NULL,
      "%s", warning->message);
  on_host (plug_cable);
  after = support_accept (listener);
  support_read_exactly (after, got, 4);
  fail_unless_equals_int (memcmp (got, "next", 4), 0);
  close_pipeline ();
}

GST_END_TEST

GST_START_TEST (test_a_receiver_goes_on_when_the_host_is_back)
{
  g_autoptr (GSocket) before = NULL;
  g_autoptr (GError) warning = NULL;

  open_pipeline ("giosocketsrc %s ! fakesink async=false", limits[__i__]);
  before = support_accept (listener);
  on_host (pull_cable);
  warning = support_wait_warning (pipeline, NULL);
  on_host (plug_cable);
  g_object_unref (support_accept (listener));
  close_pipeline ();
}

GST_END_TEST

static Suite *
vanish_suite (void)
{
  Suite *suite = suite_create ("vanish");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_a_sender_goes_on_when_the_host_is_back, 0,
      G_N_ELEMENTS (limits));
  tcase_add_loop_test (tcase, test_a_receiver_goes_on_when_the_host_is_back, 0,
      G_N_ELEMENTS (limits));

  return suite;
}

GST_CHECK_MAIN (vanish)
