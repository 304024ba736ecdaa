/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Whole pipelines, ours against ours, GStreamer's own and socat: what goes in comes out, byte for
 * byte, whoever listens and however it was cut into buffers. */

#include "tests/support/stream.h"
#include "tests/support/support.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

/* --- what is sent -------------------------------------------------------- */

typedef struct
{
  const gchar *name;
  guint n_buffers;
  gsize min_size;
  gsize max_size;
  guint list_length; /* 0: single buffers */
} Load;

static const Load loads[] = {
  { "one empty buffer", 1, 0, 0, 0 },
  { "one byte", 1, 1, 1, 0 },
  { "one segment", 1, 1448, 1448, 0 },
  { "one block", 1, 65536, 65536, 0 },
  { "one picture", 1, 8294400, 8294400, 0 },
  { "lists", 20000, 1, 300, 64 },
};

static const Load many_small = { "many small buffers", 100000, 1, 3000, 0 };

/* A piece of the same random megabytes for every buffer, never the same piece. */
static GstBuffer *
make_buffer (const Load *load, GBytes *random, GRand *rand)
{
  gsize size = load->min_size;
  gsize offset;
  g_autoptr (GBytes) piece = NULL;

  if (load->max_size > load->min_size)
    size = g_rand_int_range (rand, load->min_size, load->max_size + 1);
  offset = g_rand_int_range (rand, 0, g_bytes_get_size (random) - size + 1);
  piece = g_bytes_new_from_bytes (random, offset, size);

  return gst_buffer_new_wrapped_bytes (piece);
}

static void
feed (GstAppSrc *source, const Load *load, Digest *sent)
{
  g_autoptr (GBytes) random = support_make_bytes (MAX (load->max_size, 1024 * 1024), 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  GstBufferList *list = NULL;

  for (guint i = 0; i < load->n_buffers; i++) {
    GstBuffer *buffer = make_buffer (load, random, rand);

    digest_add_buffer (sent, buffer);
    if (load->list_length == 0) {
      fail_unless_equals_int (gst_app_src_push_buffer (source, buffer), GST_FLOW_OK);
      continue;
    }

    if (list == NULL)
      list = gst_buffer_list_new ();
    gst_buffer_list_add (list, buffer);
    if (gst_buffer_list_length (list) == load->list_length || i == load->n_buffers - 1) {
      fail_unless_equals_int (gst_app_src_push_buffer_list (source, list), GST_FLOW_OK);
      list = NULL;
    }
  }
  fail_unless_equals_int (gst_app_src_end_of_stream (source), GST_FLOW_OK);
}

/* --- pipelines ----------------------------------------------------------- */

static GstElement *
launch_sender (const gchar *fragment, guint port)
{
  g_autofree gchar *ports = g_strdup_printf (" port=%u", port);
  g_autofree gchar *description =
      g_strconcat ("appsrc name=in block=true max-bytes=4000000 format=bytes ! ", fragment,
          port > 0 ? ports : "", NULL);

  return support_launch (description);
}

static GstElement *
launch_receiver (const gchar *fragment, guint port, Digest *received)
{
  g_autofree gchar *ports = port > 0 ? g_strdup_printf (" port=%u", port) : g_strdup ("");
  g_auto (GStrv) parts = g_strsplit (fragment, "%p", 2);
  g_autofree gchar *description = g_strconcat (parts[0], parts[1] != NULL ? ports : "",
      parts[1] != NULL ? parts[1] : "", " ! appsink name=out sync=false buffer-list=true", NULL);
  GstElement *pipeline = support_launch (description);

  digest_listen (received, pipeline);

  return pipeline;
}

static guint
start_and_wait_port (GstElement *pipeline)
{
  g_autoptr (GstElement) peer = gst_bin_get_by_name (GST_BIN (pipeline), "peer");

  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);

  return support_wait_port (peer);
}

static void
run_sender (GstElement *sender, const Load *load, Digest *sent)
{
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (sender), "in");

  gst_element_set_state (sender, GST_STATE_PLAYING);
  feed (GST_APP_SRC (appsrc), load, sent);
}

static void
stop (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

/* --- GStreamer against GStreamer ----------------------------------------- */

/* "peer" is the one that listens, on a port of its choice; the other one is told. */
static const struct
{
  const gchar *sender;
  const gchar *receiver;
  gboolean receiver_listens;
} pairs[] = {
  { "giosocketsink host=127.0.0.1", "giosocketsrc name=peer host=127.0.0.1 mode=listen port=0",
      TRUE },
  { "giosocketsink name=peer host=127.0.0.1 mode=listen port=0", "giosocketsrc host=127.0.0.1 %p",
      FALSE },
  { "writeaggregate ! tcpcork ! giosocketsink host=127.0.0.1",
      "giosocketsrc name=peer host=127.0.0.1 mode=listen port=0 ! recvpool", TRUE },
  { "writeaggregate max-latency=2000000 ! tcpcork ! giosocketsink host=127.0.0.1",
      "giosocketsrc name=peer host=127.0.0.1 mode=listen port=0 ! queue ! recvpool ! queue", TRUE },
  { "giosocketsink host=127.0.0.1", "tcpserversrc name=peer host=127.0.0.1 port=0", TRUE },
  { "writeaggregate ! tcpcork ! giosocketsink host=127.0.0.1",
      "tcpserversrc name=peer host=127.0.0.1 port=0 ! recvpool", TRUE },
  { "giosocketsink name=peer host=127.0.0.1 mode=listen port=0", "tcpclientsrc host=127.0.0.1 %p",
      FALSE },
  { "tcpclientsink host=127.0.0.1",
      "giosocketsrc name=peer host=127.0.0.1 mode=listen port=0 ! recvpool", TRUE },
};

static void
assert_passthrough (guint pair, const Load *load)
{
  GstElement *sender;
  GstElement *receiver;
  g_autoptr (Digest) sent = digest_new ();
  g_autoptr (Digest) received = digest_new ();

  if (pairs[pair].receiver_listens) {
    receiver = launch_receiver (pairs[pair].receiver, 0, received);
    sender = launch_sender (pairs[pair].sender, start_and_wait_port (receiver));
  } else {
    guint port;

    sender = launch_sender (pairs[pair].sender, 0);
    port = start_and_wait_port (sender);
    receiver = launch_receiver (pairs[pair].receiver, port, received);
    gst_element_set_state (receiver, GST_STATE_PLAYING);
  }

  run_sender (sender, load, sent);
  support_wait_eos (sender);
  /* tcpclientsink ends its stream when it is stopped. */
  stop (sender);
  support_wait_eos (receiver);
  stop (receiver);
  digest_compare (sent, received, load->name);
}

GST_START_TEST (test_every_load_passes_between_every_pair)
{
  for (guint i = 0; i < G_N_ELEMENTS (loads); i++)
    assert_passthrough (__i__, &loads[i]);
}

GST_END_TEST

GST_START_TEST (test_many_small_buffers_pass_between_every_pair)
{
  assert_passthrough (__i__, &many_small);
}

GST_END_TEST

/* --- against tcpserversink, which drops what nobody is there to receive --- */

GST_START_TEST (test_giosocketsrc_receives_what_tcpserversink_sends_once_it_is_there)
{
  GstElement *sender = support_launch ("appsrc name=in format=bytes ! tcpserversink name=peer "
                                       "host=127.0.0.1 port=0 sync=false");
  guint port = start_and_wait_port (sender);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (sender), "peer");
  GstElement *receiver;
  g_autoptr (Digest) sent = digest_new ();
  g_autoptr (Digest) received = digest_new ();
  guint n_clients = 0;

  receiver = launch_receiver ("giosocketsrc host=127.0.0.1 %p ! recvpool", port, received);
  gst_element_set_state (receiver, GST_STATE_PLAYING);
  while (n_clients == 0) {
    g_object_get (sink, "num-handles", &n_clients, NULL);
    g_thread_yield ();
  }

  run_sender (sender, &loads[4], sent);
  support_wait_eos (sender);
  /* Its EOS does not wait for its clients. */
  digest_wait (received, digest_bytes (sent));
  stop (sender);
  support_wait_eos (receiver);
  stop (receiver);
  digest_compare (sent, received, loads[4].name);
}

GST_END_TEST

/* --- against socat ------------------------------------------------------- */

static GSubprocess *
spawn_socat (const gchar *from, const gchar *to)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *socat =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "socat", "-u", from, to, NULL);

  fail_unless (socat != NULL, "%s", error ? error->message : "");

  return socat;
}

static void
digest_file (const gchar *path, Digest *digest)
{
  g_autofree gchar *data = NULL;
  gsize size;

  fail_unless (g_file_get_contents (path, &data, &size, NULL));
  digest_add (digest, data, size);
}

static const gchar *const socat_senders[] = {
  "giosocketsink name=peer host=127.0.0.1 mode=listen port=0",
  "writeaggregate ! tcpcork ! giosocketsink name=peer host=127.0.0.1 mode=listen port=0",
};

GST_START_TEST (test_socat_receives_what_giosocketsink_sends)
{
  g_autofree gchar *folder = g_dir_make_tmp ("giosocket-XXXXXX", NULL);
  g_autofree gchar *file = g_build_filename (folder, "received", NULL);
  g_autofree gchar *create = g_strconcat ("CREATE:", file, NULL);
  g_autofree gchar *address = NULL;
  g_autoptr (GSubprocess) socat = NULL;
  GstElement *sender = launch_sender (socat_senders[__i__], 0);
  g_autoptr (Digest) sent = digest_new ();
  g_autoptr (Digest) received = digest_new ();

  address = g_strdup_printf ("TCP4:127.0.0.1:%u", start_and_wait_port (sender));
  socat = spawn_socat (address, create);
  run_sender (sender, &loads[5], sent);
  support_wait_eos (sender);
  stop (sender);
  fail_unless (g_subprocess_wait_check (socat, NULL, NULL));
  digest_file (file, received);
  digest_compare (sent, received, loads[5].name);
  g_unlink (file);
  g_rmdir (folder);
}

GST_END_TEST

static const struct
{
  const gchar *receiver;
  const gchar *socat; /* the address, with %u for the port or %s for the path */
} socat_receivers[] = {
  { "giosocketsrc name=peer host=127.0.0.1 mode=listen port=0 ! recvpool", "TCP4:127.0.0.1:%u" },
  { "giosocketsrc name=peer mode=listen socket-path=%s ! recvpool", "UNIX-CONNECT:%s" },
};

static gchar *
expand (const gchar *template, const gchar *path, guint port)
{
  g_autofree gchar *digits = g_strdup_printf ("%u", port);
  GString *text = g_string_new (template);

  g_string_replace (text, "%s", path, 0);
  g_string_replace (text, "%u", digits, 0);

  return g_string_free (text, FALSE);
}

#define UNIX_SOCKET_LISTENS 0x10000

/* The file is there before anybody listens. */
static gboolean
is_listened_on (const gchar *path)
{
  g_autofree gchar *sockets = NULL;
  g_autofree gchar *end = g_strdup_printf (" %s\n", path);
  const gchar *found;
  guint flags;

  fail_unless (g_file_get_contents ("/proc/net/unix", &sockets, NULL, NULL));
  found = strstr (sockets, end);
  if (found == NULL)
    return FALSE;

  while (found > sockets && found[-1] != '\n')
    found--;

  return sscanf (found, "%*s %*x %*x %x", &flags) == 1 && (flags & UNIX_SOCKET_LISTENS) != 0;
}

/* For a path there is no port to wait for, but the path itself. */
static guint
start_and_wait_listening (GstElement *receiver, const gchar *path)
{
  if (*path == '\0')
    return start_and_wait_port (receiver);

  gst_element_set_state (receiver, GST_STATE_PLAYING);
  while (!is_listened_on (path))
    g_thread_yield ();

  return 0;
}

GST_START_TEST (test_giosocketsrc_receives_what_socat_sends)
{
  gboolean is_path = strstr (socat_receivers[__i__].socat, "%s") != NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("giosocket-XXXXXX", NULL);
  g_autofree gchar *file = g_build_filename (folder, "sent", NULL);
  g_autofree gchar *open = g_strconcat ("OPEN:", file, NULL);
  g_autofree gchar *path = is_path ? g_build_filename (folder, "socket", NULL) : g_strdup ("");
  g_autofree gchar *fragment = expand (socat_receivers[__i__].receiver, path, 0);
  g_autofree gchar *address = NULL;
  g_autoptr (GBytes) bytes = support_make_bytes (5 * 1024 * 1024 + 17, 3);
  g_autoptr (GSubprocess) socat = NULL;
  GstElement *receiver;
  g_autoptr (Digest) sent = digest_new ();
  g_autoptr (Digest) received = digest_new ();
  guint port;

  fail_unless (
      g_file_set_contents (file, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
  digest_file (file, sent);
  receiver = launch_receiver (fragment, 0, received);
  port = start_and_wait_listening (receiver, path);
  address = expand (socat_receivers[__i__].socat, path, port);
  socat = spawn_socat (open, address);
  support_wait_eos (receiver);
  stop (receiver);
  fail_unless (g_subprocess_wait_check (socat, NULL, NULL));
  digest_compare (sent, received, "a file");
  g_unlink (file);
  g_rmdir (folder);
}

GST_END_TEST

/* --- Unix sockets -------------------------------------------------------- */

GST_START_TEST (test_every_load_passes_over_a_unix_socket)
{
  g_autofree gchar *folder = g_dir_make_tmp ("giosocket-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "socket", NULL);
  g_autofree gchar *from = g_strdup_printf ("giosocketsrc uri=unix:%s?mode=listen", path);
  g_autofree gchar *to = g_strdup_printf ("giosocketsink uri=unix:%s", path);

  for (guint i = 0; i < G_N_ELEMENTS (loads); i++) {
    GstElement *sender;
    GstElement *receiver;
    g_autoptr (Digest) sent = digest_new ();
    g_autoptr (Digest) received = digest_new ();

    receiver = launch_receiver (from, 0, received);
    start_and_wait_listening (receiver, path);
    sender = launch_sender (to, 0);
    run_sender (sender, &loads[i], sent);
    support_wait_eos (sender);
    stop (sender);
    support_wait_eos (receiver);
    stop (receiver);
    digest_compare (sent, received, loads[i].name);
  }
  g_rmdir (folder);
}

GST_END_TEST

static Suite *
transfer_suite (void)
{
  Suite *suite = suite_create ("transfer");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_every_load_passes_between_every_pair, 0, G_N_ELEMENTS (pairs));
  tcase_add_loop_test (tcase, test_many_small_buffers_pass_between_every_pair, 0,
      G_N_ELEMENTS (pairs));
  tcase_add_test (tcase, test_giosocketsrc_receives_what_tcpserversink_sends_once_it_is_there);
  tcase_add_loop_test (tcase, test_socat_receives_what_giosocketsink_sends, 0,
      G_N_ELEMENTS (socat_senders));
  tcase_add_loop_test (tcase, test_giosocketsrc_receives_what_socat_sends, 0,
      G_N_ELEMENTS (socat_receivers));
  tcase_add_test (tcase, test_every_load_passes_over_a_unix_socket);

  return suite;
}

GST_CHECK_MAIN (transfer)
