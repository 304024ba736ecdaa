/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "endpoint.h"
#include "settings-private.h"

struct _GstGioSocketEndpoint
{
  GObject parent_instance;

  /* Held from copy to swap, or of two changes at the same time one would be lost. */
  GMutex changing;

  GMutex lock;
  GstGioSocketSettings settings;       /* lock */
  GstGioSocketTlsContext *tls_context; /* lock; the last one that was made, or NULL */
  GHashTable *told;                    /* lock; texts of warnings */
};

enum
{
  SIGNAL_WARNING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

GType
gst_gio_socket_mode_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_GIO_SOCKET_MODE_CONNECT, "Connect to a peer that listens", "connect" },
    { GST_GIO_SOCKET_MODE_LISTEN, "Listen, and accept one peer", "listen" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstGioSocketMode", values));

  return type;
}

G_DEFINE_FINAL_TYPE (GstGioSocketEndpoint, gst_gio_socket_endpoint, G_TYPE_OBJECT)

/**
 * gst_gio_socket_endpoint_new:
 *
 * Makes an endpoint with default properties: connects to localhost, port 4953.
 *
 * Returns: (transfer full): the endpoint
 *
 * Since: 0.1
 */
GstGioSocketEndpoint *
gst_gio_socket_endpoint_new (void)
{
  return g_object_new (GST_TYPE_GIO_SOCKET_ENDPOINT, NULL);
}

static void
copy_settings (GstGioSocketEndpoint *self, GstGioSocketSettings *copy)
{
  g_mutex_lock (&self->lock);
  gst_gio_socket_settings_copy (&self->settings, copy);
  g_mutex_unlock (&self->lock);
}

/* What was there comes back in @settings, so that it is freed outside the lock. */
static void
swap_settings (GstGioSocketEndpoint *self, GstGioSocketSettings *settings)
{
  GstGioSocketSettings old;

  g_mutex_lock (&self->lock);
  old = self->settings;
  self->settings = *settings;
  g_mutex_unlock (&self->lock);

  *settings = old;
}

/**
 * gst_gio_socket_endpoint_describe:
 * @self: the endpoint
 *
 * The address in words, for messages.
 *
 * Returns: (transfer full): a URI without a query
 *
 * Since: 0.1
 */
gchar *
gst_gio_socket_endpoint_describe (GstGioSocketEndpoint *self)
{
  g_auto (GstGioSocketSettings) settings = { 0 };

  copy_settings (self, &settings);

  return gst_gio_socket_settings_describe (&settings);
}

/**
 * gst_gio_socket_endpoint_get_no_delay:
 * @self: the endpoint
 *
 * Gets the property no-delay.
 *
 * Returns: whether small segments leave without waiting for an acknowledgement (TCP_NODELAY)
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_endpoint_get_no_delay (GstGioSocketEndpoint *self)
{
  gboolean no_delay;

  g_mutex_lock (&self->lock);
  no_delay = self->settings.no_delay;
  g_mutex_unlock (&self->lock);

  return no_delay;
}

/**
 * gst_gio_socket_endpoint_get_timeout:
 * @self: the endpoint
 *
 * Gets the property timeout.
 *
 * Returns: seconds without progress that are an error; 0: no limit
 *
 * Since: 0.1
 */
guint
gst_gio_socket_endpoint_get_timeout (GstGioSocketEndpoint *self)
{
  guint timeout;

  g_mutex_lock (&self->lock);
  timeout = self->settings.timeout;
  g_mutex_unlock (&self->lock);

  return timeout;
}

static GstGioSocketTlsContext *
swap_tls_context (GstGioSocketEndpoint *self, GstGioSocketTlsContext *context)
{
  GstGioSocketTlsContext *old;

  g_mutex_lock (&self->lock);
  old = self->tls_context;
  self->tls_context = context;
  g_mutex_unlock (&self->lock);

  return old;
}

/**
 * gst_gio_socket_endpoint_get_tls_context:
 * @self: the endpoint
 * @context: (out) (transfer full) (nullable): what TLS needs; %NULL: there is to be no TLS
 * @error: %GST_RESOURCE_ERROR with a text for the user
 *
 * Reads certificates and keys, unless they are those of the last time.
 *
 * Returns: whether @context is right
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_endpoint_get_tls_context (GstGioSocketEndpoint *self,
    GstGioSocketTlsContext **context, GError **error)
{
  g_auto (GstGioSocketSettings) settings = { 0 };
  g_autoptr (GstGioSocketTlsContext) old = NULL;
  g_autoptr (GError) cause = NULL;
  gboolean is_server;

  *context = NULL;
  copy_settings (self, &settings);
  if (!settings.tls.is_enabled)
    return TRUE;

  is_server = gst_gio_socket_settings_is_listening (&settings);
  old = swap_tls_context (self, NULL);
  if (old != NULL && gst_gio_socket_tls_context_is_fresh (old, &settings.tls, is_server))
    *context = g_steal_pointer (&old);
  else
    *context = gst_gio_socket_tls_context_new (&settings.tls, is_server, &cause);

  if (*context == NULL) {
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, cause->message);
    return FALSE;
  }

  g_clear_object (&old);
  old = swap_tls_context (self, g_object_ref (*context));

  return TRUE;
}

/**
 * gst_gio_socket_endpoint_dup_peer_name:
 * @self: the endpoint
 *
 * Gets the name that the certificate of a server has to have when no other is set.
 *
 * Returns: (transfer full) (nullable): the name that is connected to; %NULL where there is none: with a
 *   path, a socket of the application, or mode=listen
 *
 * Since: 0.1
 */
gchar *
gst_gio_socket_endpoint_dup_peer_name (GstGioSocketEndpoint *self)
{
  g_auto (GstGioSocketSettings) settings = { 0 };

  copy_settings (self, &settings);
  if (settings.socket != NULL || settings.socket_path != NULL ||
      gst_gio_socket_settings_is_listening (&settings))
    return NULL;

  return g_steal_pointer (&settings.host);
}

/**
 * gst_gio_socket_endpoint_check:
 * @self: the endpoint
 * @error: %GST_RESOURCE_ERROR with a text for the user
 *
 * Finds out what can be known to be wrong without touching the network.  Begins anew: what
 * #GstGioSocketEndpoint::warning has told is told again.
 *
 * Returns: whether gst_gio_socket_endpoint_open() is worth a try
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_endpoint_check (GstGioSocketEndpoint *self, GError **error)
{
  g_auto (GstGioSocketSettings) settings = { 0 };

  g_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->told);
  g_mutex_unlock (&self->lock);

  copy_settings (self, &settings);

  return gst_gio_socket_settings_check (&settings, error);
}

static void
warn_cb (const gchar *text, gpointer user_data)
{
  GstGioSocketEndpoint *self = user_data;
  g_autoptr (GError) warning = NULL;
  gboolean is_new;

  g_mutex_lock (&self->lock);
  is_new = g_hash_table_add (self->told, g_strdup (text));
  g_mutex_unlock (&self->lock);

  if (!is_new)
    return;

  warning = g_error_new_literal (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, text);
  g_signal_emit (user_data, signals[SIGNAL_WARNING], 0, warning);
}

/**
 * gst_gio_socket_endpoint_open:
 * @self: the endpoint
 * @bound: (nullable) (scope call): told when somebody may connect (mode=listen)
 * @user_data: for @bound
 * @cancellable: (nullable): ends every wait
 * @error: %GST_RESOURCE_ERROR with a text for the user, or %G_IO_ERROR_CANCELLED
 *
 * Connects, or listens and accepts one peer.  Blocks as long as that takes.  What was asked for and
 * does not hinder that is told by #GstGioSocketEndpoint::warning.
 *
 * Returns: (transfer full): a connected stream socket, or %NULL
 *
 * Since: 0.1
 */
GSocket *
gst_gio_socket_endpoint_open (GstGioSocketEndpoint *self, GstGioSocketBoundFunc bound,
    gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_auto (GstGioSocketSettings) settings = { 0 };
  const GstGioSocketReport report = { warn_cb, self };

  copy_settings (self, &settings);

  return gst_gio_socket_settings_open (&settings, NULL, bound, user_data, &report, cancellable,
      error);
}

GSocket *
gst_gio_socket_endpoint_open_next (GstGioSocketEndpoint *self, GstGioSocketListener *listener,
    GstGioSocketBoundFunc bound, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_auto (GstGioSocketSettings) settings = { 0 };
  const GstGioSocketReport report = { warn_cb, self };

  copy_settings (self, &settings);

  return gst_gio_socket_settings_open (&settings, listener, bound, user_data, &report, cancellable,
      error);
}

gchar *
gst_gio_socket_endpoint_dup_uri_fault (GstGioSocketEndpoint *self)
{
  gchar *fault;

  g_mutex_lock (&self->lock);
  fault = g_strdup (self->settings.uri_error);
  g_mutex_unlock (&self->lock);

  return fault;
}

void
gst_gio_socket_endpoint_get_life (GstGioSocketEndpoint *self, GstGioSocketLife *life)
{
  g_mutex_lock (&self->lock);
  gst_gio_socket_settings_resolve_life (&self->settings, life);
  g_mutex_unlock (&self->lock);
}

/**
 * gst_gio_socket_endpoint_set_uri:
 * @self: the endpoint
 * @uri: tcp://host:port, tls://host:port, unix:/path, unix-abstract:name or systemd:descriptor, with
 *   ?property=value&… behind it
 * @error: %GST_URI_ERROR that names the part that is wrong
 *
 * Sets what @uri says, or nothing when something in it is wrong; opening fails from then on, until
 * a good one is set, so that a wrong address is not silently replaced by the default one.
 *
 * A query may set only properties that cannot do harm when the URI comes from a playlist: mode,
 * no-delay, timeout, connect-timeout, bind-address, keepalive, user-timeout, qos-dscp,
 * send-buffer-size, receive-buffer-size, auto-reconnect, retry-backoff-factor, retry-backoff-max,
 * keep-listening, wait-for-connection and alpn-protocols.  It names no file but the socket of a
 * unix: address, and cannot weaken what is checked.  Properties of an element that are not the
 * endpoint's it cannot set, either.
 *
 * Returns: whether @uri was taken
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_endpoint_set_uri (GstGioSocketEndpoint *self, const gchar *uri, GError **error)
{
  g_auto (GstGioSocketSettings) settings = { 0 };
  g_autoptr (GError) uri_error = NULL;

  g_mutex_lock (&self->changing);
  copy_settings (self, &settings);
  g_clear_pointer (&settings.uri_error, g_free);

  if (!gst_gio_socket_settings_parse_uri (&settings, uri, &uri_error)) {
    gst_gio_socket_settings_clear (&settings);
    copy_settings (self, &settings);
    g_free (settings.uri_error);
    settings.uri_error = g_strdup (uri_error->message);
  }
  swap_settings (self, &settings);
  g_mutex_unlock (&self->changing);

  if (uri_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&uri_error));
    return FALSE;
  }

  return TRUE;
}

/**
 * gst_gio_socket_endpoint_check_uri:
 * @uri: an address
 * @error: %GST_URI_ERROR that names the part that is wrong
 *
 * Finds out whether a URI is good, without an endpoint.
 *
 * Returns: whether gst_gio_socket_endpoint_set_uri() would take @uri
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_endpoint_check_uri (const gchar *uri, GError **error)
{
  g_auto (GstGioSocketSettings) settings = { 0 };

  gst_gio_socket_settings_init (&settings);

  return gst_gio_socket_settings_parse_uri (&settings, uri, error);
}

/**
 * gst_gio_socket_endpoint_dup_uri:
 * @self: the endpoint
 *
 * The address and every property of the query that differs from its default, as a URI that
 * gst_gio_socket_endpoint_set_uri() takes.
 *
 * Returns: (transfer full) (nullable): the URI; %NULL with a socket of the application
 *
 * Since: 0.1
 */
gchar *
gst_gio_socket_endpoint_dup_uri (GstGioSocketEndpoint *self)
{
  g_auto (GstGioSocketSettings) settings = { 0 };

  copy_settings (self, &settings);

  return gst_gio_socket_settings_format_uri (&settings);
}

/* --- GObject ------------------------------------------------------------- */

static void
gst_gio_socket_endpoint_set_property (GObject *object, guint prop_id, const GValue *value,
    GParamSpec *pspec)
{
  GstGioSocketEndpoint *self = GST_GIO_SOCKET_ENDPOINT (object);
  g_auto (GstGioSocketSettings) settings = { 0 };

  if (prop_id == GST_GIO_SOCKET_SETTING_URI) {
    const gchar *uri = g_value_get_string (value);

    /* What is wrong with it is said when the endpoint is opened. */
    if (uri != NULL)
      gst_gio_socket_endpoint_set_uri (self, uri, NULL);
    return;
  }

  g_mutex_lock (&self->changing);
  copy_settings (self, &settings);
  gst_gio_socket_settings_set (&settings, prop_id, value);
  swap_settings (self, &settings);
  g_mutex_unlock (&self->changing);
}

static void
gst_gio_socket_endpoint_get_property (GObject *object, guint prop_id, GValue *value,
    GParamSpec *pspec)
{
  g_auto (GstGioSocketSettings) settings = { 0 };

  copy_settings (GST_GIO_SOCKET_ENDPOINT (object), &settings);
  gst_gio_socket_settings_get (&settings, prop_id, value);
}

static void
gst_gio_socket_endpoint_finalize (GObject *object)
{
  GstGioSocketEndpoint *self = GST_GIO_SOCKET_ENDPOINT (object);

  gst_gio_socket_settings_clear (&self->settings);
  g_clear_object (&self->tls_context);
  g_hash_table_unref (self->told);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->changing);

  G_OBJECT_CLASS (gst_gio_socket_endpoint_parent_class)->finalize (object);
}

/**
 * gst_gio_socket_endpoint_install_properties: (skip)
 * @klass: a class whose instances have an endpoint
 * @first_id: the first of the property ids to use
 *
 * Gives @klass the endpoint's properties, so that each is described in one place.  In its
 * set_property and get_property the class hands on what it does not know itself, by name.
 *
 * Since: 0.1
 */
void
gst_gio_socket_endpoint_install_properties (GObjectClass *klass, guint first_id)
{
  for (guint i = GST_GIO_SOCKET_SETTING_URI; i < GST_GIO_SOCKET_N_SETTINGS; i++) {
    GParamSpec *pspec = gst_gio_socket_settings_new_pspec (i);

    /* An element's enums are part of what its plugin documents. */
    if (g_str_has_prefix (g_type_name (pspec->value_type), "GstGioSocket"))
      gst_type_mark_as_plugin_api (pspec->value_type, 0);
    g_object_class_install_property (klass, first_id + i - GST_GIO_SOCKET_SETTING_URI, pspec);
  }
}

static void
gst_gio_socket_endpoint_class_init (GstGioSocketEndpointClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = gst_gio_socket_endpoint_set_property;
  object_class->get_property = gst_gio_socket_endpoint_get_property;
  object_class->finalize = gst_gio_socket_endpoint_finalize;

  /**
   * GstGioSocketEndpoint::warning:
   * @self: the endpoint
   * @warning: %GST_RESOURCE_ERROR with a text for the user
   *
   * Something was asked for that cannot be had, such as an option that this kind of socket does not
   * have; opening goes on without.  Emitted in the thread that opens, each thing once, however often
   * that is tried, until gst_gio_socket_endpoint_check() is called.
   *
   * Since: 0.1
   */
  signals[SIGNAL_WARNING] = g_signal_new ("warning", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
      0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  gst_gio_socket_endpoint_install_properties (object_class, GST_GIO_SOCKET_SETTING_URI);
}

static void
gst_gio_socket_endpoint_init (GstGioSocketEndpoint *self)
{
  g_mutex_init (&self->changing);
  g_mutex_init (&self->lock);
  gst_gio_socket_settings_init (&self->settings);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
