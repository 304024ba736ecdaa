/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

/* What many tests need: real sockets on loopback, and a look at what a test leaves behind.
 * Everything asserts; nothing waits longer than SUPPORT_PATIENCE. */
#define SUPPORT_PATIENCE (30 * GST_SECOND)

/* Listens on a free port of 127.0.0.1. */
GSocket *support_listen (guint *port);

/* The same on that port; 0: on a free one. */
GSocket *support_listen_on (guint port);

/* Waits for somebody and returns a blocking socket. */
GSocket *support_accept (GSocket *listener);

GSocket *support_connect (guint port);

/* Reads to the end of the stream. */
GByteArray *support_read_all (GSocket *socket);

/* Reads exactly @size bytes. */
void support_read_exactly (GSocket *socket, gpointer data, gsize size);

/* Sends all of it in one call; the kernel must have room for it. */
void support_send (GSocket *socket, gconstpointer data, gsize size);

/* Closes it so that the other end sees a reset. */
void support_reset (GSocket **socket);

/* Two connected TCP sockets. */
void support_make_pair (GSocket **left, GSocket **right);

/* Small kernel buffers, so that little is needed to fill them. */
void support_shrink_buffers (GSocket *socket);

/* Bytes that differ everywhere, from a seed: the same on both sides. */
GBytes *support_make_bytes (gsize size, guint32 seed);

/* As gst_parse_launch(); an element that is missing is a failed test. */
GstElement *support_launch (const gchar *description);

/* The next message of these types, or a failed test. */
GstMessage *support_wait_message (GstElement *pipeline, GstMessageType types);

/* Waits for EOS; an error is a failed test that says it. */
void support_wait_eos (GstElement *pipeline);

/* Waits for an error message, and returns its text; its domain and code must be these. */
gchar *support_wait_error (GstElement *pipeline, GQuark domain, gint code);

/* Waits for a warning, and returns it; an error is a failed test.  @debug: NULL, or its debug text. */
GError *support_wait_warning (GstElement *pipeline, gchar **debug);

/* A field of an element's stats; one that is missing is a failed test. */
guint64 support_get_stat (GstElement *element, const gchar *field);

/* Waits until an element that listens says where. */
guint support_wait_port (GstElement *element);

/* What the environment says, for those who want more of a test, or another one. */
guint64 support_number (const gchar *name, guint64 otherwise);

/* Open file descriptors, and threads that are not GLib's own pool of them. */
guint support_count_fds (void);
guint support_count_threads (void);

/* Waits until there are no more than that: a thread is gone a moment after it was joined. */
void support_assert_no_more (guint fds, guint threads);
