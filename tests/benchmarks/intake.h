/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "framing.h"
#include "match.h"

G_BEGIN_DECLS

/* What the receiving process does with what has come out: counts it, compares it where that is
 * wanted, and says when it has everything. */
typedef struct
{
  const Match *match;
  const Framing *framing; /* of the bytes that come; NULL: they are without headers */
  guint64 expected;
  guint64 bytes;
  guint64 messages;
} Intake;

/* Measuring begins, and the sender may.
 * @framing: (nullable): what is taken is the stream as it is, with its headers */
void intake_begin (Intake *self, const Match *match, const Framing *framing);

/* FALSE: these are not the bytes that were sent. */
gboolean intake_take (Intake *self, const guint8 *data, gsize size, GError **error);

/* One whole message ends here, and @size is its size. */
gboolean intake_take_message (Intake *self, gsize size, GError **error);

/* The stream has ended.  FALSE: too early. */
gboolean intake_end (Intake *self, GError **error);

G_END_DECLS
