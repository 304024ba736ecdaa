/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "unix-path.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  gchar *path;
  dev_t device;
  ino_t inode;
} Claim;

#define MAX_LOCK_TRIES 100
#define LOCK_INTERVAL 1000 /* microseconds */

static gboolean
set_error_from_errno (const gchar *what, GError **error)
{
  gint code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));

  return FALSE;
}

/* --- making room --------------------------------------------------------- */

/* Whether nobody has the socket any more.  One of another type is asked with: connecting to a living
 * stream socket fails then, and its process is not bothered with a peer that is none. */
static gboolean
is_stale (const gchar *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) probe = NULL;
  g_autoptr (GError) error = NULL;

  probe =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  return probe != NULL && !g_socket_connect (probe, address, NULL, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static gboolean
make_room (const gchar *path, GError **error)
{
  struct stat info;

  if (g_lstat (path, &info) < 0)
    return TRUE;

  if (!S_ISSOCK (info.st_mode)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
        "There is a file, and it is not a socket");
    return FALSE;
  }

  /* What is not stale is for bind to complain about. */
  return !is_stale (path) || g_unlink (path) == 0 || errno == ENOENT ||
      set_error_from_errno ("Could not remove what a dead process has left", error);
}

/* Between the look at what is there and its removal nobody else may put theirs in its place: who
 * makes room locks the folder.  Who holds that lock for long has other reasons, and is not waited
 * for. */
static gint
lock_folder (const gchar *path)
{
  g_autofree gchar *name = g_path_get_dirname (path);
  gint folder = open (name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (folder < 0)
    return folder;

  for (guint i = 0; i < MAX_LOCK_TRIES && flock (folder, LOCK_EX | LOCK_NB) < 0; i++)
    g_usleep (LOCK_INTERVAL);

  return folder;
}

static void
unlock_folder (gint folder)
{
  if (folder >= 0)
    close (folder);
}

/* --- holding it ---------------------------------------------------------- */

/* The socket is still open then, so no other file can have its inode. */
static void
give_up (gpointer data, GObject *socket)
{
  Claim *self = data;
  struct stat info;

  if (g_lstat (self->path, &info) == 0 && info.st_dev == self->device && info.st_ino == self->inode)
    g_unlink (self->path);
  g_free (self->path);
  g_free (self);
}

static void
claim (GSocket *socket, const gchar *path, const struct stat *info)
{
  Claim *self = g_new0 (Claim, 1);

  self->path = g_strdup (path);
  self->device = info->st_dev;
  self->inode = info->st_ino;
  g_object_weak_ref (G_OBJECT (socket), give_up, self);
}

/* The file that bind makes has the socket's mode without what the umask forbids; that can be added
 * afterwards. */
static gboolean
bind_with_mode (GSocket *socket, const gchar *path, gint mode, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  struct stat info;

  if (mode >= 0 && fchmod (g_socket_get_fd (socket), mode) < 0)
    return set_error_from_errno ("Could not set socket-mode", error);
  if (!g_socket_bind (socket, address, /* allow_reuse */ FALSE, error))
    return FALSE;
  if (g_lstat (path, &info) < 0)
    return set_error_from_errno ("Somebody else has removed the path", error);

  claim (socket, path, &info);

  return mode < 0 || (info.st_mode & 07777) == (mode_t)mode ||
      fchmodat (AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0 ||
      set_error_from_errno ("Could not set socket-mode", error);
}

gboolean
unix_path_bind (GSocket *socket, const gchar *path, gint mode, GError **error)
{
  gint folder = lock_folder (path);
  gboolean is_bound = make_room (path, error) && bind_with_mode (socket, path, mode, error);

  unlock_folder (folder);

  return is_bound;
}
