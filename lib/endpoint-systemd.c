/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Sockets that systemd has opened for this process, as sd_listen_fds(3) says. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings-private.h"

#define FIRST_FD 3

gboolean
gst_gio_socket_settings_socket_listens (GSocket *socket)
{
  gint listens = 0;

  return g_socket_get_option (socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, NULL) && listens != 0;
}

static gint
read_option (gint fd, gint option)
{
  socklen_t size = sizeof (gint);
  gint value;

  return getsockopt (fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

static gboolean
is_connected (gint fd)
{
  struct sockaddr_storage address;
  socklen_t size = sizeof (address);

  return getpeername (fd, (struct sockaddr *)&address, &size) == 0;
}

/* A number of the environment; 0: it is not there, or is none. */
static guint64
read_variable (const gchar *name)
{
  const gchar *text = g_getenv (name);
  guint64 value = 0;

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &value, NULL);

  return value;
}

/* Anybody's descriptors but those that were meant for us are not to be touched: a URI may come from
 * anywhere. */
static const gchar *
find_passing_fault (gint fd)
{
  if (read_variable ("LISTEN_PID") != (guint64)getpid ())
    return "systemd has passed no sockets to this process (LISTEN_PID)";
  if (fd < FIRST_FD || (guint64)fd - FIRST_FD >= read_variable ("LISTEN_FDS"))
    return "systemd has passed fewer sockets (LISTEN_FDS), and the first one is 3";

  return NULL;
}

static const gchar *
find_socket_fault (gint fd)
{
  struct stat info;

  if (fstat (fd, &info) < 0)
    return "it is closed";
  if (S_ISCHR (info.st_mode))
    return "its connection has been used already";
  if (!S_ISSOCK (info.st_mode))
    return "it is not a socket";
  if (read_option (fd, SO_TYPE) != SOCK_STREAM)
    return "it is not a stream socket";
  if (read_option (fd, SO_ACCEPTCONN) != TRUE && !is_connected (fd))
    return "it neither listens nor is it connected";

  return NULL;
}

gboolean
gst_gio_socket_settings_check_systemd (const GstGioSocketSettings *settings, GError **error)
{
  gint fd = settings->systemd_fd;
  const gchar *fault = find_passing_fault (fd);

  if (fault == NULL)
    fault = find_socket_fault (fd);
  if (fault == NULL)
    return TRUE;

  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "Descriptor %d cannot be used: %s. Check the socket unit, and that this process is the one "
      "that systemd started.",
      fd, fault);

  return FALSE;
}

/* Puts /dev/null there, so that the number stays taken: nobody closes it a second time, or takes what
 * has it next for the socket. */
static void
empty_descriptor (gint fd)
{
  gint nothing = open ("/dev/null", O_RDWR | O_CLOEXEC);

  if (nothing >= 0) {
    dup3 (nothing, fd, O_CLOEXEC);
    close (nothing);
  }
}

/* Of a socket that listens the descriptor stays as it is, for the next connection. */
GSocket *
gst_gio_socket_settings_take_systemd (const GstGioSocketSettings *settings, GError **error)
{
  gint fd = settings->systemd_fd;
  gint copy = fcntl (fd, F_DUPFD_CLOEXEC, FIRST_FD);
  GSocket *socket;

  if (copy < 0) {
    gint code = errno;

    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
    return NULL;
  }

  socket = g_socket_new_from_fd (copy, error);
  if (socket == NULL) {
    close (copy);
    return NULL;
  }

  /* Programs that we start shall not have it. */
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  if (!gst_gio_socket_settings_socket_listens (socket))
    empty_descriptor (fd);

  return socket;
}
