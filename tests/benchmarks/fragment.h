/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A launch fragment with one open end, in a pipeline of its own.  The open end is linked to a bare
 * pad, so that no appsrc or appsink with its queue and its thread comes between the caller and the
 * element that is measured. */
typedef struct
{
  GstElement *pipeline;
  GstBus *bus;
  GstPad *pad;
} Fragment;

/* What stands for %h, %p and %t in a description.
 * @tls: properties (nullable) */
typedef struct
{
  const char *host;
  guint port;
  const char *tls;
} FragmentPlace;

/* @direction: of the pad, %GST_PAD_SRC to push into the fragment */
gboolean fragment_init (Fragment *self, const char *description, const FragmentPlace *place,
    GstPadDirection direction, GError **error);

/* Takes the error message that is on the bus or comes within @timeout; FALSE: there is none. */
gboolean fragment_take_error (Fragment *self, GstClockTime timeout, GError **error);

/* Waits for a message of @type; FALSE: an error came first. */
gboolean fragment_wait (Fragment *self, GstMessageType type, GError **error);

/* The same for a message of an element, called @name. */
gboolean fragment_wait_for_element (Fragment *self, const char *name, GError **error);

void fragment_clear (Fragment *self);

G_END_DECLS
