/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

#include "framing.h"
#include "giosocket-prelude.h"

G_BEGIN_DECLS

/**
 * GstGioSocketSlabPool:
 *
 * Receives a stream into slabs and cuts it into messages, without a copy and without an allocation
 * for each read:
 *
 *   while ((n_vectors = gst_gio_socket_slab_pool_reserve (pool, 65536, vectors, &error)) > 0) {
 *     n = read into the vectors; at the end of the stream: gst_gio_socket_slab_pool_finish ()
 *     messages = gst_gio_socket_slab_pool_commit (pool, n);
 *     push messages, unless it is NULL: a GstBuffer or a GstBufferList
 *   }
 *
 * The next bytes go where the last ones ended, so a message that arrives in many reads lies in one
 * piece.  Only when a message does not fit into what is left of its slab, what has come of it is
 * moved: before its first header is known that is at most one read.
 *
 * One thread at a time reserves, commits, finishes and resets.  gst_buffer_pool_set_flushing(),
 * propose, find, owns and get_stats may be called from any.  Messages may outlive the pool.
 *
 * The pool is a GstBufferPool so that a GstBaseSrc activates it and sets it flushing: an inactive or
 * flushing pool reserves nothing, and a reserve that waits for a slab ends.  One that becomes inactive
 * keeps no slab.  gst_buffer_pool_acquire_buffer() gives an ordinary buffer of the
 * configured size, which is not part of the stream.
 *
 * It travels upstream as the parameters of a meta in the ALLOCATION query, not as one of the
 * query's pools: other sources use the first pool that they find and some write as many bytes as
 * they like into its buffers without a look at the size.  A meta that they do not know they ignore.
 *
 * Since: 0.1
 */
#define GST_TYPE_GIO_SOCKET_SLAB_POOL (gst_gio_socket_slab_pool_get_type ())

GST_GIO_SOCKET_API
G_DECLARE_FINAL_TYPE (GstGioSocketSlabPool, gst_gio_socket_slab_pool, GST, GIO_SOCKET_SLAB_POOL,
    GstBufferPool)

#define GST_GIO_SOCKET_SLAB_POOL_API_TYPE (gst_gio_socket_slab_pool_api_get_type ())

typedef struct _GstGioSocketSlabPoolSettings GstGioSocketSlabPoolSettings;
typedef struct _GstGioSocketSlabPoolStats GstGioSocketSlabPoolStats;

/**
 * GstGioSocketSlabPoolSettings: (skip)
 * @slab_size: the size of a slab in bytes
 * @max_slabs: how many slabs the pool, its siblings and their messages may use before receiving
 *   waits; 0: no limit.  The slab that a message at hand needs is given all the same.  1 counts as 2:
 *   who keeps the last message until the next one comes would wait for ever
 * @layout: how messages are told apart; one without a header: each commit is a message
 * @strip_header: whether messages come without their headers
 * @max_message_size: the largest payload that is accepted
 *
 * What a pool is made like.
 *
 * Since: 0.1
 */
struct _GstGioSocketSlabPoolSettings
{
  gsize slab_size;
  guint max_slabs;
  GstGioSocketFramingLayout layout;
  gboolean strip_header;
  guint64 max_message_size;
};

/**
 * GstGioSocketSlabPoolStats: (skip)
 * @messages: messages that were cut
 * @bytes: bytes that were committed
 * @bytes_copied: bytes that were moved because a message did not fit where it began
 * @slabs_allocated: slabs that were allocated
 * @slabs_reused: slabs that were taken from the free list instead
 * @slabs_rewound: times that a slab was filled again without leaving the pool
 * @slabs_in_use: slabs that the pool or a message holds now
 * @peak_bytes: the most memory that all slabs took so far
 *
 * The slabs are those of the pool and its siblings together, the rest is the pool's own.
 *
 * Since: 0.1
 */
struct _GstGioSocketSlabPoolStats
{
  guint64 messages;
  guint64 bytes;
  guint64 bytes_copied;
  guint64 slabs_allocated;
  guint64 slabs_reused;
  guint64 slabs_rewound;
  guint64 slabs_in_use;
  guint64 peak_bytes;
};

GST_GIO_SOCKET_API
GType gst_gio_socket_slab_pool_api_get_type (void);

GST_GIO_SOCKET_API
GstGioSocketSlabPool *gst_gio_socket_slab_pool_new (const GstGioSocketSlabPoolSettings *settings);

GST_GIO_SOCKET_API
GstGioSocketSlabPool *gst_gio_socket_slab_pool_new_sibling (GstGioSocketSlabPool *pool);

GST_GIO_SOCKET_API
void
gst_gio_socket_slab_pool_set_params (GstGioSocketSlabPool *pool, const GstAllocationParams *params);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_pool_propose (GstGioSocketSlabPool *pool, GstQuery *query);

GST_GIO_SOCKET_API
GstGioSocketSlabPool *gst_gio_socket_slab_pool_find (GstQuery *query);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_slab_pool_owns (GstGioSocketSlabPool *pool, GstBuffer *buffer);

GST_GIO_SOCKET_API
guint gst_gio_socket_slab_pool_reserve (GstGioSocketSlabPool *pool, gsize wanted,
    GInputVector vectors[2], GError **error);

GST_GIO_SOCKET_API
GstMiniObject *gst_gio_socket_slab_pool_commit (GstGioSocketSlabPool *pool, gsize n);

GST_GIO_SOCKET_API
gsize gst_gio_socket_slab_pool_get_pending (GstGioSocketSlabPool *pool);

GST_GIO_SOCKET_API
gboolean gst_gio_socket_slab_pool_finish (GstGioSocketSlabPool *pool, GError **error);

GST_GIO_SOCKET_API
void gst_gio_socket_slab_pool_reset (GstGioSocketSlabPool *pool);

GST_GIO_SOCKET_API
void
gst_gio_socket_slab_pool_get_stats (GstGioSocketSlabPool *pool, GstGioSocketSlabPoolStats *stats);

G_END_DECLS
