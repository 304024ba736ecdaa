/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "give.h"

#include "give-tls.h"
#include "tcp-socket.h"

#include <gio/gio.h>

#include <math.h>

FragmentPlace
give_place (const Match *match, gboolean sender)
{
  const Network *network = &match->network;

  return (FragmentPlace){
    .host = sender == match->player->listens ? network->sender_host : network->host,
    .port = network->port,
    .tls = match->tls_properties,
  };
}

static GstElement *
get_net (Fragment *fragment)
{
  return gst_bin_get_by_name (GST_BIN (fragment->pipeline), "net");
}

/* Either element takes the half that it needs; the whole must live as long, or it would close. */
static void
give_stream (GstElement *net, GIOStream *stream, gboolean sender)
{
  if (sender)
    g_object_set (net, "stream", g_io_stream_get_output_stream (stream), NULL);
  else
    g_object_set (net, "stream", g_io_stream_get_input_stream (stream), NULL);
  g_object_set_data_full (G_OBJECT (net), "connection", g_object_ref (stream), g_object_unref);
}

/* Returns: (transfer full): NULL on error */
static GIOStream *
make_stream (const Match *match, GSocket *socket, GError **error)
{
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);

  if (match->player->give == GIVE_STREAM)
    return G_IO_STREAM (g_steal_pointer (&connection));

  return give_tls_stream (G_IO_STREAM (connection), error);
}

gboolean
give_connection (const Match *match, gboolean sender, Fragment *fragment, GError **error)
{
  Give give = match->player->give;
  g_autoptr (GstElement) net = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GIOStream) stream = NULL;
  int fd;

  if (give == GIVE_NOTHING)
    return TRUE;

  fd = tcp_socket_open (match, sender, error);
  if (fd < 0 || (socket = g_socket_new_from_fd (fd, error)) == NULL)
    return FALSE;

  net = get_net (fragment);
  if (give == GIVE_SOCKET) {
    gst_element_set_state (fragment->pipeline, GST_STATE_READY);
    g_signal_emit_by_name (net, "add", socket);
    return TRUE;
  }

  stream = make_stream (match, socket, error);
  if (stream)
    give_stream (net, stream, sender);
  return stream != NULL;
}

/* FALSE: it has not become more than 0 in time, or an error came. */
static gboolean
wait_for_property (Fragment *fragment, const char *property, GError **error)
{
  g_autoptr (GstElement) net = get_net (fragment);
  gint64 give_up = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  guint value = 0;

  if (net == NULL || !g_object_class_find_property (G_OBJECT_GET_CLASS (net), property))
    return TRUE;

  for (;;) {
    g_object_get (net, property, &value, NULL);
    if (value > 0)
      return TRUE;
    if (fragment_take_error (fragment, GST_MSECOND, error))
      return FALSE;
    if (g_get_monotonic_time () > give_up) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s is still 0 after 10 seconds",
          property);
      return FALSE;
    }
  }
}

gboolean
give_time_to_listen (Fragment *fragment, GError **error)
{
  return wait_for_property (fragment, "current-port", error);
}

gboolean
give_notice (const Match *match, gboolean sender, Fragment *fragment, GError **error)
{
  Side *side = sender ? &match->score->sender : &match->score->receiver;

  if (!match->player->listens)
    return TRUE;
  if (!give_time_to_listen (fragment, error))
    return FALSE;

  __atomic_store_n (&side->listening, TRUE, __ATOMIC_SEQ_CST);
  return TRUE;
}

gboolean
give_time_to_accept (Fragment *fragment, GError **error)
{
  return wait_for_property (fragment, "num-handles", error);
}

static void
add_copies (const GValue *item, gpointer data)
{
  GstElement *element = g_value_get_object (item);
  g_autoptr (GstStructure) stats = NULL;
  double *sum = data;
  guint64 bytes;

  if (!g_object_class_find_property (G_OBJECT_GET_CLASS (element), "stats"))
    return;

  g_object_get (element, "stats", &stats, NULL);
  if (stats && gst_structure_get_uint64 (stats, "bytes-copied", &bytes))
    *sum = (isnan (*sum) ? 0 : *sum) + bytes;
}

double
give_account_of_copies (Fragment *fragment)
{
  g_autoptr (GstIterator) elements = gst_bin_iterate_recurse (GST_BIN (fragment->pipeline));
  double sum = NAN;

  while (gst_iterator_foreach (elements, add_copies, &sum) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);

  return sum;
}
