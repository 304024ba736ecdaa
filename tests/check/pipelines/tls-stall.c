/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* A peer that is there and says nothing, and settings that cannot work: nobody waits for ever, and
 * nothing is left behind. */

#include "tests/support/ends-test.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

/* Every element in both roles. */
static const struct
{
  const gchar *before;
  const gchar *after;
  gboolean is_server;
} roles[] = {
  { "giosocketsrc " END_TLS_CONNECT, END_OUT, FALSE },
  { END_IN "giosocketsink " END_TLS_CONNECT, "", FALSE },
  { "giosocketsrc " END_TLS_LISTEN, END_OUT, TRUE },
  { END_IN "giosocketsink " END_TLS_LISTEN, "", TRUE },
};

#define N_ROLES ((gint)G_N_ELEMENTS (roles))

/* An end whose peer has connected, and is silent. */
static GstElement *
start_stalled (guint role, const gchar *properties, GSocket **peer)
{
  g_autofree gchar *fragments =
      g_strconcat (roles[role].before, " ", properties, roles[role].after, NULL);
  g_autoptr (GSocket) listener = NULL;
  GstElement *end;
  guint port = 0;

  if (!roles[role].is_server)
    listener = support_listen (&port);
  end = end_start (certificates, fragments, port, NULL, NULL);
  *peer = roles[role].is_server ? support_connect (end_wait_port (end)) : support_accept (listener);

  return end;
}

static GByteArray *
read_record (GSocket *peer)
{
  GByteArray *record = g_byte_array_new ();
  guint size;

  g_byte_array_set_size (record, 5);
  support_read_exactly (peer, record->data, 5);
  size = record->data[3] << 8 | record->data[4];
  g_byte_array_set_size (record, 5 + size);
  support_read_exactly (peer, record->data + 5, size);

  return record;
}

/* What a client of ours begins with. */
static GByteArray *
make_hello (void)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  GstElement *client =
      end_start (certificates, "giosocketsrc " END_TLS_CONNECT END_OUT, port, NULL, NULL);
  g_autoptr (GSocket) socket = support_accept (listener);
  GByteArray *hello = read_record (socket);

  end_stop (client);

  return hello;
}

/* Until the end has sent what it has to send, and can only wait. */
static void
begin_handshake (guint role, GSocket *peer)
{
  if (roles[role].is_server) {
    g_autoptr (GByteArray) hello = make_hello ();

    fail_unless_equals_int (g_socket_send (peer, (const gchar *)hello->data, hello->len, NULL,
                                NULL),
        hello->len);
  }

  g_byte_array_unref (read_record (peer));
}

/* What a socket can read behind the end of its peer. */
static void
assert_gone (GSocket *peer)
{
  g_autoptr (GError) error = NULL;
  gchar block[4096];
  gssize n;

  while ((n = g_socket_receive (peer, block, sizeof (block), NULL, &error)) > 0)
    ;
  fail_unless (n == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED), "%s",
      error != NULL ? error->message : "");
}

static const GstState states[] = { GST_STATE_READY, GST_STATE_NULL };

/* Without a limit of its own, the handshake would last for ever. */
GST_START_TEST (test_a_state_change_ends_a_stalled_handshake)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autoptr (GSocket) peer = NULL;
    GstElement *end = start_stalled (__i__, "tls-handshake-timeout=0", &peer);
    g_autoptr (GstBus) bus = gst_element_get_bus (end);

    begin_handshake (__i__, peer);
    fail_unless_equals_int (gst_element_set_state (end, states[i]), GST_STATE_CHANGE_SUCCESS);
    fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
    assert_gone (peer);
    end_stop (end);
  }
}

GST_END_TEST

/* A server's peer is whoever came, and not the address that was listened on. */
static gchar *
name_peer (guint role, GSocket *peer)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (peer, NULL);
  g_autofree gchar *name = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));

  return g_strconcat (roles[role].is_server ? " with " : " with tls://", name, ": ", NULL);
}

GST_START_TEST (test_a_stalled_handshake_ends_with_words_that_say_so)
{
  g_autoptr (GSocket) peer = NULL;
  GstElement *end = start_stalled (__i__, "tls-handshake-timeout=1", &peer);
  g_autofree gchar *name = name_peer (__i__, peer);
  g_autofree gchar *text = NULL;

  begin_handshake (__i__, peer);
  text = end_wait_error (end);
  fail_unless (strstr (text, name) != NULL, "no \"%s\" in \"%s\"", name, text);
  fail_unless (strstr (text, "not over after 1 seconds") != NULL, "%s", text);
  fail_unless (strstr (text, "tls-handshake-timeout") != NULL, "%s", text);
  fail_unless (strstr (text, "Does it speak TLS?") != NULL, "%s", text);
  assert_gone (peer);
  end_stop (end);
}

GST_END_TEST

/* --- settings that cannot work ------------------------------------------- */

static const struct
{
  const gchar *fragments;
  const gchar *words[3];
} unusable[] = {
  { "giosocketsrc " END_LISTEN " tls=true" END_OUT,
      { "who it is", "certificate-file", "psk-file" } },
  { END_IN "giosocketsink " END_LISTEN " tls=true",
      { "who it is", "certificate-file", "psk-file" } },
  { "giosocketsrc " END_LISTEN " tls=true certificate-file=/nowhere/a.pem" END_OUT,
      { "'/nowhere/a.pem'", "No such file" } },
  { END_IN "giosocketsink " END_CONNECT " tls=true ca-file=/nowhere/b.pem",
      { "'/nowhere/b.pem'", "No such file" } },
};

/* Found by the state change or by the worker.  The base class of a source adds an error of its own to
 * whatever went wrong: the first one is the reason. */
GST_START_TEST (test_settings_that_cannot_work_are_named)
{
  GstElement *end = end_prepare (certificates, unusable[__i__].fragments, 1, NULL);
  g_autofree gchar *text = NULL;

  gst_element_set_state (end, GST_STATE_PLAYING);
  text = support_wait_error (end, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  for (guint i = 0; i < 3 && unusable[__i__].words[i] != NULL; i++)
    fail_unless (strstr (text, unusable[__i__].words[i]) != NULL, "no \"%s\" in \"%s\"",
        unusable[__i__].words[i], text);
  end_stop (end);
}

GST_END_TEST

static Suite *
tls_stall_suite (void)
{
  Suite *suite = suite_create ("tls-stall");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, ends_test_setup, ends_test_teardown);
  tcase_add_loop_test (tcase, test_a_state_change_ends_a_stalled_handshake, 0, N_ROLES);
  tcase_add_loop_test (tcase, test_a_stalled_handshake_ends_with_words_that_say_so, 0, N_ROLES);
  tcase_add_loop_test (tcase, test_settings_that_cannot_work_are_named, 0, G_N_ELEMENTS (unusable));

  return suite;
}

GST_CHECK_MAIN (tls_stall)
