/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

/* What a test of giosocketsink or giosocketsrc needs before: somebody who listens, and what its
 * pipelines have around the properties of ours.  Afterwards no file descriptor and no thread is
 * left.  The pipeline is opened and closed by the test, and has an element "source" and one "sink":
 * one of them is ours, and the other one an appsrc or an appsink. */
extern GSocket *listener;
extern guint port;
extern GstElement *pipeline;
extern GstElement *source;
extern GstElement *sink;

/* @before and @behind must remain; @behind: NULL where nothing is. */
void element_test_setup (const gchar *before, const gchar *behind);

/* For a giosocketsrc and an appsink. */
void element_test_setup_source (void);

void element_test_teardown (void);

/* In NULL. */
void element_test_open (const gchar *properties);

/* The same in PLAYING. */
void element_test_play (const gchar *properties);

/* The same to the listener, and who has come there. */
GSocket *element_test_play_connected (const gchar *properties);

/* Another pipeline than those, in NULL. */
void element_test_launch (const gchar *description);

/* Also at the end of each test: the check library waits for tasks before it calls the teardown. */
void element_test_close (void);

/* --- what the application does ------------------------------------------- */

void element_test_push (GstBuffer *buffer);

void element_test_push_list (GstBufferList *list);

/* No more is pushed. */
void element_test_finish (void);

/* The next one that comes out. */
GstSample *element_test_pull (void);

/* When the pipeline is where it is going: a flush in the middle of a state change is GstBin's
 * business, not ours. */
void element_test_flush (void);

/* A field of the sink's stats; 0: it has none as yet. */
guint64 element_test_stat (const gchar *field);

/* Waits until it is that or more. */
void element_test_wait_stat (const gchar *field, guint64 value);

/* --- tests of both -------------------------------------------------------- */

#define ELEMENT_TEST_N_FAILURES 6

/* Some properties with which it cannot connect: the message says why. */
void element_test_fails_to_connect (guint failure);

/* @meanwhile: what is done while it waits, or NULL. */
void element_test_ready_ends_a_connect_and_an_accept (void (*meanwhile) (void));
