/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "listening.h"

#include <stdio.h>
#include <string.h>

static GHashTable *
list_sockets (const gchar *pid)
{
  GHashTable *inodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gchar *folder = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *file = g_build_filename (folder, name, NULL);
    g_autofree gchar *link = g_file_read_link (file, NULL);

    if (link != NULL && g_str_has_prefix (link, "socket:["))
      g_hash_table_add (inodes, g_strndup (link + 8, strlen (link) - 9));
  }

  return inodes;
}

/* "sl local rem st tx:rx tr:when retrnsmt uid timeout inode …", of which st 0A is LISTEN. */
static gboolean
parse_port (const gchar *line, GHashTable *inodes, guint *port)
{
  gchar inode[32];
  guint state;

  return sscanf (line, "%*u: %*8x:%4x %*8x:%*4x %2x %*s %*s %*s %*s %*s %31s", port, &state,
             inode) == 3 &&
      state == 0x0a && g_hash_table_contains (inodes, inode);
}

guint
listening_port (const gchar *pid)
{
  g_autoptr (GHashTable) inodes = list_sockets (pid);
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint port = 0;

  if (!g_file_get_contents ("/proc/net/tcp", &text, NULL, NULL))
    return 0;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (parse_port (lines[i], inodes, &port))
      return port;
  }

  return 0;
}
