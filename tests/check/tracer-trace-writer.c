/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "plugins/trace-writer.h"

#include "tests/benchmarks/trace-summary.h"
#include "tests/benchmarks/trace.h"
#include "tests/support/recorded.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

/* Every test is run with both. */
static const char *const names[] = { "trace.csv", "trace.csv.gz" };

static char *dir;
static char *path;
static TraceWriter *writer;

static void
setup (void)
{
  dir = g_dir_make_tmp ("trace-writer-XXXXXX", NULL);
  fail_unless (dir != NULL);
}

static void
teardown (void)
{
  g_clear_pointer (&writer, trace_writer_free);
  g_unlink (path);
  g_clear_pointer (&path, g_free);
  g_rmdir (dir);
  g_clear_pointer (&dir, g_free);
}

/* One connection, number 1. */
static void
begin (const char *name)
{
  path = g_build_filename (dir, name, NULL);
  writer = trace_writer_new (path, "check");
  fail_unless_equals_int (trace_writer_add_connection (writer, "sink0:sink"), 1);
}

static gboolean
add (guint conn, gint64 time_us, gsize size, GError **error)
{
  trace_writer_begin (writer, conn, time_us * 1000);
  trace_writer_add_piece (writer, size);
  return trace_writer_end (writer, error);
}

static void
flush (void)
{
  GError *error = NULL;

  fail_unless (trace_writer_flush (writer, &error));
  fail_unless (error == NULL);
}

static void
expect_rows (const char *expected)
{
  g_autofree char *rows = recorded_rows (path, TRUE);

  fail_unless_equals_string (rows, expected);
}

GST_START_TEST (test_rows_say_when_and_in_which_pieces)
{
  begin (names[__i__]);
  fail_unless (trace_writer_add_cork (writer, 1, 5000000, TRUE, NULL));
  fail_unless (add (1, 5007, 1000, NULL));
  trace_writer_begin (writer, 1, 5010999);
  trace_writer_add_piece (writer, 63);
  trace_writer_add_piece (writer, 22);
  trace_writer_add_piece (writer, 72);
  fail_unless (trace_writer_end (writer, NULL));
  fail_unless (trace_writer_add_cork (writer, 1, 5020000, FALSE, NULL));
  flush ();

  expect_rows ("0,1,cork-on,, 7,1,write,1000, 10,1,writev,63+22+72, 20,1,cork-off,,");
}

GST_END_TEST

GST_START_TEST (test_what_carries_nothing_is_not_written)
{
  begin (names[__i__]);
  trace_writer_begin (writer, 1, 0);
  fail_unless (trace_writer_end (writer, NULL));
  fail_unless (add (1, 1, 0, NULL));
  flush ();
  fail_if (g_file_test (path, G_FILE_TEST_EXISTS));

  trace_writer_begin (writer, 1, 2000);
  trace_writer_add_piece (writer, 0);
  trace_writer_add_piece (writer, 5);
  trace_writer_add_piece (writer, 0);
  fail_unless (trace_writer_end (writer, NULL));
  flush ();
  expect_rows ("0,1,write,5,");
}

GST_END_TEST

GST_START_TEST (test_time_never_goes_back)
{
  begin (names[__i__]);
  fail_unless (add (1, 100, 1, NULL));
  fail_unless (add (1, 90, 2, NULL));
  fail_unless (add (1, 120, 3, NULL));
  fail_unless (add (1, 119, 4, NULL));
  flush ();

  expect_rows ("0,1,write,1, 0,1,write,2, 20,1,write,3, 20,1,write,4,");
}

GST_END_TEST

static void
add_pieces (guint n, gsize size)
{
  trace_writer_begin (writer, 1, 0);
  for (guint i = 0; i < n; i++)
    trace_writer_add_piece (writer, size);
  fail_unless (trace_writer_end (writer, NULL));
  flush ();
}

/* As giosocketsink does. */
GST_START_TEST (test_more_pieces_than_a_system_call_takes_are_several_rows)
{
  g_autofree char *rows = NULL;
  g_auto (GStrv) row = NULL;

  begin (names[__i__]);
  add_pieces (2 * TRACE_WRITER_MAX_PIECES + 1, 100000);

  rows = recorded_rows (path, FALSE);
  row = g_strsplit (rows, " ", -1);
  fail_unless_equals_int (g_strv_length (row), 3);
  for (guint i = 0; i < 2; i++) {
    g_auto (GStrv) pieces = g_strsplit (row[i], "+", -1);

    fail_unless_equals_int (g_strv_length (pieces), TRACE_WRITER_MAX_PIECES);
  }
  fail_unless_equals_string (row[2], "1,write,100000,");
}

GST_END_TEST

GST_START_TEST (test_more_bytes_than_a_row_may_have_are_several_rows)
{
  begin (names[__i__]);
  add_pieces (5, 123456789);

  expect_rows ("0,1,writev,123456789+123456789, 0,1,writev,123456789+123456789, "
               "0,1,write,123456789,");
}

GST_END_TEST

GST_START_TEST (test_a_piece_larger_than_a_row_may_have_is_several_rows)
{
  fail_unless_equals_uint64 (TRACE_WRITER_MAX_BYTES, TRACE_MAX_WRITE);

  begin (names[__i__]);
  fail_unless (add (1, 0, 2 * (gsize)TRACE_MAX_WRITE + 1, NULL));
  flush ();

  expect_rows ("0,1,write,268435456, 0,1,write,268435456, 0,1,write,1,");
}

GST_END_TEST

static guint
count_rows (void)
{
  g_autofree char *rows = recorded_rows (path, TRUE);
  guint n = *rows != '\0';

  for (const char *c = rows; *c != '\0'; c++)
    n += *c == ' ';
  return n;
}

/* Many blocks, and each boundary of them falls between rows. */
GST_START_TEST (test_nothing_is_lost_between_blocks)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GError) error = NULL;
  guint64 bytes = 0;
  TraceSummary summary;

  begin (names[__i__]);
  for (guint i = 0; i < 20000; i++) {
    gsize size = g_rand_int_range (rand, 1, 100000);

    fail_unless (add (1, i, size, NULL));
    bytes += size;
  }
  flush ();

  fail_unless (trace_summarize (path, &(TraceSelection){ .conn = 1, .max_gap_us = -1, .repeat = 1 },
      &summary, &error));
  fail_unless_equals_uint64 (summary.writes, 20000);
  fail_unless_equals_uint64 (summary.bytes, bytes);
}

GST_END_TEST

/* As if the program were killed there. */
GST_START_TEST (test_the_file_is_a_trace_at_any_time)
{
  guint before = 0;

  begin (names[__i__]);
  for (guint i = 1; i <= 12000; i++) {
    fail_unless (add (1, i, i, NULL));
    if (i % 2000 == 1) {
      guint n = count_rows ();

      fail_unless (n >= before && n <= i);
      before = n;
    }
  }
  fail_unless (before > 5000, "%u rows", before);
}

GST_END_TEST

GST_START_TEST (test_rows_do_not_wait_for_more_than_a_second)
{
  begin (names[__i__]);
  fail_unless (add (1, 0, 1, NULL));
  fail_unless (add (1, 999999, 2, NULL));
  expect_rows ("");
  fail_unless (add (1, 1000000, 3, NULL));
  expect_rows ("0,1,write,1, 999999,1,write,2,");
  fail_unless (add (1, 1999999, 4, NULL));
  expect_rows ("0,1,write,1, 999999,1,write,2,");
}

GST_END_TEST

GST_START_TEST (test_connections_are_named_also_those_that_come_later)
{
  g_autofree char *one = NULL, *three = NULL;

  begin (names[__i__]);
  fail_unless (add (1, 0, 1, NULL));
  flush ();
  one = recorded_connections (path);
  fail_unless_equals_string (one, "1 = sink0:sink");

  fail_unless_equals_int (trace_writer_add_connection (writer, "a\nb:\"sink\""), 2);
  fail_unless (add (2, 1, 2, NULL));
  fail_unless_equals_int (trace_writer_add_connection (writer, "x:src"), 3);
  flush ();
  expect_rows ("0,1,write,1, 1,2,write,2,");
  three = recorded_connections (path);
  fail_unless_equals_string (three, "1 = sink0:sink; 2 = a\\nb:\\\"sink\\\"; 3 = x:src");
}

GST_END_TEST

GST_START_TEST (test_there_are_as_many_connections_as_a_trace_may_have)
{
  g_autofree char *connections = NULL;

  begin (names[__i__]);
  fail_unless (add (1, 0, 1, NULL));
  for (guint i = 2; i <= TRACE_WRITER_MAX_CONNECTIONS; i++)
    fail_unless_equals_int (trace_writer_add_connection (writer, "element:pad"), i);
  fail_unless_equals_int (trace_writer_add_connection (writer, "element:pad"), 0);
  fail_unless (add (TRACE_WRITER_MAX_CONNECTIONS, 1, 2, NULL));
  flush ();

  expect_rows ("0,1,write,1, 1,65535,write,2,");
  connections = recorded_connections (path);
  fail_unless (g_str_has_prefix (connections, "1 = sink0:sink; 2 = element:pad; "));
  fail_unless (g_str_has_suffix (connections, " = element:pad; ..."));
}

GST_END_TEST

GST_START_TEST (test_an_old_file_is_replaced)
{
  begin (names[__i__]);
  fail_unless (g_file_set_contents (path, "old", -1, NULL));
  fail_unless (add (1, 0, 1, NULL));
  flush ();

  expect_rows ("0,1,write,1,");
}

GST_END_TEST

GST_START_TEST (test_a_file_that_cannot_be_made_is_one_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autofree char *expected = NULL;

  path = g_build_filename (dir, "none", names[__i__], NULL);
  expected = g_strdup_printf ("Could not make %s: No such file or directory", path);
  writer = trace_writer_new (path, "check");
  fail_if (add (1, 0, 1, &error));
  fail_unless_equals_string (error->message, expected);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));

  fail_if (add (1, 1, 1, NULL));
  fail_if (trace_writer_add_cork (writer, 1, 2000, TRUE, NULL));
  fail_if (trace_writer_flush (writer, &again));
  fail_unless_equals_string (again->message, expected);
}

GST_END_TEST

/* The disk is full in the middle of a block: what was written before is still a trace. */
GST_START_TEST (test_a_full_disk_is_an_error_and_leaves_whole_rows)
{
  g_autoptr (GError) error = NULL;
  struct rlimit limit, old;
  guint i = 0, n;

  fail_unless_equals_int (getrlimit (RLIMIT_FSIZE, &old), 0);
  limit = old;
  limit.rlim_cur = 99999;
  signal (SIGXFSZ, SIG_IGN);
  begin (names[__i__]);
  fail_unless_equals_int (setrlimit (RLIMIT_FSIZE, &limit), 0);
  while (i < 200000 && add (1, i, i % 10000 + 1, &error))
    i++;
  fail_unless_equals_int (setrlimit (RLIMIT_FSIZE, &old), 0);

  fail_unless (error != NULL);
  fail_unless (g_str_has_prefix (error->message, "Could not write to "));
  fail_unless (strstr (error->message, path) != NULL);
  fail_unless (strstr (error->message, g_strerror (EFBIG)) != NULL);

  n = count_rows ();
  fail_unless (n > 1000 && n < i, "%u rows of %u", n, i);
  fail_if (add (1, i, 1, NULL));
  fail_unless_equals_int (count_rows (), n);
}

GST_END_TEST

static Suite *
trace_writer_suite (void)
{
  Suite *suite = suite_create ("trace-writer");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_rows_say_when_and_in_which_pieces, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_what_carries_nothing_is_not_written, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_time_never_goes_back, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_more_pieces_than_a_system_call_takes_are_several_rows, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_more_bytes_than_a_row_may_have_are_several_rows, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_a_piece_larger_than_a_row_may_have_is_several_rows, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_nothing_is_lost_between_blocks, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_the_file_is_a_trace_at_any_time, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_rows_do_not_wait_for_more_than_a_second, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_connections_are_named_also_those_that_come_later, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_there_are_as_many_connections_as_a_trace_may_have, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_an_old_file_is_replaced, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_a_file_that_cannot_be_made_is_one_error, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_a_full_disk_is_an_error_and_leaves_whole_rows, 0,
      G_N_ELEMENTS (names));

  return suite;
}

GST_CHECK_MAIN (trace_writer)
