/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/benchmarks/line-reader.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

static char *dir, *plain_path, *gzip_path;

static void
setup (void)
{
  dir = g_dir_make_tmp ("bench-line-reader-XXXXXX", NULL);
  fail_unless (dir != NULL);
  plain_path = g_build_filename (dir, "lines.csv", NULL);
  gzip_path = g_build_filename (dir, "lines.csv.gz", NULL);
}

static void
teardown (void)
{
  g_unlink (plain_path);
  g_unlink (gzip_path);
  g_rmdir (dir);
  g_clear_pointer (&plain_path, g_free);
  g_clear_pointer (&gzip_path, g_free);
  g_clear_pointer (&dir, g_free);
}

static void
write_file (const char *path, const void *data, gssize size)
{
  fail_unless (g_file_set_contents (path, data, size, NULL));
}

static GBytes *
gzip (const char *text)
{
  g_autoptr (GZlibCompressor) compressor =
      g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream =
      g_converter_output_stream_new (memory, G_CONVERTER (compressor));

  fail_unless (g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, NULL));
  fail_unless (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* Every line in brackets, then the error's text if there is one. */
static char *
read_all (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LineReader) reader = line_reader_open (path, &error);
  LineReaderResult result = LINE_READER_ERROR;
  GString *text = g_string_new (NULL);
  char *line;

  while (reader && (result = line_reader_next (reader, &line, &error)) == LINE_READER_LINE)
    g_string_append_printf (text, "[%s]", line);

  fail_unless_equals_int (result == LINE_READER_ERROR, error != NULL);
  if (error)
    g_string_append (text, error->message);
  return g_string_free (text, FALSE);
}

static char *
many_lines (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%u,%u\n", i, i * 7919 % 100000);
  return g_string_free (text, FALSE);
}

GST_START_TEST (test_lines_come_without_their_ends)
{
  g_autofree char *lines = NULL;

  write_file (plain_path, "one\n\ntwo three\n", -1);
  lines = read_all (plain_path);
  fail_unless_equals_string (lines, "[one][][two three]");
}

GST_END_TEST

GST_START_TEST (test_a_last_line_without_end_is_an_error)
{
  g_autofree char *lines = NULL;

  write_file (plain_path, "one\ntw", -1);
  lines = read_all (plain_path);
  fail_unless (g_str_has_prefix (lines, "[one]"));
  fail_unless (
      g_str_has_suffix (lines, "lines.csv:2: the last line has no end: the file was cut short"));
}

GST_END_TEST

GST_START_TEST (test_a_line_longer_than_any_is_an_error)
{
  g_autofree char *zeros = g_strnfill (1 << 20, '0');
  g_autofree char *text = g_strconcat ("one\n", zeros, "\n", NULL);
  g_autofree char *lines = NULL;

  write_file (plain_path, text, -1);
  lines = read_all (plain_path);
  fail_unless (strstr (lines, "lines.csv:2: the line is longer than") != NULL, "%s", lines);
}

GST_END_TEST

GST_START_TEST (test_gzip_reads_as_its_text_does)
{
  g_autofree char *text = many_lines (100000);
  g_autoptr (GBytes) data = gzip (text);
  g_autofree char *plain = NULL, *zipped = NULL;

  write_file (plain_path, text, -1);
  write_file (gzip_path, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  plain = read_all (plain_path);
  zipped = read_all (gzip_path);
  fail_unless (g_str_has_prefix (plain, "[0,0][1,7919]"));
  fail_unless (g_str_has_suffix (plain, "[99999,92081]"), "%s", plain + strlen (plain) - 20);
  fail_unless_equals_string (zipped, plain);
}

GST_END_TEST

GST_START_TEST (test_gzip_members_follow_each_other)
{
  g_autoptr (GBytes) one = gzip ("one\ntw");
  g_autoptr (GBytes) other = gzip ("o\nthree\n");
  g_autoptr (GByteArray) both = g_byte_array_new ();
  g_autofree char *lines = NULL;

  g_byte_array_append (both, g_bytes_get_data (one, NULL), g_bytes_get_size (one));
  g_byte_array_append (both, g_bytes_get_data (other, NULL), g_bytes_get_size (other));
  write_file (gzip_path, both->data, both->len);
  lines = read_all (gzip_path);
  fail_unless_equals_string (lines, "[one][two][three]");
}

GST_END_TEST

GST_START_TEST (test_gzip_cut_anywhere_is_an_error)
{
  g_autofree char *text = many_lines (200);
  g_autoptr (GBytes) data = gzip (text);

  for (gsize size = 0; size < g_bytes_get_size (data); size++) {
    g_autofree char *lines = NULL;

    write_file (gzip_path, g_bytes_get_data (data, NULL), size);
    lines = read_all (gzip_path);
    fail_unless (strstr (lines, "lines.csv.gz: the gzip data end too early") != NULL,
        "%" G_GSIZE_FORMAT ": %s", size, lines);
  }
}

GST_END_TEST

GST_START_TEST (test_text_called_gz_is_an_error)
{
  g_autofree char *lines = NULL;

  write_file (gzip_path, "one\ntwo\n", -1);
  lines = read_all (gzip_path);
  fail_unless (strstr (lines, "lines.csv.gz: these are not gzip data") != NULL, "%s", lines);
}

GST_END_TEST

GST_START_TEST (test_a_missing_file_is_named)
{
  g_autofree char *lines = read_all (plain_path);

  fail_unless (g_str_has_suffix (lines, "lines.csv: No such file or directory"));
}

GST_END_TEST

static Suite *
line_reader_suite (void)
{
  Suite *suite = suite_create ("line-reader");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_lines_come_without_their_ends);
  tcase_add_test (tcase, test_a_last_line_without_end_is_an_error);
  tcase_add_test (tcase, test_a_line_longer_than_any_is_an_error);
  tcase_add_test (tcase, test_gzip_reads_as_its_text_does);
  tcase_add_test (tcase, test_gzip_members_follow_each_other);
  tcase_add_test (tcase, test_gzip_cut_anywhere_is_an_error);
  tcase_add_test (tcase, test_text_called_gz_is_an_error);
  tcase_add_test (tcase, test_a_missing_file_is_named);

  return suite;
}

GST_CHECK_MAIN (line_reader)
