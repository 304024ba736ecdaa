/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "flush-event.h"

#define STRUCTURE_NAME "GstGioSocketFlush"

/**
 * gst_event_new_gio_socket_flush:
 *
 * Makes the serialized downstream event that sends what was gathered before it on its way.
 *
 * Returns: (transfer full): the event
 *
 * Since: 0.1
 */
GstEvent *
gst_event_new_gio_socket_flush (void)
{
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new_empty (STRUCTURE_NAME));
}

/**
 * gst_event_is_gio_socket_flush:
 * @event: any event
 *
 * Tells whether @event is a flush event.
 *
 * Returns: %TRUE for a flush event
 *
 * Since: 0.1
 */
gboolean
gst_event_is_gio_socket_flush (GstEvent *event)
{
  g_return_val_if_fail (GST_IS_EVENT (event), FALSE);

  return GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM &&
      gst_event_has_name (event, STRUCTURE_NAME);
}
