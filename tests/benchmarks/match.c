/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "match.h"

#include <gio/gio.h>
#include <gst/gst.h>

#include <string.h>

gboolean
match_is_alone (const Match *match)
{
  const Player *player = match->player;

  if (match->role == ROLE_UNCORK)
    return TRUE;

  return match->role == ROLE_SEND && player->send && player->give == GIVE_NOTHING &&
      strstr (player->send, "%p") == NULL;
}

gboolean
match_fail (Side *side, const GError *error)
{
  g_strlcpy (side->error, error->message, sizeof side->error);
  side->missing = g_error_matches (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT) ||
      g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE);
  return FALSE;
}

void
match_post (sem_t *semaphore)
{
  sem_post (semaphore);
}

void
match_wait (sem_t *semaphore)
{
  while (sem_wait (semaphore) != 0)
    continue;
}
