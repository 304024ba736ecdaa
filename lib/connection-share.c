/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "connection-share.h"

#include "connection-private.h"

/* All of one id. */
typedef struct
{
  gchar *id;
  GPtrArray *members; /* of GstGioSocketMember, not owned */
  guint n_joined;
  gboolean is_started;
  GstGioSocketConnection *connection; /* while somebody has joined */
} Share;

struct _GstGioSocketMember
{
  Share *share;
  GstGioSocketEndpoint *endpoint;
  gboolean receives;
  gboolean has_joined;
};

/* Guards all shares.  Never held while a connection is stopped: that waits for its worker, whose signal
 * handlers may be here. */
static GMutex shares_lock;
static GHashTable *shares; /* by id */

/* --- members ------------------------------------------------------------- */

static Share *
ensure_share (const gchar *id)
{
  Share *share;

  if (shares == NULL)
    shares = g_hash_table_new (g_str_hash, g_str_equal);

  share = g_hash_table_lookup (shares, id);
  if (share == NULL) {
    share = g_new0 (Share, 1);
    share->id = g_strdup (id);
    share->members = g_ptr_array_new ();
    g_hash_table_insert (shares, share->id, share);
  }

  return share;
}

static void
remove_share (Share *share)
{
  g_hash_table_remove (shares, share->id);
  if (g_hash_table_size (shares) == 0)
    g_clear_pointer (&shares, g_hash_table_unref);
  g_ptr_array_unref (share->members);
  g_free (share->id);
  g_free (share);
}

/**
 * gst_gio_socket_member_new: (skip)
 * @id: which connection
 * @endpoint: where to, if this member says that; a reference is kept
 * @receives: whether it receives; if not, it sends
 *
 * Makes a member, whose endpoint counts from now on.
 *
 * Returns: (transfer full): the member
 *
 * Since: 0.1
 */
GstGioSocketMember *
gst_gio_socket_member_new (const gchar *id, GstGioSocketEndpoint *endpoint, gboolean receives)
{
  GstGioSocketMember *self = g_new0 (GstGioSocketMember, 1);

  self->endpoint = g_object_ref (endpoint);
  self->receives = receives;
  g_mutex_lock (&shares_lock);
  self->share = ensure_share (id);
  g_ptr_array_add (self->share->members, self);
  g_mutex_unlock (&shares_lock);

  return self;
}

/**
 * gst_gio_socket_member_free: (skip)
 * @self: (transfer full): the member; it leaves if it has joined
 *
 * Frees the member, whose endpoint counts no more.
 *
 * Since: 0.1
 */
void
gst_gio_socket_member_free (GstGioSocketMember *self)
{
  gst_gio_socket_member_leave (self);
  g_mutex_lock (&shares_lock);
  g_ptr_array_remove (self->share->members, self);
  if (self->share->members->len == 0)
    remove_share (self->share);
  g_mutex_unlock (&shares_lock);
  g_object_unref (self->endpoint);
  g_free (self);
}

/* --- what all of them say ------------------------------------------------- */

/* Takes over what @other says and @endpoint does not; or not, if it @is_made already. */
static gboolean
merge_property (GstGioSocketEndpoint *endpoint, gboolean is_made, GstGioSocketEndpoint *other,
    GParamSpec *pspec)
{
  g_auto (GValue) ours = G_VALUE_INIT;
  g_auto (GValue) theirs = G_VALUE_INIT;

  g_value_init (&ours, pspec->value_type);
  g_value_init (&theirs, pspec->value_type);
  g_object_get_property (G_OBJECT (endpoint), pspec->name, &ours);
  g_object_get_property (G_OBJECT (other), pspec->name, &theirs);
  if (g_param_value_defaults (pspec, &theirs) || g_param_values_cmp (pspec, &ours, &theirs) == 0)
    return TRUE;
  if (is_made || !g_param_value_defaults (pspec, &ours))
    return FALSE;

  g_object_set_property (G_OBJECT (endpoint), pspec->name, &theirs);

  return TRUE;
}

/* The URI is nothing of its own: it has set other properties. */
static gboolean
merge (GstGioSocketEndpoint *endpoint, gboolean is_made, GstGioSocketEndpoint *other,
    const gchar *id, GError **error)
{
  g_autofree gchar *fault = gst_gio_socket_endpoint_dup_uri_fault (other);
  g_autofree GParamSpec **pspecs = NULL;
  guint n;

  if (fault != NULL) {
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, fault);
    return FALSE;
  }

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (endpoint), &n);
  for (guint i = 0; i < n; i++) {
    if (g_str_equal (pspecs[i]->name, "uri") ||
        merge_property (endpoint, is_made, other, pspecs[i]))
      continue;

    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "The elements with connection-id '%s' disagree about '%s'. Set it on one of them only, or "
        "to the same on all, and before the first one goes to PAUSED.",
        id, pspecs[i]->name);
    return FALSE;
  }

  return TRUE;
}

static GstGioSocketConnection *
make_connection (Share *share, GError **error)
{
  g_autoptr (GstGioSocketEndpoint) endpoint = gst_gio_socket_endpoint_new ();

  for (guint i = 0; i < share->members->len; i++) {
    GstGioSocketMember *member = g_ptr_array_index (share->members, i);

    if (!merge (endpoint, FALSE, member->endpoint, share->id, error))
      return NULL;
  }

  return gst_gio_socket_connection_new_shared (endpoint);
}

/* Two who receive would take each other's bytes. */
static gboolean
is_place_taken (GstGioSocketMember *self)
{
  for (guint i = 0; i < self->share->members->len; i++) {
    GstGioSocketMember *member = g_ptr_array_index (self->share->members, i);

    if (member->has_joined && member->receives == self->receives)
      return TRUE;
  }

  return FALSE;
}

/* One who comes later has to agree with what was made without it. */
static gboolean
agrees (GstGioSocketMember *self, GError **error)
{
  return merge (self->share->connection->endpoint, TRUE, self->endpoint, self->share->id, error);
}

/* --- the connection ------------------------------------------------------- */

static gboolean
join (GstGioSocketMember *self, GError **error)
{
  Share *share = self->share;

  if (is_place_taken (self)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY,
        "Another element %s over the connection '%s' already. Give this one another "
        "connection-id.",
        self->receives ? "receives" : "sends", share->id);
    return FALSE;
  }

  if (share->connection == NULL)
    share->connection = make_connection (share, error);
  else if (!agrees (self, error))
    return FALSE;
  if (share->connection == NULL)
    return FALSE;

  share->n_joined++;
  self->has_joined = TRUE;
  if (self->receives)
    gst_gio_socket_connection_attach_receiver (share->connection);

  return TRUE;
}

/**
 * gst_gio_socket_member_join: (skip)
 * @self: a member that has not joined
 * @error: %GST_RESOURCE_ERROR with a text for the user
 *
 * Makes the connection, or finds the one of those who have joined before.
 *
 * Returns: (transfer full) (nullable): the connection of all who have joined; %NULL if the members do
 *   not agree about it, or there is another one already who does the same
 *
 * Since: 0.1
 */
GstGioSocketConnection *
gst_gio_socket_member_join (GstGioSocketMember *self, GError **error)
{
  GstGioSocketConnection *connection = NULL;

  g_mutex_lock (&shares_lock);
  if (join (self, error))
    connection = g_object_ref (self->share->connection);
  g_mutex_unlock (&shares_lock);

  return connection;
}

/**
 * gst_gio_socket_member_start: (skip)
 * @self: a member that has joined
 * @error: as gst_gio_socket_connection_start()
 *
 * Starts the connection, unless another member has.
 *
 * Returns: whether it is started
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_member_start (GstGioSocketMember *self, GError **error)
{
  Share *share = self->share;
  gboolean result;

  g_mutex_lock (&shares_lock);
  if (!share->is_started)
    share->is_started = gst_gio_socket_connection_start (share->connection, error);
  result = share->is_started;
  g_mutex_unlock (&shares_lock);

  return result;
}

/**
 * gst_gio_socket_member_leave: (skip)
 * @self: a member
 *
 * Stops the connection, if this is the last one that has joined.  Without having joined it does nothing.
 *
 * Since: 0.1
 */
void
gst_gio_socket_member_leave (GstGioSocketMember *self)
{
  g_autoptr (GstGioSocketConnection) last = NULL;
  Share *share = self->share;

  g_mutex_lock (&shares_lock);
  if (self->has_joined) {
    self->has_joined = FALSE;
    if (self->receives)
      gst_gio_socket_connection_detach_receiver (share->connection);
    if (--share->n_joined == 0) {
      last = g_steal_pointer (&share->connection);
      share->is_started = FALSE;
    }
  }
  g_mutex_unlock (&shares_lock);

  if (last != NULL)
    gst_gio_socket_connection_stop (last);
}
