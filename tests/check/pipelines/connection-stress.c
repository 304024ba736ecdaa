/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Whoever changes states, and when: connecting, sending and failing end when they are told to. */

#include "tests/support/crowd.h"
#include "tests/support/ends-test.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#include <unistd.h>

#define CHANGES 500
#define N_THREADS 4

#define FEED "fakesrc sizetype=random sizemin=1 sizemax=5000 num-buffers=300 filltype=nothing ! "
#define SINK FEED "giosocketsink name=ours async=false linger-timeout=100000000 "
#define SRC "giosocketsrc name=ours "
#define EAT " ! fakesink async=false sync=false"
#define QUICK "retry-backoff-factor=0.001 retry-backoff-max=0.01 "
#define TLS_CLIENT "tls=true server-name=localhost ca-file={ca.pem} "
#define TLS_SERVER "tls=true certificate-file={server.pem} private-key-file={server-key.pem} "

/* What a pipeline is made of, and where its peer is. */
typedef struct
{
  const gchar *launch;
  const gchar *name; /* of an abstract Unix socket; NULL: at a port of the crowd */
  gboolean listens;
  const gchar *id;
} Role;

static const Role roles[] = {
  { SINK QUICK, NULL, FALSE, NULL },
  { SRC QUICK EAT, NULL, FALSE, NULL },
  { SINK QUICK TLS_CLIENT, NULL, FALSE, NULL },
  { SRC QUICK TLS_CLIENT EAT, NULL, FALSE, NULL },
  { SRC EAT, "first", TRUE, NULL },
  { SINK QUICK, "first", FALSE, NULL },
  { SINK, "second", TRUE, NULL },
  { SRC QUICK EAT, "second", FALSE, NULL },
  { SRC TLS_SERVER EAT, "third", TRUE, NULL },
  { SINK QUICK TLS_CLIENT, "third", FALSE, NULL },
  { SINK QUICK, NULL, FALSE, "connecting" },
  { SRC QUICK EAT, NULL, FALSE, "connecting" },
  { SINK, "fourth", TRUE, "listening" },
  { SRC EAT, "fourth", TRUE, "listening" },
};

typedef struct
{
  GstElement *pipeline;
  GstElement *ours;
  gint connected;
  gint disconnected;
  gint has_shared;
} Actor;

static Crowd *crowd;
static Actor actors[G_N_ELEMENTS (roles)];
static gint warnings, failures, attempts;

/* --- what they say ---------------------------------------------------------- */

static void
count (gpointer element, const GstStructure *info, gpointer counter)
{
  g_atomic_int_inc ((gint *)counter);
}

/* Nobody reads it from the bus. */
static GstBusSyncReply
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_atomic_int_inc (&failures);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    g_atomic_int_inc (&warnings);
  gst_message_unref (message);

  return GST_BUS_DROP;
}

/* --- who is there ------------------------------------------------------------ */

static gchar *
get_name (const gchar *name)
{
  return g_strdup_printf ("giosocket-stress-%d-%s", getpid (), name);
}

static void
init_actor (Actor *self, const Role *role)
{
  g_autoptr (GstBus) bus = NULL;

  *self = (Actor){ .pipeline = end_prepare (certificates, role->launch, 0, NULL) };
  self->ours = gst_bin_get_by_name (GST_BIN (self->pipeline), "ours");
  g_signal_connect (self->ours, "connected", G_CALLBACK (count), &self->connected);
  g_signal_connect (self->ours, "disconnected", G_CALLBACK (count), &self->disconnected);
  g_signal_connect (self->ours, "reconnecting", G_CALLBACK (count), &attempts);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, message_cb, NULL, NULL);

  if (role->listens)
    gst_util_set_object_arg (G_OBJECT (self->ours), "mode", "listen");
  if (role->name != NULL) {
    g_autofree gchar *name = get_name (role->name);

    g_object_set (self->ours, "socket-path", name, NULL);
    gst_util_set_object_arg (G_OBJECT (self->ours), "socket-type", "abstract");
  }
}

static void
setup (void)
{
  guint32 seed = support_number ("GIOSOCKET_STRESS_SEED", 1);
  g_auto (GStrv) names = g_new0 (gchar *, 5);

  ends_test_setup ();
  names[0] = get_name ("first");
  names[1] = get_name ("second");
  names[2] = get_name ("third");
  names[3] = get_name ("fourth");
  crowd = crowd_new ((const gchar *const *)names, seed);
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    init_actor (&actors[i], &roles[i]);
}

static void
teardown (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
    gst_object_unref (actors[i].ours);
    end_stop (actors[i].pipeline);
  }
  crowd_free (crowd);
  ends_test_teardown ();
}

/* --- what happens ------------------------------------------------------------ */

/* Nobody else changes its state meanwhile. */
static void
change_settings (guint i, GRand *rand)
{
  Actor *self = &actors[i];
  gboolean shares = roles[i].id != NULL && g_rand_boolean (rand);

  GST_STATE_LOCK (self->pipeline);
  gst_element_set_state (self->pipeline, g_rand_boolean (rand) ? GST_STATE_NULL : GST_STATE_READY);
  g_object_set (self->ours, "auto-reconnect", g_rand_boolean (rand), "keep-listening",
      g_rand_boolean (rand), "wait-for-connection", g_rand_boolean (rand), "connection-id",
      shares ? roles[i].id : NULL, NULL);
  if (shares)
    self->has_shared = TRUE;
  if (roles[i].name == NULL)
    g_object_set (self->ours, "port",
        g_rand_int_range (rand, 0, 4) > 0 ? crowd_port (crowd) : crowd_refusing_port (crowd), NULL);
  GST_STATE_UNLOCK (self->pipeline);
}

static void
change_state (guint i, GRand *rand)
{
  static const GstState states[] = { GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED,
    GST_STATE_PLAYING, GST_STATE_PLAYING, GST_STATE_PLAYING };

  gst_element_set_state (actors[i].pipeline,
      states[g_rand_int_range (rand, 0, G_N_ELEMENTS (states))]);
}

static void
read_stats (guint i)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (actors[i].ours, "stats", &stats, NULL);
  fail_unless (stats != NULL);
}

static gpointer
change_thread (gpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));

  for (guint n = 0; n < CHANGES / N_THREADS; n++) {
    guint i = g_rand_int_range (rand, 0, G_N_ELEMENTS (roles));

    if (g_rand_int_range (rand, 0, 4) == 0)
      change_settings (i, rand);
    change_state (i, rand);
    g_usleep (g_rand_int_range (rand, 0, 10000));
    read_stats (i);
  }

  return NULL;
}

GST_START_TEST (test_five_hundred_changes_of_state_leave_nothing_behind)
{
  guint seed = support_number ("GIOSOCKET_STRESS_SEED", 1) * N_THREADS;
  GThread *threads[N_THREADS];
  gint connected = 0;

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed + i);

    change_settings (i, rand);
  }
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("changer", change_thread, GUINT_TO_POINTER (seed + i));
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    gst_element_set_state (actors[i].pipeline, GST_STATE_NULL);
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
    connected += actors[i].connected;
    if (!actors[i].has_shared)
      fail_unless_equals_int (actors[i].connected, actors[i].disconnected);
  }
  GST_INFO ("%d connections, %d attempts, %d warnings, %d failures", connected, attempts, warnings,
      failures);
  fail_unless (connected > 0 && attempts > 0 && warnings > 0 && failures > 0);
}

GST_END_TEST

static Suite *
connection_stress_suite (void)
{
  Suite *suite = suite_create ("connection-stress");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_five_hundred_changes_of_state_leave_nothing_behind);

  return suite;
}

GST_CHECK_MAIN (connection_stress)
