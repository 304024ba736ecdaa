/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "cork-event.h"

#define STRUCTURE_NAME "GstGioSocketCork"

/**
 * gst_event_new_gio_socket_cork:
 * @corked: %TRUE to let the sink hold back, %FALSE to send what it holds
 *
 * Makes the serialized downstream event that corks or uncorks giosocketsink.
 *
 * Returns: (transfer full): the event
 *
 * Since: 0.1
 */
GstEvent *
gst_event_new_gio_socket_cork (gboolean corked)
{
  GstStructure *structure =
      gst_structure_new (STRUCTURE_NAME, "corked", G_TYPE_BOOLEAN, corked, NULL);

  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure);
}

/**
 * gst_event_parse_gio_socket_cork:
 * @event: any event
 * @corked: (out) (optional): where the state goes, when it is a cork event
 *
 * Tells whether @event is a cork event, and what it asks for.  An event without the field "corked"
 * is none.
 *
 * Returns: %TRUE for a cork event
 *
 * Since: 0.1
 */
gboolean
gst_event_parse_gio_socket_cork (GstEvent *event, gboolean *corked)
{
  gboolean value;

  g_return_val_if_fail (GST_IS_EVENT (event), FALSE);

  if (GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_DOWNSTREAM ||
      !gst_event_has_name (event, STRUCTURE_NAME) ||
      !gst_structure_get_boolean (gst_event_get_structure (event), "corked", &value))
    return FALSE;

  if (corked != NULL)
    *corked = value;

  return TRUE;
}
