/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "payload.h"

#include <gio/gio.h>

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* The stream repeats after this many bytes.  A prime: no run of equal writes falls into step. */
#define PERIOD 8388593

/* splitmix64: every bit of the counter reaches every bit of the result. */
static guint64
mix (guint64 x)
{
  x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static void
fill (guint8 *data, gsize size)
{
  for (gsize i = 0; i < PERIOD; i += sizeof (guint64)) {
    guint64 value = GUINT64_TO_LE (mix (G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) * (i + 1)));

    memcpy (data + i, &value, MIN (sizeof value, PERIOD - i));
  }
  for (gsize i = PERIOD; i < size; i += MIN (PERIOD, size - i))
    memcpy (data + i, data, MIN (PERIOD, size - i));
}

gboolean
payload_init (Payload *payload, gsize largest, GError **error)
{
  gsize size = PERIOD + largest;
  void *data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (data == MAP_FAILED) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
        "no memory for payload in writes of up to %" G_GSIZE_FORMAT " bytes: %s", largest,
        g_strerror (errno));
    return FALSE;
  }

  fill (data, size);
  mprotect (data, size, PROT_READ);
  *payload = (Payload){ .data = data, .largest = largest, .size = size };
  return TRUE;
}

const guint8 *
payload_slice (const Payload *payload, guint64 offset, gsize size)
{
  g_assert (size <= payload->largest);

  return payload->data + offset % PERIOD;
}

char *
payload_sha256 (const Payload *payload, guint64 size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint64 left = size; left > 0; left -= MIN (PERIOD, left))
    g_checksum_update (checksum, payload->data, MIN (PERIOD, left));

  return g_strdup (g_checksum_get_string (checksum));
}

void
payload_clear (Payload *payload)
{
  munmap ((void *)payload->data, payload->size);
  payload->data = NULL;
}
