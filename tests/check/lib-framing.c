/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/framing.h"

#include <gst/check/gstcheck.h>

#include <string.h>

/* Rows that no preset uses yet, so that the next one is a row. */
static const GstGioSocketFramingLayout layouts[] = {
  { 4, 0, 4, G_BIG_ENDIAN, FALSE, -1 },
  { 4, 0, 4, G_LITTLE_ENDIAN, FALSE, -1 },
  { 2, 0, 2, G_BIG_ENDIAN, FALSE, -1 },
  { 8, 4, 4, G_BIG_ENDIAN, FALSE, 'P' },
  { 6, 2, 4, G_LITTLE_ENDIAN, FALSE, -1 },
  { 4, 1, 3, G_BIG_ENDIAN, TRUE, -1 },
  { 8, 0, 8, G_BIG_ENDIAN, FALSE, -1 },
  { 9, 1, 8, G_LITTLE_ENDIAN, TRUE, -1 },
};

static const struct
{
  const gchar *description;
  guint layout;
  const gchar *data;
  gsize size;
  gsize message_size;
  const gchar *error;
} rows[] = {
  { "nothing", 0, "", 0, 0, NULL },
  { "part of a header", 0, "\0\0\1", 3, 0, NULL },
  { "a header alone", 0, "\0\0\1\2", 4, 262, NULL },
  { "an empty message", 0, "\0\0\0\0", 4, 4, NULL },
  { "more than the message", 0, "\0\0\0\1abcdef", 10, 5, NULL },
  { "at the limit", 0, "\0\0\x3\xe8", 4, 1004, NULL },
  { "over the limit", 0, "\0\0\x3\xe9", 4, 0, "1001 bytes, over the limit of 1000 bytes" },
  { "all ones", 0, "\xff\xff\xff\xff", 4, 0, "4294967295 bytes, over the limit of 1000 bytes" },
  { "little-endian", 1, "\2\1\0\0", 4, 262, NULL },
  { "little-endian minus one", 1, "\xff\xff\xff\xff", 4, 0, "4294967295" },
  { "two bytes", 2, "\1\2", 2, 260, NULL },
  { "magic and length behind", 3, "P\0\0\0\0\0\1\2", 8, 266, NULL },
  { "magic and part of a header", 3, "P\0\0\0\0\0\1", 7, 0, NULL },
  { "wrong magic", 3, "Q", 1, 0, "begins with 0x51 instead of 0x50" },
  { "type before little-endian", 4, "\xff\xff\2\1\0\0", 6, 264, NULL },
  { "includes header", 5, "\xff\0\1\2", 4, 258, NULL },
  { "includes header and nothing else", 5, "\xff\0\0\4", 4, 4, NULL },
  { "includes less than the header", 5, "\xff\0\0\3", 4, 0, "3 bytes, fewer than the 4 bytes" },
  { "includes header, at the limit", 5, "\xff\0\x3\xec", 4, 1004, NULL },
  { "includes header, over the limit", 5, "\xff\0\x3\xed", 4, 0, "1005 bytes, over the limit" },
  { "64 bits of ones", 6, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, 0,
      "18446744073709551615 bytes, over the limit of 1000 bytes" },
  { "64 bits of ones with the header", 7, "a\xff\xff\xff\xff\xff\xff\xff\xff", 9, 0,
      "18446744073709551615 bytes, over the limit of 1000 bytes" },
};

GST_START_TEST (test_a_header_says_where_its_message_ends)
{
  const guint limit = 1000;
  g_autoptr (GError) error = NULL;
  gsize message_size = 77;
  gboolean valid;

  valid = gst_gio_socket_framing_parse (&layouts[rows[__i__].layout], limit,
      (const guint8 *)rows[__i__].data, rows[__i__].size, &message_size, &error);

  fail_unless (message_size == rows[__i__].message_size, "%s: %" G_GSIZE_FORMAT,
      rows[__i__].description, message_size);
  fail_unless (valid == (rows[__i__].error == NULL), "%s", rows[__i__].description);
  if (valid) {
    fail_unless (error == NULL);
  } else {
    fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX));
    fail_unless (strstr (error->message, rows[__i__].error) != NULL, "%s: %s",
        rows[__i__].description, error->message);
  }
}

GST_END_TEST

GST_START_TEST (test_no_limit_lets_a_size_overflow)
{
  const guint8 ones[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  const guint8 most[8] = { 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  g_autoptr (GError) error = NULL;
  gsize message_size;

  fail_if (gst_gio_socket_framing_parse (&layouts[6], G_MAXUINT64, ones, 8, &message_size, NULL));
  fail_if (gst_gio_socket_framing_parse (&layouts[6], G_MAXUINT64, most, 8, &message_size, &error));
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX));
}

GST_END_TEST

GST_START_TEST (test_presets_have_the_layout_of_their_names)
{
  const GstGioSocketFramingLayout *layout;
  const guint8 data[] = { 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o', '!' };
  gsize message_size;

  layout = gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_UINT32_BE);
  fail_unless (gst_gio_socket_framing_parse (layout, 5, data, sizeof (data), &message_size, NULL));
  fail_unless_equals_int (message_size, 9);

  layout = gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_NONE);
  fail_unless (gst_gio_socket_framing_parse (layout, 5, data, sizeof (data), &message_size, NULL));
  fail_unless_equals_int (message_size, sizeof (data));
}

GST_END_TEST

GST_START_TEST (test_framings_have_the_nicks_that_users_write)
{
  GEnumClass *klass = g_type_class_ref (GST_TYPE_GIO_SOCKET_FRAMING);

  fail_unless_equals_int (g_enum_get_value_by_nick (klass, "none")->value,
      GST_GIO_SOCKET_FRAMING_NONE);
  fail_unless_equals_int (g_enum_get_value_by_nick (klass, "uint32-be")->value,
      GST_GIO_SOCKET_FRAMING_UINT32_BE);
  fail_unless_equals_int (klass->n_values, 2);
  g_type_class_unref (klass);
}

GST_END_TEST

static Suite *
framing_suite (void)
{
  Suite *suite = suite_create ("framing");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_a_header_says_where_its_message_ends, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_no_limit_lets_a_size_overflow);
  tcase_add_test (tcase, test_presets_have_the_layout_of_their_names);
  tcase_add_test (tcase, test_framings_have_the_nicks_that_users_write);

  return suite;
}

GST_CHECK_MAIN (framing)
