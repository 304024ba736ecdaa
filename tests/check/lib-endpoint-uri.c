/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/endpoint.h"

#include <gio/gunixsocketaddress.h>
#include <gst/check/gstcheck.h>

/* --- tables -------------------------------------------------------------- */

static const gchar *good_uris[] = {
  "tcp://localhost:4953",
  "tcp://127.0.0.1:1",
  "tcp://[::1]:65535",
  "tcp://example.org:80?mode=listen",
  "tcp://example.org:80?mode=listen&no-delay=false&timeout=7",
  "tls://localhost:4953",
  "tls://[::1]:443?alpn-protocols=h2,http/1.1",
  "tls://example.org:443?mode=listen&no-delay=false&timeout=7&alpn-protocols=a%26b,c%20d",
  "unix:/tmp/a%20b%3Fc",
  "unix:/tmp/socket?mode=listen",
  "unix-abstract:name",
  "unix:relative",
  "unix:////tmp/socket",
  "unix-abstract:a%0Ab",
  "tcp://[fe80::1%25eth0]:4953",
  "tcp://[::1%251]:4953?bind-address=::1%251",
  "tcp://xn--bcher-kva.example:80",
  "systemd:3",
  "systemd:7?no-delay=false",
  "tls://localhost:443?connect-timeout=5000000000&bind-address=127.0.0.1&keepalive=true&"
  "user-timeout=9000000000&qos-dscp=46&send-buffer-size=1000&receive-buffer-size=2000",
};

GST_START_TEST (test_a_good_uri_survives_the_round_trip)
{
  for (guint i = 0; i < G_N_ELEMENTS (good_uris); i++) {
    g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
    g_autoptr (GError) error = NULL;
    g_autofree gchar *uri = NULL;

    fail_unless (gst_gio_socket_endpoint_set_uri (endpoint, good_uris[i], &error), "%s",
        error ? error->message : "");
    uri = gst_gio_socket_endpoint_dup_uri (endpoint);
    fail_unless_equals_string (uri, good_uris[i]);
  }
}

GST_END_TEST

static const struct
{
  const gchar *uri;
  const gchar *part;
} bad_uris[] = {
  { "", "does not begin with a scheme" },
  { "//localhost:80", "does not begin with a scheme" },
  { "localhost:4953", "'localhost:'" },
  { "http://localhost:80", "'http:'" },
  { "tcp://localhost", "names no port" },
  { "tcp://:80", "names no host" },
  { "tcp://localhost:99999", "cannot be read" },
  { "tcp://localhost:80/path", "has a path" },
  { "tcp://me@localhost:80", "names a user" },
  { "tcp://localhost:80#x", "has a fragment" },
  { "tcp://localhost:80?mode=sleep", "'sleep' for mode" },
  { "tcp://localhost:80?timeout=-1", "'-1' for timeout" },
  { "tcp://localhost:80?name=x", "sets 'name'" },
  { "tcp://localhost:80?socket=x", "sets 'socket'" },
  { "tls://localhost:80?name=x", "sets 'name'" },
  { "tls://localhost:80?parent=x", "sets 'parent'" },
  { "tls://localhost:80?socket=x", "sets 'socket'" },
  { "tls://localhost:80?tls=false", "sets 'tls'" },
  { "tls://localhost:80?certificate-file=x", "sets 'certificate-file'" },
  { "tls://localhost:80?private-key-file=x", "sets 'private-key-file'" },
  { "tls://localhost:80?ca-file=x", "sets 'ca-file'" },
  { "tls://localhost:80?psk-file=x", "sets 'psk-file'" },
  { "tls://localhost:80?psk-identity=x", "sets 'psk-identity'" },
  { "tls://localhost:80?server-name=x", "sets 'server-name'" },
  { "tls://localhost:80?tls-validation-flags=0", "sets 'tls-validation-flags'" },
  { "tls://localhost:80?tls-priority=NORMAL", "sets 'tls-priority'" },
  { "tls://localhost:80?tls-allow-truncation=true", "sets 'tls-allow-truncation'" },
  { "tls://localhost:80?tls-handshake-timeout=0", "sets 'tls-handshake-timeout'" },
  { "tls://localhost:80?client-authentication=none", "sets 'client-authentication'" },
  { "tls://localhost:80?alpn-protocols=h2&ca-file=x", "sets 'ca-file'" },
  { "tls://localhost", "names no port" },
  { "tcp://localhost:80?mode", "cannot be read" },
  { "unix:", "names no socket" },
  { "unix://host/path", "names a host" },
  { "unix:/tmp/a%00b", "cannot be read" },
  { "unix-abstract:", "names no socket" },
  { "unix-abstract://name", "names a host" },
  { "unix:/a#b", "has a fragment" },
  { "unix:/a?socket-mode=0777", "sets 'socket-mode'" },
  { "systemd:", "names no descriptor" },
  { "systemd:2", "names no descriptor" },
  { "systemd:-3", "names no descriptor" },
  { "systemd:3x", "names no descriptor" },
  { "systemd:99999999999", "names no descriptor" },
  { "systemd://3", "names a host" },
  { "tcp:localhost:80", "names no host" },
  { "tcp://localhost:", "names no port" },
  { "tcp://localhost:port", "cannot be read" },
  { "tcp://localhost:-1", "cannot be read" },
  { "tcp://[::1:80", "cannot be read" },
  { "tcp://[::1]", "names no port" },
  { "tcp://[fe80::1%eth0]:80", "cannot be read" },
  { "tcp://::1:80", "cannot be read" },
  { "tcp://local host:80", "a character that no host has" },
  { "tcp://\xff:80", "cannot be read" },
  { "tcp://localhost:80?mode=%ff", "cannot be read" },
  { "tcp://localhost:80?mode=%4", "cannot be read" },
  { "tcp://localhost:80?=listen", "sets ''" },
  { "tcp://localhost:80?mode=listen&mode=listen", "sets mode twice" },
  { "tcp://localhost:80?mode=listen&timeout=1&mode=connect", "sets mode twice" },
  { "tcp://localhost:80?Mode=listen", "sets 'Mode'" },
  { "tcp://localhost:80?mode=", "'' for mode" },
  { "tcp://localhost:80?timeout=", "'' for timeout" },
  { "tcp://localhost:80?keepalive=", "'' for keepalive" },
  { "tcp://localhost:80?no-delay=maybe", "'maybe' for no-delay" },
  { "tcp://localhost:80?timeout=4294967296", "'4294967296' for timeout" },
  { "tcp://localhost:80?timeout=1s", "'1s' for timeout" },
  { "tcp://localhost:80?connect-timeout=-1", "'-1' for connect-timeout" },
  { "tcp://localhost:80?qos-dscp=64", "'64' for qos-dscp" },
  { "tcp://localhost:80?qos-dscp=-2", "'-2' for qos-dscp" },
  { "tcp://localhost:80?send-buffer-size=2147483648", "'2147483648' for send-buffer-size" },
  { "tcp://localhost:80?blocksize=1", "sets 'blocksize'" },
  { "tcp://localhost:80?linger-timeout=1", "sets 'linger-timeout'" },
};

GST_START_TEST (test_a_bad_uri_names_the_part_that_is_wrong)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_uris); i++) {
    g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
    g_autoptr (GError) error = NULL;
    g_autofree gchar *uri = NULL;

    fail_if (gst_gio_socket_endpoint_set_uri (endpoint, bad_uris[i].uri, &error), "%s was taken",
        bad_uris[i].uri);
    fail_unless (strstr (error->message, bad_uris[i].part) != NULL, "%s", error->message);

    uri = gst_gio_socket_endpoint_dup_uri (endpoint);
    fail_unless_equals_string (uri, "tcp://localhost:4953");
    g_clear_error (&error);
    fail_if (gst_gio_socket_endpoint_check (endpoint, &error), "a bad URI was forgotten");
  }
}

GST_END_TEST

GST_START_TEST (test_a_good_uri_replaces_a_bad_one)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();

  g_object_set (endpoint, "uri", "tcp://nowhere", NULL);
  fail_if (gst_gio_socket_endpoint_check (endpoint, NULL));
  g_object_set (endpoint, "uri", "tcp://localhost:1", NULL);
  fail_unless (gst_gio_socket_endpoint_check (endpoint, NULL));
}

GST_END_TEST

/* --- properties ---------------------------------------------------------- */

/* Those that are safe in a query, with a value that is not the default. */
static const struct
{
  const gchar *property;
  const gchar *value;
} safe[] = {
  { "mode", "listen" },
  { "no-delay", "false" },
  { "timeout", "3" },
  { "connect-timeout", "1" },
  { "bind-address", "fe80::1%lo" },
  { "keepalive", "true" },
  { "user-timeout", "18446744073709551614" },
  { "qos-dscp", "0" },
  { "send-buffer-size", "1" },
  { "receive-buffer-size", "2147483647" },
  { "auto-reconnect", "true" },
  { "retry-backoff-factor", "0.125" },
  { "retry-backoff-max", "3600" },
  { "keep-listening", "true" },
  { "wait-for-connection", "false" },
  { "alpn-protocols", "\"a\" b&c=d%+#?;,/:" },
};

static const gchar *
find_value (const gchar *property)
{
  for (guint i = 0; i < G_N_ELEMENTS (safe); i++) {
    if (g_str_equal (safe[i].property, property))
      return safe[i].value;
  }

  return NULL;
}

static void
set_from_text (GstGioSocketEndpoint *endpoint, GParamSpec *pspec, const gchar *text)
{
  if (pspec->value_type == G_TYPE_STRING)
    g_object_set (endpoint, pspec->name, text, NULL);
  else
    gst_util_set_object_arg (G_OBJECT (endpoint), pspec->name, text);
}

static void
assert_round_trip (GParamSpec *pspec, const gchar *text)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autoptr (GstGioSocketEndpoint) other = gst_gio_socket_endpoint_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *uri = NULL;
  g_auto (GValue) ours = G_VALUE_INIT;
  g_auto (GValue) theirs = G_VALUE_INIT;

  set_from_text (endpoint, pspec, text);
  uri = gst_gio_socket_endpoint_dup_uri (endpoint);
  fail_unless (strstr (uri, pspec->name) != NULL, "%s has no %s", uri, pspec->name);
  fail_unless (gst_gio_socket_endpoint_set_uri (other, uri, &error), "%s",
      error ? error->message : "");
  g_object_get_property (G_OBJECT (endpoint), pspec->name, &ours);
  g_object_get_property (G_OBJECT (other), pspec->name, &theirs);
  fail_unless (g_param_values_cmp (pspec, &ours, &theirs) == 0, "%s", uri);
  fail_if (g_param_value_defaults (pspec, &theirs), "%s", uri);
}

static void
assert_refused (GParamSpec *pspec)
{
  g_autofree gchar *uri = g_strdup_printf ("tls://localhost:80?%s=1", pspec->name);
  g_autofree gchar *part = g_strdup_printf ("sets '%s', which a URI may not", pspec->name);
  g_autoptr (GError) error = NULL;

  fail_if (gst_gio_socket_endpoint_check_uri (uri, &error), "%s was taken", uri);
  fail_unless (strstr (error->message, part) != NULL, "%s", error->message);
}

/* Also for properties that nobody has thought of yet. */
GST_START_TEST (test_a_property_is_safe_and_survives_or_is_refused_by_name)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autofree GParamSpec **pspecs = NULL;
  guint n_safe = 0;
  guint n;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (endpoint), &n);
  for (guint i = 0; i < n; i++) {
    const gchar *value = find_value (pspecs[i]->name);

    n_safe += value != NULL;
    if (value != NULL)
      assert_round_trip (pspecs[i], value);
    else
      assert_refused (pspecs[i]);
  }
  fail_unless_equals_int (n_safe, G_N_ELEMENTS (safe));
}

GST_END_TEST

GST_START_TEST (test_an_error_names_what_is_safe)
{
  g_autoptr (GError) error = NULL;

  fail_if (gst_gio_socket_endpoint_check_uri ("tcp://localhost:80?x=y", &error));
  for (guint i = 0; i < G_N_ELEMENTS (safe); i++)
    fail_unless (strstr (error->message, safe[i].property) != NULL, "%s", error->message);
}

GST_END_TEST

GST_START_TEST (test_a_uri_changes_what_it_says_and_nothing_else)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autofree gchar *uri = NULL;

  g_object_set (endpoint, "timeout", 9, "ca-file", "ca.pem", NULL);
  g_object_set (endpoint, "uri", "systemd:3", NULL);
  g_object_set (endpoint, "uri", "unix:/socket?no-delay=false", NULL);
  g_object_set (endpoint, "uri", "tls://localhost:1", NULL);
  uri = gst_gio_socket_endpoint_dup_uri (endpoint);
  fail_unless_equals_string (uri, "tls://localhost:1?no-delay=false&timeout=9");
}

GST_END_TEST

/* --- characters ---------------------------------------------------------- */

static void
assert_path (const gchar *path, GUnixSocketAddressType type)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autoptr (GstGioSocketEndpoint) other = gst_gio_socket_endpoint_new ();
  g_autofree gchar *uri = NULL;
  g_autofree gchar *actual = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (endpoint, "socket-path", path, "socket-type", type, NULL);
  uri = gst_gio_socket_endpoint_dup_uri (endpoint);
  fail_unless (gst_gio_socket_endpoint_set_uri (other, uri, &error), "%s",
      error ? error->message : "");
  g_object_get (other, "socket-path", &actual, NULL);
  fail_unless_equals_string (actual, path);
}

GST_START_TEST (test_any_character_may_be_in_a_path)
{
  const gchar *paths[] = { "/", "//", "///a//", "//host/path", ".", "..", "/a/../b/.", "a:b",
    "\u00fc\u20ac\U0001f600" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    assert_path (paths[i], G_UNIX_SOCKET_ADDRESS_PATH);
    assert_path (paths[i], G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  }
  for (gchar c = 1; c < 0x7f; c++) {
    gchar path[] = { c, '/', c, '\0' };

    assert_path (path, G_UNIX_SOCKET_ADDRESS_PATH);
    assert_path (path + 1, G_UNIX_SOCKET_ADDRESS_PATH);
    assert_path (path, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  }
}

GST_END_TEST

/* --- anything at all ----------------------------------------------------- */

#define N_MUTATIONS 4000

static void
mutate (GString *uri, GRand *random)
{
  static const gchar *const pieces[] = { "%", "%25", "%00", "[", "]", ":", "::", "/", "//", "?",
    "&", "=", "#", "@", "-", "+", " ", "\xff", "\xc3\xbc", "9999999999", "mode", "listen", "tls",
    "&&" };
  gsize at = g_rand_int_range (random, 0, uri->len + 1);
  gsize n = g_rand_int_range (random, 1, 4);

  switch (g_rand_int_range (random, 0, 3)) {
    case 0:
      g_string_insert (uri, at, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      break;
    case 1:
      g_string_erase (uri, at, MIN (uri->len - at, n));
      break;
    default:
      if (at < uri->len)
        uri->str[at] = g_rand_int_range (random, 1, 256);
      break;
  }
}

static void
assert_refusal (const gchar *uri, const GError *error)
{
  fail_unless (error != NULL && error->domain == GST_URI_ERROR, "%s", uri);
  fail_unless (g_utf8_validate (error->message, -1, NULL), "%s", uri);
  fail_unless (g_str_has_prefix (error->message, "The URI '"), "%s", error->message);
}

/* It is refused and nothing has changed; or what it has set gives a URI that sets the same. */
static void
assert_sound (const gchar *uri)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();
  g_autoptr (GstGioSocketEndpoint) other = gst_gio_socket_endpoint_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *once = NULL;
  g_autofree gchar *twice = NULL;
  gboolean is_taken = gst_gio_socket_endpoint_set_uri (endpoint, uri, &error);

  once = gst_gio_socket_endpoint_dup_uri (endpoint);
  if (!is_taken) {
    assert_refusal (uri, error);
    fail_unless_equals_string (once, "tcp://localhost:4953");
    return;
  }

  fail_unless (gst_gio_socket_endpoint_set_uri (other, once, &error), "%s: %s", uri,
      error ? error->message : "");
  twice = gst_gio_socket_endpoint_dup_uri (other);
  fail_unless (g_str_equal (once, twice), "%s: %s, %s", uri, once, twice);
}

GST_START_TEST (test_whatever_is_set_is_refused_or_survives_the_round_trip)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4953);

  for (guint i = 0; i < N_MUTATIONS; i++) {
    guint which = i % (G_N_ELEMENTS (good_uris) + G_N_ELEMENTS (bad_uris));
    GString *uri = g_string_new (which < G_N_ELEMENTS (good_uris)
            ? good_uris[which]
            : bad_uris[which - G_N_ELEMENTS (good_uris)].uri);
    guint n = g_rand_int_range (random, 0, 5);

    while (n-- > 0)
      mutate (uri, random);
    assert_sound (uri->str);
    g_string_free (uri, TRUE);
  }
}

GST_END_TEST

static Suite *
endpoint_uri_suite (void)
{
  Suite *suite = suite_create ("endpoint-uri");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_a_good_uri_survives_the_round_trip);
  tcase_add_test (tcase, test_a_bad_uri_names_the_part_that_is_wrong);
  tcase_add_test (tcase, test_a_good_uri_replaces_a_bad_one);
  tcase_add_test (tcase, test_a_property_is_safe_and_survives_or_is_refused_by_name);
  tcase_add_test (tcase, test_an_error_names_what_is_safe);
  tcase_add_test (tcase, test_a_uri_changes_what_it_says_and_nothing_else);
  tcase_add_test (tcase, test_any_character_may_be_in_a_path);
  tcase_add_test (tcase, test_whatever_is_set_is_refused_or_survives_the_round_trip);

  return suite;
}

GST_CHECK_MAIN (endpoint_uri)
