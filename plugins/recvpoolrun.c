/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "recvpoolrun.h"

/* No more than this of another source's buffer is copied at once. */
#define COPY_SIZE 65536

GstRecvPoolRun *
gst_recv_pool_run_new (const GstRecvPoolSettings *settings, GError **error)
{
  GstGioSocketSlabPoolSettings resolved;
  GstRecvPoolRun *self;

  if (!gst_recv_pool_settings_resolve (settings, &resolved, error))
    return NULL;

  self = g_atomic_rc_box_new0 (GstRecvPoolRun);
  self->pool = gst_gio_socket_slab_pool_new (&resolved);
  self->copy_cutter =
      gst_gio_socket_copy_cutter_new (self->pool, MIN (COPY_SIZE, resolved.slab_size / 2));
  self->cuts = resolved.layout.header_size > 0;

  return self;
}

static void
clear (gpointer data)
{
  GstRecvPoolRun *self = data;

  g_clear_pointer (&self->copy_cutter, gst_gio_socket_copy_cutter_unref);
  g_clear_object (&self->pool);
}

GstRecvPoolRun *
gst_recv_pool_run_ref (GstRecvPoolRun *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
gst_recv_pool_run_unref (GstRecvPoolRun *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

gboolean
gst_recv_pool_run_passes (GstRecvPoolRun *self, GstBuffer *buffer)
{
  return !self->cuts || gst_gio_socket_slab_pool_owns (self->pool, buffer);
}

/* Downstream's buffers are not ours to receive into, but what it wants of memory can be had. */
static void
ask_downstream (GstPad *src_pad, GstQuery *query, GstAllocationParams *params)
{
  g_autoptr (GstQuery) downstream = NULL;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  downstream = gst_query_new_allocation (caps, FALSE);
  gst_allocation_params_init (params);
  if (!gst_pad_peer_query (src_pad, downstream))
    return;

  for (guint i = 0; i < gst_query_get_n_allocation_params (downstream); i++) {
    GstAllocationParams wanted;

    gst_query_parse_nth_allocation_param (downstream, i, NULL, &wanted);
    params->align |= wanted.align;
    params->prefix = MAX (params->prefix, wanted.prefix);
    params->padding = MAX (params->padding, wanted.padding);
  }
}

void
gst_recv_pool_run_answer (GstRecvPoolRun *self, GstPad *src_pad, GstQuery *query)
{
  GstAllocationParams params;

  ask_downstream (src_pad, query, &params);
  gst_gio_socket_slab_pool_set_params (self->pool, &params);
  gst_gio_socket_slab_pool_propose (self->pool, query);
  gst_query_add_allocation_param (query, NULL, &params);
}

void
gst_recv_pool_run_get_stats (GstRecvPoolRun *self, GstGioSocketSlabPoolStats *stats)
{
  gst_gio_socket_slab_pool_get_stats (self->pool, stats);
  gst_gio_socket_copy_cutter_add_stats (self->copy_cutter, stats);
}
