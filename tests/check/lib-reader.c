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
  gst_gio_socket_reader_init (&reader, g_socket_get_fd (ours));
  if (may_wait)
    gst_gio_socket_reader_allow_waiting (&reader);
}

/* And it is there. */
static void
send_bytes (gsize size)
{
  static const gchar bytes[sizeof space];

  support_send (peer, bytes, size);
  while (g_socket_get_available_bytes (ours) < (gssize)size)
    fail_unless (g_socket_condition_wait (ours, G_IO_IN, NULL, NULL));
}

/* Into two pieces, so that both count.  Returns: how many came, or what is wrong, negative */
static gssize
read_bytes (gsize room)
{
  GInputVector vectors[] = { { space, room / 2 }, { space + room / 2, room - room / 2 } };
  gssize received = gst_gio_socket_reader_read (&reader, vectors, G_N_ELEMENTS (vectors));

  return received < 0 ? -errno : received;
}

static void
expect_nothing (void)
{
  fail_unless_equals_int (read_bytes (sizeof space), -EAGAIN);
  fail_unless (reader.is_drained);
}

/* Returns: how long that took, in microseconds */
static gint64
measure_nothing (void)
{
  gint64 begun = g_get_monotonic_time ();

  expect_nothing ();

  return g_get_monotonic_time () - begun;
}

/* All that it allows in one portion, and no more.  Returns: whether it would wait for more */
static gboolean
read_portion (void)
{
  send_bytes (GST_GIO_SOCKET_READER_BULK);
  fail_unless_equals_int (read_bytes (sizeof space), GST_GIO_SOCKET_READER_BULK);

  return !reader.is_drained;
}

GST_START_TEST (test_one_that_must_not_wait_returns_at_once)
{
  init (FALSE);
  expect_nothing ();

  send_bytes (GST_GIO_SOCKET_READER_BULK + 1);
  fail_unless_equals_int (read_bytes (GST_GIO_SOCKET_READER_BULK), GST_GIO_SOCKET_READER_BULK);
  fail_if (reader.is_drained, "there may be more");
  fail_unless_equals_int (read_bytes (GST_GIO_SOCKET_READER_BULK), 1);
  fail_unless (reader.is_drained);
  fail_if (read_portion ());
}

GST_END_TEST

GST_START_TEST (test_in_bulk_one_that_may_waits_for_a_while)
{
  init (TRUE);
  fail_unless (read_portion ());
  fail_unless (measure_nothing () >= GST_GIO_SOCKET_READER_PATIENCE / 2);
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

GST_START_TEST (test_a_read_that_is_filled_needs_no_poll)
{
  init (TRUE);
  send_bytes (20);
  fail_unless_equals_int (read_bytes (15), 15);
  fail_if (reader.is_drained);
  fail_unless_equals_int (read_bytes (15), 5);
  fail_unless (reader.is_drained);
}

GST_END_TEST

GST_START_TEST (test_behind_a_poll_it_never_waits)
{
  guint n_long = 0;

  init (TRUE);
  for (guint i = 0; i < 20; i++)
    n_long += measure_nothing () >= GST_GIO_SOCKET_READER_PATIENCE;
  fail_unless (n_long < 10, "%u of 20 took long", n_long);
}

GST_END_TEST

GST_START_TEST (test_for_more_of_portions_it_waits_less_and_less)
{
  guint n_waits = 0;

  init (TRUE);
  for (guint i = 0; i < 64; i++) {
    if (read_portion ()) {
      expect_nothing ();
      n_waits++;
    }
  }
  fail_unless_equals_int (n_waits, 6); /* 1, 3, 7, 15, 31, 63 */
}

GST_END_TEST

GST_START_TEST (test_more_that_comes_while_it_waits_ends_its_doubt)
{
  init (TRUE);
  for (guint i = 0; i < 4; i++) {
    if (read_portion ())
      expect_nothing ();
  }

  /* Those that the last wait in vain costs, and one behind which there is more. */
  for (guint i = 0; i < 3; i++)
    fail_unless_equals_int (read_portion (), i == 2);
  fail_unless (read_portion ());
  fail_unless (read_portion ());
  expect_nothing ();
  fail_if (read_portion (), "the first wait in vain costs one");
  fail_unless (read_portion ());
}

GST_END_TEST

static void
ignore_cb (int number)
{
}

/* As often as it takes until one comes while it waits. */
GST_START_TEST (test_a_signal_ends_the_wait)
{
  const struct sigaction action = { .sa_handler = ignore_cb, .sa_flags = SA_RESTART };
  const struct itimerval off = { { 0, 0 }, { 0, 0 } };
  const struct itimerval timer = { { 0, 2000 }, { 0, 2000 } };
  struct sigaction before;
  gssize result = 0;

  init (TRUE);
  sigaction (SIGALRM, &action, &before);
  setitimer (ITIMER_REAL, &timer, NULL);
  for (guint i = 0; i < 1000 && result != -EINTR; i++) {
    reader.is_drained = FALSE;
    reader.skips = 0;
    result = read_bytes (sizeof space);
    fail_unless (reader.is_drained, "a poll has to look at the time");
  }
  setitimer (ITIMER_REAL, &off, NULL);
  sigaction (SIGALRM, &before, NULL);

  fail_unless_equals_int (result, -EINTR);
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
  tcase_add_test (tcase, test_a_read_that_is_filled_needs_no_poll);
  tcase_add_test (tcase, test_behind_a_poll_it_never_waits);
  tcase_add_test (tcase, test_for_more_of_portions_it_waits_less_and_less);
  tcase_add_test (tcase, test_more_that_comes_while_it_waits_ends_its_doubt);
  tcase_add_test (tcase, test_a_signal_ends_the_wait);
  tcase_add_test (tcase, test_the_end_of_the_stream_is_0);

  return suite;
}

GST_CHECK_MAIN (lib_reader)
