/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "stream.h"

#include "support.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/check/gstcheck.h>

/* --- digest -------------------------------------------------------------- */

struct _Digest
{
  GChecksum *checksum;
  guint64 bytes;
};

Digest *
digest_new (void)
{
  Digest *self = g_new0 (Digest, 1);

  /* The quickest one: nobody is out to deceive us. */
  self->checksum = g_checksum_new (G_CHECKSUM_MD5);

  return self;
}

void
digest_free (Digest *self)
{
  g_checksum_free (self->checksum);
  g_free (self);
}

void
digest_add (Digest *self, gconstpointer data, gsize size)
{
  g_checksum_update (self->checksum, data, size);
  __atomic_fetch_add (&self->bytes, size, __ATOMIC_RELEASE);
}

guint64
digest_bytes (Digest *self)
{
  return __atomic_load_n (&self->bytes, __ATOMIC_ACQUIRE);
}

void
digest_wait (Digest *self, guint64 bytes)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (digest_bytes (self) < bytes) {
    fail_unless (g_get_monotonic_time () < end, "only %" G_GUINT64_FORMAT " bytes came",
        digest_bytes (self));
    g_thread_yield ();
  }
}

void
digest_compare (Digest *sent, Digest *received, const gchar *what)
{
  fail_unless (digest_bytes (sent) == digest_bytes (received),
      "%s: sent %" G_GUINT64_FORMAT " bytes, received %" G_GUINT64_FORMAT, what,
      digest_bytes (sent), digest_bytes (received));
  fail_unless (g_str_equal (g_checksum_get_string (sent->checksum),
                   g_checksum_get_string (received->checksum)),
      "%s: as many bytes, but others", what);
}

void
digest_add_buffer (Digest *self, GstBuffer *buffer)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  digest_add (self, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
}

static GstFlowReturn
new_sample_cb (GstAppSink *appsink, gpointer user_data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  GstBufferList *list = gst_sample_get_buffer_list (sample);

  if (list == NULL) {
    digest_add_buffer (user_data, gst_sample_get_buffer (sample));
    return GST_FLOW_OK;
  }

  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    digest_add_buffer (user_data, gst_buffer_list_get (list, i));

  return GST_FLOW_OK;
}

void
digest_listen (Digest *self, GstElement *pipeline)
{
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  g_autoptr (GstElement) appsink = gst_bin_get_by_name (GST_BIN (pipeline), "out");

  gst_app_sink_set_callbacks (GST_APP_SINK (appsink), &callbacks, self, NULL);
}

/* --- stream -------------------------------------------------------------- */

#define POOL_BYTES (1024 * 1024)

/* Half a record, around one record, and many. */
static const gint32 max_sizes[] = { 100, 8 * 1024, 20 * 1024, 256 * 1024 };

struct _Stream
{
  StreamKind kind;
  GBytes *pool; /* pieces are cut from it, never twice from the same place */
  GRand *rand;
  Digest *digest;
  guint64 left;
};

Stream *
stream_new (StreamKind kind, guint64 bytes, guint32 seed)
{
  Stream *self = g_new0 (Stream, 1);

  self->kind = kind;
  self->pool = support_make_bytes (POOL_BYTES, seed);
  self->rand = g_rand_new_with_seed (seed);
  self->digest = digest_new ();
  self->left = bytes;

  return self;
}

void
stream_free (Stream *self)
{
  g_bytes_unref (self->pool);
  g_rand_free (self->rand);
  digest_free (self->digest);
  g_free (self);
}

Digest *
stream_digest (Stream *self)
{
  return self->digest;
}

static GBytes *
make_text (GBytes *piece)
{
  gsize size;
  guint8 *text = g_bytes_unref_to_data (piece, &size);

  for (gsize i = 0; i < size; i++) {
    if (text[i] == '\0' || text[i] == '\n' || text[i] == '\r')
      text[i] = 'x';
  }
  text[size - 1] = '\n';

  return g_bytes_new_take (text, size);
}

GBytes *
stream_next (Stream *self)
{
  gint32 max_size = max_sizes[g_rand_int_range (self->rand, 0, G_N_ELEMENTS (max_sizes))];
  gsize size = g_rand_int_range (self->rand, 1, max_size + 1);
  gsize offset = g_rand_int_range (self->rand, 0, POOL_BYTES - max_size);
  GBytes *piece;

  if (self->left == 0)
    return NULL;

  size = MIN (size, self->left);
  piece = g_bytes_new_from_bytes (self->pool, offset, size);
  if (self->kind == STREAM_TEXT)
    piece = make_text (piece);
  self->left -= size;
  digest_add (self->digest, g_bytes_get_data (piece, NULL), size);

  return piece;
}

void
stream_feed (Stream *self, GstElement *pipeline)
{
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  GBytes *piece;

  while ((piece = stream_next (self)) != NULL) {
    GstBuffer *buffer = gst_buffer_new_wrapped_bytes (piece);
    GstFlowReturn flow;

    g_bytes_unref (piece);
    flow = gst_app_src_push_buffer (GST_APP_SRC (appsrc), buffer);
    /* What went wrong says the message that is waited for next. */
    if (flow != GST_FLOW_OK)
      return;
  }
  fail_unless_equals_int (gst_app_src_end_of_stream (GST_APP_SRC (appsrc)), GST_FLOW_OK);
}
