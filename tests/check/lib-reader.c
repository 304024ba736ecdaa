/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/reader.h"
#include "tests/support/support.h"

#include <gst/check/gstcheck.h>

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

static GSocket *ours;
static GSocket *peer;
static GstGioSocketReader reader;
static guint8 space[2 * GST_GIO_SOCKET_READER_BULK];
static guint fds_before;

static void
setup (void)
{
  fds_before = support_count_fds ();
  support_make_pair (&ours, &peer);
}

static void
teardown (void)
{
  g_clear_object (&ours);
  g_clear_object (&peer);
  fail_unless_equals_int (support_count_fds (), fds_before);
}

static void
init (gboolean may_wait)
{
  if (may_wait)
    gst_gio_socket_reader_allow_waiting (ours);
  gst_gio_socket_reader_init (&reader, ours);
}

/* And it is there. */
static void
send_bytes (gsize size)
{
  static const gchar bytes[sizeof space];

  fail_unless_equals_int (g_socket_send (peer, bytes, size, NULL, NULL), (gint)size);
  while (g_socket_get_available_bytes (ours) < (gssize)size)
    fail_unless (g_socket_condition_wait (ours, G_IO_IN, NULL, NULL));
}

/* Into two pieces, so that both count. */
static gssize
read_bytes (gsize room)
{
  GInputVector vectors[] = { { space, room / 2 }, { space + room / 2, room - room / 2 } };

  return gst_gio_socket_reader_read (&reader, vectors, G_N_ELEMENTS (vectors));
}

static void
expect_nothing (void)
{
  fail_unless_equals_int (read_bytes (sizeof space), -1);
  fail_unless_equals_int (errno, EAGAIN);
  fail_unless (reader.is_drained);
}

GST_START_TEST (test_one_that_must_not_wait_returns_at_once)
{
  init (FALSE);
  expect_nothing ();
  fail_if (reader.may_wait);

  send_bytes (GST_GIO_SOCKET_READER_BULK + 1);
  fail_unless_equals_int (read_bytes (GST_GIO_SOCKET_READER_BULK), GST_GIO_SOCKET_READER_BULK);
  fail_if (reader.is_drained, "there may be more");
  fail_unless_equals_int (read_bytes (GST_GIO_SOCKET_READER_BULK), 1);
  fail_unless (reader.is_drained);
}

GST_END_TEST

GST_START_TEST (test_in_bulk_one_that_may_waits_for_a_while)
{
  gint64 begun;

  init (TRUE);
  send_bytes (GST_GIO_SOCKET_READER_BULK);
  fail_unless_equals_int (read_bytes (sizeof space), GST_GIO_SOCKET_READER_BULK);
  fail_if (reader.is_drained);

  begun = g_get_monotonic_time ();
  expect_nothing ();
  fail_unless (g_get_monotonic_time () - begun >= GST_GIO_SOCKET_READER_PATIENCE / 2);
}

GST_END_TEST

GST_START_TEST (test_a_small_message_is_followed_by_a_poll)
{
  init (TRUE);
  fail_unless (reader.is_drained, "nothing is known to be there");
  send_bytes (20);
  fail_unless_equals_int (read_bytes (sizeof space), 20);
  fail_unless (reader.is_drained);
}

GST_END_TEST

GST_START_TEST (test_small_reads_that_are_filled_need_no_poll)
{
  init (TRUE);
  send_bytes (20);
  fail_unless_equals_int (read_bytes (15), 15);
  fail_if (reader.is_drained);
  fail_unless_equals_int (read_bytes (15), 5);
  fail_unless (reader.is_drained);
}

GST_END_TEST

static void
ignore_cb (int number)
{
}

/* As often as it takes until one comes while it waits. */
GST_START_TEST (test_a_signal_ends_the_wait_and_is_no_end_of_the_bulk)
{
  const struct sigaction action = { .sa_handler = ignore_cb };
  const struct itimerval off = { { 0, 0 }, { 0, 0 } };
  struct itimerval timer = { { 0, 2000 }, { 0, 2000 } };
  struct sigaction before;
  gboolean was_interrupted = FALSE;

  init (TRUE);
  sigaction (SIGALRM, &action, &before);
  setitimer (ITIMER_REAL, &timer, NULL);
  for (guint i = 0; i < 1000 && !was_interrupted; i++) {
    reader.is_drained = FALSE;
    fail_unless_equals_int (read_bytes (sizeof space), -1);
    was_interrupted = errno == EINTR;
    fail_unless_equals_int (reader.is_drained, !was_interrupted);
  }
  setitimer (ITIMER_REAL, &off, NULL);
  sigaction (SIGALRM, &before, NULL);

  fail_unless (was_interrupted);
}

GST_END_TEST

GST_START_TEST (test_the_end_of_the_stream_is_0)
{
  init (TRUE);
  fail_unless (g_socket_shutdown (peer, FALSE, TRUE, NULL));
  fail_unless (g_socket_condition_wait (ours, G_IO_IN, NULL, NULL));
  fail_unless_equals_int (read_bytes (sizeof space), 0);
}

GST_END_TEST

static Suite *
lib_reader_suite (void)
{
  Suite *suite = suite_create ("reader");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_one_that_must_not_wait_returns_at_once);
  tcase_add_test (tcase, test_in_bulk_one_that_may_waits_for_a_while);
  tcase_add_test (tcase, test_a_small_message_is_followed_by_a_poll);
  tcase_add_test (tcase, test_small_reads_that_are_filled_need_no_poll);
  tcase_add_test (tcase, test_a_signal_ends_the_wait_and_is_no_end_of_the_bulk);
  tcase_add_test (tcase, test_the_end_of_the_stream_is_0);

  return suite;
}

GST_CHECK_MAIN (lib_reader)
