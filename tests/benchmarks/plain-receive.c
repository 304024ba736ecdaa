/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "intake.h"
#include "tcp-socket.h"

#include <gio/gio.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define SMALL_BLOCK 65536

static gboolean
receive_all (int fd, guint8 *block, gsize block_size, Intake *intake, GError **error)
{
  gssize n;

  while ((n = recv (fd, block, block_size, 0)) != 0) {
    if (n < 0 && errno != EINTR) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot receive: %s",
          g_strerror (errno));
      return FALSE;
    }
    if (n > 0 && !intake_take (intake, block, n, error))
      return FALSE;
  }

  return intake_end (intake, error);
}

gboolean
play_plain_receive (Match *match, GError **error)
{
  const char *name = match->role == ROLE_RECEIVE ? match->player->framing : NULL;
  gsize block_size = match->player->loop == LOOP_BLOCKS_64K ? SMALL_BLOCK : LOAD_SLICE;
  g_autofree guint8 *block = g_malloc (block_size);
  Framing framing;
  Intake intake;
  gboolean ok;
  int fd;

  if (!framing_init (&framing, name, match->load->size, error))
    return FALSE;

  fd = tcp_socket_open (match, FALSE, error);
  ok = fd >= 0;
  if (ok) {
    intake_begin (&intake, match, name ? &framing : NULL);
    ok = receive_all (fd, block, block_size, &intake, error);
    close (fd);
  }

  framing_clear (&framing);
  return ok;
}
