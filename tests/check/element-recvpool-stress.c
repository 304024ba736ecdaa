/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* Flushes, seeks, new caps, states and the peer's end in any order, while messages are received, kept and
 * freed by other threads: whatever comes out is whole. */

#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define LIVES 6
#define STEPS 30
#define KEPT 20
#define LARGEST 60000

static const gchar *const chains[] = {
  "recvpool name=pool framing=uint32-be slab-size=16384",
  "recvpool name=pool framing=uint32-be slab-size=16384 max-slabs=4",
  "queue ! recvpool name=pool framing=uint32-be slab-size=16384 max-slabs=4 ! queue",
  "recvpool name=pool framing=uint32-be ! tee name=tee ! queue ! fakesink sync=false async=false "
  "tee. ! queue",
};

typedef struct
{
  GstElement *pipeline;
  GstElement *source;
  GstElement *sink;
  GSocket *peer;
  GThread *sender;
  GThread *freer;
  GAsyncQueue *freed;

  GMutex mutex;
  GCond taken;
  guint n_taken;
  GstBuffer *kept[KEPT];
} Life;

/* --- messages that say themselves what must be in them ------------------- */

static inline guint8
byte_at (guint32 seed, gsize i)
{
  return seed * 31 + i * 7 + (i >> 8);
}

static gsize
write_message (guint8 *data, GRand *random, guint32 seed)
{
  gsize size = 4 + g_rand_int_range (random, 0, seed % 10 == 0 ? LARGEST : 500);
  guint32 header = GUINT32_TO_BE ((guint32)size);

  memcpy (data, &header, 4);
  memcpy (data + 4, &seed, 4);
  for (gsize i = 4; i < size; i++)
    data[4 + i] = byte_at (seed, i);

  return 4 + size;
}

static void
check_message (GstBuffer *buffer)
{
  GstMapInfo map;
  guint32 seed;

  g_assert_cmpuint (gst_buffer_n_memory (buffer), ==, 1);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpuint (map.size, >=, 4);
  memcpy (&seed, map.data, 4);
  for (gsize i = 4; i < map.size; i++)
    if (map.data[i] != byte_at (seed, i))
      g_error ("byte %" G_GSIZE_FORMAT " of message %u is wrong", i, seed);
  gst_buffer_unmap (buffer, &map);
}

/* --- other threads ------------------------------------------------------- */

/* Until the connection is gone. */
static gpointer
send_cb (gpointer data)
{
  GSocket *peer = data;
  g_autofree guint8 *message = g_malloc (2 * LARGEST);
  GRand *random = g_rand_new_with_seed (1);
  gboolean open = TRUE;

  for (guint32 seed = 0; open; seed++) {
    gsize size = write_message (message, random, seed);

    for (gsize at = 0; at < size && open;) {
      gssize n = g_socket_send (peer, (gchar *)message + at, size - at, NULL, NULL);

      open = n > 0;
      at += MAX (n, 0);
    }
  }
  g_rand_free (random);

  return NULL;
}

static gpointer
free_cb (gpointer data)
{
  GstBuffer *buffer;

  while (gst_buffer_n_memory (buffer = g_async_queue_pop (data)) > 0) {
    check_message (buffer);
    gst_buffer_unref (buffer);
  }
  gst_buffer_unref (buffer);

  return NULL;
}

/* Streaming thread. */
static void
take_cb (GstElement *sink, GstBuffer *buffer, GstPad *pad, Life *self)
{
  check_message (buffer);

  g_mutex_lock (&self->mutex);
  if (self->n_taken % 3 == 0)
    gst_buffer_replace (&self->kept[self->n_taken % KEPT], buffer);
  self->n_taken++;
  g_cond_broadcast (&self->taken);
  g_mutex_unlock (&self->mutex);

  if (self->n_taken % 5 < 2)
    g_async_queue_push (self->freed, gst_buffer_ref (buffer));
}

/* --- one life ------------------------------------------------------------ */

static void
connect_peer (Life *self)
{
  guint port;
  g_autoptr (GSocket) listener = support_listen (&port);

  g_object_set (self->source, "port", port, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  self->peer = support_accept (listener);
  self->sender = g_thread_new ("send", send_cb, self->peer);
}

static void
disconnect_peer (Life *self)
{
  g_socket_shutdown (self->peer, TRUE, TRUE, NULL);
  g_thread_join (self->sender);
  g_clear_object (&self->peer);
}

static void
restart (Life *self)
{
  gboolean peer_first = g_random_boolean ();

  if (peer_first)
    disconnect_peer (self);
  gst_element_set_state (self->pipeline, g_random_boolean () ? GST_STATE_READY : GST_STATE_NULL);
  if (!peer_first)
    disconnect_peer (self);
  connect_peer (self);
}

/* It goes on when some have come, or none do because all slabs are kept. */
static void
wait_for_some (Life *self)
{
  gint64 end = g_get_monotonic_time () + G_TIME_SPAN_SECOND / 50;
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_taken + g_random_int_range (1, 200);
  while (self->n_taken < n && g_cond_wait_until (&self->taken, &self->mutex, end)) {
  }
  g_mutex_unlock (&self->mutex);
}

static void
drop_kept (Life *self)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < KEPT; i++)
    gst_clear_buffer (&self->kept[i]);
  g_mutex_unlock (&self->mutex);
}

static void
change_caps (Life *self)
{
  g_autofree gchar *name = g_strdup_printf ("application/x-test%d", g_random_int_range (0, 100));
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (name);

  g_object_set (self->source, "caps", caps, NULL);
}

static void
flush (Life *self)
{
  gst_element_send_event (self->source, gst_event_new_flush_start ());
  if (g_random_boolean ())
    wait_for_some (self);
  gst_element_send_event (self->source, gst_event_new_flush_stop (TRUE));
}

static void
step (Life *self)
{
  switch (g_random_int_range (0, 12)) {
    case 0:
      flush (self);
      break;
    case 1:
      /* It cannot, and says so. */
      fail_if (gst_element_seek_simple (self->pipeline, GST_FORMAT_BYTES, GST_SEEK_FLAG_FLUSH, 0));
      break;
    case 2:
      change_caps (self);
      break;
    case 3:
      gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
      gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
      break;
    case 4:
      restart (self);
      break;
    case 5:
      drop_kept (self);
      break;
    default:
      wait_for_some (self);
      break;
  }
}

static void
begin (Life *self, const gchar *chain)
{
  g_autofree gchar *line = g_strdup_printf ("giosocketsrc name=source host=127.0.0.1 caps=a/b ! %s "
                                            "! fakesink name=sink sync=false signal-handoffs=true",
      chain);

  self->pipeline = support_launch (line);
  self->source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  self->sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  self->freed = g_async_queue_new ();
  self->freer = g_thread_new ("free", free_cb, self->freed);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->taken);
  g_signal_connect (self->sink, "handoff", G_CALLBACK (take_cb), self);
  connect_peer (self);
}

/* Who ends first, and whether messages outlive all of it, is open. */
static void
end (Life *self)
{
  if (g_random_boolean ())
    drop_kept (self);
  if (g_random_boolean ()) {
    disconnect_peer (self);
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  } else {
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
    disconnect_peer (self);
  }
  gst_clear_object (&self->source);
  gst_clear_object (&self->sink);
  gst_clear_object (&self->pipeline);

  for (guint i = 0; i < KEPT; i++)
    if (self->kept[i] != NULL)
      check_message (self->kept[i]);
  drop_kept (self);
  g_async_queue_push (self->freed, gst_buffer_new ());
  g_thread_join (self->freer);
  g_async_queue_unref (self->freed);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->taken);
}

GST_START_TEST (test_in_any_order_messages_stay_whole_and_nothing_hangs)
{
  guint n_taken = 0;
  guint fds = 0, threads = 0;

  for (guint i = 0; i < LIVES; i++) {
    Life life = { NULL };

    begin (&life, chains[__i__]);
    for (guint n = 0; n < STEPS; n++)
      step (&life);
    end (&life);
    n_taken += life.n_taken;

    /* What GLib and GStreamer keep for good is there after the first. */
    if (i == 0) {
      fds = support_count_fds ();
      threads = support_count_threads ();
    }
  }

  support_assert_no_more (fds, threads);
  fail_unless (n_taken > LIVES * STEPS);
}

GST_END_TEST

static Suite *
recvpool_stress_suite (void)
{
  Suite *suite = suite_create ("recvpool-stress");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_in_any_order_messages_stay_whole_and_nothing_hangs, 0,
      G_N_ELEMENTS (chains));

  return suite;
}

GST_CHECK_MAIN (recvpool_stress)
