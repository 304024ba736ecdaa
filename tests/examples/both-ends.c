/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* An application that embeds both ends: sends a file to itself, as messages, and writes what comes.
 *
 *   both-ends FILE COPY
 *   both-ends --certificate=PEM --private-key=PEM --ca=PEM FILE COPY
 *
 * The server is GIO's own: a GSocketService accepts, and giosocketsrc is given the socket.  The
 * sender knows where its bursts end, and says so itself instead of letting tcpcork find out.
 */

#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/giosocket/giosocket.h>

#define FRAMING GST_GIO_SOCKET_FRAMING_UINT32_BE
#define MESSAGE_SIZE 1000
#define BURST_SIZE (16 * MESSAGE_SIZE)

typedef struct
{
  GMainLoop *loop;
  GSocketService *service;
  GSocketConnection *accepted; /* whoever has it closes the socket; giosocketsrc does not */
  GstElement *sender;
  GstElement *receiver;
  guint n_awaited; /* messages */
  gboolean has_failed;

  /* The sender's streaming thread. */
  GBytes *content;
  gsize position;

  /* The receiver's streaming thread. */
  GOutputStream *copy;
} App;

static gchar *certificate_file;
static gchar *private_key_file;
static gchar *ca_file;

static const GOptionEntry options[] = {
  { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate_file, "Speak TLS, and be this",
      "PEM" },
  { "private-key", 0, 0, G_OPTION_ARG_FILENAME, &private_key_file, "Its key", "PEM" },
  { "ca", 0, 0, G_OPTION_ARG_FILENAME, &ca_file, "Whom the sender trusts", "PEM" },
  G_OPTION_ENTRY_NULL,
};

static void
fail (App *app, const gchar *who, const gchar *text)
{
  g_printerr ("%s: %s\n", who, text);
  app->has_failed = TRUE;
  g_main_loop_quit (app->loop);
}

/* --- both ---------------------------------------------------------------- */

static void
say_connected (GstMessage *message)
{
  const GstStructure *info = gst_message_get_structure (message);
  const gchar *version = gst_structure_get_string (info, "tls-version");

  g_print ("%s: connected, %s\n", GST_MESSAGE_SRC_NAME (message), version ? version : "plain");
}

static void
heard_one (App *app)
{
  if (--app->n_awaited == 0)
    g_main_loop_quit (app->loop);
}

static gboolean
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      fail (app, GST_MESSAGE_SRC_NAME (message), error->message);
      break;
    case GST_MESSAGE_EOS:
      heard_one (app);
      break;
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name (message, "GstGioSocketConnected")) {
        say_connected (message);
        heard_one (app);
      }
      break;
    default:
      break;
  }

  return G_SOURCE_CONTINUE;
}

static GstElement *
launch (App *app, const gchar *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline =
      gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (pipeline == NULL)
    fail (app, "pipeline", error->message);

  return pipeline;
}

/* What goes wrong here is a message, too.  If nothing does, there will be two: that there is a
 * connection, and that everything has been sent or received; from two threads, in any order. */
static void
start (App *app, GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bus_add_watch (bus, message_cb, app);
  app->n_awaited += 2;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

static void
stop (GstElement **pipeline)
{
  g_autoptr (GstBus) bus = NULL;

  if (*pipeline == NULL)
    return;

  bus = gst_element_get_bus (*pipeline);
  gst_bus_remove_watch (bus);
  gst_element_set_state (*pipeline, GST_STATE_NULL);
  gst_clear_object (pipeline);
}

static guint64
get_count (GstElement *pipeline, const gchar *name, const gchar *field)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GstStructure) stats = NULL;
  guint64 count = 0;

  g_object_get (element, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, field, &count);

  return count;
}

/* --- receiving ----------------------------------------------------------- */

static GstFlowReturn
new_sample_cb (GstAppSink *sink, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  g_autoptr (GError) error = NULL;
  GstMapInfo map;
  gboolean ok;

  if (sample == NULL || !gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return GST_FLOW_ERROR;

  ok = g_output_stream_write_all (app->copy, map.data, map.size, NULL, NULL, &error);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  if (!ok)
    GST_ELEMENT_ERROR (sink, RESOURCE, WRITE, ("%s", error->message), (NULL));

  return ok ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source_object,
    gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) pool = NULL;
  g_autoptr (GstElement) sink = NULL;
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };

  g_socket_service_stop (service);
  app->accepted = g_object_ref (connection);
  app->receiver = launch (app,
      "giosocketsrc name=source mode=listen ! recvpool name=pool ! "
      "appsink name=sink sync=false");
  if (app->receiver == NULL)
    return TRUE;

  source = gst_bin_get_by_name (GST_BIN (app->receiver), "source");
  pool = gst_bin_get_by_name (GST_BIN (app->receiver), "pool");
  sink = gst_bin_get_by_name (GST_BIN (app->receiver), "sink");
  g_object_set (source, "socket", g_socket_connection_get_socket (connection), "tls",
      certificate_file != NULL, "certificate-file", certificate_file, "private-key-file",
      private_key_file, NULL);
  g_object_set (pool, "framing", FRAMING, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, app, NULL);
  start (app, app->receiver);

  return TRUE;
}

static guint
listen_on_loopback (App *app, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;

  g_signal_connect (app->service, "incoming", G_CALLBACK (incoming_cb), app);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (app->service), address,
          G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &effective, error))
    return 0;

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

/* --- sending ------------------------------------------------------------- */

/* The header and the message are two memories; nothing is copied. */
static void
push_message (App *app, GstAppSrc *source, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (app->content, app->position, size);
  gsize header_size = gst_gio_socket_framing_get_layout (FRAMING)->header_size;
  guint8 *header = g_malloc (header_size);
  GstBuffer *buffer = gst_buffer_new_wrapped (header, header_size);

  GST_WRITE_UINT32_BE (header, size);
  gst_app_src_push_buffer (source,
      gst_buffer_append (buffer, gst_buffer_new_wrapped_bytes (bytes)));
  app->position += size;
}

static void
need_data_cb (GstAppSrc *source, guint length, gpointer user_data)
{
  App *app = user_data;
  gsize end = MIN (app->position + BURST_SIZE, g_bytes_get_size (app->content));

  if (app->position == end) {
    gst_app_src_end_of_stream (source);
    return;
  }

  gst_element_send_event (GST_ELEMENT (source), gst_event_new_gio_socket_cork (TRUE));
  while (app->position < end)
    push_message (app, source, MIN (MESSAGE_SIZE, end - app->position));
  gst_element_send_event (GST_ELEMENT (source), gst_event_new_gio_socket_cork (FALSE));
}

static gboolean
start_sender (App *app, guint port)
{
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) sink = NULL;
  GstAppSrcCallbacks callbacks = { .need_data = need_data_cb };

  app->sender = launch (app, "appsrc name=source ! giosocketsink name=sink sync=false");
  if (app->sender == NULL)
    return FALSE;

  source = gst_bin_get_by_name (GST_BIN (app->sender), "source");
  sink = gst_bin_get_by_name (GST_BIN (app->sender), "sink");
  gst_app_src_set_callbacks (GST_APP_SRC (source), &callbacks, app, NULL);
  g_object_set (sink, "host", "127.0.0.1", "port", port, "tls", certificate_file != NULL, "ca-file",
      ca_file, NULL);
  start (app, app->sender);

  return TRUE;
}

/* --- the application ----------------------------------------------------- */

static gboolean
open_files (App *app, const gchar *from, const gchar *to, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (from, FALSE, error);
  g_autoptr (GFile) copy = g_file_new_for_commandline_arg (to);

  if (file == NULL)
    return FALSE;

  app->content = g_mapped_file_get_bytes (file);
  app->copy = G_OUTPUT_STREAM (g_file_replace (copy, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error));

  return app->copy != NULL;
}

static void
run (App *app, const gchar *from, const gchar *to)
{
  g_autoptr (GError) error = NULL;
  guint port;

  if (!open_files (app, from, to, &error)) {
    fail (app, "files", error->message);
    return;
  }

  port = listen_on_loopback (app, &error);
  if (port == 0) {
    fail (app, "server", error->message);
    return;
  }

  if (!start_sender (app, port))
    return;
  g_main_loop_run (app->loop);
  if (app->has_failed)
    return;

  g_print ("sent %" G_GUINT64_FORMAT " bytes with %" G_GUINT64_FORMAT
           " calls and %" G_GUINT64_FORMAT " flushes, received %" G_GUINT64_FORMAT " messages\n",
      get_count (app->sender, "sink", "bytes-sent"), get_count (app->sender, "sink", "send-calls"),
      get_count (app->sender, "sink", "flushes"), get_count (app->receiver, "pool", "messages"));
}

static void
clear (App *app)
{
  stop (&app->sender);
  stop (&app->receiver);
  g_clear_object (&app->accepted);
  g_clear_object (&app->copy);
  g_clear_pointer (&app->content, g_bytes_unref);
  g_clear_object (&app->service);
  g_clear_pointer (&app->loop, g_main_loop_unref);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE COPY");
  g_autoptr (GError) error = NULL;
  App app = { 0 };

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 3) {
    g_printerr ("%s\n", error ? error->message : "usage: both-ends [OPTION…] FILE COPY");
    return 2;
  }

  app.loop = g_main_loop_new (NULL, FALSE);
  app.service = g_socket_service_new ();
  run (&app, argv[1], argv[2]);
  clear (&app);

  return app.has_failed ? 1 : 0;
}
