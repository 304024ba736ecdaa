/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/benchmarks/trace-summary.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#define HEAD "# program: none\nt_us,conn,kind,iov,ret\n"

static char *dir;

static void
setup (void)
{
  dir = g_dir_make_tmp ("bench-trace-XXXXXX", NULL);
  fail_unless (dir != NULL);
}

static void
teardown (void)
{
  g_autofree char *path = g_build_filename (dir, "trace.csv", NULL);

  g_unlink (path);
  g_rmdir (dir);
  g_clear_pointer (&dir, g_free);
}

static char *
write_text (const char *text)
{
  char *path = g_build_filename (dir, "trace.csv", NULL);

  fail_unless (g_file_set_contents (path, text, -1, NULL));
  return path;
}

/* "time:bytes time:bytes ..." of every write, then the error's text if there is one. */
static char *
read_selected (const char *source, const TraceSelection *selection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Trace) trace = trace_open (source, selection, &error);
  GString *text = g_string_new (NULL);
  TraceResult result = TRACE_ERROR;
  TraceWrite item;

  while (trace && (result = trace_next (trace, &item, &error)) == TRACE_WRITE)
    if (item.cork >= 0)
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT ":%s", text->len > 0 ? " " : "",
          item.time_us, item.cork ? "cork" : "uncork");
    else
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT ":%" G_GUINT64_FORMAT,
          text->len > 0 ? " " : "", item.time_us, item.bytes);

  fail_unless_equals_int (result == TRACE_ERROR, error != NULL);
  if (error)
    g_string_append_printf (text, "!%s", error->message);
  return g_string_free (text, FALSE);
}

static char *
read_all (const char *source, guint conn)
{
  return read_selected (source, &(TraceSelection){ .conn = conn, .max_gap_us = -1, .repeat = 1 });
}

static const struct
{
  const char *what, *rows, *expected;
} good[] = {
  { "pieces are one write", "5,1,writev,63+22+72,\n", "0:157" },
  { "every kind that carries bytes",
      "1,1,write,1,\n2,1,send,2,\n3,1,sendto,3,\n4,1,sendmsg,4+5,\n5,1,SSL_write,6,\n",
      "0:1 1:2 2:3 3:9 4:6" },
  { "another connection's writes are not ours", "1,2,write,9,\n2,1,write,8,\n", "0:8" },
  { "socket options carry nothing",
      "1,1,cork-on,,\n2,1,write,7,\n3,1,cork-off,,\n4,1,nodelay-on,,\n5,1,nodelay-off,,\n", "0:7" },
  { "a refused call carries nothing", "1,1,write,7,-1\n2,1,write,7,\n", "0:7" },
  { "of a short write what was accepted", "1,1,writev,10+10,13\n2,1,write,7,\n", "0:13 1:7" },
  { "an empty write is none", "1,1,write,0,\n2,1,write,5,0\n3,1,write,1,\n", "0:1" },
  { "time before the session began", "-7,1,write,1,\n0,1,write,1,\n", "0:1 7:1" },
  { "the largest write", "1,1,write,268435456,\n", "0:268435456" },
};

GST_START_TEST (test_rows_become_writes)
{
  g_autofree char *text = g_strconcat (HEAD, good[__i__].rows, NULL);
  g_autofree char *path = write_text (text);
  g_autofree char *writes = read_all (path, 1);

  GST_INFO ("%s", good[__i__].what);
  fail_unless_equals_string (writes, good[__i__].expected);
}

GST_END_TEST

static const struct
{
  const char *what;
  TraceSelection selection;
  const char *rows, *expected;
} selected[] = {
  { "pieces are writes, empty ones are none",
      { .conn = 1, .max_gap_us = -1, .pieces = TRUE, .repeat = 1 },
      "1,1,writev,10+0+5,\n2,2,write,1,\n3,1,write,7,\n", "0:10 0:5 2:7" },
  { "pieces of a short write end where it ended",
      { .conn = 1, .max_gap_us = -1, .pieces = TRUE, .repeat = 1 },
      "1,1,writev,10+10+10,13\n2,1,writev,7+8,-1\n3,1,write,7,\n", "0:10 0:3 2:7" },
  { "the program's own corking of this connection",
      { .conn = 1, .max_gap_us = -1, .corked = TRUE, .repeat = 1 },
      "1,1,cork-on,,\n2,2,cork-on,,\n3,1,write,7,\n4,1,cork-off,,\n5,1,nodelay-on,,\n",
      "0:cork 2:7 3:uncork" },
  { "again, from where it ended", { .conn = 1, .max_gap_us = -1, .repeat = 3 },
      "5,2,write,1,\n7,1,write,2,\n9,1,write,3,\n", "0:2 2:3 2:2 4:3 4:2 6:3" },
  { "silences are shortened, and nothing else", { .conn = 1, .max_gap_us = 10, .repeat = 1 },
      "5,2,write,1,\n7,1,write,2,\n11,1,write,3,\n1000,1,write,4,\n", "0:2 4:3 14:4" },
  { "what others write is no silence", { .conn = 1, .all = TRUE, .max_gap_us = 10, .repeat = 1 },
      "5,2,write,1,\n7,1,write,2,\n11,2,write,3,\n1000,1,write,4,\n", "2:2 16:4" },
  { "no more than that, in whole calls, and the same again",
      { .conn = 1, .max_gap_us = -1, .pieces = TRUE, .max_bytes = 9, .repeat = 2 },
      "1,1,writev,2+3,\n2,2,write,9,\n3,1,write,4,\n4,1,write,1,\n", "0:2 0:3 2:4 2:2 2:3 4:4" },
  { "the first call in any case", { .conn = 1, .max_gap_us = -1, .max_bytes = 9, .repeat = 1 },
      "1,1,write,10,\n3,1,write,4,\n", "0:10" },
  { "all of it", { .conn = 1, .max_gap_us = -1, .pieces = TRUE, .corked = TRUE, .repeat = 2 },
      "0,1,cork-on,,\n1,1,writev,1+2,\n", "0:cork 1:1 1:2 1:cork 2:1 2:2" },
};

GST_START_TEST (test_what_is_selected_comes)
{
  g_autofree char *text = g_strconcat (HEAD, selected[__i__].rows, NULL);
  g_autofree char *path = write_text (text);
  g_autofree char *writes = read_selected (path, &selected[__i__].selection);

  GST_INFO ("%s", selected[__i__].what);
  fail_unless_equals_string (writes, selected[__i__].expected);
}

GST_END_TEST

static const struct
{
  const char *what, *text;
  guint line;
  const char *expected;
} bad[] = {
  { "a missing column", HEAD "1,1,write,5\n", 3, "4 columns" },
  { "a column too many", HEAD "1,1,write,5,,\n", 3, "more than 5 columns" },
  { "an empty line", HEAD "1,1,write,5,\n\n", 4, "1 columns" },
  { "other columns", "# program: none\nt_us,conn,type,bytes\n1,1,3,9\n", 2,
      "'t_us,conn,type,bytes'" },
  { "no columns line", "# program: none\n", 1, "ends before" },
  { "an empty file", "", 0, "ends before" },
  { "a negative size", HEAD "1,1,write,-5,\n", 3, "'-5'" },
  { "an absurd size", HEAD "1,1,write,268435457,\n", 3, "'268435457'" },
  { "an absurd sum", HEAD "1,1,writev,268435456+1,\n", 3, "in sum" },
  { "a size beyond any number", HEAD "1,1,write,99999999999999999999999,\n", 3, "'9999" },
  { "no size", HEAD "1,1,write,,\n", 3, "size ''" },
  { "a dangling plus", HEAD "1,1,writev,5+,\n", 3, "size ''" },
  { "a size in words", HEAD "1,1,write,five,\n", 3, "'five'" },
  { "an unknown kind", HEAD "1,1,writ,5,\n", 3, "'writ' is unknown" },
  { "a receive trace", HEAD "1,1,recv,5,5\n", 3, "not a trace of writes" },
  { "an option with bytes", HEAD "1,1,cork-on,5,\n", 3, "carries no bytes" },
  { "more accepted than offered", HEAD "1,1,write,5,6\n", 3, "ret '6'" },
  { "a result that is none", HEAD "1,1,write,5,-2\n", 3, "ret '-2'" },
  { "connection 0", HEAD "1,0,write,5,\n", 3, "conn '0'" },
  { "a time in words", HEAD "now,1,write,5,\n", 3, "t_us 'now'" },
  { "a time without end", HEAD "9223372036854775807,1,write,5,\n", 3, "t_us" },
  { "time that goes back", HEAD "2,1,write,5,\n1,2,write,5,\n", 4, "before that of the row above" },
  { "a fault in another connection's row", HEAD "1,2,writ,5,\n", 3, "'writ'" },
  { "Windows line ends", HEAD "1,1,write,5,\r\n", 3, "ret" },
  { "a file cut within a row", HEAD "1,1,write,5,\n2,1,writ", 4, "cut short" },
};

GST_START_TEST (test_a_fault_names_file_and_line)
{
  g_autofree char *path = write_text (bad[__i__].text);
  g_autofree char *writes = read_all (path, 1);
  g_autofree char *where = g_strdup_printf ("!%s:%u: ", path, bad[__i__].line);

  GST_INFO ("%s", bad[__i__].what);
  fail_unless (strstr (writes, where) != NULL, "no '%s' in '%s'", where, writes);
  fail_unless (strstr (writes, bad[__i__].expected) != NULL, "no '%s' in '%s'", bad[__i__].expected,
      writes);
}

GST_END_TEST

GST_START_TEST (test_a_summary_adds_up)
{
  g_autofree char *path = write_text (HEAD "1,1,write,5,\n2,2,write,9,\n3,1,writev,3+4,\n");
  g_autoptr (GError) error = NULL;
  TraceSummary summary;

  fail_unless (
      trace_summarize (path, &(TraceSelection){ .conn = 1, .repeat = 2 }, &summary, &error));
  fail_unless_equals_uint64 (summary.writes, 4);
  fail_unless_equals_uint64 (summary.bytes, 24);
  fail_unless_equals_uint64 (summary.largest, 7);
}

GST_END_TEST

GST_START_TEST (test_a_connection_without_writes_lists_those_with)
{
  g_autofree char *path = write_text (HEAD "1,4,cork-on,,\n1,2,write,5,\n2,2,write,9,\n");
  g_autoptr (GError) error = NULL;
  TraceSummary summary;

  fail_if (trace_summarize (path, &(TraceSelection){ .conn = 4, .repeat = 1 }, &summary, &error));
  fail_unless (g_str_has_suffix (error->message,
      "connection 4 has no writes; connections in this file: 2 (2 writes), 4 (0 writes)"));
}

GST_END_TEST

GST_START_TEST (test_a_fixed_source_is_a_trace)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *writes = read_all ("fixed:100:3", 0);
  TraceSummary summary;

  fail_unless_equals_string (writes, "0:100 0:100 0:100");
  fail_unless (trace_summarize ("fixed:100:3", &(TraceSelection){ .repeat = 2 }, &summary, &error));
  fail_unless_equals_uint64 (summary.writes, 6);
  fail_unless_equals_uint64 (summary.bytes, 600);
  fail_unless_equals_uint64 (summary.largest, 100);
}

GST_END_TEST

static const char *const bad_fixed[] = { "fixed:", "fixed:100", "fixed:0:1", "fixed:1:0",
  "fixed:-1:5", "fixed:268435457:1", "fixed:1:99999999999999999999", "fixed:1:2:3", "fixed:a:b" };

GST_START_TEST (test_a_bad_fixed_source_is_an_error)
{
  g_autofree char *writes = read_all (bad_fixed[__i__], 0);

  fail_unless (strstr (writes, "expected fixed:SIZE:COUNT") != NULL, "%s", writes);
}

GST_END_TEST

static Suite *
trace_suite (void)
{
  Suite *suite = suite_create ("trace");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_rows_become_writes, 0, G_N_ELEMENTS (good));
  tcase_add_loop_test (tcase, test_what_is_selected_comes, 0, G_N_ELEMENTS (selected));
  tcase_add_loop_test (tcase, test_a_fault_names_file_and_line, 0, G_N_ELEMENTS (bad));
  tcase_add_test (tcase, test_a_summary_adds_up);
  tcase_add_test (tcase, test_a_connection_without_writes_lists_those_with);
  tcase_add_test (tcase, test_a_fixed_source_is_a_trace);
  tcase_add_loop_test (tcase, test_a_bad_fixed_source_is_an_error, 0, G_N_ELEMENTS (bad_fixed));

  return suite;
}

GST_CHECK_MAIN (trace)
