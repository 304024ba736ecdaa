/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "giosocketelement.h"

#include <gst/base/gstbasesink.h>

/* --- GstURIHandler ------------------------------------------------------- */

static GstURIType
get_uri_type (GType type)
{
  return g_type_is_a (type, GST_TYPE_BASE_SINK) ? GST_URI_SINK : GST_URI_SRC;
}

static const gchar *const *
get_protocols (GType type)
{
  static const gchar *const protocols[] = { "tcp", "tls", "unix", "unix-abstract", "systemd",
    NULL };

  return protocols;
}

static gchar *
get_uri (GstURIHandler *handler)
{
  gchar *uri = NULL;

  g_object_get (handler, "uri", &uri, NULL);

  return uri;
}

static gboolean
set_uri (GstURIHandler *handler, const gchar *uri, GError **error)
{
  if (GST_STATE (handler) > GST_STATE_READY) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "The URI can be changed in the states NULL and READY only.");
    return FALSE;
  }

  if (!gst_gio_socket_endpoint_check_uri (uri, error))
    return FALSE;

  g_object_set (handler, "uri", uri, NULL);

  return TRUE;
}

void
gst_gio_socket_element_uri_handler_init (gpointer iface, gpointer iface_data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_uri_type;
  handler->get_protocols = get_protocols;
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}

/* --- connection ---------------------------------------------------------- */

void
gst_gio_socket_element_post_error (GstElement *element, const GError *error)
{
  gst_element_message_full (element, GST_MESSAGE_ERROR, error->domain, error->code,
      g_strdup (error->message), NULL, __FILE__, GST_FUNCTION, __LINE__);
}

GWeakRef *
gst_gio_socket_element_weak_new (GstElement *element)
{
  GWeakRef *weak = g_atomic_rc_box_new0 (GWeakRef);

  g_weak_ref_init (weak, element);

  return weak;
}

void
gst_gio_socket_element_weak_unref (GWeakRef *weak)
{
  g_atomic_rc_box_release_full (weak, (GDestroyNotify)g_weak_ref_clear);
}

static void
unref_cb (gpointer weak, GClosure *closure)
{
  gst_gio_socket_element_weak_unref (weak);
}

static void
failed_cb (GstGioSocketConnection *connection, const GError *error, gpointer weak)
{
  g_autoptr (GstElement) element = g_weak_ref_get (weak);

  if (element != NULL)
    gst_gio_socket_element_post_error (element, error);
}

static void
warning_cb (GstGioSocketConnection *connection, const GError *warning, gpointer weak)
{
  g_autoptr (GstElement) element = g_weak_ref_get (weak);

  if (element != NULL)
    gst_element_message_full (element, GST_MESSAGE_WARNING, warning->domain, warning->code,
        g_strdup (warning->message), NULL, __FILE__, GST_FUNCTION, __LINE__);
}

static void
notify_current_port_cb (GstGioSocketConnection *connection, GParamSpec *pspec, gpointer weak)
{
  g_autoptr (GstElement) element = g_weak_ref_get (weak);

  if (element != NULL)
    g_object_notify (G_OBJECT (element), "current-port");
}

/* "connected", "disconnected" and "reconnecting": first the signal, then the message. */
static void
pass_on (const gchar *signal, const GstStructure *info, GWeakRef *weak)
{
  g_autoptr (GstElement) element = g_weak_ref_get (weak);

  if (element == NULL)
    return;

  g_signal_emit_by_name (element, signal, info);
  gst_element_post_message (element,
      gst_message_new_element (GST_OBJECT (element), gst_structure_copy (info)));
}

static void
connected_cb (GstGioSocketConnection *connection, const GstStructure *info, gpointer weak)
{
  pass_on ("connected", info, weak);
}

static void
disconnected_cb (GstGioSocketConnection *connection, const GstStructure *info, gpointer weak)
{
  pass_on ("disconnected", info, weak);
}

static void
reconnecting_cb (GstGioSocketConnection *connection, const GstStructure *info, gpointer weak)
{
  pass_on ("reconnecting", info, weak);
}

static gboolean
accept_certificate_cb (GstGioSocketConnection *connection, GPtrArray *chain,
    GTlsCertificateFlags errors, gpointer weak)
{
  g_autoptr (GstElement) element = g_weak_ref_get (weak);
  gboolean is_accepted = FALSE;

  if (element != NULL)
    g_signal_emit_by_name (element, "accept-certificate", chain, errors, &is_accepted);

  return is_accepted;
}

void
gst_gio_socket_element_connect_signals (GWeakRef *weak, GstGioSocketConnection *connection)
{
  const struct
  {
    const gchar *signal;
    GCallback callback;
  } handlers[] = {
    { "failed", G_CALLBACK (failed_cb) },
    { "warning", G_CALLBACK (warning_cb) },
    { "connected", G_CALLBACK (connected_cb) },
    { "disconnected", G_CALLBACK (disconnected_cb) },
    { "reconnecting", G_CALLBACK (reconnecting_cb) },
    { "accept-certificate", G_CALLBACK (accept_certificate_cb) },
    { "notify::current-port", G_CALLBACK (notify_current_port_cb) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_data (connection, handlers[i].signal, handlers[i].callback,
        g_atomic_rc_box_acquire (weak), unref_cb, 0);
}

void
gst_gio_socket_element_install_signals (GObjectClass *klass)
{
  /**
   * GstGioSocketSink::connected:
   * @self: the element
   * @info: a structure named GstGioSocketConnected, with fields as in #GstGioSocketSink:stats:
   *   local-address and remote-address; for a Unix socket peer-pid, peer-uid and peer-gid; and with
   *   TLS tls-version, tls-cipher, alpn, peer-subject, peer-fingerprint and resumed
   *
   * There is a connection, and with TLS the handshake is over.  The same structure is then posted
   * as an element message, which reaches the application in its own thread.  Emitted in the thread
   * that made the connection, before anything is sent or received: a handler must not wait for that.
   *
   * Since: 0.1
   */

  /**
   * GstGioSocketSrc::connected:
   * @self: the element
   * @info: a structure named GstGioSocketConnected, with fields as in #GstGioSocketSrc:stats:
   *   local-address and remote-address; for a Unix socket peer-pid, peer-uid and peer-gid; and with
   *   TLS tls-version, tls-cipher, alpn, peer-subject, peer-fingerprint and resumed
   *
   * There is a connection, and with TLS the handshake is over.  The same structure is then posted
   * as an element message, which reaches the application in its own thread.  Emitted in the thread
   * that made the connection, before anything is sent or received: a handler must not wait for that.
   *
   * Since: 0.1
   */
  g_signal_new ("connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, GST_TYPE_STRUCTURE);

  /**
   * GstGioSocketSink::disconnected:
   * @self: the element
   * @info: a structure named GstGioSocketDisconnected with the fields reason, for the user (string),
   *   and bytes-unacknowledged: what was sent and not acknowledged (#guint64)
   *
   * There is no connection any more: it was lost, the peer has left, or the element goes to READY.
   * The same structure is then posted as an element message.  Emitted once for each
   * #GstGioSocketSink::connected, in the thread that found out.
   *
   * Since: 0.1
   */

  /**
   * GstGioSocketSrc::disconnected:
   * @self: the element
   * @info: a structure named GstGioSocketDisconnected with the fields reason, for the user (string),
   *   and bytes-unacknowledged: what was sent and not acknowledged (#guint64)
   *
   * There is no connection any more: it was lost, the peer has left, or the element goes to READY.
   * The same structure is then posted as an element message.  Emitted once for each
   * #GstGioSocketSrc::connected, in the thread that found out.
   *
   * Since: 0.1
   */
  g_signal_new ("disconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, GST_TYPE_STRUCTURE);

  /**
   * GstGioSocketSink::reconnecting:
   * @self: the element
   * @info: a structure named GstGioSocketReconnecting with the fields attempt, from 1 (#guint), delay,
   *   how many nanoseconds from now it is made (#guint64), and reason, for the user (string)
   *
   * With #GstGioSocketSink:auto-reconnect: an attempt follows one that failed, or a connection that was
   * lost.  The same structure is then posted as an element message.  Emitted in the thread that makes
   * the connection.
   *
   * Since: 0.1
   */

  /**
   * GstGioSocketSrc::reconnecting:
   * @self: the element
   * @info: a structure named GstGioSocketReconnecting with the fields attempt, from 1 (#guint), delay,
   *   how many nanoseconds from now it is made (#guint64), and reason, for the user (string)
   *
   * With #GstGioSocketSrc:auto-reconnect: an attempt follows one that failed, or a connection that was
   * lost.  The same structure is then posted as an element message.  Emitted in the thread that makes
   * the connection.
   *
   * Since: 0.1
   */
  g_signal_new ("reconnecting", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, GST_TYPE_STRUCTURE);

  /**
   * GstGioSocketSink::accept-certificate:
   * @self: the element
   * @chain: (element-type GBytes): the peer's certificates in DER, its own first
   * @errors: what is wrong with them, of what #GstGioSocketSink:tls-validation-flags asks for
   *
   * The peer is not trusted; one that is trusted is not asked about.  Emitted in the thread that
   * makes the connection, in the middle of the handshake, which waits for the answer:
   * tls-handshake-timeout does not end a handler.  A state change does not wait for it, and then its
   * answer does not matter.  The first handler that says %TRUE decides; without a handler the peer
   * is refused.
   *
   * Returns: whether it shall be trusted all the same
   *
   * Since: 0.1
   */

  /**
   * GstGioSocketSrc::accept-certificate:
   * @self: the element
   * @chain: (element-type GBytes): the peer's certificates in DER, its own first
   * @errors: what is wrong with them, of what #GstGioSocketSrc:tls-validation-flags asks for
   *
   * The peer is not trusted; one that is trusted is not asked about.  Emitted in the thread that
   * makes the connection, in the middle of the handshake, which waits for the answer:
   * tls-handshake-timeout does not end a handler.  A state change does not wait for it, and then its
   * answer does not matter.  The first handler that says %TRUE decides; without a handler the peer
   * is refused.
   *
   * Returns: whether it shall be trusted all the same
   *
   * Since: 0.1
   */
  g_signal_new ("accept-certificate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
      g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2, G_TYPE_PTR_ARRAY,
      G_TYPE_TLS_CERTIFICATE_FLAGS);
}

GParamSpec *
gst_gio_socket_element_connection_id_pspec (void)
{
  return g_param_spec_string ("connection-id", "Connection id",
      "Share one connection with the giosocketsrc or giosocketsink of this process that has the "
      "same id",
      NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
}

GParamSpec *
gst_gio_socket_element_current_port_pspec (void)
{
  return g_param_spec_int ("current-port", "Current port",
      "TCP port that is listened on (mode=listen), 0 before that", 0, G_MAXUINT16, 0,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}
