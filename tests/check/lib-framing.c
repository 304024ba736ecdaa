/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "lib/framing.h"

#include <gst/check/gstcheck.h>

#include <string.h>

/* Those of the presets, and some that no preset has. */
static const GstGioSocketFramingLayout layouts[] = {
  { 4, 0, 4, G_BIG_ENDIAN, FALSE, -1 },
  { 4, 0, 4, G_LITTLE_ENDIAN, FALSE, -1 },
  { 2, 0, 2, G_BIG_ENDIAN, FALSE, -1 },
  { 8, 4, 4, G_BIG_ENDIAN, FALSE, 'P' },
  { 6, 2, 4, G_LITTLE_ENDIAN, FALSE, -1 },
  { 4, 1, 3, G_BIG_ENDIAN, TRUE, -1 },
  { 8, 0, 8, G_BIG_ENDIAN, FALSE, -1 },
  { 9, 1, 8, G_LITTLE_ENDIAN, TRUE, -1 },
  { 1, 0, 0, G_LITTLE_ENDIAN, FALSE, -1 },
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
  { "varint of one byte", 8, "\x7f", 1, 128, NULL },
  { "varint of one byte, empty", 8, "\0z", 2, 1, NULL },
  { "varint of two bytes", 8, "\x96\1", 2, 152, NULL },
  { "part of a varint", 8, "\x96", 1, 0, NULL },
  { "nine bytes of a varint", 8, "\x80\x80\x80\x80\x80\x80\x80\x80\x80", 9, 0, NULL },
  { "varint longer than it must be", 8, "\x81\x80\0", 3, 4, NULL },
  { "varint at the limit", 8, "\xe8\7", 2, 1002, NULL },
  { "varint over the limit", 8, "\xe9\7", 2, 0, "1001 bytes, over the limit of 1000 bytes" },
  { "varint minus one", 8, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 10, 0,
      "18446744073709551615 bytes, over the limit of 1000 bytes" },
  { "varint of more than 64 bits", 8, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\2", 10, 0,
      "varint does not end within 10 bytes and 64 bits" },
  { "varint that never ends", 8, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", 11, 0,
      "varint does not end within 10 bytes and 64 bits" },
};

GST_START_TEST (test_a_header_says_where_its_message_ends)
{
  const guint limit = 1000;
  g_autoptr (GError) error = NULL;
  GstGioSocketFrame frame = { 77, 77 };
  gboolean valid;

  valid = gst_gio_socket_framing_parse (&layouts[rows[__i__].layout], limit,
      (const guint8 *)rows[__i__].data, rows[__i__].size, &frame, &error);

  fail_unless (frame.size == rows[__i__].message_size, "%s: %" G_GSIZE_FORMAT,
      rows[__i__].description, frame.size);
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
  GstGioSocketFrame frame;

  fail_if (gst_gio_socket_framing_parse (&layouts[6], G_MAXUINT64, ones, 8, &frame, NULL));
  fail_if (gst_gio_socket_framing_parse (&layouts[6], G_MAXUINT64, most, 8, &frame, &error));
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX));
}

GST_END_TEST

/* Whatever has come of a stream, the answer is either the same or that more is needed. */
GST_START_TEST (test_a_header_may_come_byte_by_byte)
{
  const GstGioSocketFramingLayout *layout = &layouts[rows[__i__].layout];
  gboolean failed = FALSE;
  GstGioSocketFrame frame = { 0, 0 };

  for (gsize size = 0; size <= rows[__i__].size && frame.size == 0 && !failed; size++) {
    /* A copy of just these bytes: nothing behind them is looked at. */
    g_autofree guint8 *data = g_memdup2 (rows[__i__].data, size);

    failed = !gst_gio_socket_framing_parse (layout, 1000, data, size, &frame, NULL);
    fail_if (failed && frame.size > 0);
  }

  fail_unless (failed == (rows[__i__].error != NULL), "%s", rows[__i__].description);
  fail_unless (frame.size == rows[__i__].message_size, "%s", rows[__i__].description);
}

GST_END_TEST

static const struct
{
  const gchar *nick;
  GstGioSocketFraming framing;
  const gchar *data;
  gsize size;
  gsize header_size;
  gsize message_size;
} presets[] = {
  { "none", GST_GIO_SOCKET_FRAMING_NONE, "hello", 5, 0, 5 },
  { "uint16-be", GST_GIO_SOCKET_FRAMING_UINT16_BE, "\1\2!", 3, 2, 260 },
  { "uint32-be", GST_GIO_SOCKET_FRAMING_UINT32_BE, "\0\0\1\2!", 5, 4, 262 },
  { "uint32-le", GST_GIO_SOCKET_FRAMING_UINT32_LE, "\2\1\0\0!", 5, 4, 262 },
  { "varint", GST_GIO_SOCKET_FRAMING_VARINT, "\x82\2!", 3, 2, 260 },
  { "xpra", GST_GIO_SOCKET_FRAMING_XPRA, "P\1\2\3\0\0\1\2!", 9, 8, 266 },
  { "spice-mini", GST_GIO_SOCKET_FRAMING_SPICE_MINI, "\x68\1\2\1\0\0!", 7, 6, 264 },
};

GST_START_TEST (test_presets_have_the_layout_of_their_names)
{
  const GstGioSocketFramingLayout *layout =
      gst_gio_socket_framing_get_layout (presets[__i__].framing);
  GstGioSocketFrame frame;

  fail_unless (gst_gio_socket_framing_parse (layout, 1000, (const guint8 *)presets[__i__].data,
      presets[__i__].size, &frame, NULL));
  fail_unless_equals_uint64 (frame.header_size, presets[__i__].header_size);
  fail_unless_equals_uint64 (frame.size, presets[__i__].message_size);
}

GST_END_TEST

GST_START_TEST (test_xpra_begins_with_a_p)
{
  const GstGioSocketFramingLayout *layout =
      gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_XPRA);
  g_autoptr (GError) error = NULL;
  GstGioSocketFrame frame;

  fail_if (
      gst_gio_socket_framing_parse (layout, 1000, (const guint8 *)"HTTP/1.1", 8, &frame, &error));
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX));
}

GST_END_TEST

GST_START_TEST (test_framings_have_the_nicks_that_users_write)
{
  GEnumClass *klass = g_type_class_ref (GST_TYPE_GIO_SOCKET_FRAMING);

  for (guint i = 0; i < G_N_ELEMENTS (presets); i++) {
    fail_unless_equals_int (g_enum_get_value_by_nick (klass, presets[i].nick)->value,
        presets[i].framing);
  }
  fail_unless_equals_int (g_enum_get_value_by_nick (klass, "custom")->value,
      GST_GIO_SOCKET_FRAMING_CUSTOM);
  fail_unless_equals_int (klass->n_values, G_N_ELEMENTS (presets) + 1);
  g_type_class_unref (klass);
}

GST_END_TEST

static const struct
{
  GstGioSocketFramingLayout layout;
  gboolean valid;
} custom[] = {
  { { 4, 0, 4, G_BIG_ENDIAN, FALSE, -1 }, TRUE },
  { { 4096, 4088, 8, G_BIG_ENDIAN, FALSE, -1 }, TRUE },
  { { 1, 0, 1, G_BIG_ENDIAN, TRUE, -1 }, TRUE },
  { { 4097, 0, 4, G_BIG_ENDIAN, FALSE, -1 }, FALSE },
  { { 0, 0, 4, G_BIG_ENDIAN, FALSE, -1 }, FALSE },
  { { 0, 0, 0, G_BIG_ENDIAN, FALSE, -1 }, FALSE },
  { { 4, 0, 0, G_BIG_ENDIAN, FALSE, -1 }, FALSE },
  { { 16, 0, 9, G_BIG_ENDIAN, FALSE, -1 }, FALSE },
  { { 4, 1, 4, G_BIG_ENDIAN, FALSE, -1 }, FALSE },
  { { 4, G_MAXUINT, 1, G_BIG_ENDIAN, FALSE, -1 }, FALSE },
  { { 255, 0, 1, G_BIG_ENDIAN, TRUE, -1 }, TRUE },
  { { 256, 0, 1, G_BIG_ENDIAN, TRUE, -1 }, FALSE },
  { { 256, 0, 1, G_BIG_ENDIAN, FALSE, -1 }, TRUE },
};

GST_START_TEST (test_a_length_lies_in_its_header)
{
  g_autoptr (GError) error = NULL;
  gboolean valid = gst_gio_socket_framing_layout_check (&custom[__i__].layout, &error);

  fail_unless_equals_int (valid, custom[__i__].valid);
  fail_unless (valid || g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
}

GST_END_TEST

static const guint64 payload_sizes[] = { 0, 1, 127, 128, 239, 240, 255, 256, 16383, 16384, 65535,
  65536, 1 << 20, (1 << 21) - 1, 1 << 21, G_MAXUINT32, (guint64)G_MAXUINT32 + 1, (guint64)1 << 56,
  G_MAXINT64 / 4 };

/* The largest payload that a layout can say; G_MAXUINT64: any. */
static const guint64 limits[G_N_ELEMENTS (layouts)] = { G_MAXUINT32, G_MAXUINT32, G_MAXUINT16,
  G_MAXUINT32, G_MAXUINT32, 0xffffff - 4, G_MAXUINT64, G_MAXUINT64 - 9, G_MAXUINT64 };

GST_START_TEST (test_what_is_written_is_what_is_read)
{
  const GstGioSocketFramingLayout *layout = &layouts[__i__];

  for (guint i = 0; i < G_N_ELEMENTS (payload_sizes); i++) {
    guint64 payload_size = payload_sizes[i];
    gsize header_size = gst_gio_socket_framing_get_header_size (layout, payload_size);
    /* Just these bytes: a sanitizer tells when more are touched. */
    g_autofree guint8 *header = g_malloc (header_size);
    g_autoptr (GError) error = NULL;
    GstGioSocketFrame frame;

    memset (header, 0xaa, header_size);
    if (payload_size > limits[__i__]) {
      g_autofree gchar *length = g_strdup_printf ("%" G_GUINT64_FORMAT, payload_size);
      g_autofree gchar *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, limits[__i__]);

      fail_if (gst_gio_socket_framing_write (layout, payload_size, header, &error));
      fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_MUX));
      fail_unless (strstr (error->message, length) && strstr (error->message, limit), "%s",
          error->message);
      continue;
    }

    fail_unless (gst_gio_socket_framing_write (layout, payload_size, header, &error));
    fail_unless (
        gst_gio_socket_framing_parse (layout, G_MAXUINT64, header, header_size, &frame, &error));
    fail_unless_equals_uint64 (frame.header_size, header_size);
    fail_unless_equals_uint64 (frame.size - header_size, payload_size);
  }
}

GST_END_TEST

GST_START_TEST (test_the_rest_of_a_header_is_magic_and_zeros)
{
  const GstGioSocketFramingLayout *xpra =
      gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_XPRA);
  const GstGioSocketFramingLayout *spice =
      gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_SPICE_MINI);
  const GstGioSocketFramingLayout *none =
      gst_gio_socket_framing_get_layout (GST_GIO_SOCKET_FRAMING_NONE);
  guint8 header[8];

  memset (header, 0xaa, sizeof header);
  fail_unless (gst_gio_socket_framing_write (xpra, 258, header, NULL));
  fail_unless (memcmp (header, "P\0\0\0\0\0\1\2", 8) == 0);
  memset (header, 0xaa, sizeof header);
  fail_unless (gst_gio_socket_framing_write (spice, 258, header, NULL));
  fail_unless (memcmp (header, "\0\0\2\1\0\0", 6) == 0);

  fail_unless_equals_uint64 (gst_gio_socket_framing_get_header_size (none, 258), 0);
  fail_unless (gst_gio_socket_framing_write (none, 258, NULL, NULL));
}

GST_END_TEST

static Suite *
framing_suite (void)
{
  Suite *suite = suite_create ("framing");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_a_header_says_where_its_message_ends, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_a_header_may_come_byte_by_byte, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_no_limit_lets_a_size_overflow);
  tcase_add_loop_test (tcase, test_presets_have_the_layout_of_their_names, 0,
      G_N_ELEMENTS (presets));
  tcase_add_test (tcase, test_xpra_begins_with_a_p);
  tcase_add_test (tcase, test_framings_have_the_nicks_that_users_write);
  tcase_add_loop_test (tcase, test_a_length_lies_in_its_header, 0, G_N_ELEMENTS (custom));
  tcase_add_loop_test (tcase, test_what_is_written_is_what_is_read, 0, G_N_ELEMENTS (layouts));
  tcase_add_test (tcase, test_the_rest_of_a_header_is_magic_and_zeros);

  return suite;
}

GST_CHECK_MAIN (framing)
