/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/header.h"

#include <gst/check/gstcheck.h>

#include <string.h>

static const GstGioSocketFramingLayout layout = { 4, 0, 4, G_BIG_ENDIAN, FALSE, -1 };

static GstBuffer *
make_buffer (gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, 'a', size);
  return buffer;
}

static void
assert_framed (GstBuffer *framed, gsize size)
{
  guint32 header;

  fail_unless (framed != NULL);
  fail_unless_equals_uint64 (gst_buffer_get_size (framed), 4 + size);
  gst_buffer_extract (framed, 0, &header, 4);
  fail_unless_equals_int (GUINT32_FROM_BE (header), size);
  for (gsize i = 0; i < size; i++)
    fail_unless (gst_buffer_memcmp (framed, 4 + i, "a", 1) == 0);
}

GST_START_TEST (test_the_payload_is_not_touched)
{
  GstBuffer *buffer = make_buffer (1000);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  g_autoptr (GstBuffer) framed = NULL;

  GST_BUFFER_PTS (buffer) = 5;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  framed = gst_gio_socket_header_put (&layout, buffer, NULL);
  assert_framed (framed, 1000);
  fail_unless (framed == buffer);
  fail_unless_equals_int (gst_buffer_n_memory (framed), 2);
  fail_unless (gst_buffer_peek_memory (framed, 1) == memory);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (framed), 5);
  fail_unless (GST_BUFFER_FLAG_IS_SET (framed, GST_BUFFER_FLAG_MARKER));
}

GST_END_TEST

GST_START_TEST (test_a_buffer_that_somebody_else_holds_stays_as_it_is)
{
  g_autoptr (GstBuffer) buffer = make_buffer (100);
  g_autoptr (GstBuffer) framed = gst_gio_socket_header_put (&layout, gst_buffer_ref (buffer), NULL);

  assert_framed (framed, 100);
  fail_unless (framed != buffer);
  fail_unless_equals_uint64 (gst_buffer_get_size (buffer), 100);
  fail_unless (gst_buffer_peek_memory (framed, 1) == gst_buffer_peek_memory (buffer, 0));
}

GST_END_TEST

GST_START_TEST (test_nothing_is_a_message_too)
{
  g_autoptr (GstBuffer) framed = gst_gio_socket_header_put (&layout, gst_buffer_new (), NULL);

  assert_framed (framed, 0);
}

GST_END_TEST

GST_START_TEST (test_a_buffer_full_of_memories_is_not_merged)
{
  guint n = gst_buffer_get_max_memory ();
  GstBuffer *buffer = gst_buffer_new ();
  GstMemory *last;
  g_autoptr (GstBuffer) framed = NULL;

  for (guint i = 0; i < n; i++)
    gst_buffer_append (buffer, make_buffer (10));
  last = gst_buffer_peek_memory (buffer, n - 1);
  framed = gst_gio_socket_header_put (&layout, buffer, NULL);
  assert_framed (framed, 10 * n);
  fail_unless_equals_int (gst_buffer_n_memory (framed), n);
  fail_unless (gst_buffer_peek_memory (framed, n - 1) == last);
}

GST_END_TEST

GST_START_TEST (test_metas_stay_but_for_those_about_places_in_the_memory)
{
  g_autoptr (GstCaps) reference = gst_caps_new_empty_simple ("timestamp/x-ntp");
  g_autoptr (GstBuffer) parent = make_buffer (100);
  g_autoptr (GstBuffer) framed = NULL;
  GstBuffer *buffer = make_buffer (100);
  const gchar *tags[] = { GST_META_TAG_MEMORY_STR, NULL };

  gst_meta_register_custom ("Places", tags, NULL, NULL, NULL);
  gst_buffer_add_custom_meta (buffer, "Places");
  gst_buffer_add_reference_timestamp_meta (buffer, reference, 1, GST_CLOCK_TIME_NONE);
  gst_buffer_add_parent_buffer_meta (buffer, parent);
  framed = gst_gio_socket_header_put (&layout, buffer, NULL);
  fail_unless (gst_buffer_get_reference_timestamp_meta (framed, NULL) != NULL);
  fail_unless (gst_buffer_get_parent_buffer_meta (framed) != NULL);
  fail_unless (gst_buffer_get_custom_meta (framed, "Places") == NULL);
}

GST_END_TEST

static GstBufferPool *
make_pool (gsize size)
{
  GstBufferPool *pool = gst_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, NULL, size, 1, 1);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));

  return pool;
}

GST_START_TEST (test_a_buffer_of_a_pool_goes_back_as_it_was)
{
  g_autoptr (GstBufferPool) pool = make_pool (1000);
  GstBuffer *only = NULL;

  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer, *framed;
    gsize size;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
    only = only != NULL ? only : buffer;
    fail_unless (buffer == only);
    gst_buffer_memset (buffer, 0, 'a', 1000);
    GST_BUFFER_PTS (buffer) = i;

    framed = gst_gio_socket_header_put (&layout, buffer, NULL);
    assert_framed (framed, 1000);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (framed), i);
    fail_unless_equals_uint64 (gst_memory_get_sizes (gst_buffer_peek_memory (framed, 1), NULL,
                                   &size),
        1000);
    gst_buffer_unref (framed);
  }
  gst_buffer_pool_set_active (pool, FALSE);
}

GST_END_TEST

GST_START_TEST (test_every_buffer_of_a_list_is_a_message)
{
  const gsize sizes[] = { 0, 1, 300 };
  GstBufferList *list = gst_buffer_list_new ();
  g_autoptr (GstBufferList) kept = NULL;
  g_autoptr (GstBufferList) framed = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    gst_buffer_list_add (list, make_buffer (sizes[i]));
  kept = gst_buffer_list_ref (list);
  framed = gst_gio_socket_header_put_list (&layout, list, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    assert_framed (gst_buffer_list_get (framed, i), sizes[i]);
    fail_unless_equals_uint64 (gst_buffer_get_size (gst_buffer_list_get (kept, i)), sizes[i]);
  }
}

GST_END_TEST

GST_START_TEST (test_what_is_too_long_for_its_header_is_an_error)
{
  const GstGioSocketFramingLayout byte = { 1, 0, 1, G_BIG_ENDIAN, FALSE, -1 };
  GstBufferList *list = gst_buffer_list_new ();
  g_autoptr (GError) error = NULL;

  fail_unless (gst_gio_socket_header_put (&byte, make_buffer (256), &error) == NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_MUX));
  fail_unless (strstr (error->message, "256 bytes") && strstr (error->message, "255 bytes"));

  gst_buffer_list_add (list, make_buffer (255));
  gst_buffer_list_add (list, make_buffer (257));
  gst_buffer_list_add (list, make_buffer (1));
  g_clear_error (&error);
  fail_unless (gst_gio_socket_header_put_list (&byte, list, &error) == NULL);
  fail_unless (strstr (error->message, "257 bytes"));
}

GST_END_TEST

static Suite *
header_suite (void)
{
  Suite *suite = suite_create ("header");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_the_payload_is_not_touched);
  tcase_add_test (tcase, test_a_buffer_that_somebody_else_holds_stays_as_it_is);
  tcase_add_test (tcase, test_nothing_is_a_message_too);
  tcase_add_test (tcase, test_a_buffer_full_of_memories_is_not_merged);
  tcase_add_test (tcase, test_metas_stay_but_for_those_about_places_in_the_memory);
  tcase_add_test (tcase, test_a_buffer_of_a_pool_goes_back_as_it_was);
  tcase_add_test (tcase, test_every_buffer_of_a_list_is_a_message);
  tcase_add_test (tcase, test_what_is_too_long_for_its_header_is_an_error);

  return suite;
}

GST_CHECK_MAIN (header)
