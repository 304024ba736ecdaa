/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "settings-private.h"

void
gst_gio_socket_settings_init (GstGioSocketSettings *settings)
{
  *settings = (GstGioSocketSettings){
    .host = g_strdup (GST_GIO_SOCKET_DEFAULT_HOST),
    .port = GST_GIO_SOCKET_DEFAULT_PORT,
    .socket_type = G_UNIX_SOCKET_ADDRESS_PATH,
    .socket_mode = -1,
    .systemd_fd = -1,
    .mode = GST_GIO_SOCKET_MODE_CONNECT,
    .no_delay = TRUE,
  };
  gst_gio_socket_options_init (&settings->options);
  gst_gio_socket_settings_init_life (&settings->life);
  gst_gio_socket_tls_settings_init (&settings->tls);
}

void
gst_gio_socket_settings_copy (const GstGioSocketSettings *settings, GstGioSocketSettings *copy)
{
  *copy = *settings;
  copy->host = g_strdup (settings->host);
  copy->socket_path = g_strdup (settings->socket_path);
  copy->bind_address = g_strdup (settings->bind_address);
  copy->uri_error = g_strdup (settings->uri_error);
  if (copy->socket != NULL)
    g_object_ref (copy->socket);
  gst_gio_socket_tls_settings_copy (&settings->tls, &copy->tls);
}

void
gst_gio_socket_settings_clear (GstGioSocketSettings *settings)
{
  g_clear_pointer (&settings->host, g_free);
  g_clear_pointer (&settings->socket_path, g_free);
  g_clear_pointer (&settings->bind_address, g_free);
  g_clear_pointer (&settings->uri_error, g_free);
  g_clear_object (&settings->socket);
  gst_gio_socket_tls_settings_clear (&settings->tls);
}

gboolean
gst_gio_socket_settings_is_listening (const GstGioSocketSettings *settings)
{
  return settings->mode == GST_GIO_SOCKET_MODE_LISTEN ||
      (settings->systemd_fd >= 0 && settings->socket == NULL);
}

/* An IPv6 address, with or without a scope. */
static gboolean
is_ipv6 (const gchar *host)
{
  g_autofree gchar *address = g_strndup (host, strcspn (host, "%"));

  return strchr (address, ':') != NULL && g_hostname_is_ip_address (address);
}

/* The scope of an IPv6 address begins with '%', which a URI has to escape. */
static gchar *
describe_tcp (const GstGioSocketSettings *settings)
{
  gboolean has_brackets = is_ipv6 (settings->host);
  g_autofree gchar *host =
      g_uri_escape_string (settings->host, has_brackets ? ":" : NULL, /* allow_utf8 */ TRUE);

  return g_strdup_printf (has_brackets ? "%s://[%s]:%u" : "%s://%s:%u",
      settings->tls.is_enabled ? "tls" : "tcp", host, settings->port);
}

/* Two slashes would begin the name of a host, and two more say that there is none. */
static gchar *
describe_unix (const GstGioSocketSettings *settings)
{
  const gchar *scheme =
      settings->socket_type == G_UNIX_SOCKET_ADDRESS_ABSTRACT ? "unix-abstract:" : "unix:";
  g_autofree gchar *path = g_uri_escape_string (settings->socket_path,
      G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, /* allow_utf8 */ TRUE);

  return g_strconcat (scheme, g_str_has_prefix (path, "//") ? "//" : "", path, NULL);
}

gchar *
gst_gio_socket_settings_describe (const GstGioSocketSettings *settings)
{
  if (settings->socket != NULL)
    return g_strdup ("the socket of the application");
  if (settings->systemd_fd >= 0)
    return g_strdup_printf ("systemd:%d", settings->systemd_fd);

  return settings->socket_path != NULL ? describe_unix (settings) : describe_tcp (settings);
}

typedef struct
{
  gint io_code;
  GstResourceError code;
  const gchar *advice;
} Explanation;

#define PROXY_ADVICE "The proxy is in the way: check the system's settings of proxies, and its own"

/* What a user can do about it.  The mode decides who is to blame for the same code. */
static const Explanation connect_explanations[] = {
  { G_IO_ERROR_CONNECTION_REFUSED, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
      "Nobody listens there: start the peer first, or check the address" },
  { G_IO_ERROR_NOT_FOUND, GST_RESOURCE_ERROR_NOT_FOUND,
      "Nobody listens there: start the peer first, or check the path" },
  { G_IO_ERROR_TIMED_OUT, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
      "The host does not answer: check the address and the firewall" },
  { G_IO_ERROR_WOULD_BLOCK, GST_RESOURCE_ERROR_BUSY,
      "The peer listens, but has not accepted others yet: try again later" },
  { G_IO_ERROR_PROXY_FAILED, GST_RESOURCE_ERROR_OPEN_READ_WRITE, PROXY_ADVICE },
  { G_IO_ERROR_PROXY_AUTH_FAILED, GST_RESOURCE_ERROR_NOT_AUTHORIZED, PROXY_ADVICE },
  { G_IO_ERROR_PROXY_NEED_AUTH, GST_RESOURCE_ERROR_NOT_AUTHORIZED, PROXY_ADVICE },
  { G_IO_ERROR_PROXY_NOT_ALLOWED, GST_RESOURCE_ERROR_NOT_AUTHORIZED, PROXY_ADVICE },
  { G_IO_ERROR_PERMISSION_DENIED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
      "This user may not connect there: check the permissions" },
};

static const Explanation listen_explanations[] = {
  { G_IO_ERROR_ADDRESS_IN_USE, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
      "Somebody else listens there: stop them or choose another address" },
  { G_IO_ERROR_PERMISSION_DENIED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
      "This user may not listen there: choose another address" },
  { G_IO_ERROR_EXISTS, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Move it away or choose another path" },
  { G_IO_ERROR_NOT_FOUND, GST_RESOURCE_ERROR_NOT_FOUND, "Make the folder of the path first" },
};

static Explanation
find_explanation (const GstGioSocketSettings *settings, const GError *cause)
{
  gboolean listens = gst_gio_socket_settings_is_listening (settings);
  const Explanation *table = listens ? listen_explanations : connect_explanations;
  guint n = listens ? G_N_ELEMENTS (listen_explanations) : G_N_ELEMENTS (connect_explanations);

  if (cause->domain == G_RESOLVER_ERROR)
    return (Explanation){ 0, GST_RESOURCE_ERROR_NOT_FOUND,
      "Check the name, or give an address in numbers" };

  for (guint i = 0; i < n; i++) {
    if (g_error_matches (cause, G_IO_ERROR, table[i].io_code))
      return table[i];
  }

  return (Explanation){ 0, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "Check the address" };
}

void
gst_gio_socket_settings_explain (const GstGioSocketSettings *settings, const GError *cause,
    GError **error)
{
  g_autofree gchar *where = gst_gio_socket_settings_describe (settings);
  const gchar *what = gst_gio_socket_settings_is_listening (settings) ? "listen on" : "connect to";
  Explanation explanation;

  /* Cancelled, or explained already. */
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      cause->domain == GST_RESOURCE_ERROR) {
    g_propagate_error (error, g_error_copy (cause));
    return;
  }

  explanation = find_explanation (settings, cause);
  g_set_error (error, GST_RESOURCE_ERROR, explanation.code, "Could not %s %s: %s. %s.", what, where,
      cause->message, explanation.advice);
}
