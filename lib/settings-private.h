/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#include "endpoint-private.h"
#include "life-settings.h"
#include "socket-options.h"
#include "tls-settings.h"

/* What an endpoint's properties say, as a value: the endpoint owns one under its lock, whoever
 * opens a socket works on a copy.  A socket path, when set, wins over host and port; a descriptor of
 * systemd's, which only a URI sets, wins over both, and a socket of the application over all. */
typedef struct
{
  gchar *host;
  guint port;
  gchar *socket_path;
  GUnixSocketAddressType socket_type;
  gint socket_mode; /* permissions of a path that is listened on; -1: the umask's */
  gint systemd_fd;  /* -1: none */
  GstGioSocketMode mode;
  GSocket *socket;
  gchar *bind_address;
  GstClockTime connect_timeout; /* 0, or none: the system's */
  gboolean no_delay;
  guint timeout;
  GstGioSocketOptions options;
  GstGioSocketLifeSettings life;
  GstGioSocketTlsSettings tls;
  gchar *uri_error; /* why the URI that was set last was not taken, or NULL */
} GstGioSocketSettings;

void gst_gio_socket_settings_init (GstGioSocketSettings *settings);
void
gst_gio_socket_settings_copy (const GstGioSocketSettings *settings, GstGioSocketSettings *copy);
void gst_gio_socket_settings_clear (GstGioSocketSettings *settings);

/* One setting, one property of the endpoint; the numbers are its property ids. */
enum
{
  GST_GIO_SOCKET_SETTING_URI = 1,
  GST_GIO_SOCKET_SETTING_HOST,
  GST_GIO_SOCKET_SETTING_PORT,
  GST_GIO_SOCKET_SETTING_SOCKET_PATH,
  GST_GIO_SOCKET_SETTING_SOCKET_TYPE,
  GST_GIO_SOCKET_SETTING_MODE,
  GST_GIO_SOCKET_SETTING_SOCKET,
  GST_GIO_SOCKET_SETTING_NO_DELAY,
  GST_GIO_SOCKET_SETTING_TIMEOUT,
  GST_GIO_SOCKET_SETTING_CONNECT_TIMEOUT,
  GST_GIO_SOCKET_SETTING_BIND_ADDRESS,
  GST_GIO_SOCKET_SETTING_SOCKET_MODE,
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
  GST_GIO_SOCKET_SETTING_TLS,
  GST_GIO_SOCKET_SETTING_CERTIFICATE_FILE,
  GST_GIO_SOCKET_SETTING_PRIVATE_KEY_FILE,
  GST_GIO_SOCKET_SETTING_CA_FILE,
  GST_GIO_SOCKET_SETTING_TLS_VALIDATION_FLAGS,
  GST_GIO_SOCKET_SETTING_SERVER_NAME,
  GST_GIO_SOCKET_SETTING_ALPN_PROTOCOLS,
  GST_GIO_SOCKET_SETTING_TLS_PRIORITY,
  GST_GIO_SOCKET_SETTING_CLIENT_AUTHENTICATION,
  GST_GIO_SOCKET_SETTING_PSK_IDENTITY,
  GST_GIO_SOCKET_SETTING_PSK_FILE,
  GST_GIO_SOCKET_SETTING_TLS_ALLOW_TRUNCATION,
  GST_GIO_SOCKET_SETTING_TLS_HANDSHAKE_TIMEOUT,
  GST_GIO_SOCKET_N_SETTINGS
};

GParamSpec *gst_gio_socket_settings_new_pspec (guint id);
void gst_gio_socket_settings_set (GstGioSocketSettings *settings, guint id, const GValue *value);
void gst_gio_socket_settings_get (const GstGioSocketSettings *settings, guint id, GValue *value);

/* The same for those about how a socket is made.  Of another one the pspec is made, too, but it is not
 * set or got: FALSE. */
GParamSpec *gst_gio_socket_settings_new_option_pspec (guint id);
gboolean
gst_gio_socket_settings_set_option (GstGioSocketSettings *settings, guint id, const GValue *value);
gboolean
gst_gio_socket_settings_get_option (const GstGioSocketSettings *settings, guint id, GValue *value);
/* The same for those about what is done without a connection.  Of another one the pspec is made, too,
 * but it is not set or got: FALSE. */
void gst_gio_socket_settings_init_life (GstGioSocketLifeSettings *life);
GParamSpec *gst_gio_socket_settings_new_life_pspec (guint id);
gboolean
gst_gio_socket_settings_set_life (GstGioSocketLifeSettings *life, guint id, const GValue *value);
gboolean
gst_gio_socket_settings_get_life (const GstGioSocketLifeSettings *life, guint id, GValue *value);

void
gst_gio_socket_settings_resolve_life (const GstGioSocketSettings *settings, GstGioSocketLife *life);

/* The same for those about TLS. */
GParamSpec *gst_gio_socket_settings_new_tls_pspec (guint id);
void gst_gio_socket_settings_set_tls (GstGioSocketTlsSettings *tls, guint id, const GValue *value);
void gst_gio_socket_settings_get_tls (const GstGioSocketTlsSettings *tls, guint id, GValue *value);

/* Both ways, and back: parsing what was formatted changes nothing. */
gboolean gst_gio_socket_settings_parse_uri (GstGioSocketSettings *settings, const gchar *uri,
    GError **error);
gchar *gst_gio_socket_settings_format_uri (const GstGioSocketSettings *settings);

/* The address as a URI, without a query: for messages. */
gchar *gst_gio_socket_settings_describe (const GstGioSocketSettings *settings);

/* What can be known to be wrong without touching the network. */
gboolean gst_gio_socket_settings_check (const GstGioSocketSettings *settings, GError **error);

/* Whether a peer is waited for: it makes us the server of TLS, too. */
gboolean gst_gio_socket_settings_is_listening (const GstGioSocketSettings *settings);

GSocket *gst_gio_socket_settings_open (const GstGioSocketSettings *settings,
    GstGioSocketListener *listener, GstGioSocketBoundFunc bound, gpointer user_data,
    const GstGioSocketReport *report, GCancellable *cancellable, GError **error);

/* The first address that answers, also through the system's proxies. */
GSocket *gst_gio_socket_settings_connect (const GstGioSocketSettings *settings,
    const GstGioSocketReport *report, GCancellable *cancellable, GError **error);

/* A socket that listens.  It removes the path that it made, if any, when it is freed. */
GSocket *gst_gio_socket_settings_listen (const GstGioSocketSettings *settings,
    const GstGioSocketReport *report, GCancellable *cancellable, GError **error);

/* What systemd has passed: a socket that listens, of which this is a duplicate, or a connected one,
 * which is taken out of its descriptor. */
GSocket *
gst_gio_socket_settings_take_systemd (const GstGioSocketSettings *settings, GError **error);
gboolean
gst_gio_socket_settings_check_systemd (const GstGioSocketSettings *settings, GError **error);
gboolean gst_gio_socket_settings_socket_listens (GSocket *socket);

/* Turns what GIO or the kernel said when opening into GST_RESOURCE_ERROR; CANCELLED stays. */
void gst_gio_socket_settings_explain (const GstGioSocketSettings *settings, const GError *cause,
    GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstGioSocketSettings, gst_gio_socket_settings_clear)
