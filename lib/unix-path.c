/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "unix-path.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  gchar *path;
  dev_t device;
  ino_t inode;
} Claim;

#define CLAIM_KEY "gst-gio-socket-unix-path"

static gboolean
set_error_from_errno (const gchar *what, GError **error)
{
  gint code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));

  return FALSE;
}

/* --- making room --------------------------------------------------------- */

static gboolean
refuses (const gchar *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) probe = NULL;
  g_autoptr (GError) error = NULL;

  probe =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  if (probe == NULL)
    return FALSE;

  /* A full backlog must not make the probe wait for the process that listens. */
  g_socket_set_blocking (probe, FALSE);

  return !g_socket_connect (probe, address, NULL, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* In the folder, of which there is a descriptor, so that no name gets too long for an address. */
static gboolean
remove_from (gint folder, const gchar *name, GError **error)
{
  g_autofree gchar *aside = g_strdup_printf (".%08x", g_random_int ());
  g_autofree gchar *address = g_strdup_printf ("/proc/self/fd/%d/%s", folder, aside);

  if (renameat2 (folder, name, folder, aside, RENAME_NOREPLACE) < 0) {
    /* Somebody else was faster. */
    if (errno == ENOENT)
      return TRUE;
    return set_error_from_errno ("Could not remove what a dead process has left", error);
  }

  /* Whoever has the path meanwhile keeps it. */
  if (!refuses (address))
    linkat (folder, aside, folder, name, 0);
  unlinkat (folder, aside, 0);

  return TRUE;
}

static gboolean
remove_stale (const gchar *path, GError **error)
{
  g_autofree gchar *folder_name = g_path_get_dirname (path);
  g_autofree gchar *name = g_path_get_basename (path);
  gint folder = open (folder_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
  gboolean is_removed;

  if (folder < 0)
    return set_error_from_errno ("Could not open the folder", error);

  is_removed = remove_from (folder, name, error);
  close (folder);

  return is_removed;
}

gboolean
unix_path_make_room (const gchar *path, GError **error)
{
  struct stat info;

  if (g_lstat (path, &info) < 0)
    return TRUE;

  if (!S_ISSOCK (info.st_mode)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
        "There is a file, and it is not a socket");
    return FALSE;
  }

  return !refuses (path) || remove_stale (path, error);
}

/* --- holding it ---------------------------------------------------------- */

static gboolean
claim_holds (const Claim *claim)
{
  struct stat info;

  return g_lstat (claim->path, &info) == 0 && info.st_dev == claim->device &&
      info.st_ino == claim->inode;
}

/* The socket is still open then, so no other file can have its inode. */
static void
give_up (gpointer data, GObject *socket)
{
  Claim *claim = data;

  if (claim_holds (claim))
    g_unlink (claim->path);
  g_free (claim->path);
  g_free (claim);
}

static void
claim (GSocket *socket, const gchar *path, const struct stat *info)
{
  Claim *self = g_new0 (Claim, 1);

  self->path = g_strdup (path);
  self->device = info->st_dev;
  self->inode = info->st_ino;
  g_object_set_data (G_OBJECT (socket), CLAIM_KEY, self);
  g_object_weak_ref (G_OBJECT (socket), give_up, self);
}

gboolean
unix_path_bind (GSocket *socket, const gchar *path, gint mode, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  struct stat info;

  /* The file that bind makes has the socket's mode without what the umask forbids. */
  if (mode >= 0 && fchmod (g_socket_get_fd (socket), mode) < 0)
    return set_error_from_errno ("Could not set socket-mode", error);
  if (!g_socket_bind (socket, address, /* allow_reuse */ FALSE, error))
    return FALSE;
  if (g_lstat (path, &info) < 0)
    return set_error_from_errno ("Somebody else has removed the path", error);

  claim (socket, path, &info);
  if (mode < 0 || (info.st_mode & 07777) == (mode_t)mode ||
      fchmodat (AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0)
    return TRUE;

  return set_error_from_errno ("Could not set socket-mode", error);
}

gboolean
unix_path_is_held (GSocket *socket)
{
  return claim_holds (g_object_get_data (G_OBJECT (socket), CLAIM_KEY));
}
