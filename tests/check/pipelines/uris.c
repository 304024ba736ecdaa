/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Elements made from URIs, as applications and playbin do it; and what a URI cannot do. */

#include "lib/endpoint.h"
#include "tests/support/certificates-test.h"
#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/support.h"

#include <gio/gunixsocketaddress.h>
#include <gst/check/gstcheck.h>
#include <unistd.h>

/* --- GstURIHandler ------------------------------------------------------- */

static const gchar *uris[] = {
  "tcp://localhost:4953",
  "tls://[::1]:443?connect-timeout=5000000000&alpn-protocols=h2",
  "unix:/tmp/socket?mode=listen&send-buffer-size=65536",
  "unix-abstract:name",
  "systemd:3",
};

static const struct
{
  GstURIType type;
  const gchar *factory;
} handlers[] = {
  { GST_URI_SRC, "giosocketsrc" },
  { GST_URI_SINK, "giosocketsink" },
};

GST_START_TEST (test_an_element_is_made_from_a_uri_and_gives_it_back)
{
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (uris); k++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (GstElement) element =
          gst_element_make_from_uri (handlers[i].type, uris[k], "ours", &error);
      g_autofree gchar *uri = NULL;

      fail_unless (element != NULL, "%s: %s", uris[k], error ? error->message : "");
      gst_object_ref_sink (element);
      fail_unless_equals_string (GST_OBJECT_NAME (gst_element_get_factory (element)),
          handlers[i].factory);
      uri = gst_uri_handler_get_uri (GST_URI_HANDLER (element));
      fail_unless_equals_string (uri, uris[k]);
    }
  }
}

GST_END_TEST

GST_START_TEST (test_a_bad_uri_makes_no_element_and_says_why)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_element_make_from_uri (GST_URI_SRC, "tcp://localhost:80?ca-file=/etc/passwd",
                   NULL, &error) == NULL);
  fail_unless (strstr (error->message, "sets 'ca-file', which a URI may not") != NULL, "%s",
      error->message);
}

GST_END_TEST

/* What a query of the element's URI may set is what the endpoint's may. */
GST_START_TEST (test_a_uri_sets_no_property_of_the_element_itself)
{
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++) {
    GstElement *element = gst_element_factory_make (handlers[i].factory, NULL);
    g_autofree GParamSpec **pspecs = NULL;
    guint n;

    pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);
    for (guint k = 0; k < n; k++) {
      gboolean is_endpoints =
          g_object_class_find_property (g_type_class_peek (GST_TYPE_GIO_SOCKET_ENDPOINT),
              pspecs[k]->name) != NULL;
      g_autofree gchar *uri = g_strdup_printf ("tcp://localhost:80?%s=1", pspecs[k]->name);
      g_autofree gchar *part = g_strdup_printf ("sets '%s'", pspecs[k]->name);
      g_autoptr (GError) error = NULL;

      if (is_endpoints)
        continue;
      fail_if (gst_uri_handler_set_uri (GST_URI_HANDLER (element), uri, &error), "%s", uri);
      fail_unless (strstr (error->message, part) != NULL, "%s", error->message);
    }
    gst_object_unref (element);
  }
}

GST_END_TEST

GST_START_TEST (test_a_uri_cannot_be_changed_while_it_plays)
{
  GstElement *pipeline =
      support_launch ("giosocketsrc name=ours host=127.0.0.1 port=0 mode=listen ! fakesink");
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (pipeline), "ours");
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_if (gst_uri_handler_set_uri (GST_URI_HANDLER (ours), "tcp://localhost:80", &error));
  fail_unless (g_error_matches (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE));
  end_stop (pipeline);
}

GST_END_TEST

/* --- playing ------------------------------------------------------------- */

#define N_BUFFERS 100
#define DURATION (N_BUFFERS * 1024 * GST_SECOND / 44100)

static const struct
{
  const gchar *scheme;
  const gchar *server;
  const gchar *player;
} plays[] = {
  { "tcp", END_LISTEN, "playbin name=player audio-sink=\"fakesink name=out\"" },
  { "tls", END_TLS_LISTEN, "playbin name=player audio-sink=\"fakesink name=out\"" },
  { "tls", END_TLS_LISTEN, "uridecodebin name=player ! fakesink name=out" },
};

static GstElement *
start_server (guint which)
{
  g_autofree gchar *description =
      g_strdup_printf ("audiotestsrc num-buffers=%d samplesperbuffer=1024 ! "
                       "audio/x-raw,rate=44100 ! audioconvert ! vorbisenc ! oggmux ! "
                       "giosocketsink sync=false %s",
          N_BUFFERS, plays[which].server);

  return end_start (certificates, description, 0, NULL, NULL);
}

static void
source_setup_cb (GstElement *player, GstElement *source, gpointer user_data)
{
  fail_unless_equals_string (GST_OBJECT_NAME (gst_element_get_factory (source)), "giosocketsrc");
  if (user_data != NULL)
    g_object_set (source, "ca-file", user_data, NULL);
}

static GstPadProbeReturn
count_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    *(GstClockTime *)user_data += GST_BUFFER_DURATION (buffer);

  return GST_PAD_PROBE_OK;
}

/* Not in PLAYING yet. */
static GstElement *
prepare_player (guint which, GstElement *server, const gchar *ca_file, GstClockTime *duration)
{
  GstElement *player = support_launch (plays[which].player);
  g_autoptr (GstElement) ours = gst_bin_get_by_name (GST_BIN (player), "player");
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (player), "out");
  g_autoptr (GstPad) pad = NULL;
  g_autofree gchar *uri =
      g_strdup_printf ("%s://127.0.0.1:%u?timeout=30", plays[which].scheme, end_wait_port (server));

  if (out == NULL)
    g_object_get (ours != NULL ? ours : player, "audio-sink", &out, NULL);
  pad = gst_element_get_static_pad (out, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_cb, duration, NULL);
  g_object_set (ours != NULL ? ours : player, "uri", uri, NULL);
  g_signal_connect (ours != NULL ? ours : player, "source-setup", G_CALLBACK (source_setup_cb),
      (gpointer)ca_file);

  return player;
}

GST_START_TEST (test_what_is_served_is_played_from_its_uri)
{
  GstClockTime duration = 0;
  GstElement *server = start_server (__i__);
  GstElement *player =
      prepare_player (__i__, server, certificates_path (certificates, "ca.pem"), &duration);

  gst_element_set_state (player, GST_STATE_PLAYING);
  support_wait_eos (player);
  support_wait_eos (server);
  fail_unless (GST_CLOCK_DIFF (duration, DURATION) < (GstClockTimeDiff)(DURATION / 100) &&
          GST_CLOCK_DIFF (DURATION, duration) < (GstClockTimeDiff)(DURATION / 100),
      "%" GST_TIME_FORMAT, GST_TIME_ARGS (duration));
  end_stop (player);
  end_stop (server);
}

GST_END_TEST

GST_START_TEST (test_a_server_that_is_not_trusted_is_not_played)
{
  GstClockTime duration = 0;
  GstElement *server = start_server (1);
  GstElement *player = prepare_player (1, server, NULL, &duration);
  g_autofree gchar *text = NULL;

  gst_element_set_state (player, GST_STATE_PLAYING);
  text = support_wait_error (player, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED);
  fail_unless_equals_uint64 (duration, 0);
  end_stop (player);
  end_stop (server);
}

GST_END_TEST

/* --- what the bus says --------------------------------------------------- */

GST_START_TEST (test_an_option_that_has_no_effect_is_a_warning_on_the_bus)
{
  g_autofree gchar *name = g_strdup_printf ("giosocket-%08x", g_random_int ());
  g_autofree gchar *listen = g_strdup_printf (
      "giosocketsrc name=ours uri=unix-abstract:%s?mode=listen&user-timeout=1000000000 ! fakesink",
      name);
  GstElement *server = support_launch (listen);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) warning = NULL;

  gst_element_set_state (server, GST_STATE_PLAYING);
  message = support_wait_message (server, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
  fail_unless_equals_string (GST_MESSAGE_SRC_NAME (message), "ours");
  gst_message_parse_warning (message, &warning, NULL);
  fail_unless (g_error_matches (warning, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless_equals_string (warning->message, "user-timeout has no effect on a Unix socket.");
  end_stop (server);
}

GST_END_TEST

/* A sink that listens, and a peer that has nothing to do with GStreamer. */
GST_START_TEST (test_the_bus_says_who_has_come)
{
  g_autofree gchar *name = g_strdup_printf ("giosocket-%08x", g_random_int ());
  g_autofree gchar *listen =
      g_strdup_printf ("fakesrc ! giosocketsink uri=unix-abstract:%s?mode=listen", name);
  g_autoptr (GSocketAddress) address =
      g_unix_socket_address_new_with_type (name, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  g_autoptr (GSocket) peer = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;
  GstElement *server = support_launch (listen);
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *info;
  gint pid = 0;

  gst_element_set_state (server, GST_STATE_PLAYING);
  while (!g_socket_connect (peer, address, NULL, NULL)) {
    fail_unless (g_get_monotonic_time () < end, "nobody listens");
    g_thread_yield ();
  }
  message = support_wait_message (server, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
  fail_unless (gst_message_has_name (message, "GstGioSocketConnected"));
  info = gst_message_get_structure (message);
  fail_unless (gst_structure_get_int (info, "peer-pid", &pid));
  fail_unless_equals_int (pid, getpid ());
  fail_unless_equals_string (gst_structure_get_string (info, "local-address"), name);
  end_stop (server);
}

GST_END_TEST

static Suite *
uris_suite (void)
{
  Suite *suite = suite_create ("uris");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, certificates_test_setup, certificates_test_teardown);
  tcase_add_test (tcase, test_an_element_is_made_from_a_uri_and_gives_it_back);
  tcase_add_test (tcase, test_a_bad_uri_makes_no_element_and_says_why);
  tcase_add_test (tcase, test_a_uri_sets_no_property_of_the_element_itself);
  tcase_add_test (tcase, test_a_uri_cannot_be_changed_while_it_plays);
  tcase_add_loop_test (tcase, test_what_is_served_is_played_from_its_uri, 0, G_N_ELEMENTS (plays));
  tcase_add_test (tcase, test_a_server_that_is_not_trusted_is_not_played);
  tcase_add_test (tcase, test_an_option_that_has_no_effect_is_a_warning_on_the_bus);
  tcase_add_test (tcase, test_the_bus_says_who_has_come);

  return suite;
}

GST_CHECK_MAIN (uris)
