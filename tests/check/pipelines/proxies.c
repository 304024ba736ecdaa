/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Through a proxy as without: what goes in comes out, plain and over TLS; and what a proxy does not
 * let through is an error that says so. */

#include "tests/support/ends.h"
#include "tests/support/peer.h"
#include "tests/support/proxies.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#define BYTES (2 * 1024 * 1024)

static Certificates *certificates;
static guint fds_before, threads_before;

static void
setup (void)
{
  certificates = certificates_new ();
  proxies_set ("direct://");
  /* What GLib keeps for good once it has started a program, too. */
  peer_free (peer_spawn (certificates, "true", 0));
  ends_warm_up ();
  fds_before = support_count_fds ();
  threads_before = support_count_threads ();
}

static void
teardown (void)
{
  support_assert_no_more (fds_before, threads_before);
  g_clear_pointer (&certificates, certificates_free);
}

static Peer *
start_proxy (const gchar *kind, const gchar *user)
{
  g_autofree gchar *command = g_strdup_printf ("python3 {proxy.py} %s", kind);
  Peer *proxy = peer_spawn (certificates, command, 0);
  g_auto (GStrv) words = g_strsplit (kind, " ", 2);
  g_autofree gchar *uri =
      g_strdup_printf ("%s://%s127.0.0.1:%u", words[0], user, peer_wait_port (proxy));

  proxies_set (uri);

  return proxy;
}

static const struct
{
  const gchar *name;
  const gchar *proxy;
  const gchar *user;
  const gchar *listen;
  const gchar *connect;
} ways[] = {
  { "SOCKS 5", "socks5", "", END_LISTEN, "" },
  { "SOCKS 5, a user", "socks5", "me:secret@", END_LISTEN, "" },
  { "SOCKS 5, TLS", "socks5", "", END_TLS_LISTEN, " tls=true ca-file={ca.pem}" },
  { "HTTP", "http", "", END_LISTEN, "" },
  { "HTTP, TLS", "http", "", END_TLS_LISTEN, " tls=true ca-file={ca.pem}" },
};

GST_START_TEST (test_a_stream_passes_a_proxy_both_ways)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Peer) proxy = start_proxy (ways[__i__].proxy, ways[__i__].user);
    g_autoptr (Stream) stream = stream_new (STREAM_BINARY, BYTES, 1);
    g_autoptr (Digest) received = digest_new ();
    const gchar *ends[] = { END_IN "giosocketsink ", "giosocketsrc " };
    const gchar *tails[] = { "", END_OUT };
    g_autofree gchar *listen = g_strconcat (ends[i], ways[__i__].listen, tails[i], NULL);
    /* The proxy finds out where that is. */
    g_autofree gchar *connect = g_strconcat (ends[1 - i],
        "name=ours host=localhost port={port} connect-timeout=30000000000", ways[__i__].connect,
        tails[1 - i], NULL);
    GstElement *server = end_start (certificates, listen, 0, NULL, i == 1 ? received : NULL);
    GstElement *client =
        end_start (certificates, connect, end_wait_port (server), NULL, i == 0 ? received : NULL);

    ends_transfer (i == 0 ? server : client, i == 0 ? client : server, stream, received,
        ways[__i__].name);
    peer_wait_log (proxy, "asked for localhost");
    end_stop (client);
    end_stop (server);
  }
}

GST_END_TEST

static const struct
{
  const gchar *proxy;
  const gchar *user;
  const gchar *part;
} refusals[] = {
  { "socks5 refuse", "", "socks5 proxy 127.0.0.1, port " },
  { "socks5", "me:wrong@", "SOCKSv5 authentication failed" },
  { "http refuse", "", "http proxy 127.0.0.1, port " },
  { "http refuse", "", "The proxy is in the way: check" },
  { "http silent", "", "No answer within" },
};

GST_START_TEST (test_a_proxy_that_does_not_let_through_is_named)
{
  g_autoptr (Peer) proxy = start_proxy (refusals[__i__].proxy, refusals[__i__].user);
  GstElement *client = end_start (certificates,
      "giosocketsrc name=ours host=localhost port=1 connect-timeout=300000000" END_OUT, 0, NULL,
      NULL);
  g_autofree gchar *text = end_wait_error (client);

  fail_unless (g_str_has_prefix (text, "Could not connect to tcp://localhost:1: "), "%s", text);
  fail_unless (strstr (text, refusals[__i__].part) != NULL, "%s", text);
  end_stop (client);
}

GST_END_TEST

static const struct
{
  const gchar *uri;
  const gchar *part;
} absent[] = {
  { "socks5://127.0.0.1:1", "socks5 proxy 127.0.0.1, port 1: Connection refused" },
  { "http://127.0.0.1:1", "http proxy 127.0.0.1, port 1: Connection refused" },
  { "gopher://127.0.0.1:1", "gopher proxy 127.0.0.1, port 1: " },
};

GST_START_TEST (test_a_proxy_that_cannot_be_had_is_named)
{
  GstElement *client;
  g_autofree gchar *text = NULL;

  proxies_set (absent[__i__].uri);
  client = end_start (certificates, "giosocketsrc name=ours host=localhost port=1" END_OUT, 0, NULL,
      NULL);
  text = end_wait_error (client);
  fail_unless (strstr (text, absent[__i__].part) != NULL, "%s", text);
  end_stop (client);
}

GST_END_TEST

/* It would keep our bytes in a stream of its own. */
GST_START_TEST (test_a_proxy_that_wants_tls_is_refused)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);
  g_autofree gchar *uri = g_strdup_printf ("https://127.0.0.1:%u", port);
  GstElement *client;
  g_autofree gchar *text = NULL;

  proxies_set (uri);
  client = end_start (certificates, "giosocketsrc name=ours host=localhost port=1" END_OUT, 0, NULL,
      NULL);
  text = end_wait_error (client);
  fail_unless (strstr (text, "This kind of proxy is not supported") != NULL, "%s", text);
  end_stop (client);
}

GST_END_TEST

static Suite *
proxies_suite (void)
{
  Suite *suite = suite_create ("proxies");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_a_stream_passes_a_proxy_both_ways, 0, G_N_ELEMENTS (ways));
  tcase_add_loop_test (tcase, test_a_proxy_that_does_not_let_through_is_named, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_loop_test (tcase, test_a_proxy_that_cannot_be_had_is_named, 0, G_N_ELEMENTS (absent));
  tcase_add_test (tcase, test_a_proxy_that_wants_tls_is_refused);

  return suite;
}

GST_CHECK_MAIN (proxies)
