/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* How sending and receiving come to a transport, and what they do with one that breaks. */

#include "config.h"

#include "connection-channel.h"

void
gst_gio_socket_channel_clear (GstGioSocketChannel *channel)
{
  g_clear_object (&channel->transport);
  g_clear_object (&channel->start);
}

/* --- waiting ------------------------------------------------------------- */

static void
wake_cb (GCancellable *cancellable, gpointer user_data)
{
  GstGioSocketConnection *self = user_data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gboolean
is_reporting (GstGioSocketConnection *self)
{
  return self->failure != NULL && self->state != GST_GIO_SOCKET_CONNECTION_FAILED;
}

/* Opening, or reporting why that or something else went wrong. */
static gboolean
is_unsettled (GstGioSocketConnection *self)
{
  return self->state == GST_GIO_SOCKET_CONNECTION_OPENING || is_reporting (self);
}

/* Nor does the worker read what a receiver could wait for. */
static gboolean
is_unsettled_for_receiver (GstGioSocketConnection *self)
{
  return is_unsettled (self) ||
      (self->state == GST_GIO_SOCKET_CONNECTION_OPEN && self->discarding != NULL);
}

/* @deadline: monotonic, -1: none */
static gboolean
wait_for_change (GstGioSocketConnection *self, gint64 deadline)
{
  if (deadline >= 0)
    return g_cond_wait_until (&self->changed, &self->lock, deadline);

  g_cond_wait (&self->changed, &self->lock);

  return TRUE;
}

void
gst_gio_socket_connection_wait_while (GstGioSocketConnection *self,
    gboolean (*is_true) (GstGioSocketConnection *self), gint64 deadline, GCancellable *cancellable)
{
  gboolean has_time = TRUE;
  gulong id = 0;

  if (cancellable != NULL)
    id = g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), self, NULL);

  g_mutex_lock (&self->lock);
  while (has_time && is_true (self) && !g_cancellable_is_cancelled (cancellable))
    has_time = wait_for_change (self, deadline);
  g_mutex_unlock (&self->lock);

  g_cancellable_disconnect (cancellable, id);
}

void
gst_gio_socket_connection_wait_reported (GstGioSocketConnection *self, GCancellable *cancellable)
{
  gboolean must_wait;

  g_mutex_lock (&self->lock);
  must_wait = is_reporting (self);
  g_mutex_unlock (&self->lock);

  if (must_wait)
    gst_gio_socket_connection_wait_while (self, is_reporting, -1, cancellable);
}

/* --- a transport for one call -------------------------------------------- */

/* Lock held.  Whether @side may go on with the present transport as if it were the one before; if
 * not, it is told so now, and not again. */
static gboolean
has_continuity (GstGioSocketConnection *self, GstGioSocketSide side)
{
  guint seen = self->seen[side];

  self->seen[side] = self->generation;

  return side == GST_GIO_SOCKET_SIDE_OTHER || seen == 0 || seen == self->generation;
}

/* Lock held. */
static void
take_transport (GstGioSocketConnection *self, GstGioSocketSide side, GstGioSocketChannel *channel,
    GError **error)
{
  if (!has_continuity (self, side)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
        "The connection is another one");
    return;
  }

  channel->transport = g_object_ref (self->transport);
  channel->start = g_object_ref (self->cancellable);
  channel->goes_on = self->life.goes_on;
}

/* Lock held.  Somebody has more to send, behind an end that was none. */
static void
revive (GstGioSocketConnection *self)
{
  self->is_over = FALSE;
  g_cond_broadcast (&self->changed);
}

gboolean
gst_gio_socket_connection_try_get_channel (GstGioSocketConnection *self, GstGioSocketSide side,
    GstGioSocketChannel *channel, gboolean *is_opening, GError **error)
{
  gboolean is_open, is_taken;

  g_mutex_lock (&self->lock);
  if (self->is_over && side == GST_GIO_SOCKET_SIDE_SENDER)
    revive (self);
  is_open = self->state == GST_GIO_SOCKET_CONNECTION_OPEN;
  is_taken = is_open && side == GST_GIO_SOCKET_SIDE_RECEIVER && self->discarding != NULL;
  *is_opening = self->state == GST_GIO_SOCKET_CONNECTION_OPENING || is_taken;
  if (is_open && !is_taken)
    take_transport (self, side, channel, error);
  else if (self->state == GST_GIO_SOCKET_CONNECTION_FAILED)
    g_propagate_error (error, g_error_copy (self->failure));
  else if (self->state == GST_GIO_SOCKET_CONNECTION_STOPPED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The connection was stopped");
  g_mutex_unlock (&self->lock);

  return channel->transport != NULL;
}

/* One that is being announced is there. */
static gboolean
has_to_wait (GstGioSocketConnection *self, GstGioSocketSide side)
{
  gboolean result;

  g_mutex_lock (&self->lock);
  result = self->life.waits || side != GST_GIO_SOCKET_SIDE_SENDER || self->transport != NULL;
  g_mutex_unlock (&self->lock);

  return result;
}

gboolean
gst_gio_socket_connection_get_channel (GstGioSocketConnection *self, GstGioSocketSide side,
    GstGioSocketChannel *channel, GCancellable *cancellable, GError **error)
{
  gboolean is_opening;

  while (!gst_gio_socket_connection_try_get_channel (self, side, channel, &is_opening, error)) {
    if (!is_opening)
      return FALSE;

    if (!has_to_wait (self, side)) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "There is no connection");
      return FALSE;
    }

    gst_gio_socket_connection_wait_while (self,
        side == GST_GIO_SOCKET_SIDE_RECEIVER ? is_unsettled_for_receiver : is_unsettled, -1,
        cancellable);
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
  }

  return TRUE;
}

/* --- what breaks --------------------------------------------------------- */

void
gst_gio_socket_connection_report (GstGioSocketConnection *self, GstGioSocketSide side,
    const GstGioSocketChannel *channel, GCancellable *cancellable, GError *failure, GError **error)
{
  if (gst_gio_socket_connection_lose (self, channel->start, channel->transport, failure)) {
    g_mutex_lock (&self->lock);
    self->seen[side] = 0;
    g_mutex_unlock (&self->lock);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "The connection was lost");
    g_clear_error (&failure);
    return;
  }

  if (failure == NULL)
    return;

  gst_gio_socket_connection_fail (self, channel->start, g_error_copy (failure));
  /* The worker may have been first, and is at it. */
  gst_gio_socket_connection_wait_reported (self, cancellable);
  g_propagate_error (error, failure);
}
