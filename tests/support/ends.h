/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "certificates.h"
#include "stream.h"

#include <gst/gst.h>

/* Our end of a connection: a pipeline with an element "ours", and an appsrc or an appsink.  The
 * fragments are joined, as in END_IN "giosocketsink " END_TLS_CONNECT, and expanded as commands of
 * peers are.  Everything asserts. */

#define END_IN "appsrc name=in block=true max-bytes=4000000 format=bytes ! "
#define END_OUT " ! appsink name=out sync=false buffer-list=true"
#define END_CONNECT "name=ours host=127.0.0.1 port={port}"
#define END_LISTEN "name=ours host=127.0.0.1 port=0 mode=listen"
#define END_TLS_CONNECT END_CONNECT " tls=true server-name=localhost ca-file={ca.pem}"
#define END_TLS_LISTEN                                                                             \
  END_LISTEN " tls=true certificate-file={server.pem} private-key-file={server-key.pem}"

typedef struct
{
  const gchar *name; /* as in stats */
  const gchar *priority;
} TlsVersion;

#define N_TLS_VERSIONS 2
extern const TlsVersion tls_versions[N_TLS_VERSIONS];

/* What GLib and GStreamer keep for good is there afterwards; before anything is counted. */
void ends_warm_up (void);

/* In NULL.  @priority NULL leaves it at its default. */
GstElement *
end_prepare (Certificates *certificates, const gchar *fragments, guint port, const gchar *priority);

/* The same in PLAYING.  A receiver's digest has all that it receives; NULL for a sender. */
GstElement *end_start (Certificates *certificates, const gchar *fragments, guint port,
    const gchar *priority, Digest *received);

/* Where one that listens does so. */
guint end_wait_port (GstElement *self);

/* Waits until it has a connection, and with TLS that is after the handshake. */
void end_wait_connected (GstElement *self);

/* Before it is stopped: stats are those of the connection. */
void end_assert_version (GstElement *self, guint version);

/* Waits for an error about a resource, and returns its text; EOS is a failed test. */
gchar *end_wait_error (GstElement *self);

/* Sets it to NULL and frees it. */
void end_stop (GstElement *self);

/* One feeds and ends the stream, the other one must have received it when it comes to its end. */
void ends_transfer (GstElement *sender, GstElement *receiver, Stream *stream, Digest *received,
    const gchar *what);
