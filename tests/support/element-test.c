/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "element-test.h"
#include "support.h"

#include <gst/app/app.h>
#include <gst/check/gstcheck.h>
#include <sys/socket.h>

GSocket *listener;
guint port;
GstElement *pipeline;
GstElement *source;
GstElement *sink;

static const gchar *line_before;
static const gchar *line_behind;
static guint fds_before;
static guint threads_before;

void
element_test_launch (const gchar *description)
{
  pipeline = support_launch (description);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
}

void
element_test_open (const gchar *properties)
{
  g_autofree gchar *line = g_strjoin (" ", line_before, properties, line_behind, NULL);

  element_test_launch (line);
}

void
element_test_play (const gchar *properties)
{
  element_test_open (properties);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

GSocket *
element_test_play_connected (const gchar *properties)
{
  g_autofree gchar *all = g_strdup_printf ("port=%u %s", port, properties);

  element_test_play (all);

  return support_accept (listener);
}

void
element_test_close (void)
{
  if (pipeline == NULL)
    return;

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_clear_object (&source);
  gst_clear_object (&sink);
  gst_clear_object (&pipeline);
}

void
element_test_setup (const gchar *before, const gchar *behind)
{
  line_before = before;
  line_behind = behind;

  /* What GLib and GStreamer keep for good shall be there before anything is counted. */
  element_test_play ("port=1");
  g_free (support_wait_error (pipeline, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
  element_test_close ();

  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
  listener = support_listen (&port);
}

void
element_test_setup_source (void)
{
  element_test_setup ("giosocketsrc name=source host=127.0.0.1", "! appsink name=sink sync=false");
}

void
element_test_teardown (void)
{
  element_test_close ();
  g_clear_object (&listener);
  support_assert_no_more (fds_before, threads_before);
}

/* --- what the application does ------------------------------------------- */

void
element_test_push (GstBuffer *buffer)
{
  fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (source), buffer), GST_FLOW_OK);
}

void
element_test_push_list (GstBufferList *list)
{
  fail_unless_equals_int (gst_app_src_push_buffer_list (GST_APP_SRC (source), list), GST_FLOW_OK);
}

void
element_test_finish (void)
{
  fail_unless_equals_int (gst_app_src_end_of_stream (GST_APP_SRC (source)), GST_FLOW_OK);
}

GstSample *
element_test_pull (void)
{
  GstSample *sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), SUPPORT_PATIENCE);

  fail_unless (sample != NULL, "no buffer came");

  return sample;
}

void
element_test_flush (void)
{
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, SUPPORT_PATIENCE),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless (gst_element_send_event (source, gst_event_new_flush_start ()));
  fail_unless (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
}

guint64
element_test_stat (const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, field, &value);

  return value;
}

void
element_test_wait_stat (const gchar *field, guint64 value)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (element_test_stat (field) < value) {
    fail_unless (g_get_monotonic_time () < end, "%s stays at %" G_GUINT64_FORMAT, field,
        element_test_stat (field));
    g_thread_yield ();
  }
}

/* --- tests of both -------------------------------------------------------- */

static const struct
{
  const gchar *properties;
  GstResourceError code;
  const gchar *part;
} failures[ELEMENT_TEST_N_FAILURES] = {
  { "port=1", GST_RESOURCE_ERROR_OPEN_READ_WRITE, "tcp://127.0.0.1:1" },
  { "host=no-such-host.invalid", GST_RESOURCE_ERROR_NOT_FOUND, "no-such-host.invalid" },
  { "socket-path=/no/such/socket", GST_RESOURCE_ERROR_NOT_FOUND, "unix:/no/such/socket" },
  { "socket-path=/no/such/socket mode=listen", GST_RESOURCE_ERROR_NOT_FOUND, "Make the folder" },
  { "uri=tcp://nowhere", GST_RESOURCE_ERROR_SETTINGS, "names no port" },
  { "port=0", GST_RESOURCE_ERROR_SETTINGS, "Port 0" },
};

void
element_test_fails_to_connect (guint failure)
{
  g_autofree gchar *text = NULL;

  element_test_play (failures[failure].properties);
  text = support_wait_error (pipeline, GST_RESOURCE_ERROR, failures[failure].code);
  fail_unless (strstr (text, failures[failure].part) != NULL, "%s", text);
  element_test_close ();
}

void
element_test_ready_ends_a_connect_and_an_accept (void (*meanwhile) (void))
{
  g_autoptr (GSocket) waiting = NULL;
  g_autofree gchar *connecting = g_strdup_printf ("port=%u", port);
  const gchar *descriptions[] = { connecting, "port=0 mode=listen" };

  /* A full backlog answers no SYN, so a connect waits. */
  fail_unless_equals_int (listen (g_socket_get_fd (listener), 0), 0);
  waiting = support_connect (port);

  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++) {
    element_test_play (descriptions[i]);
    if (meanwhile != NULL)
      meanwhile ();
    gst_element_set_state (pipeline, GST_STATE_READY);
    element_test_close ();
  }
}
