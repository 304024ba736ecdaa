/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/benchmarks/quantity.h"

#include <gst/check/gstcheck.h>

static const struct
{
  char *(*format) (double value);
  double value;
  const char *expected;
} rows[] = {
  { quantity_format_count, 0, "0" },
  { quantity_format_count, 999, "999" },
  { quantity_format_count, 10348, "10,348" },
  { quantity_format_count, 1234567, "1,234,567" },
  { quantity_format_short, 500, "500" },
  { quantity_format_short, 15000, "15 k" },
  { quantity_format_short, 2.5e6, "2.5 M" },
  { quantity_format_bytes, 0, "0 B" },
  { quantity_format_bytes, 1500, "1.5 kB" },
  { quantity_format_bytes, 2e8, "200 MB" },
  { quantity_format_plain, 0, "0" },
  { quantity_format_plain, 0.008, "0.008" },
  { quantity_format_plain, 0.617, "0.617" },
  { quantity_format_plain, 12.345, "12.3" },
  { quantity_format_plain, 1487, "1487" },
  { quantity_format_plain, 100, "100" },
  { quantity_format_plain, 1e-6, "0.000001" },
};

GST_START_TEST (test_numbers_are_as_people_write_them)
{
  g_autofree char *text = rows[__i__].format (rows[__i__].value);

  fail_unless_equals_string (text, rows[__i__].expected);
}

GST_END_TEST

static Suite *
quantity_suite (void)
{
  Suite *suite = suite_create ("quantity");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_numbers_are_as_people_write_them, 0, G_N_ELEMENTS (rows));

  return suite;
}

GST_CHECK_MAIN (quantity)
