/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Settings from a URI, and back. */

#include "config.h"

#include "settings-private.h"

/* What a URI may set besides the address: this table is the mark of what is safe in a query, and the
 * documentation of gst_gio_socket_endpoint_set_uri() repeats it.  URIs come from playlists and other
 * strangers: never add a property that names a file, hands over an object or weakens a check, as
 * socket-mode would. */
static const guint query_settings[] = {
  GST_GIO_SOCKET_SETTING_MODE,
  GST_GIO_SOCKET_SETTING_NO_DELAY,
  GST_GIO_SOCKET_SETTING_TIMEOUT,
  GST_GIO_SOCKET_SETTING_CONNECT_TIMEOUT,
  GST_GIO_SOCKET_SETTING_BIND_ADDRESS,
  GST_GIO_SOCKET_SETTING_KEEPALIVE,
  GST_GIO_SOCKET_SETTING_USER_TIMEOUT,
  GST_GIO_SOCKET_SETTING_QOS_DSCP,
  GST_GIO_SOCKET_SETTING_SEND_BUFFER_SIZE,
  GST_GIO_SOCKET_SETTING_RECEIVE_BUFFER_SIZE,
  GST_GIO_SOCKET_SETTING_AUTO_RECONNECT,
  GST_GIO_SOCKET_SETTING_RETRY_BACKOFF_FACTOR,
  GST_GIO_SOCKET_SETTING_RETRY_BACKOFF_MAX,
  GST_GIO_SOCKET_SETTING_KEEP_LISTENING,
  GST_GIO_SOCKET_SETTING_WAIT_FOR_CONNECTION,
  GST_GIO_SOCKET_SETTING_ALPN_PROTOCOLS,
};

static gboolean
refuse (GError **error, GstURIError code, const gchar *uri, const gchar *why)
{
  g_autofree gchar *text = g_strdup_printf ("The URI '%s' %s.", uri, why);
  /* It may be anything, but an error's text is UTF-8. */
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);

  g_set_error_literal (error, GST_URI_ERROR, code, valid);

  return FALSE;
}

static gboolean
bad_uri (GError **error, const gchar *uri, const gchar *why)
{
  return refuse (error, GST_URI_ERROR_BAD_URI, uri, why);
}

static GParamSpec *
find_query_pspec (const gchar *name, guint *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (query_settings); i++) {
    g_autoptr (GParamSpec) pspec =
        g_param_spec_ref_sink (gst_gio_socket_settings_new_pspec (query_settings[i]));

    if (g_str_equal (pspec->name, name)) {
      *id = query_settings[i];
      return g_steal_pointer (&pspec);
    }
  }

  return NULL;
}

static gchar *
list_query_names (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (query_settings); i++) {
    g_autoptr (GParamSpec) pspec =
        g_param_spec_ref_sink (gst_gio_socket_settings_new_pspec (query_settings[i]));

    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", pspec->name);
  }

  return g_string_free (names, FALSE);
}

/* Not gst_value_deserialize() for these: it takes quotes away, and cuts numbers that are too large. */
static gboolean
read_value (GParamSpec *pspec, const gchar *text, GValue *value)
{
  guint64 number = 0;
  gint64 signed_number = 0;

  g_value_init (value, pspec->value_type);
  if (G_VALUE_HOLDS_STRING (value)) {
    g_value_set_string (value, text);
  } else if (G_VALUE_HOLDS_INT (value)) {
    if (!g_ascii_string_to_signed (text, 10, G_MININT, G_MAXINT, &signed_number, NULL))
      return FALSE;
    g_value_set_int (value, signed_number);
  } else if (G_VALUE_HOLDS_UINT (value)) {
    if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &number, NULL))
      return FALSE;
    g_value_set_uint (value, number);
  } else if (G_VALUE_HOLDS_UINT64 (value)) {
    if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &number, NULL))
      return FALSE;
    g_value_set_uint64 (value, number);
  } else if (*text == '\0' || !gst_value_deserialize (value, text)) {
    return FALSE;
  }

  return !g_param_value_validate (pspec, value);
}

static gboolean
take_parameter (GstGioSocketSettings *settings, const gchar *uri, const gchar *name,
    const gchar *text, GError **error)
{
  g_autofree gchar *why = NULL;
  g_autoptr (GParamSpec) pspec = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  guint id = 0;

  pspec = find_query_pspec (name, &id);
  if (pspec == NULL) {
    g_autofree gchar *names = list_query_names ();

    why = g_strdup_printf ("sets '%s', which a URI may not: only %s are allowed", name, names);
    return bad_uri (error, uri, why);
  }

  if (!read_value (pspec, text, &value)) {
    why = g_strdup_printf ("has the value '%s' for %s, which takes no such value", text, name);
    return bad_uri (error, uri, why);
  }

  gst_gio_socket_settings_set (settings, id, &value);

  return TRUE;
}

static gboolean
take_parameter_once (GstGioSocketSettings *settings, const gchar *uri, GHashTable *taken,
    const gchar *name, const gchar *text, GError **error)
{
  g_autofree gchar *why = NULL;

  if (g_hash_table_add (taken, g_strdup (name)))
    return take_parameter (settings, uri, name, text, error);

  why = g_strdup_printf ("sets %s twice", name);
  return bad_uri (error, uri, why);
}

static gboolean
take_query (GstGioSocketSettings *settings, const gchar *uri, const gchar *query, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) cause = NULL;
  g_autofree gchar *why = NULL;
  GUriParamsIter iter;

  if (query == NULL)
    return TRUE;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  while (TRUE) {
    g_autofree gchar *name = NULL;
    g_autofree gchar *text = NULL;

    if (!g_uri_params_iter_next (&iter, &name, &text, &cause))
      break;
    if (!take_parameter_once (settings, uri, taken, name, text, error))
      return FALSE;
  }

  if (cause == NULL)
    return TRUE;

  why = g_strdup_printf ("has a query that cannot be read: %s", cause->message);
  return bad_uri (error, uri, why);
}

/* GUri takes what no resolver knows. */
static gboolean
is_host (const gchar *host)
{
  for (const gchar *c = host; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c) || strchr (" \"#/<>?@[\\]", *c) != NULL)
      return FALSE;
  }

  return TRUE;
}

static gboolean
take_tcp (GstGioSocketSettings *settings, const gchar *uri, GUri *parsed, GError **error)
{
  const gchar *host = g_uri_get_host (parsed);
  const gchar *path = g_uri_get_path (parsed);

  if (host == NULL || *host == '\0')
    return bad_uri (error, uri, "names no host");
  if (!is_host (host))
    return bad_uri (error, uri, "names a host with a character that no host has");
  if (g_uri_get_port (parsed) < 0)
    return bad_uri (error, uri, "names no port");
  if (*path != '\0' && !g_str_equal (path, "/"))
    return bad_uri (error, uri, "has a path, but TCP knows none");
  if (g_uri_get_userinfo (parsed) != NULL)
    return bad_uri (error, uri, "names a user, but TCP knows none");

  g_free (settings->host);
  settings->host = g_strdup (host);
  settings->port = g_uri_get_port (parsed);
  settings->systemd_fd = -1;
  g_clear_pointer (&settings->socket_path, g_free);

  return TRUE;
}

static gboolean
take_unix (GstGioSocketSettings *settings, const gchar *uri, GUri *parsed,
    GUnixSocketAddressType type, GError **error)
{
  const gchar *path = g_uri_get_path (parsed);

  if (g_uri_get_host (parsed) != NULL && *g_uri_get_host (parsed) != '\0')
    return bad_uri (error, uri, "names a host: write unix:/path or unix-abstract:name");
  if (*path == '\0')
    return bad_uri (error, uri, "names no socket");

  g_free (settings->socket_path);
  settings->socket_path = g_strdup (path);
  settings->socket_type = type;
  settings->systemd_fd = -1;

  return TRUE;
}

static gboolean
take_systemd (GstGioSocketSettings *settings, const gchar *uri, GUri *parsed, GError **error)
{
  guint64 fd;

  if (g_uri_get_host (parsed) != NULL)
    return bad_uri (error, uri, "names a host: write systemd:3 for the first socket");
  if (!g_ascii_string_to_unsigned (g_uri_get_path (parsed), 10, 3, G_MAXINT, &fd, NULL))
    return bad_uri (error, uri, "names no descriptor: write systemd:3 for the first socket");

  settings->systemd_fd = fd;

  return TRUE;
}

static gboolean
take_address (GstGioSocketSettings *settings, const gchar *uri, GUri *parsed, GError **error)
{
  const gchar *scheme = g_uri_get_scheme (parsed);
  g_autofree gchar *why = NULL;

  if (g_str_equal (scheme, "tcp") || g_str_equal (scheme, "tls")) {
    settings->tls.is_enabled = g_str_equal (scheme, "tls");
    return take_tcp (settings, uri, parsed, error);
  }
  if (g_str_equal (scheme, "unix"))
    return take_unix (settings, uri, parsed, G_UNIX_SOCKET_ADDRESS_PATH, error);
  if (g_str_equal (scheme, "unix-abstract"))
    return take_unix (settings, uri, parsed, G_UNIX_SOCKET_ADDRESS_ABSTRACT, error);
  if (g_str_equal (scheme, "systemd"))
    return take_systemd (settings, uri, parsed, error);

  why = g_strdup_printf (
      "begins with '%s:', but only tcp:, tls:, unix:, unix-abstract: and systemd: are known",
      scheme);
  return refuse (error, GST_URI_ERROR_UNSUPPORTED_PROTOCOL, uri, why);
}

/* Not g_uri_parse(): it takes ".." away, which in a path is not the same, and in a name is a part of
 * it. */
static GUri *
split (const gchar *uri, GError **error)
{
  g_autofree gchar *scheme = NULL;
  g_autofree gchar *userinfo = NULL;
  g_autofree gchar *host = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *query = NULL;
  g_autofree gchar *fragment = NULL;
  gint port;

  if (!g_uri_split (uri, G_URI_FLAGS_ENCODED_QUERY, &scheme, &userinfo, &host, &port, &path, &query,
          &fragment, error))
    return NULL;
  if (scheme == NULL) {
    g_set_error_literal (error, G_URI_ERROR, G_URI_ERROR_BAD_SCHEME,
        "it does not begin with a scheme, such as tcp:");
    return NULL;
  }

  return g_uri_build (G_URI_FLAGS_ENCODED_QUERY, scheme, userinfo, host, port, path, query,
      fragment);
}

gboolean
gst_gio_socket_settings_parse_uri (GstGioSocketSettings *settings, const gchar *uri, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GUri) parsed = split (uri, &cause);
  g_autofree gchar *why = NULL;

  if (parsed == NULL) {
    why = g_strdup_printf ("cannot be read: %s", cause->message);
    return bad_uri (error, uri, why);
  }
  if (g_uri_get_fragment (parsed) != NULL)
    return bad_uri (error, uri, "has a fragment ('#'): write %23 for that character");

  return take_address (settings, uri, parsed, error) &&
      take_query (settings, uri, g_uri_get_query (parsed), error);
}

/* Not gst_value_serialize() for an enum: it writes the long name, spaces and all. */
static gchar *
format_value (const GValue *value)
{
  g_autoptr (GEnumClass) klass = NULL;

  if (G_VALUE_HOLDS_STRING (value))
    return g_uri_escape_string (g_value_get_string (value), "/,:", /* allow_utf8 */ TRUE);
  if (!G_VALUE_HOLDS_ENUM (value))
    return gst_value_serialize (value);

  klass = g_type_class_ref (G_VALUE_TYPE (value));

  return g_strdup (g_enum_get_value (klass, g_value_get_enum (value))->value_nick);
}

gchar *
gst_gio_socket_settings_format_uri (const GstGioSocketSettings *settings)
{
  g_autofree gchar *address = NULL;
  GString *uri;
  gchar separator = '?';

  if (settings->socket != NULL)
    return NULL;

  address = gst_gio_socket_settings_describe (settings);
  uri = g_string_new (address);
  for (guint i = 0; i < G_N_ELEMENTS (query_settings); i++) {
    g_autoptr (GParamSpec) pspec =
        g_param_spec_ref_sink (gst_gio_socket_settings_new_pspec (query_settings[i]));
    g_auto (GValue) value = G_VALUE_INIT;
    g_autofree gchar *text = NULL;

    g_value_init (&value, pspec->value_type);
    gst_gio_socket_settings_get (settings, query_settings[i], &value);
    if (g_param_value_defaults (pspec, &value))
      continue;

    text = format_value (&value);
    g_string_append_printf (uri, "%c%s=%s", separator, pspec->name, text);
    separator = '&';
  }

  return g_string_free (uri, FALSE);
}
