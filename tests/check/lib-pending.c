/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/pending.h"

#include <gst/check/gstcheck.h>

static GstGioSocketPending *pending;
static GstGioSocketPendingLimits limits;
static GstBufferList *list;
static GstMiniObject *object;

static void
setup (void)
{
  limits = (GstGioSocketPendingLimits){
    .max_bytes = 1000,
    .max_size_bytes = 10000,
    .copy_threshold = 100,
  };
  pending = gst_gio_socket_pending_new ();
  gst_gio_socket_pending_set_limits (pending, &limits);
  gst_gio_socket_pending_start (pending);
}

static void
teardown (void)
{
  gst_gio_socket_pending_free (pending);
}

static GstBuffer *
make_buffer (gsize size)
{
  return gst_buffer_new_allocate (NULL, size, NULL);
}

static void
push (gsize size)
{
  fail_unless_equals_int (gst_gio_socket_pending_push (pending, make_buffer (size)), GST_FLOW_OK);
}

static void
take_list (gsize size, guint n_buffers, GstFlowReturn ret, GstFlowReturn expected)
{
  fail_unless_equals_int (gst_gio_socket_pending_take (pending, &list, &object), GST_FLOW_OK);
  fail_unless (object == NULL);
  fail_unless_equals_uint64 (gst_buffer_list_calculate_size (list), size);
  fail_unless_equals_int (gst_buffer_list_length (list), n_buffers);
  gst_buffer_list_unref (list);
  fail_unless_equals_int (gst_gio_socket_pending_done (pending, ret), expected);
}

static void
take_event (GstEventType type)
{
  fail_unless_equals_int (gst_gio_socket_pending_take (pending, &list, &object), GST_FLOW_OK);
  fail_unless (list == NULL);
  fail_unless_equals_int (GST_EVENT_TYPE (object), type);
  gst_mini_object_unref (object);
}

GST_START_TEST (test_a_stopped_list_refuses_everything)
{
  g_autoptr (GstQuery) query = gst_query_new_drain ();
  GstBufferList *pieces = gst_buffer_list_new ();

  push (10);
  gst_gio_socket_pending_stop (pending);
  gst_buffer_list_add (pieces, make_buffer (10));
  fail_unless_equals_int (gst_gio_socket_pending_push (pending, make_buffer (10)),
      GST_FLOW_FLUSHING);
  fail_unless_equals_int (gst_gio_socket_pending_push_list (pending, pieces), GST_FLOW_FLUSHING);
  fail_unless_equals_int (gst_gio_socket_pending_push_event (pending, gst_event_new_eos ()),
      GST_FLOW_FLUSHING);
  fail_if (gst_gio_socket_pending_query (pending, query));
  fail_unless_equals_int (gst_gio_socket_pending_take (pending, &list, &object), GST_FLOW_FLUSHING);
  fail_unless (list == NULL && object == NULL);

  gst_gio_socket_pending_start (pending);
  take_list (10, 1, GST_FLOW_OK, GST_FLOW_OK);
}

GST_END_TEST

GST_START_TEST (test_buffers_lists_and_events_come_out_in_order)
{
  GstBufferList *pieces = gst_buffer_list_new ();

  for (guint i = 0; i < 12; i++)
    gst_buffer_list_add (pieces, make_buffer (99));
  push (50);
  fail_unless_equals_int (gst_gio_socket_pending_push_list (pending, gst_buffer_list_ref (pieces)),
      GST_FLOW_OK);
  push (2000);
  fail_unless_equals_int (gst_gio_socket_pending_push_event (pending, gst_event_new_gap (0, 1)),
      GST_FLOW_OK);
  push (500);
  push (500);

  take_list (50 + 9 * 99, 1, GST_FLOW_OK, GST_FLOW_OK);
  take_list (3 * 99, 1, GST_FLOW_OK, GST_FLOW_OK);
  take_list (2000, 1, GST_FLOW_OK, GST_FLOW_OK);
  take_event (GST_EVENT_GAP);
  take_list (1000, 2, GST_FLOW_OK, GST_FLOW_OK);
  gst_buffer_list_unref (pieces);
}

GST_END_TEST

GST_START_TEST (test_the_producer_gets_what_the_consumer_got)
{
  gboolean eos;

  push (10);
  take_list (10, 1, GST_FLOW_ERROR, GST_FLOW_ERROR);
  fail_unless_equals_int (gst_gio_socket_pending_push (pending, make_buffer (10)), GST_FLOW_ERROR);
  fail_unless_equals_int (gst_gio_socket_pending_get_result (pending, &eos), GST_FLOW_ERROR);
  fail_if (eos);
  fail_unless_equals_int (gst_gio_socket_pending_push_event (pending, gst_event_new_eos ()),
      GST_FLOW_ERROR);
  fail_unless_equals_int (gst_gio_socket_pending_push_event (pending,
                              gst_event_new_stream_start ("sticky")),
      GST_FLOW_OK);
}

GST_END_TEST

GST_START_TEST (test_eos_goes_on_and_drops_until_a_new_stream)
{
  push (10);
  take_list (10, 1, GST_FLOW_EOS, GST_FLOW_OK);
  fail_unless_equals_int (gst_gio_socket_pending_push (pending, make_buffer (10)), GST_FLOW_EOS);
  fail_unless_equals_int (gst_gio_socket_pending_push_event (pending, gst_event_new_gap (0, 1)),
      GST_FLOW_OK);
  take_event (GST_EVENT_GAP);
  fail_unless_equals_int (gst_gio_socket_pending_push_event (pending,
                              gst_event_new_stream_start ("next")),
      GST_FLOW_OK);
  push (20);
  take_event (GST_EVENT_STREAM_START);
  take_list (20, 1, GST_FLOW_OK, GST_FLOW_OK);
}

GST_END_TEST

GST_START_TEST (test_clear_counts_what_is_lost_and_hands_out_the_events)
{
  GstGioSocketPendingCounters counters;
  GList *events;
  gboolean eos;

  push (10);
  fail_unless_equals_int (gst_gio_socket_pending_push_event (pending, gst_event_new_gap (0, 1)),
      GST_FLOW_OK);
  push (20);
  fail_unless_equals_int (gst_gio_socket_pending_push_event (pending, gst_event_new_eos ()),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_gio_socket_pending_get_result (pending, &eos), GST_FLOW_OK);
  fail_unless (eos);
  gst_gio_socket_pending_get_counters (pending, &counters);
  fail_unless_equals_uint64 (counters.level, 30);

  gst_gio_socket_pending_stop (pending);
  events = gst_gio_socket_pending_clear (pending);
  fail_unless_equals_int (g_list_length (events), 2);
  fail_unless_equals_int (GST_EVENT_TYPE (events->data), GST_EVENT_GAP);
  fail_unless_equals_int (GST_EVENT_TYPE (events->next->data), GST_EVENT_EOS);
  g_list_free_full (events, (GDestroyNotify)gst_event_unref);

  gst_gio_socket_pending_get_result (pending, &eos);
  fail_if (eos);
  gst_gio_socket_pending_get_counters (pending, &counters);
  fail_unless_equals_uint64 (counters.level, 0);
  fail_unless_equals_uint64 (counters.buffers_dropped, 2);
  fail_unless_equals_uint64 (counters.bytes_dropped, 30);
}

GST_END_TEST

static gpointer
consume (gpointer user_data)
{
  return GINT_TO_POINTER (gst_gio_socket_pending_take (pending, &list, &object));
}

GST_START_TEST (test_stop_ends_the_wait_of_the_consumer)
{
  GThread *thread = g_thread_new ("consumer", consume, NULL);

  gst_gio_socket_pending_stop (pending);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
}

GST_END_TEST

static gpointer
ask (gpointer user_data)
{
  g_autoptr (GstQuery) query = gst_query_new_drain ();

  return GINT_TO_POINTER (gst_gio_socket_pending_query (pending, query));
}

GST_START_TEST (test_a_query_that_is_being_asked_is_not_taken_away)
{
  GThread *thread = g_thread_new ("producer", ask, NULL);

  fail_unless_equals_int (gst_gio_socket_pending_take (pending, &list, &object), GST_FLOW_OK);
  fail_unless (GST_IS_QUERY (object));
  gst_gio_socket_pending_stop (pending);
  /* A sanitizer tells when the producer has freed it. */
  fail_unless_equals_int (GST_QUERY_TYPE (object), GST_QUERY_DRAIN);
  gst_gio_socket_pending_answer (pending, TRUE);
  fail_unless (GPOINTER_TO_INT (g_thread_join (thread)));
}

GST_END_TEST

GST_START_TEST (test_an_empty_list_of_buffers_is_nothing)
{
  GstGioSocketPendingCounters counters;

  limits.leaky = __i__;
  gst_gio_socket_pending_set_limits (pending, &limits);
  fail_unless_equals_int (gst_gio_socket_pending_push_list (pending, gst_buffer_list_new ()),
      GST_FLOW_OK);
  gst_gio_socket_pending_get_counters (pending, &counters);
  fail_unless_equals_uint64 (counters.buffers_in, 0);
  push (10);
  take_list (10, 1, GST_FLOW_OK, GST_FLOW_OK);
}

GST_END_TEST

static void
limit_batches (gsize max_bytes, gsize copy_threshold)
{
  limits.max_bytes = max_bytes;
  limits.copy_threshold = copy_threshold;
  gst_gio_socket_pending_set_limits (pending, &limits);
}

/* Also where all is copied that comes, larger than a batch or not. */
GST_START_TEST (test_a_limit_holds_for_the_batch_that_has_begun)
{
  limit_batches (1000, 100000);
  push (300);
  push (300);
  limit_batches (700, 100000);
  push (300);
  take_list (600, 1, GST_FLOW_OK, GST_FLOW_OK);
  take_list (300, 1, GST_FLOW_OK, GST_FLOW_OK);

  push (300);
  push (300);
  limit_batches (2000, 100000);
  push (300);
  push (0);
  take_list (900, 3, GST_FLOW_OK, GST_FLOW_OK);

  push (5000);
  push (300);
  take_list (5000, 1, GST_FLOW_OK, GST_FLOW_OK);
  take_list (300, 1, GST_FLOW_OK, GST_FLOW_OK);
}

GST_END_TEST

static Suite *
pending_suite (void)
{
  Suite *suite = suite_create ("pending");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_stopped_list_refuses_everything);
  tcase_add_test (tcase, test_buffers_lists_and_events_come_out_in_order);
  tcase_add_test (tcase, test_the_producer_gets_what_the_consumer_got);
  tcase_add_test (tcase, test_eos_goes_on_and_drops_until_a_new_stream);
  tcase_add_test (tcase, test_clear_counts_what_is_lost_and_hands_out_the_events);
  tcase_add_test (tcase, test_stop_ends_the_wait_of_the_consumer);
  tcase_add_test (tcase, test_a_query_that_is_being_asked_is_not_taken_away);
  tcase_add_loop_test (tcase, test_an_empty_list_of_buffers_is_nothing, GST_GIO_SOCKET_LEAKY_NO,
      GST_GIO_SOCKET_LEAKY_DOWNSTREAM + 1);
  tcase_add_test (tcase, test_a_limit_holds_for_the_batch_that_has_begun);

  return suite;
}

GST_CHECK_MAIN (pending)
