/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "giosocket-prelude.h"

G_BEGIN_DECLS

/**
 * GstGioSocketGap: (skip)
 *
 * How long must it be quiet until a burst is over?  Learns that from the silences between arrivals.
 * Pure arithmetic: no clock, no lock, nothing allocated.
 *
 * A silence of `longest` or more always ends a burst.  Shorter ones are of two kinds: those in the
 * middle of a burst, and none.  What is chosen is the shortest gap which ends hardly any burst early
 * that `longest` would have kept together; so waiting costs less, and packets hardly more:
 *
 * The choice: a logarithmic histogram of the shorter silences, and a count of the long ones, both
 * halved now and then so that what is past is forgotten.  The gap is the lowest edge of the
 * histogram with no more than one silence above it for every GST_GIO_SOCKET_GAP_PRICE long ones.
 *
 * The guarantee: a long silence is worth a point, and a burst that was ended early costs
 * GST_GIO_SOCKET_GAP_PRICE of them.  Without enough points the gap is `longest`.  So in any
 * traffic at all no more than one burst is ended early for every GST_GIO_SOCKET_GAP_PRICE others,
 * and none before there were as many.
 *
 * Both are kept twice, for the silence after the first arrival of a burst and for those after
 * further ones: where a first arrival mostly stays alone, it need not wait although other bursts
 * are long.
 *
 * Lives on the stack or inside its owner; begin with gst_gio_socket_gap_init().
 *
 * Since: 0.1
 */

/**
 * GST_GIO_SOCKET_GAP_PRICE: (skip)
 *
 * How many bursts there are at least for each one that was ended early.
 *
 * Since: 0.1
 */
#define GST_GIO_SOCKET_GAP_PRICE 64

/**
 * GST_GIO_SOCKET_GAP_STEPS: (skip)
 *
 * How many classes of length the histogram of silences has.
 *
 * Since: 0.1
 */
#define GST_GIO_SOCKET_GAP_STEPS 16

/**
 * GstGioSocketGapPlace: (skip)
 *
 * What was learned about one place in a burst; lives inside a #GstGioSocketGap.
 *
 * Since: 0.1
 */
typedef struct
{
  /*< private >*/
  guint32 shorter[GST_GIO_SOCKET_GAP_STEPS];
  guint32 longer;
  gint32 points;
  gint64 chosen;
} GstGioSocketGapPlace;

typedef struct _GstGioSocketGap GstGioSocketGap;

struct _GstGioSocketGap
{
  /*< private >*/
  gint64 longest;
  guint place;
  GstGioSocketGapPlace places[2];
};

GST_GIO_SOCKET_API
void gst_gio_socket_gap_init (GstGioSocketGap *gap, gint64 longest);

GST_GIO_SOCKET_API
void gst_gio_socket_gap_add (GstGioSocketGap *gap, gint64 silence);

GST_GIO_SOCKET_API
gint64 gst_gio_socket_gap_get (const GstGioSocketGap *gap);

G_END_DECLS
