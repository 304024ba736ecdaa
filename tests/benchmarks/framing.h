/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What stands in a stream besides messages: something at its beginning, and a header before each.  But
 * for uint32-be all messages are of one size.
 */
typedef struct
{
  GByteArray *prologue;
  GByteArray *header;
  gboolean is_length; /* the header: four bytes of the size of its message, big-endian */
} Framing;

/* @name: "uint32-be", or an element that puts such headers before buffers, as gdppay does; it must
 * not be before a buffer that was sent.  NULL: there are no headers.
 * @size: of every message */
gboolean framing_init (Framing *self, const char *name, gsize size, GError **error);

void framing_clear (Framing *self);

G_END_DECLS
