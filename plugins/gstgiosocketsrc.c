/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/**
 * SECTION:element-giosocketsrc
 * @title: giosocketsrc
 * @short_description: receive a byte stream from a TCP, TLS or Unix socket
 *
 * giosocketsrc receives from one peer, to which it connects or which it accepts.  Each buffer is
 * what was there when it looked, up to "blocksize" bytes, so a small message is not held back until
 * a block is full.  Behind it, recvpool lends it slabs to receive into and decides what one buffer is;
 * without recvpool it has slabs of its own.  With do-timestamp=true a buffer has the time at which its
 * first byte was received.
 *
 * It never touches the network in a state change: the streaming thread waits for the connection, and
 * what goes wrong is an error message.  The end of the peer's stream is EOS.
 *
 * With auto-reconnect, or keep-listening and mode=listen, neither is the end: another connection
 * follows.  Its first buffer is marked DISCONT, and of a message that the last peer did not complete a
 * warning says how many bytes were dropped.
 *
 * |[
 * gst-launch-1.0 giosocketsrc mode=listen port=5000 ! recvpool ! filesink location=received
 * ]|
 *
 * Since: 0.1
 */

#include "config.h"

#include "elementlink.h"
#include "giosocketelement.h"
#include "gstgiosocketsrc.h"
#include "poolerror.h"
#include "stamp.h"

GST_DEBUG_CATEGORY_STATIC (gst_gio_socket_src_debug);
#define GST_CAT_DEFAULT gst_gio_socket_src_debug

#define DEFAULT_BLOCKSIZE (64 * 1024)

struct _GstGioSocketSrc
{
  GstPushSrc parent_instance;

  GstGioSocketElementLink link;

  /* Streaming thread only. */
  GstGioSocketSlabPool *pool;
  GstGioSocketStamp stamp;
  gboolean is_discont; /* what comes next is not what follows */

  /* Object lock. */
  GstCaps *caps;
  guint64 bytes; /* that have gone downstream */
};

enum
{
  PROP_CURRENT_PORT = 1,
  PROP_CONNECTION_ID,
  PROP_STATS,
  PROP_CAPS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstGioSocketSrc, gst_gio_socket_src, GST_TYPE_PUSH_SRC,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_gio_socket_element_uri_handler_init))
GST_ELEMENT_REGISTER_DEFINE (giosocketsrc, "giosocketsrc", GST_RANK_NONE, GST_TYPE_GIO_SOCKET_SRC)

/* --- receiving ----------------------------------------------------------- */

/* Another connection brings another stream: of the message at hand the rest will not come. */
static GstFlowReturn
begin_again (GstGioSocketSrc *self)
{
  gsize dropped = gst_gio_socket_slab_pool_get_pending (self->pool);

  gst_gio_socket_slab_pool_reset (self->pool);
  self->is_discont = TRUE;
  if (dropped > 0)
    GST_ELEMENT_WARNING (self, STREAM, DEMUX, (NULL),
        ("The connection was lost: dropped %" G_GSIZE_FORMAT
         " bytes of a message that cannot be completed any more",
            dropped));

  return GST_FLOW_OK;
}

/* The connection has posted what it found. */
static GstFlowReturn
flow_from_connection_error (GstGioSocketSrc *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
    return begin_again (self);

  return error->domain == G_IO_ERROR ? GST_FLOW_FLUSHING : GST_FLOW_ERROR;
}

/* Messages that one read brought share its time, but the one that had begun before has its own. */
static void
stamp (GstGioSocketSrc *self, gboolean was_pending, GstMiniObject *messages)
{
  GstClockTime now = gst_element_get_current_running_time (GST_ELEMENT (self));
  GstGioSocketStamp current = { now, now, FALSE };

  gst_gio_socket_stamp_messages (&self->stamp, &current, was_pending, messages);
}

/* What GstBaseSrc allows and means by it: the default. */
static guint
get_blocksize (GstGioSocketSrc *self)
{
  guint blocksize = gst_base_src_get_blocksize (GST_BASE_SRC (self));

  return blocksize == 0 || blocksize == G_MAXUINT ? DEFAULT_BLOCKSIZE : blocksize;
}

/* One read: into the slabs, and out come the messages that are complete, if any. */
static GstFlowReturn
receive_once (GstGioSocketSrc *self, GstMiniObject **messages)
{
  g_autoptr (GError) error = NULL;
  GInputVector vectors[2];
  gboolean was_pending = gst_gio_socket_slab_pool_get_pending (self->pool) > 0;
  gssize received;
  guint n_vectors;

  n_vectors = gst_gio_socket_slab_pool_reserve (self->pool, get_blocksize (self), vectors, &error);
  if (n_vectors == 0)
    return gst_gio_socket_pool_error_to_flow (GST_ELEMENT (self), error);

  received = gst_gio_socket_connection_receive (self->link.connection, vectors, n_vectors,
      self->link.cancellable, &error);
  if (received < 0)
    return flow_from_connection_error (self, error);
  if (received == 0) {
    return gst_gio_socket_slab_pool_finish (self->pool, &error)
        ? GST_FLOW_EOS
        : gst_gio_socket_pool_error_to_flow (GST_ELEMENT (self), error);
  }

  *messages = gst_gio_socket_slab_pool_commit (self->pool, received);
  if (gst_base_src_get_do_timestamp (GST_BASE_SRC (self)))
    stamp (self, was_pending, *messages);

  return GST_FLOW_OK;
}

/* GstBaseSrc counts the first buffer of a list only. */
static void
count (GstGioSocketSrc *self, GstMiniObject *messages)
{
  gsize size = GST_IS_BUFFER_LIST (messages)
      ? gst_buffer_list_calculate_size (GST_BUFFER_LIST_CAST (messages))
      : gst_buffer_get_size (GST_BUFFER_CAST (messages));

  GST_OBJECT_LOCK (self);
  self->bytes += size;
  GST_OBJECT_UNLOCK (self);
}

static void
mark_discont (GstGioSocketSrc *self, GstMiniObject *messages)
{
  GstBuffer *first = GST_IS_BUFFER_LIST (messages)
      ? gst_buffer_list_get_writable (GST_BUFFER_LIST (messages), 0)
      : GST_BUFFER (messages);

  GST_BUFFER_FLAG_SET (first, GST_BUFFER_FLAG_DISCONT);
  self->is_discont = FALSE;
}

static GstFlowReturn
gst_gio_socket_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (src);
  GstMiniObject *messages = NULL;
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK && messages == NULL)
    ret = receive_once (self, &messages);

  if (messages == NULL)
    return ret;
  if (self->is_discont)
    mark_discont (self, messages);

  count (self, messages);
  if (GST_IS_BUFFER_LIST (messages))
    gst_base_src_submit_buffer_list (GST_BASE_SRC (self), GST_BUFFER_LIST (messages));
  else
    *buffer = GST_BUFFER (messages);

  return ret;
}

/* --- GstBaseSrc ---------------------------------------------------------- */

/* Slabs of recvpool, or of our own.  GstBaseSrc activates the pool and sets it flushing. */
static gboolean
gst_gio_socket_src_decide_allocation (GstBaseSrc *src, GstQuery *query)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (src);
  guint blocksize = get_blocksize (self);

  gst_clear_object (&self->pool);
  self->pool = gst_gio_socket_slab_pool_find (query);
  if (self->pool == NULL) {
    /* Small buffers that are kept share a slab, instead of one of a block for each. */
    const GstGioSocketSlabPoolSettings settings = { .slab_size = 4 * (gsize)blocksize };

    self->pool = gst_gio_socket_slab_pool_new (&settings);
  }

  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  gst_query_add_allocation_pool (query, GST_BUFFER_POOL (self->pool), blocksize, 0, 0);

  return TRUE;
}

static GstCaps *
gst_gio_socket_src_get_caps (GstBaseSrc *src, GstCaps *filter)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (src);
  g_autoptr (GstCaps) caps = NULL;

  GST_OBJECT_LOCK (self);
  caps = self->caps != NULL ? gst_caps_ref (self->caps) : gst_caps_new_any ();
  GST_OBJECT_UNLOCK (self);

  if (filter == NULL)
    return g_steal_pointer (&caps);

  return gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);
}

static gboolean
gst_gio_socket_src_query (GstBaseSrc *src, GstQuery *query)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (src);
  GstFormat format = GST_FORMAT_UNDEFINED;

  if (GST_QUERY_TYPE (query) == GST_QUERY_POSITION)
    gst_query_parse_position (query, &format, NULL);
  if (format != GST_FORMAT_BYTES)
    return GST_BASE_SRC_CLASS (gst_gio_socket_src_parent_class)->query (src, query);

  GST_OBJECT_LOCK (self);
  gst_query_set_position (query, format, self->bytes);
  GST_OBJECT_UNLOCK (self);

  return TRUE;
}

static gboolean
gst_gio_socket_src_start (GstBaseSrc *src)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (src);

  GST_OBJECT_LOCK (self);
  self->bytes = 0;
  GST_OBJECT_UNLOCK (self);
  self->is_discont = FALSE;

  return gst_gio_socket_element_link_start (&self->link);
}

static gboolean
gst_gio_socket_src_stop (GstBaseSrc *src)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (src);

  gst_gio_socket_element_link_stop (&self->link);
  gst_clear_object (&self->pool);

  return TRUE;
}

static gboolean
gst_gio_socket_src_unlock (GstBaseSrc *src)
{
  g_cancellable_cancel (GST_GIO_SOCKET_SRC (src)->link.cancellable);

  return TRUE;
}

static gboolean
gst_gio_socket_src_unlock_stop (GstBaseSrc *src)
{
  g_cancellable_reset (GST_GIO_SOCKET_SRC (src)->link.cancellable);

  return TRUE;
}

static gboolean
gst_gio_socket_src_is_seekable (GstBaseSrc *src)
{
  return FALSE;
}

/* --- GObject ------------------------------------------------------------- */

static void
replace_caps (GstGioSocketSrc *self, const GstCaps *caps)
{
  GstCaps *copy = caps != NULL ? gst_caps_copy (caps) : NULL;
  GstCaps *old;

  GST_OBJECT_LOCK (self);
  old = self->caps;
  self->caps = copy;
  GST_OBJECT_UNLOCK (self);

  gst_clear_caps (&old);
  gst_pad_mark_reconfigure (GST_BASE_SRC_PAD (self));
}

static void
gst_gio_socket_src_set_property (GObject *object, guint prop_id, const GValue *value,
    GParamSpec *pspec)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (object);

  switch (prop_id) {
    case PROP_CAPS:
      replace_caps (self, gst_value_get_caps (value));
      break;
    case PROP_CONNECTION_ID:
      gst_gio_socket_element_link_set_id (&self->link, g_value_get_string (value));
      break;
    default:
      g_object_set_property (G_OBJECT (self->link.endpoint), pspec->name, value);
      break;
  }
}

static void
gst_gio_socket_src_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (object);

  switch (prop_id) {
    case PROP_CURRENT_PORT:
      g_value_set_int (value, gst_gio_socket_element_link_get_current_port (&self->link));
      break;
    case PROP_CONNECTION_ID:
      g_value_take_string (value, gst_gio_socket_element_link_dup_id (&self->link));
      break;
    case PROP_STATS:
      g_value_take_boxed (value, gst_gio_socket_element_link_get_stats (&self->link));
      break;
    case PROP_CAPS:
      GST_OBJECT_LOCK (self);
      gst_value_set_caps (value, self->caps);
      GST_OBJECT_UNLOCK (self);
      break;
    default:
      g_object_get_property (G_OBJECT (self->link.endpoint), pspec->name, value);
      break;
  }
}

static void
gst_gio_socket_src_finalize (GObject *object)
{
  GstGioSocketSrc *self = GST_GIO_SOCKET_SRC (object);

  gst_gio_socket_element_link_clear (&self->link);
  gst_clear_object (&self->pool);
  gst_clear_caps (&self->caps);

  G_OBJECT_CLASS (gst_gio_socket_src_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * GstGioSocketSrc:current-port:
   *
   * The TCP port that is listened on with mode=listen; 0 before that.  Notified in the thread that
   * listens.
   *
   * Since: 0.1
   */
  properties[PROP_CURRENT_PORT] = gst_gio_socket_element_current_port_pspec ();

  /**
   * GstGioSocketSrc:connection-id:
   *
   * A giosocketsrc and a giosocketsink of one process with the same id use one connection, plain or
   * with TLS: one of them receives what the peer sends to the other.  The address and all that
   * belongs to it may stand on either or on both, where they have to agree.  The connection is made
   * when the first one goes to PAUSED, and ends when the last one goes to READY.
   *
   * Since: 0.1
   */
  properties[PROP_CONNECTION_ID] = gst_gio_socket_element_connection_id_pspec ();

  /**
   * GstGioSocketSrc:stats:
   *
   * What happened since READY→PAUSED: the fields of gst_gio_socket_connection_get_stats().
   *
   * Since: 0.1
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "What happened: bytes, system calls, TLS records, TCP segments", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GstGioSocketSrc:caps:
   *
   * The caps of what is received; %NULL: none are sent downstream.
   *
   * Since: 0.1
   */
  properties[PROP_CAPS] = g_param_spec_boxed ("caps", "Caps",
      "Caps of what is received (unset: none are sent downstream)", GST_TYPE_CAPS,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  gst_gio_socket_endpoint_install_properties (object_class, N_PROPS);
}

static void
gst_gio_socket_src_class_init (GstGioSocketSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *src_class = GST_BASE_SRC_CLASS (klass);
  GstPushSrcClass *push_class = GST_PUSH_SRC_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_gio_socket_src_debug, "giosocketsrc", 0, "giosocketsrc");

  object_class->set_property = gst_gio_socket_src_set_property;
  object_class->get_property = gst_gio_socket_src_get_property;
  object_class->finalize = gst_gio_socket_src_finalize;
  install_properties (object_class);
  gst_gio_socket_element_install_signals (object_class);

  src_class->start = GST_DEBUG_FUNCPTR (gst_gio_socket_src_start);
  src_class->stop = GST_DEBUG_FUNCPTR (gst_gio_socket_src_stop);
  src_class->unlock = GST_DEBUG_FUNCPTR (gst_gio_socket_src_unlock);
  src_class->unlock_stop = GST_DEBUG_FUNCPTR (gst_gio_socket_src_unlock_stop);
  src_class->is_seekable = GST_DEBUG_FUNCPTR (gst_gio_socket_src_is_seekable);
  src_class->query = GST_DEBUG_FUNCPTR (gst_gio_socket_src_query);
  src_class->get_caps = GST_DEBUG_FUNCPTR (gst_gio_socket_src_get_caps);
  src_class->decide_allocation = GST_DEBUG_FUNCPTR (gst_gio_socket_src_decide_allocation);
  push_class->create = GST_DEBUG_FUNCPTR (gst_gio_socket_src_create);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Socket source", "Source/Network",
      "Receives a byte stream from a TCP, TLS or Unix socket", "The gst-giosocket authors");
}

static void
gst_gio_socket_src_init (GstGioSocketSrc *self)
{
  gst_gio_socket_element_link_init (&self->link, GST_ELEMENT (self), TRUE);

  gst_base_src_set_blocksize (GST_BASE_SRC (self), DEFAULT_BLOCKSIZE);
}
