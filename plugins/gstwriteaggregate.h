/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_WRITE_AGGREGATE (gst_write_aggregate_get_type ())
G_DECLARE_FINAL_TYPE (GstWriteAggregate, gst_write_aggregate, GST, WRITE_AGGREGATE, GstElement)

GST_ELEMENT_REGISTER_DECLARE (writeaggregate)

G_END_DECLS
