/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "elementlink.h"
#include "giosocketelement.h"

/* Who waits needs it.  Without one each wait would make and close its own, two system calls more. */
static void
take_wakeup (GstGioSocketElementLink *self)
{
  if (!self->has_wakeup)
    self->has_wakeup = g_cancellable_get_fd (self->cancellable) >= 0;
}

static void
release_wakeup (GstGioSocketElementLink *self)
{
  if (self->has_wakeup)
    g_cancellable_release_fd (self->cancellable);
  self->has_wakeup = FALSE;
}

void
gst_gio_socket_element_link_init (GstGioSocketElementLink *self, GstElement *element,
    gboolean receives)
{
  self->element = element;
  self->weak = gst_gio_socket_element_weak_new (element);
  self->receives = receives;
  self->endpoint = gst_gio_socket_endpoint_new ();
  self->own = gst_gio_socket_connection_new (self->endpoint, receives);
  self->cancellable = g_cancellable_new ();
  self->connection = g_object_ref (self->own);
  gst_gio_socket_element_connect_signals (self->weak, self->own);
}

void
gst_gio_socket_element_link_clear (GstGioSocketElementLink *self)
{
  release_wakeup (self);
  g_clear_pointer (&self->member, gst_gio_socket_member_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->connection);
  g_clear_object (&self->own);
  g_clear_object (&self->endpoint);
  g_clear_pointer (&self->weak, gst_gio_socket_element_weak_unref);
}

/* --- id ------------------------------------------------------------------ */

void
gst_gio_socket_element_link_set_id (GstGioSocketElementLink *self, const gchar *id)
{
  gchar *old;

  /* What was started with the one could not be stopped with the other. */
  if (GST_STATE (self->element) > GST_STATE_READY) {
    g_warning ("The connection-id of %s can be changed in the states NULL and READY only",
        GST_OBJECT_NAME (self->element));
    return;
  }

  g_clear_pointer (&self->member, gst_gio_socket_member_free);
  if (id != NULL)
    self->member = gst_gio_socket_member_new (id, self->endpoint, self->receives);

  GST_OBJECT_LOCK (self->element);
  old = self->id;
  self->id = g_strdup (id);
  GST_OBJECT_UNLOCK (self->element);
  g_free (old);
}

gchar *
gst_gio_socket_element_link_dup_id (GstGioSocketElementLink *self)
{
  gchar *id;

  GST_OBJECT_LOCK (self->element);
  id = g_strdup (self->id);
  GST_OBJECT_UNLOCK (self->element);

  return id;
}

/* --- connection ---------------------------------------------------------- */

/* Takes @connection. */
static void
replace_connection (GstGioSocketElementLink *self, GstGioSocketConnection *connection)
{
  GstGioSocketConnection *old;

  GST_OBJECT_LOCK (self->element);
  old = self->connection;
  self->connection = connection;
  GST_OBJECT_UNLOCK (self->element);
  g_object_unref (old);
}

static GstGioSocketConnection *
ref_connection (GstGioSocketElementLink *self)
{
  GstGioSocketConnection *connection;

  GST_OBJECT_LOCK (self->element);
  connection = g_object_ref (self->connection);
  GST_OBJECT_UNLOCK (self->element);

  return connection;
}

/* The signals are heard from before the start, if this is the one that starts it. */
static gboolean
join (GstGioSocketElementLink *self, GError **error)
{
  GstGioSocketConnection *connection = gst_gio_socket_member_join (self->member, error);

  if (connection == NULL)
    return FALSE;

  gst_gio_socket_element_connect_signals (self->weak, connection);
  replace_connection (self, connection);
  if (gst_gio_socket_member_start (self->member, error))
    return TRUE;

  gst_gio_socket_element_link_stop (self);

  return FALSE;
}

static gboolean
start_own (GstGioSocketElementLink *self, GError **error)
{
  replace_connection (self, g_object_ref (self->own));

  return gst_gio_socket_connection_start (self->own, error);
}

gboolean
gst_gio_socket_element_link_start (GstGioSocketElementLink *self)
{
  g_autoptr (GError) error = NULL;

  take_wakeup (self);
  if (self->member != NULL ? join (self, &error) : start_own (self, &error))
    return TRUE;

  release_wakeup (self);
  gst_gio_socket_element_post_error (self->element, error);

  return FALSE;
}

void
gst_gio_socket_element_link_stop (GstGioSocketElementLink *self)
{
  release_wakeup (self);
  if (self->member == NULL) {
    gst_gio_socket_connection_stop (self->own);
    return;
  }

  gst_gio_socket_member_leave (self->member);
  g_signal_handlers_disconnect_by_data (self->connection, self->weak);
}

void
gst_gio_socket_element_link_set_notsent_lowat (GstGioSocketElementLink *self, guint bytes)
{
  g_autoptr (GstGioSocketConnection) connection = ref_connection (self);

  gst_gio_socket_connection_set_notsent_lowat (connection, bytes);
}

guint
gst_gio_socket_element_link_get_current_port (GstGioSocketElementLink *self)
{
  g_autoptr (GstGioSocketConnection) connection = ref_connection (self);

  return gst_gio_socket_connection_get_current_port (connection);
}

GstStructure *
gst_gio_socket_element_link_get_stats (GstGioSocketElementLink *self)
{
  g_autoptr (GstGioSocketConnection) connection = ref_connection (self);

  return gst_gio_socket_connection_get_stats (connection);
}
