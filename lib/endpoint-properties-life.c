/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* The endpoint's properties about what is done without a connection: described once, here, for the
 * endpoint and for the elements. */

#include "config.h"

#include "settings-private.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

#define DEFAULT_RETRY_BACKOFF_FACTOR 0.5
#define DEFAULT_RETRY_BACKOFF_MAX 60.0

/* Seconds.  Attempts without any pause would do nothing else than attempt. */
#define MIN_RETRY_BACKOFF 0.001
#define MAX_RETRY_BACKOFF 86400.0

void
gst_gio_socket_settings_init_life (GstGioSocketLifeSettings *life)
{
  *life = (GstGioSocketLifeSettings){
    .retry_backoff_factor = DEFAULT_RETRY_BACKOFF_FACTOR,
    .retry_backoff_max = DEFAULT_RETRY_BACKOFF_MAX,
    .wait_for_connection = TRUE,
  };
}

GParamSpec *
gst_gio_socket_settings_new_life_pspec (guint prop_id)
{
  switch (prop_id) {
    /**
     * GstGioSocketEndpoint:auto-reconnect:
     *
     * Whether a connection that is refused or lost is made again, instead of being an error.  What
     * is wrong with the settings, a peer that is not trusted included, is an error all the same.
     * With mode=listen the next peer is served, as with keep-listening, and an address that cannot
     * be listened on is tried again.  A socket of the application cannot be made again.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_AUTO_RECONNECT:
      return g_param_spec_boolean ("auto-reconnect", "Auto reconnect",
          "Make a connection again that is refused or lost, instead of posting an error", FALSE,
          FLAGS);
    /**
     * GstGioSocketEndpoint:retry-backoff-factor:
     *
     * Seconds to wait before the first attempt to connect again; each further wait is twice as
     * long.  Waits are between half of that and all of it, at random.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_RETRY_BACKOFF_FACTOR:
      return g_param_spec_double ("retry-backoff-factor", "Retry backoff factor",
          "Seconds before the first attempt to connect again; doubles from attempt to attempt",
          MIN_RETRY_BACKOFF, MAX_RETRY_BACKOFF, DEFAULT_RETRY_BACKOFF_FACTOR, FLAGS);
    /**
     * GstGioSocketEndpoint:retry-backoff-max:
     *
     * Seconds that a wait between two attempts lasts at most.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_RETRY_BACKOFF_MAX:
      return g_param_spec_double ("retry-backoff-max", "Retry backoff maximum",
          "The longest wait between two attempts to connect, in seconds", MIN_RETRY_BACKOFF,
          MAX_RETRY_BACKOFF, DEFAULT_RETRY_BACKOFF_MAX, FLAGS);
    /**
     * GstGioSocketEndpoint:keep-listening:
     *
     * With mode=listen: whether the next peer is served when one leaves, on the same socket that
     * listens.  Whoever comes meanwhile waits.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_KEEP_LISTENING:
      return g_param_spec_boolean ("keep-listening", "Keep listening",
          "Serve the next peer when one leaves (mode=listen)", FALSE, FLAGS);
    /**
     * GstGioSocketEndpoint:wait-for-connection:
     *
     * Whether who sends waits while there is no connection.  If not, buffers are dropped and counted
     * until there is one.  Who receives waits in any case.
     *
     * Since: 0.1
     */
    case GST_GIO_SOCKET_SETTING_WAIT_FOR_CONNECTION:
      return g_param_spec_boolean ("wait-for-connection", "Wait for connection",
          "Wait with buffers until there is a connection, instead of dropping them", TRUE, FLAGS);
    default:
      return gst_gio_socket_settings_new_tls_pspec (prop_id);
  }
}

gboolean
gst_gio_socket_settings_set_life (GstGioSocketLifeSettings *life, guint id, const GValue *value)
{
  switch (id) {
    case GST_GIO_SOCKET_SETTING_AUTO_RECONNECT:
      life->auto_reconnect = g_value_get_boolean (value);
      break;
    case GST_GIO_SOCKET_SETTING_RETRY_BACKOFF_FACTOR:
      life->retry_backoff_factor = g_value_get_double (value);
      break;
    case GST_GIO_SOCKET_SETTING_RETRY_BACKOFF_MAX:
      life->retry_backoff_max = g_value_get_double (value);
      break;
    case GST_GIO_SOCKET_SETTING_KEEP_LISTENING:
      life->keep_listening = g_value_get_boolean (value);
      break;
    case GST_GIO_SOCKET_SETTING_WAIT_FOR_CONNECTION:
      life->wait_for_connection = g_value_get_boolean (value);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

gboolean
gst_gio_socket_settings_get_life (const GstGioSocketLifeSettings *life, guint id, GValue *value)
{
  switch (id) {
    case GST_GIO_SOCKET_SETTING_AUTO_RECONNECT:
      g_value_set_boolean (value, life->auto_reconnect);
      break;
    case GST_GIO_SOCKET_SETTING_RETRY_BACKOFF_FACTOR:
      g_value_set_double (value, life->retry_backoff_factor);
      break;
    case GST_GIO_SOCKET_SETTING_RETRY_BACKOFF_MAX:
      g_value_set_double (value, life->retry_backoff_max);
      break;
    case GST_GIO_SOCKET_SETTING_KEEP_LISTENING:
      g_value_set_boolean (value, life->keep_listening);
      break;
    case GST_GIO_SOCKET_SETTING_WAIT_FOR_CONNECTION:
      g_value_set_boolean (value, life->wait_for_connection);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

/* A socket of the application cannot be made again. */
void
gst_gio_socket_settings_resolve_life (const GstGioSocketSettings *settings, GstGioSocketLife *life)
{
  const GstGioSocketLifeSettings *wanted = &settings->life;
  gboolean listens = settings->socket == NULL && gst_gio_socket_settings_is_listening (settings);

  *life = (GstGioSocketLife){
    .owns_socket = settings->socket == NULL,
    .is_private = settings->socket == NULL && settings->systemd_fd < 0,
    .listens = listens,
    .retries = settings->socket == NULL && wanted->auto_reconnect,
    .waits = wanted->wait_for_connection,
    .retry_backoff_factor = wanted->retry_backoff_factor,
    .retry_backoff_max = wanted->retry_backoff_max,
  };
  life->goes_on = life->retries || (listens && wanted->keep_listening);
}
