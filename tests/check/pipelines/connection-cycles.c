/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Connections that are made, used and ended, two thousand times over. */

#include "tests/support/ends-test.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

#include <sys/socket.h>

#define CYCLES 2000

/* Who connects over a Unix socket may be too early: there is no port to look at. */
#define EARLY " auto-reconnect=true retry-backoff-factor=0.001 retry-backoff-max=0.01"
#define EAT " ! fakesink sync=false"
#define SINK "giosocketsink async=false sync=false "
#define UNIX_CONNECT "name=ours socket-path={socket}"
#define UNIX_LISTEN UNIX_CONNECT " mode=listen"
#define TLS_SERVER " tls=true certificate-file={server.pem} private-key-file={server-key.pem}"
#define TLS_CLIENT " tls=true server-name=localhost ca-file={ca.pem}"

typedef struct
{
  const gchar *receiver;
  const gchar *sender;
  gboolean sender_listens; /* and is asked for its port */
  gboolean receiver_listens;
  gboolean is_given; /* both have sockets of the application */
} Kind;

static const Kind kinds[] = {
  { "giosocketsrc " END_LISTEN EAT, END_IN "giosocketsink " END_CONNECT, FALSE, TRUE, FALSE },
  { "giosocketsrc " END_CONNECT EAT, END_IN "giosocketsink " END_LISTEN, TRUE, FALSE, FALSE },
  { "giosocketsrc " UNIX_LISTEN EAT, END_IN "giosocketsink " UNIX_CONNECT EARLY, FALSE, FALSE,
      FALSE },
  { "giosocketsrc connection-id=given name=ours ! " SINK "connection-id=given",
      END_IN "giosocketsink name=ours", FALSE, FALSE, TRUE },
  { "giosocketsrc " END_TLS_LISTEN EAT, END_IN "giosocketsink " END_TLS_CONNECT, FALSE, TRUE,
      FALSE },
  { "giosocketsrc " END_TLS_CONNECT EAT, END_IN "giosocketsink " END_TLS_LISTEN, TRUE, FALSE,
      FALSE },
  { "giosocketsrc " UNIX_LISTEN TLS_SERVER EAT,
      END_IN "giosocketsink " UNIX_CONNECT TLS_CLIENT EARLY, FALSE, FALSE, FALSE },
  { "giosocketsrc connection-id=shared " END_LISTEN " ! " SINK "connection-id=shared",
      END_IN "giosocketsink " END_CONNECT, FALSE, TRUE, FALSE },
};

typedef struct
{
  GstElement *receiver;
  GstElement *sender;
} Pair;

static GstElement *
get_ours (GstElement *pipeline)
{
  return gst_bin_get_by_name (GST_BIN (pipeline), "ours");
}

/* --- one connection ------------------------------------------------------- */

static void
begin (GstElement *pipeline)
{
  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
}

static void
begin_after (GstElement *first, GstElement *second)
{
  g_autoptr (GstElement) ours = get_ours (second);

  begin (first);
  g_object_set (ours, "port", end_wait_port (first), NULL);
  begin (second);
}

static void
give (GstElement *pipeline, gint fd)
{
  g_autoptr (GstElement) ours = get_ours (pipeline);
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);

  g_object_set (ours, "socket", socket, NULL);
}

static void
give_pair (Pair *pair)
{
  gint fds[2];

  fail_unless_equals_int (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  give (pair->receiver, fds[0]);
  give (pair->sender, fds[1]);
}

static void
connect_pair (const Kind *kind, Pair *pair)
{
  if (kind->is_given)
    give_pair (pair);

  if (kind->sender_listens) {
    begin_after (pair->sender, pair->receiver);
  } else if (kind->receiver_listens) {
    begin_after (pair->receiver, pair->sender);
  } else {
    begin (pair->receiver);
    begin (pair->sender);
  }
}

static void
push (GstElement *sender, GstBuffer *buffer)
{
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (sender), "in");

  fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (in), buffer), GST_FLOW_OK);
  fail_unless_equals_int (gst_app_src_end_of_stream (GST_APP_SRC (in)), GST_FLOW_OK);
}

static guint64
get_received (GstElement *receiver)
{
  g_autoptr (GstElement) ours = get_ours (receiver);
  g_autoptr (GstStructure) stats = NULL;
  guint64 received = 0;

  g_object_get (ours, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "bytes-received", &received);

  return received;
}

/* What it has said by then is not about the next connection. */
static void
end (GstElement *pipeline, GRand *rand)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, g_rand_boolean (rand) ? GST_STATE_READY : GST_STATE_NULL);
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
}

/* Every third one is broken off, whatever it is at. */
static void
cycle (const Kind *kind, Pair *pair, GRand *rand)
{
  gsize size = g_rand_int_range (rand, 1, 3000);

  connect_pair (kind, pair);
  push (pair->sender, gst_buffer_new_allocate (NULL, size, NULL));
  if (g_rand_int_range (rand, 0, 3) > 0) {
    support_wait_eos (pair->sender);
    support_wait_eos (pair->receiver);
    fail_unless_equals_uint64 (get_received (pair->receiver), size);
  }
  end (g_rand_boolean (rand) ? pair->sender : pair->receiver, rand);
  end (pair->receiver, rand);
  end (pair->sender, rand);
}

/* --- all of them ------------------------------------------------------------ */

static void
free_pair (Pair *pair)
{
  end_stop (pair->sender);
  end_stop (pair->receiver);
}

static void
make_pair (const Kind *kind, Pair *pair)
{
  certificates_scratch (certificates, "socket");
  pair->receiver = end_prepare (certificates, kind->receiver, 1, NULL);
  pair->sender = end_prepare (certificates, kind->sender, 1, NULL);
}

GST_START_TEST (test_two_thousand_connections_leave_nothing_behind)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (support_number ("GIOSOCKET_STRESS_SEED", 1));
  Pair pairs[G_N_ELEMENTS (kinds)];

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    make_pair (&kinds[i], &pairs[i]);

  for (guint i = 0; i < CYCLES; i++) {
    guint kind = i % G_N_ELEMENTS (kinds);

    cycle (&kinds[kind], &pairs[kind], rand);
    if (g_rand_int_range (rand, 0, 50) == 0) {
      free_pair (&pairs[kind]);
      make_pair (&kinds[kind], &pairs[kind]);
    }
  }

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    free_pair (&pairs[i]);
}

GST_END_TEST

static Suite *
connection_cycles_suite (void)
{
  Suite *suite = suite_create ("connection-cycles");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 170);
  tcase_add_checked_fixture (tcase, ends_test_setup, ends_test_teardown);
  tcase_add_test (tcase, test_two_thousand_connections_leave_nothing_behind);

  return suite;
}

GST_CHECK_MAIN (connection_cycles)
