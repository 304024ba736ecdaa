/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "giosocketelement.h"
#include "poolerror.h"

GstFlowReturn
gst_gio_socket_pool_error_to_flow (GstElement *element, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;

  gst_gio_socket_element_post_error (element, error);

  return GST_FLOW_ERROR;
}
