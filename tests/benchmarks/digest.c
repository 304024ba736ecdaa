/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "digest.h"

#include "clock.h"

#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#define RING_SIZE (64u << 20)
#define POLL_US 5000

/* One thread writes, one hashes, and they meet in two counters only.  A lock would be held by a
 * thread of idle priority now and then, and the thread that is being measured would wait for it. */
struct _Digest
{
  GThread *thread;
  GChecksum *checksum;
  guint8 *ring;
  gint64 cpu_ns;
  gint64 wait_ns;

  guint64 written;
  guint64 hashed;
  gboolean finished;
};

static gsize
contiguous (guint64 position, gsize wanted)
{
  return MIN (wanted, RING_SIZE - position % RING_SIZE);
}

static gpointer
hash_thread (gpointer data)
{
  Digest *digest = data;
  struct sched_param param = { 0 };

  sched_setscheduler (0, SCHED_IDLE, &param);
  for (;;) {
    gboolean finished = __atomic_load_n (&digest->finished, __ATOMIC_ACQUIRE);
    guint64 from = digest->hashed;
    gsize size = contiguous (from, __atomic_load_n (&digest->written, __ATOMIC_ACQUIRE) - from);

    if (size > 0) {
      g_checksum_update (digest->checksum, digest->ring + from % RING_SIZE, size);
      __atomic_store_n (&digest->hashed, from + size, __ATOMIC_RELEASE);
    } else if (finished) {
      break;
    } else {
      g_usleep (POLL_US);
    }
  }

  digest->cpu_ns = clock_cpu_ns (CLOCK_THREAD_CPUTIME_ID);
  return NULL;
}

Digest *
digest_new (void)
{
  Digest *digest = g_new0 (Digest, 1);

  digest->ring = mmap (NULL, RING_SIZE, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (digest->ring == MAP_FAILED)
    g_error ("no memory to hash what is received");

  digest->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  digest->thread = g_thread_new ("digest", hash_thread, digest);
  return digest;
}

static void
wait_for_room (Digest *digest)
{
  gint64 before = clock_now_ns ();

  g_usleep (POLL_US);
  digest->wait_ns += clock_now_ns () - before;
}

void
digest_update (Digest *digest, const guint8 *data, gsize size)
{
  while (size > 0) {
    guint64 written = digest->written;
    gsize room = RING_SIZE - (written - __atomic_load_n (&digest->hashed, __ATOMIC_ACQUIRE));
    gsize step = contiguous (written, MIN (size, room));

    if (room == 0) {
      wait_for_room (digest);
      continue;
    }
    memcpy (digest->ring + written % RING_SIZE, data, step);
    __atomic_store_n (&digest->written, written + step, __ATOMIC_RELEASE);
    data += step;
    size -= step;
  }
}

const char *
digest_finish (Digest *digest)
{
  __atomic_store_n (&digest->finished, TRUE, __ATOMIC_RELEASE);
  g_thread_join (digest->thread);

  return g_checksum_get_string (digest->checksum);
}

gint64
digest_get_cpu_ns (const Digest *digest)
{
  return digest->cpu_ns;
}

gint64
digest_get_wait_ns (const Digest *digest)
{
  return digest->wait_ns;
}

void
digest_free (Digest *digest)
{
  g_checksum_free (digest->checksum);
  munmap (digest->ring, RING_SIZE);
  g_free (digest);
}
