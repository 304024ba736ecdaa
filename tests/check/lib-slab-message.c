/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/slab.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define SLAB_SIZE 65536
#define KEPT 2048

static GstGioSocketSlabAllocator *allocator;
static GstGioSocketSlab *slab;

static void
setup (void)
{
  allocator = gst_gio_socket_slab_allocator_new (SLAB_SIZE, 4, 0);
  gst_gio_socket_slab_allocator_attach (allocator);
  slab = gst_gio_socket_slab_allocator_take (allocator, SLAB_SIZE, NULL);
  for (guint i = 0; i < SLAB_SIZE; i++)
    gst_gio_socket_slab_get_data (slab)[i] = i % 251;
}

static void
teardown (void)
{
  g_clear_pointer (&slab, gst_gio_socket_slab_unref);
  gst_gio_socket_slab_allocator_detach (allocator);
  ASSERT_OBJECT_REFCOUNT (allocator, "allocator", 1);
  gst_clear_object (&allocator);
}

static GstBuffer *
make (gsize offset, gsize size)
{
  gst_gio_socket_slab_ref_many (slab, 1);
  return gst_gio_socket_slab_new_message (slab, offset, size);
}

/* As a buffer to which one writable memory was added, and the bytes are those that lie there. */
static void
assert_like_new (GstBuffer *message, gsize offset, gsize size)
{
  g_autoptr (GstBuffer) plain = gst_buffer_new ();
  GstMemory *memory = gst_buffer_peek_memory (message, 0);
  gpointer state = NULL;
  gsize memory_offset, maxsize;
  GstMapInfo map;

  gst_buffer_append_memory (plain, gst_allocator_alloc (NULL, 1, NULL));
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (message), 1);
  fail_unless_equals_int (gst_buffer_get_flags (message), gst_buffer_get_flags (plain));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (message), GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (message), GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (message), GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (message), GST_BUFFER_OFFSET_NONE);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET_END (message), GST_BUFFER_OFFSET_NONE);
  fail_unless (gst_buffer_iterate_meta (message, &state) == NULL);
  fail_unless_equals_int (gst_buffer_n_memory (message), 1);
  fail_unless (gst_buffer_is_writable (message) && gst_memory_is_writable (memory));
  fail_if (GST_MEMORY_FLAG_IS_SET (memory, GST_MEMORY_FLAG_NO_SHARE));
  fail_unless_equals_uint64 (gst_memory_get_sizes (memory, &memory_offset, &maxsize), size);
  fail_unless_equals_uint64 (memory_offset, 0);
  fail_unless_equals_uint64 (maxsize, size);

  fail_unless (gst_buffer_map (message, &map, GST_MAP_READWRITE));
  fail_unless (map.data == gst_gio_socket_slab_get_data (slab) + offset);
  fail_unless_equals_uint64 (map.size, size);
  gst_buffer_unmap (message, &map);
}

static void
unref_in_list (GstBuffer *message)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, message);
  gst_buffer_list_unref (list);
}

GST_START_TEST (test_a_message_that_has_gone_is_used_again)
{
  GstBuffer *first = make (0, 10);
  GstBuffer *message = first;

  for (guint i = 1; i < 10; i++) {
    assert_like_new (message, i * 100 - 100, i == 1 ? 10 : i * 10);
    GST_BUFFER_PTS (message) = GST_BUFFER_DTS (message) = GST_BUFFER_DURATION (message) = i;
    GST_BUFFER_OFFSET (message) = GST_BUFFER_OFFSET_END (message) = i;
    GST_BUFFER_FLAG_SET (message, GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_LAST);
    gst_buffer_resize (message, 3, 2);
    if (i % 2 == 0)
      gst_buffer_unref (message);
    else
      unref_in_list (message);
    message = make (i * 100, i * 10 + 10);
    fail_unless (message == first);
  }

  gst_buffer_unref (message);
  fail_unless (gst_gio_socket_slab_is_alone (slab));
}

GST_END_TEST

/* --- what is made something else of -------------------------------------- */

static GstMemory *kept_memory;
static GstBuffer *kept_buffer;
static guint n_notified;

static void
notify_cb (gpointer data)
{
  n_notified++;
}

static void
weak_cb (gpointer data, GstMiniObject *object)
{
  n_notified++;
}

static void
add_meta (GstBuffer *message)
{
  g_autoptr (GstBuffer) other = gst_buffer_new ();

  gst_buffer_add_parent_buffer_meta (message, other);
}

static void
attach_data (GstBuffer *message)
{
  gst_mini_object_set_qdata (GST_MINI_OBJECT (message), g_quark_from_static_string ("x"), message,
      notify_cb);
}

static void
attach_data_to_memory (GstBuffer *message)
{
  gst_mini_object_set_qdata (GST_MINI_OBJECT (gst_buffer_peek_memory (message, 0)),
      g_quark_from_static_string ("x"), message, notify_cb);
}

static void
watch (GstBuffer *message)
{
  gst_mini_object_weak_ref (GST_MINI_OBJECT (message), weak_cb, NULL);
}

static void
keep_memory (GstBuffer *message)
{
  kept_memory = gst_buffer_get_memory (message, 0);
}

static void
share_memory (GstBuffer *message)
{
  kept_memory = gst_memory_share (gst_buffer_peek_memory (message, 0), 1, 2);
}

static void
copy (GstBuffer *message)
{
  kept_buffer = gst_buffer_copy (message);
}

static void
append_memory (GstBuffer *message)
{
  gst_buffer_append_memory (message, gst_allocator_alloc (NULL, 5, NULL));
}

static void
replace_memory (GstBuffer *message)
{
  gst_buffer_replace_all_memory (message, gst_allocator_alloc (NULL, 5, NULL));
}

static void
replace_with_a_message_of_another (GstBuffer *message)
{
  g_autoptr (GstBuffer) other = make (500, 5);

  gst_buffer_replace_all_memory (message, gst_buffer_get_memory (other, 0));
}

static void
remove_memory (GstBuffer *message)
{
  gst_buffer_remove_all_memory (message);
}

static void
forbid_shares (GstBuffer *message)
{
  GST_MINI_OBJECT_FLAG_SET (gst_buffer_peek_memory (message, 0), GST_MEMORY_FLAG_NO_SHARE);
}

static const struct
{
  void (*touch) (GstBuffer *message);
  guint notified;
} touches[] = {
  { add_meta, 0 },
  { attach_data, 1 },
  { attach_data_to_memory, 1 },
  { watch, 1 },
  { keep_memory, 0 },
  { share_memory, 0 },
  { copy, 0 },
  { append_memory, 0 },
  { replace_memory, 0 },
  { replace_with_a_message_of_another, 0 },
  { remove_memory, 0 },
  { forbid_shares, 0 },
};

static void
assert_bytes (gconstpointer data, gsize offset, gsize size)
{
  fail_unless (memcmp (data, gst_gio_socket_slab_get_data (slab) + offset, size) == 0);
}

/* Whoever is to be told that it has gone is told, and the next one does not show what was done. */
GST_START_TEST (test_what_something_else_was_made_of_is_not_used_again)
{
  GstBuffer *message = make (0, 10);

  n_notified = 0;
  touches[__i__].touch (message);
  unref_in_list (message);
  fail_unless_equals_int (n_notified, touches[__i__].notified);

  for (guint i = 0; i < 3; i++) {
    message = make (100, 20);
    assert_like_new (message, 100, 20);
    gst_buffer_unref (message);
  }

  if (kept_memory != NULL) {
    GstMapInfo map;

    fail_unless (gst_memory_map (kept_memory, &map, GST_MAP_READ));
    assert_bytes (map.data, map.size == 10 ? 0 : 1, map.size);
    gst_memory_unmap (kept_memory, &map);
    fail_if (gst_gio_socket_slab_is_alone (slab));
    g_clear_pointer (&kept_memory, gst_memory_unref);
  }
  if (kept_buffer != NULL) {
    fail_unless_equals_int (gst_buffer_memcmp (kept_buffer, 0, gst_gio_socket_slab_get_data (slab),
                                10),
        0);
    gst_clear_buffer (&kept_buffer);
  }
  fail_unless (gst_gio_socket_slab_is_alone (slab));
}

GST_END_TEST

/* --- how many, and how long ---------------------------------------------- */

GST_START_TEST (test_no_more_than_some_wait_and_all_go_with_their_slab)
{
  const guint n = 3 * KEPT;
  g_autoptr (GPtrArray) messages = g_ptr_array_new ();

  /* What is kept shows as a reference on the allocator. */
  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < n; i++)
      g_ptr_array_add (messages, make (i, 1));
    for (guint i = 0; i < n; i++)
      gst_buffer_unref (g_ptr_array_index (messages, i));
    g_ptr_array_set_size (messages, 0);
    ASSERT_OBJECT_REFCOUNT (allocator, "allocator", 1 + KEPT);
  }

  for (guint i = 0; i < KEPT; i++)
    g_ptr_array_add (messages, make (i, 1));
  for (guint i = 0; i < KEPT; i++) {
    add_meta (g_ptr_array_index (messages, i));
    gst_buffer_unref (g_ptr_array_index (messages, i));
  }
  ASSERT_OBJECT_REFCOUNT (allocator, "allocator", 1);

  /* Those that were not kept make room for others. */
  gst_buffer_unref (make (0, 1));
  ASSERT_OBJECT_REFCOUNT (allocator, "allocator", 2);
  g_clear_pointer (&slab, gst_gio_socket_slab_unref);
  gst_gio_socket_slab_allocator_detach (allocator);
  ASSERT_OBJECT_REFCOUNT (allocator, "allocator", 1);
  gst_gio_socket_slab_allocator_attach (allocator);
}

GST_END_TEST

static gpointer
unref_cb (gpointer data)
{
  GAsyncQueue *queue = data;
  GstBuffer *message;

  while (gst_buffer_get_size (message = g_async_queue_pop (queue)) > 0) {
    GstMapInfo map;

    g_assert_true (gst_buffer_map (message, &map, GST_MAP_READ));
    g_assert_cmpuint (map.data[0], ==, GST_BUFFER_OFFSET (message) % 251);
    gst_buffer_unmap (message, &map);
    gst_buffer_unref (message);
  }
  gst_buffer_unref (message);

  return NULL;
}

/* Each of them lies somewhere else, and nobody sees another's. */
GST_START_TEST (test_any_threads_may_give_them_back)
{
  GAsyncQueue *queue = g_async_queue_new ();
  GThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("unref", unref_cb, queue);
  for (guint i = 0; i < 30000; i++) {
    GstBuffer *message = make (i % SLAB_SIZE, 1);

    GST_BUFFER_OFFSET (message) = i % SLAB_SIZE;
    g_async_queue_push (queue, message);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_async_queue_push (queue, gst_buffer_new ());
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  fail_unless (gst_gio_socket_slab_is_alone (slab));
  g_async_queue_unref (queue);
}

GST_END_TEST

static Suite *
slab_message_suite (void)
{
  Suite *suite = suite_create ("slab-message");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_message_that_has_gone_is_used_again);
  tcase_add_loop_test (tcase, test_what_something_else_was_made_of_is_not_used_again, 0,
      G_N_ELEMENTS (touches));
  tcase_add_test (tcase, test_no_more_than_some_wait_and_all_go_with_their_slab);
  tcase_add_test (tcase, test_any_threads_may_give_them_back);

  return suite;
}

GST_CHECK_MAIN (slab_message)
