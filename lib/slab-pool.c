/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "slab-cutter.h"
#include "slab-pool.h"

#define META_STRUCTURE "GstGioSocketSlabPool"
#define META_FIELD "pool"

/* What an ordinary buffer holds until a source configures the pool. */
#define DEFAULT_BUFFER_SIZE 65536

struct _GstGioSocketSlabPool
{
  GstBufferPool parent_instance;

  /* Streaming thread; its settings are immutable after construction. */
  GstGioSocketSlabCutter cutter;

  /* Object lock: the cutter's counters as of the last commit. */
  GstGioSocketSlabCounters counters;
};

G_DEFINE_FINAL_TYPE (GstGioSocketSlabPool, gst_gio_socket_slab_pool, GST_TYPE_BUFFER_POOL)

/* --- construction -------------------------------------------------------- */

static GstGioSocketSlabPool *
pool_new (GstGioSocketSlabAllocator *allocator, const GstGioSocketFramingLayout *layout,
    gboolean strip_header, guint64 max_message_size)
{
  GstGioSocketSlabPool *self =
      gst_object_ref_sink (g_object_new (GST_TYPE_GIO_SOCKET_SLAB_POOL, NULL));
  GstStructure *config = gst_buffer_pool_get_config (GST_BUFFER_POOL (self));

  gst_gio_socket_slab_cutter_init (&self->cutter, allocator, layout, strip_header,
      max_message_size);

  gst_buffer_pool_config_set_params (config, NULL, DEFAULT_BUFFER_SIZE, 0, 0);
  gst_buffer_pool_set_config (GST_BUFFER_POOL (self), config);

  return self;
}

/**
 * gst_gio_socket_slab_pool_new: (skip)
 * @settings: what the pool is made like
 *
 * Makes an inactive pool.  It needs no configuration before gst_buffer_pool_set_active().
 *
 * Returns: (transfer full): the pool
 *
 * Since: 0.1
 */
GstGioSocketSlabPool *
gst_gio_socket_slab_pool_new (const GstGioSocketSlabPoolSettings *settings)
{
  guint max_slabs = settings->max_slabs == 1 ? 2 : settings->max_slabs;
  g_autoptr (GstGioSocketSlabAllocator) allocator =
      gst_gio_socket_slab_allocator_new (settings->slab_size,
          settings->strip_header ? settings->layout.header_size : 0, max_slabs);

  return pool_new (allocator, &settings->layout, settings->strip_header,
      settings->max_message_size);
}

/**
 * gst_gio_socket_slab_pool_new_sibling: (skip)
 * @pool: a pool
 *
 * Makes a pool for another stream with the same settings and the same slabs.
 *
 * Returns: (transfer full): the sibling, inactive
 *
 * Since: 0.1
 */
GstGioSocketSlabPool *
gst_gio_socket_slab_pool_new_sibling (GstGioSocketSlabPool *pool)
{
  g_return_val_if_fail (GST_IS_GIO_SOCKET_SLAB_POOL (pool), NULL);

  return pool_new (pool->cutter.allocator, &pool->cutter.layout, pool->cutter.strip_header,
      pool->cutter.max_message_size);
}

/* --- the ALLOCATION query ------------------------------------------------ */

/**
 * gst_gio_socket_slab_pool_set_params: (skip)
 * @pool: a pool
 * @params: alignment, prefix and padding that somebody downstream wants
 *
 * Slabs that are allocated from now on are aligned so (and to 64 bytes), and have that much memory of
 * their own before their first and behind their last byte.  Messages that share a slab lie as close
 * as they came.  Any thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_pool_set_params (GstGioSocketSlabPool *pool, const GstAllocationParams *params)
{
  gst_gio_socket_slab_allocator_set_params (pool->cutter.allocator, params);
}

/**
 * gst_gio_socket_slab_pool_api_get_type: (skip)
 *
 * Registers how a pool travels upstream.
 *
 * Returns: the API type of the meta that carries a pool in an ALLOCATION query
 *
 * Since: 0.1
 */
GType
gst_gio_socket_slab_pool_api_get_type (void)
{
  static gsize type = 0;
  static const gchar *tags[] = { NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, gst_meta_api_type_register ("GstGioSocketSlabPoolAPI", tags));

  return type;
}

/**
 * gst_gio_socket_slab_pool_propose: (skip)
 * @pool: a pool
 * @query: an ALLOCATION query to answer
 *
 * Offers @pool to a source that knows how to reserve and commit.  Others ignore it.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_pool_propose (GstGioSocketSlabPool *pool, GstQuery *query)
{
  g_autoptr (GstStructure) params = NULL;

  g_return_if_fail (GST_IS_GIO_SOCKET_SLAB_POOL (pool));

  params =
      gst_structure_new (META_STRUCTURE, META_FIELD, GST_TYPE_GIO_SOCKET_SLAB_POOL, pool, NULL);
  gst_query_add_allocation_meta (query, GST_GIO_SOCKET_SLAB_POOL_API_TYPE, params);
}

/**
 * gst_gio_socket_slab_pool_find: (skip)
 * @query: an answered ALLOCATION query
 *
 * Looks for a pool that somebody downstream offers.
 *
 * Returns: (transfer full) (nullable): the pool, or %NULL
 *
 * Since: 0.1
 */
GstGioSocketSlabPool *
gst_gio_socket_slab_pool_find (GstQuery *query)
{
  GstGioSocketSlabPool *pool = NULL;
  const GstStructure *params = NULL;
  guint index;

  if (!gst_query_find_allocation_meta (query, GST_GIO_SOCKET_SLAB_POOL_API_TYPE, &index))
    return NULL;

  gst_query_parse_nth_allocation_meta (query, index, &params);
  if (params != NULL)
    gst_structure_get (params, META_FIELD, GST_TYPE_GIO_SOCKET_SLAB_POOL, &pool, NULL);

  return pool;
}

static gboolean
has_cut (GstGioSocketSlabPool *self)
{
  gboolean result;

  GST_OBJECT_LOCK (self);
  result = self->counters.messages > 0;
  GST_OBJECT_UNLOCK (self);

  return result;
}

/**
 * gst_gio_socket_slab_pool_owns: (skip)
 * @pool: a pool
 * @buffer: any buffer
 *
 * Tells whether @buffer is a message that @pool or a sibling cut.  A copy of an empty message has no
 * memory: a buffer without any counts as one if @pool has cut any message.  Any thread.
 *
 * Returns: %TRUE if it is
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_slab_pool_owns (GstGioSocketSlabPool *pool, GstBuffer *buffer)
{
  if (gst_buffer_n_memory (buffer) == 0)
    return has_cut (pool);

  return gst_buffer_peek_memory (buffer, 0)->allocator ==
      GST_ALLOCATOR_CAST (pool->cutter.allocator);
}

/* --- the stream ---------------------------------------------------------- */

/**
 * gst_gio_socket_slab_pool_reserve: (skip)
 * @pool: an active pool
 * @wanted: how many bytes there should be room for behind the message at hand
 * @vectors: (out caller-allocates) (array fixed-size=2): where the next bytes go, in order
 * @error: where an error goes
 *
 * Says where to put the next bytes of the stream: the rest of the message at hand, if its header is
 * known, and behind that what is @wanted: more where messages are larger, less behind one of which few
 * fit into a slab, and no more than a slab.  Without framing, what comes is one message.  Nothing is
 * reserved for good: what is not committed is given again, and only the last answer counts.  Between two
 * messages it waits while more slabs are in use than max_slabs allows; over that limit there is room for
 * the message at hand only.
 *
 * Returns: the number of vectors, 1 or 2; 0 with an error: %G_IO_ERROR_CANCELLED if the pool is
 *   flushing or inactive, #GST_RESOURCE_ERROR_NO_SPACE_LEFT, or #GST_STREAM_ERROR_DEMUX if the last
 *   commit brought a header that is not valid (again each time until the pool is reset)
 *
 * Since: 0.1
 */
guint
gst_gio_socket_slab_pool_reserve (GstGioSocketSlabPool *pool, gsize wanted, GInputVector vectors[2],
    GError **error)
{
  g_return_val_if_fail (wanted > 0 && wanted <= G_MAXSSIZE / 8, 0);

  if (GST_BUFFER_POOL_IS_FLUSHING (GST_BUFFER_POOL_CAST (pool))) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
        "Receiving into slabs was cancelled: the pool is flushing");
    return 0;
  }

  return gst_gio_socket_slab_cutter_reserve (&pool->cutter, wanted, vectors, error);
}

/**
 * gst_gio_socket_slab_pool_commit: (skip)
 * @pool: a pool
 * @n: how many bytes have been put where the last gst_gio_socket_slab_pool_reserve() said
 *
 * Goes on with the stream.  Works while the pool is flushing too: bytes that have come are not lost.
 * A header that is not valid does not fail here but in the next gst_gio_socket_slab_pool_reserve()
 * or finish, so that the messages before it are delivered.
 *
 * Returns: (transfer full) (nullable): the messages that are complete now: %NULL for none, a
 *   #GstBuffer for one, a #GstBufferList for several
 *
 * Since: 0.1
 */
GstMiniObject *
gst_gio_socket_slab_pool_commit (GstGioSocketSlabPool *pool, gsize n)
{
  GstMiniObject *messages;

  g_return_val_if_fail (n <= pool->cutter.reserved[0] + pool->cutter.reserved[1], NULL);

  messages = gst_gio_socket_slab_cutter_commit (&pool->cutter, n);

  GST_OBJECT_LOCK (pool);
  pool->counters = pool->cutter.counters;
  GST_OBJECT_UNLOCK (pool);

  return messages;
}

/**
 * gst_gio_socket_slab_pool_get_pending: (skip)
 * @pool: a pool
 *
 * Tells how far the message at hand has come.
 *
 * Returns: how many bytes of the message at hand have come, its header included
 *
 * Since: 0.1
 */
gsize
gst_gio_socket_slab_pool_get_pending (GstGioSocketSlabPool *pool)
{
  return pool->cutter.front.fill - pool->cutter.front.begin;
}

/**
 * gst_gio_socket_slab_pool_finish: (skip)
 * @pool: a pool
 * @error: where an error goes
 *
 * The stream has ended.  Forgets the message at hand.
 *
 * Returns: %FALSE with #GST_STREAM_ERROR_DEMUX if the stream ended inside a message or its header, or
 *   with a header that is not valid
 *
 * Since: 0.1
 */
gboolean
gst_gio_socket_slab_pool_finish (GstGioSocketSlabPool *pool, GError **error)
{
  return gst_gio_socket_slab_cutter_finish (&pool->cutter, error);
}

/**
 * gst_gio_socket_slab_pool_reset: (skip)
 * @pool: a pool
 *
 * Forgets the message at hand and an error: what comes next begins a message.  A pool that becomes
 * active does so by itself.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_pool_reset (GstGioSocketSlabPool *pool)
{
  gst_gio_socket_slab_cutter_reset (&pool->cutter);
}

/**
 * gst_gio_socket_slab_pool_get_stats: (skip)
 * @pool: a pool
 * @stats: (out caller-allocates): where the numbers go
 *
 * Tells what happened up to the last commit.  Any thread.
 *
 * Since: 0.1
 */
void
gst_gio_socket_slab_pool_get_stats (GstGioSocketSlabPool *pool, GstGioSocketSlabPoolStats *stats)
{
  GstGioSocketSlabCounters counters;
  GstGioSocketSlabStats slabs;

  GST_OBJECT_LOCK (pool);
  counters = pool->counters;
  GST_OBJECT_UNLOCK (pool);

  gst_gio_socket_slab_allocator_get_stats (pool->cutter.allocator, &slabs);

  *stats = (GstGioSocketSlabPoolStats){
    .messages = counters.messages,
    .bytes = counters.bytes,
    .bytes_copied = counters.bytes_copied,
    .slabs_allocated = slabs.allocated,
    .slabs_reused = slabs.reused,
    .slabs_rewound = counters.rewinds,
    .slabs_in_use = slabs.in_use,
    .peak_bytes = slabs.peak_bytes,
  };
}

/* --- GstBufferPool ------------------------------------------------------- */

static gboolean
gst_gio_socket_slab_pool_start (GstBufferPool *pool)
{
  gst_gio_socket_slab_pool_reset (GST_GIO_SOCKET_SLAB_POOL (pool));

  return GST_BUFFER_POOL_CLASS (gst_gio_socket_slab_pool_parent_class)->start (pool);
}

static gboolean
gst_gio_socket_slab_pool_stop (GstBufferPool *pool)
{
  gst_gio_socket_slab_cutter_drop (&GST_GIO_SOCKET_SLAB_POOL (pool)->cutter);

  return GST_BUFFER_POOL_CLASS (gst_gio_socket_slab_pool_parent_class)->stop (pool);
}

static void
gst_gio_socket_slab_pool_flush_start (GstBufferPool *pool)
{
  GstGioSocketSlabCutter *cutter = &GST_GIO_SOCKET_SLAB_POOL (pool)->cutter;

  g_atomic_int_set (&cutter->interrupted, TRUE);
  gst_gio_socket_slab_allocator_wake (cutter->allocator);
}

static void
gst_gio_socket_slab_pool_flush_stop (GstBufferPool *pool)
{
  g_atomic_int_set (&GST_GIO_SOCKET_SLAB_POOL (pool)->cutter.interrupted, FALSE);
}

static void
gst_gio_socket_slab_pool_finalize (GObject *object)
{
  gst_gio_socket_slab_cutter_clear (&GST_GIO_SOCKET_SLAB_POOL (object)->cutter);

  G_OBJECT_CLASS (gst_gio_socket_slab_pool_parent_class)->finalize (object);
}

static void
gst_gio_socket_slab_pool_class_init (GstGioSocketSlabPoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_gio_socket_slab_pool_finalize;
  GST_BUFFER_POOL_CLASS (klass)->start = gst_gio_socket_slab_pool_start;
  GST_BUFFER_POOL_CLASS (klass)->stop = gst_gio_socket_slab_pool_stop;
  GST_BUFFER_POOL_CLASS (klass)->flush_start = gst_gio_socket_slab_pool_flush_start;
  GST_BUFFER_POOL_CLASS (klass)->flush_stop = gst_gio_socket_slab_pool_flush_stop;
}

static void
gst_gio_socket_slab_pool_init (GstGioSocketSlabPool *self)
{
}
