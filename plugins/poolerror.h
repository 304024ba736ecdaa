/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What an error of a slab pool means for who streams: that a wait for a slab was ended, or an error of
 * the element, which is posted. */
GstFlowReturn gst_gio_socket_pool_error_to_flow (GstElement *element, const GError *error);

G_END_DECLS
