/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What stands in a stream besides messages that are all of one size: something at its beginning, and
 * a header before each.
 */
typedef struct
{
  GByteArray *prologue;
  GByteArray *header;
} Framing;

/* @name: "uint32-be", or an element that puts such headers before buffers, as gdppay does; it must
 * not be before a buffer that was sent.  NULL: there are no headers.
 * @size: of every message */
gboolean framing_init (Framing *self, const char *name, gsize size, GError **error);

void framing_clear (Framing *self);

G_END_DECLS
