/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* An application that embeds the sending side: sends a file to a URI and says what it cost.
 *
 *   send-file FILE tcp://localhost:5000
 */

#include <gst/gst.h>

static gboolean
run (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;

  gst_message_parse_error (message, &error, NULL);
  g_printerr ("%s: %s\n", GST_MESSAGE_SRC_NAME (message), error->message);

  return FALSE;
}

static void
print_stats (GstElement *sink)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 bytes = 0;
  guint64 calls = 0;

  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get (stats, "bytes-sent", G_TYPE_UINT64, &bytes, "send-calls", G_TYPE_UINT64,
      &calls, NULL);
  g_print ("%" G_GUINT64_FORMAT " bytes in %" G_GUINT64_FORMAT " system calls, "
           "every byte acknowledged\n",
      bytes, calls);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_sent;

  gst_init (&argc, &argv);
  if (argc != 3) {
    g_printerr ("usage: send-file FILE URI\n");
    return 2;
  }

  pipeline =
      gst_parse_launch ("filesrc name=source ! writeaggregate ! tcpcork ! giosocketsink name=sink",
          &error);
  if (error != NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }

  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_object_set (source, "location", argv[1], NULL);
  g_object_set (sink, "uri", argv[2], NULL);

  is_sent = run (pipeline);
  if (is_sent)
    print_stats (sink);
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return is_sent ? 0 : 1;
}
