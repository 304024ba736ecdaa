/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Which pads are meant by a pattern of ELEMENT:PAD, and a number for each.  A pad keeps its number
 * when it is linked elsewhere.  Asking for a pad that is not meant costs one look, since most are
 * not.  Any thread may ask; to be freed only when no one asks any more.
 */
typedef struct _PadNumbers PadNumbers;

/* A pad with this name shall have a number.  Returns: it, from 1; 0: none, never. */
typedef guint (*PadNumbersFunc) (const char *name, gpointer user_data);

PadNumbers *pad_numbers_new (const char *pattern, PadNumbersFunc number, gpointer user_data);

/* @pad: one that pushes.  Returns: its number if it is meant, else that of its peer; 0 if neither is
 * meant. */
guint pad_numbers_get (PadNumbers *numbers, GstPad *pad);

/* To be called after @pad, one that pushes, was unlinked. */
void pad_numbers_unlinked (PadNumbers *numbers, GstPad *pad);

void pad_numbers_free (PadNumbers *numbers);

G_END_DECLS
