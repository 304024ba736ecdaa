/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "clock.h"
#include "feed.h"
#include "meter.h"

#include <gio/gio.h>

/* tcpcork's default, and so long that the last burst is over whenever the next begins. */
#define QUIET_NS 100000
#define PAUSE_US 1000

typedef struct
{
  Fragment fragment;
  sem_t uncorked;
  gint64 buffer_ns;
  gint64 uncork_ns;
} Uncork;

static GstPadProbeReturn
probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Uncork *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  gboolean corked;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    self->buffer_ns = clock_now_ns ();
  } else if (gst_event_has_name (event, "GstGioSocketCork") &&
      gst_structure_get_boolean (gst_event_get_structure (event), "corked", &corked) && !corked) {
    self->uncork_ns = clock_now_ns ();
    match_post (&self->uncorked);
  }

  return GST_PAD_PROBE_OK;
}

static void
watch (Uncork *self)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (self->fragment.pipeline), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, probe_cb,
      self, NULL);
}

static gboolean
burst (Uncork *self, Match *match, GError **error)
{
  GstFlowReturn flow =
      gst_pad_push (self->fragment.pad, gst_buffer_new_allocate (NULL, match->load->size, NULL));

  if (flow != GST_FLOW_OK) {
    feed_set_refused (&self->fragment, flow, error);
    return FALSE;
  }

  match_wait (&self->uncorked);
  histogram_add (&match->score->round_trips, MAX (self->uncork_ns - self->buffer_ns - QUIET_NS, 0));
  return TRUE;
}

gboolean
play_pipeline_uncork (Match *match, GError **error)
{
  const FragmentPlace place = { .host = "" };
  Side *side = &match->score->sender;
  Uncork self = { 0 };
  gboolean ok;

  gst_init (NULL, NULL);
  sem_init (&self.uncorked, 0, 0);
  ok = fragment_init (&self.fragment, match->player->send, &place, GST_PAD_SRC, error) &&
      feed_start (&self.fragment, error);
  if (ok)
    watch (&self);

  meter_begin (side);
  side->first_ns = clock_now_ns ();
  for (guint64 i = 0; i < match->load->messages && ok; i++) {
    g_usleep (PAUSE_US);
    ok = burst (&self, match, error);
    __atomic_store_n (&side->bytes, (i + 1) * match->load->size, __ATOMIC_RELAXED);
  }
  meter_end (side);
  side->last_ns = clock_now_ns ();

  fragment_clear (&self.fragment);
  return ok;
}

/* What GLib's condition variable makes of the same wait, in the thread that measures it. */
gboolean
play_plain_uncork (Match *match, GError **error)
{
  Side *side = &match->score->sender;
  GMutex mutex;
  GCond cond;

  g_mutex_init (&mutex);
  g_cond_init (&cond);
  meter_begin (side);
  side->first_ns = clock_now_ns ();
  g_mutex_lock (&mutex);
  for (guint64 i = 0; i < match->load->messages; i++) {
    gint64 end_us;

    g_usleep (PAUSE_US);
    end_us = g_get_monotonic_time () + QUIET_NS / 1000;
    while (g_cond_wait_until (&cond, &mutex, end_us)) {
    }
    histogram_add (&match->score->round_trips, MAX (clock_now_ns () - end_us * 1000, 0));
    __atomic_store_n (&side->bytes, (i + 1) * match->load->size, __ATOMIC_RELAXED);
  }
  g_mutex_unlock (&mutex);
  meter_end (side);
  side->last_ns = clock_now_ns ();

  g_mutex_clear (&mutex);
  g_cond_clear (&cond);
  return TRUE;
}
