/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "play.h"

#include "clock.h"
#include "give.h"
#include "meter.h"

/* From NULL to a connection and back. */
static gboolean
call (Fragment *fragment, GError **error)
{
  gboolean ok;

  gst_element_set_state (fragment->pipeline, GST_STATE_PLAYING);
  ok = fragment_wait_for_element (fragment, "GstGioSocketConnected", error);
  gst_element_set_state (fragment->pipeline, GST_STATE_NULL);
  return ok;
}

gboolean
play_pipeline_call (Match *match, GError **error)
{
  const FragmentPlace place = give_place (match, TRUE);
  Side *side = &match->score->sender;
  Fragment fragment;
  gboolean ok;

  gst_init (NULL, NULL);
  ok = fragment_init (&fragment, match->player->send, &place, GST_PAD_SRC, error);
  if (ok) {
    match_wait (&match->score->ready);
    meter_begin (side);
    side->first_ns = clock_now_ns ();
    for (guint64 i = 0; i < match->load->messages && ok; i++) {
      ok = call (&fragment, error);
      __atomic_store_n (&side->bytes, i + 1, __ATOMIC_RELAXED);
    }
    meter_end (side);
  }

  fragment_clear (&fragment);
  return ok;
}
