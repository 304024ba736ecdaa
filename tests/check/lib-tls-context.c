/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/tls-context.h"
#include "tests/support/certificates-test.h"

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

/* A name with a dot is one of the certificates'; the rest is taken as it is. */
static gchar *
expand (const gchar *files)
{
  g_auto (GStrv) list = NULL;

  if (files == NULL || g_str_has_prefix (files, "/") || g_str_has_prefix (files, "pkcs11:"))
    return g_strdup (files);

  list = g_strsplit (files, ",", -1);
  for (guint i = 0; list[i] != NULL; i++) {
    gchar *path = g_strdup (g_str_has_prefix (list[i], "scratch-")
            ? certificates_scratch (certificates, list[i])
            : certificates_path (certificates, list[i]));

    g_free (list[i]);
    list[i] = path;
  }

  return g_strjoinv (",", list);
}

typedef struct
{
  const gchar *certificate_file;
  const gchar *private_key_file;
  const gchar *ca_file;
  const gchar *psk_file;
  const gchar *psk_identity;
  const gchar *priority;
  const gchar *alpn_protocols;
} Files;

static void
fill_settings (GstGioSocketTlsSettings *settings, const Files *files)
{
  gst_gio_socket_tls_settings_init (settings);
  settings->certificate_file = expand (files->certificate_file);
  settings->private_key_file = expand (files->private_key_file);
  settings->ca_file = expand (files->ca_file);
  settings->psk_file = expand (files->psk_file);
  settings->psk_identity = g_strdup (files->psk_identity);
  settings->priority = g_strdup (files->priority);
  settings->alpn_protocols = g_strdup (files->alpn_protocols);
}

static GstGioSocketTlsContext *
make_context (const Files *files, gboolean is_server, GError **error)
{
  g_auto (GstGioSocketTlsSettings) settings = { 0 };

  fill_settings (&settings, files);

  return gst_gio_socket_tls_context_new (&settings, is_server, error);
}

/* What the scratch files have in them. */
static const struct
{
  const gchar *name;
  const gchar *content;
} scratch[] = {
  { "scratch-empty", "" },
  { "scratch-text", "This is no certificate.\n" },
  { "scratch-cut", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" },
  { "scratch-psk-words", "tester:not hexadecimal\n" },
  { "scratch-psk-odd", "tester:abc\n" },
  { "scratch-psk-none", "# nobody yet\n" },
};

static void
write_scratch (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scratch); i++) {
    const gchar *path = certificates_scratch (certificates, scratch[i].name);

    fail_unless (g_file_set_contents (path, scratch[i].content, -1, NULL));
    fail_unless_equals_int (g_chmod (path, 0600), 0);
  }
}

static const struct
{
  Files files;
  const gchar *words[3];
} wrong[] = {
  { { .certificate_file = "/nowhere/certificate.pem" },
      { "'/nowhere/certificate.pem'", "No such file" } },
  { { .certificate_file = "scratch-empty", .private_key_file = "server-key.pem" },
      { "scratch-empty'", "no certificate" } },
  { { .certificate_file = "scratch-text" }, { "scratch-text'", "no certificate", "PEM" } },
  { { .certificate_file = "scratch-cut", .private_key_file = "server-key.pem" },
      { "scratch-cut'", "certificate" } },
  { { .certificate_file = "server.pem" }, { "server.pem'", "no private key in" } },
  { { .certificate_file = "server.pem", .private_key_file = "/nowhere/key.pem" },
      { "key", "'/nowhere/key.pem'", "No such file" } },
  { { .certificate_file = "server.pem", .private_key_file = "scratch-text" },
      { "server.pem'", "no private key in", "scratch-text'" } },
  { { .certificate_file = "server.pem", .private_key_file = "client-key.pem" },
      { "client-key.pem'", "not the one of this certificate" } },
  { { .certificate_file = "server.pem", .private_key_file = "server-encrypted-key.pem" },
      { "server-encrypted-key.pem'", "is encrypted", "openssl pkey" } },
  { { .certificate_file = "server.pem,sni.pem", .private_key_file = "server-key.pem" },
      { "2 files", "1 in private-key-file" } },
  { { .certificate_file = "pkcs11:token=nobody;object=nothing",
        .private_key_file = "server-key.pem" },
      { "pkcs11:token=nobody" } },
  { { .ca_file = "/nowhere/ca.pem" }, { "authorities", "'/nowhere/ca.pem'", "No such file" } },
  { { .ca_file = "scratch-empty" }, { "authorities", "scratch-empty'", "no certificate" } },
  { { .ca_file = "scratch-text" }, { "authorities", "scratch-text'" } },
  { { .certificate_file = "/dev/null" }, { "'/dev/null'", "no regular file" } },
  { { .ca_file = "/dev/null" }, { "authorities", "'/dev/null'", "no regular file" } },
  { { .psk_file = "/dev/null" }, { "keys", "'/dev/null'", "no regular file" } },
  { { .psk_file = "/nowhere/psk.txt" }, { "keys", "'/nowhere/psk.txt'", "No such file" } },
  { { .psk_file = "psk-open.txt" }, { "psk-open.txt'", "0644", "chmod 600" } },
  { { .psk_file = "scratch-psk-words" }, { "scratch-psk-words'", "'tester'", "hexadecimal" } },
  { { .psk_file = "scratch-psk-odd" }, { "scratch-psk-odd'", "'tester'", "pairs" } },
  { { .psk_file = "scratch-psk-none" }, { "scratch-psk-none'", "no line 'IDENTITY:KEY'" } },
  { { .priority = "NORMAL:+NONSENSE" }, { "tls-priority", "'+NONSENSE'", "gnutls-cli --list" } },
  { { .alpn_protocols = "a,b,c,d,e,f,g,h,nine" }, { "alpn-protocols", "up to 8" } },
  { { .alpn_protocols = "a-name-of-thirty-two-characters-" }, { "alpn-protocols", "1 to 31" } },
  { { .alpn_protocols = "h2,,http/1.1" }, { "alpn-protocols", "'h2,,http/1.1'", "commas" } },
};

GST_START_TEST (test_what_is_wrong_is_named_with_its_file)
{
  write_scratch ();
  for (gint is_server = FALSE; is_server <= TRUE; is_server++) {
    g_autoptr (GError) error = NULL;

    fail_unless (make_context (&wrong[__i__].files, is_server, &error) == NULL);
    for (guint i = 0; i < G_N_ELEMENTS (wrong[__i__].words) && wrong[__i__].words[i] != NULL; i++)
      fail_unless (strstr (error->message, wrong[__i__].words[i]) != NULL, "no \"%s\" in \"%s\"",
          wrong[__i__].words[i], error->message);
    fail_unless (error->domain == G_TLS_ERROR);
  }
}

GST_END_TEST

GST_START_TEST (test_only_a_client_needs_its_identity_in_the_file)
{
  const Files files = { .psk_file = "psk.txt", .psk_identity = "nobody" };
  g_autoptr (GstGioSocketTlsContext) server = make_context (&files, TRUE, NULL);
  g_autoptr (GError) error = NULL;

  fail_unless (server != NULL);
  fail_unless (make_context (&files, FALSE, &error) == NULL);
  fail_unless (strstr (error->message, "no line 'nobody:KEY'") != NULL, "%s", error->message);
}

GST_END_TEST

static const Files good[] = {
  { .certificate_file = NULL },
  { .certificate_file = "server.pem", .private_key_file = "server-key.pem" },
  { .certificate_file = "server-with-key.pem" },
  { .certificate_file = "chain.pem,sni-with-key.pem",
      .private_key_file = "chain-key.pem,sni-with-key.pem" },
  { .ca_file = "ca.pem", .psk_file = "psk.txt", .psk_identity = CERTIFICATES_PSK_IDENTITY },
  { .priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3", .alpn_protocols = "h2, http/1.1" },
};

GST_START_TEST (test_what_is_right_is_accepted_and_stays_fresh)
{
  for (gint is_server = FALSE; is_server <= TRUE; is_server++) {
    g_auto (GstGioSocketTlsSettings) settings = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (GstGioSocketTlsContext) context = make_context (&good[__i__], is_server, &error);

    fail_unless (context != NULL, "%s", error != NULL ? error->message : "");
    fill_settings (&settings, &good[__i__]);
    fail_unless (gst_gio_socket_tls_context_is_fresh (context, &settings, is_server));
    fail_if (gst_gio_socket_tls_context_is_fresh (context, &settings, !is_server));
  }
}

GST_END_TEST

GST_START_TEST (test_a_file_that_changes_makes_it_stale)
{
  const Files files = { .certificate_file = "server-with-key.pem", .ca_file = "ca.pem" };
  const gchar *const changes[] = { "server-with-key.pem", "ca.pem" };
  g_auto (GstGioSocketTlsSettings) settings = { 0 };

  fill_settings (&settings, &files);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (GstGioSocketTlsContext) context = make_context (&files, TRUE, NULL);
    const gchar *path = certificates_path (certificates, changes[i]);
    g_autofree gchar *content = NULL;

    fail_unless (g_file_get_contents (path, &content, NULL, NULL));
    fail_unless (gst_gio_socket_tls_context_is_fresh (context, &settings, TRUE));
    /* The same size, and maybe within the same tick of the clock, but another file. */
    fail_unless (g_file_set_contents (path, content, -1, NULL));
    fail_if (gst_gio_socket_tls_context_is_fresh (context, &settings, TRUE));
  }
}

GST_END_TEST

GST_START_TEST (test_other_settings_make_it_stale)
{
  const Files files = { .certificate_file = "server-with-key.pem" };
  g_autoptr (GstGioSocketTlsContext) context = make_context (&files, TRUE, NULL);
  g_auto (GstGioSocketTlsSettings) settings = { 0 };

  fill_settings (&settings, &files);
  settings.client_authentication = GST_GIO_SOCKET_CLIENT_AUTHENTICATION_REQUIRE;
  fail_if (gst_gio_socket_tls_context_is_fresh (context, &settings, TRUE));
}

GST_END_TEST

static Suite *
lib_tls_context_suite (void)
{
  Suite *suite = suite_create ("lib-tls-context");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, certificates_test_setup, certificates_test_teardown);
  tcase_add_loop_test (tcase, test_what_is_wrong_is_named_with_its_file, 0, G_N_ELEMENTS (wrong));
  tcase_add_test (tcase, test_only_a_client_needs_its_identity_in_the_file);
  tcase_add_loop_test (tcase, test_what_is_right_is_accepted_and_stays_fresh, 0,
      G_N_ELEMENTS (good));
  tcase_add_test (tcase, test_a_file_that_changes_makes_it_stale);
  tcase_add_test (tcase, test_other_settings_make_it_stale);

  return suite;
}

GST_CHECK_MAIN (lib_tls_context)
