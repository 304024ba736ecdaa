/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tests/benchmarks/chart-cost.h"
#include "tests/benchmarks/chart.h"

#include <gst/check/gstcheck.h>

#include <math.h>
#include <stdlib.h>

#define MAX_SERIES 40

typedef struct
{
  ChartSeries series[MAX_SERIES];
  Figures figures[MAX_SERIES];
  Histogram latencies;
  Timeline arrivals;
  Chart chart;
} Example;

static Example *
make_example (guint n_series, const char *name)
{
  Example *self = g_new0 (Example, 1);

  for (guint64 i = 1; i <= 1000; i++) {
    histogram_add (&self->latencies, i * i * 100);
    timeline_add (&self->arrivals, i * 1000000, i % 10 * i);
  }
  for (guint i = 0; i < n_series; i++) {
    self->figures[i].values[FIGURE_PACKETS] = 1000 * (i + 1);
    self->series[i] = (ChartSeries){ name, NULL, &self->figures[i], &self->latencies };
  }
  self->chart =
      (Chart){ "A title", "A note\nof two lines", self->series, n_series, &self->arrivals, name };
  return self;
}

static void
append_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer data,
    GError **error)
{
  g_string_append_len (data, text, length);
}

/* Takes @svg.  Returns: its text; it is well-formed, or the test fails */
static char *
read_text (char *svg, gsize size)
{
  const GMarkupParser parser = { .text = append_cb };
  GString *text = g_string_new (NULL);
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, text, NULL);
  GError *error = NULL;

  fail_unless (g_markup_parse_context_parse (context, svg, size, &error) &&
          g_markup_parse_context_end_parse (context, &error),
      "%s", error ? error->message : NULL);
  fail_if (strstr (svg, "nan") || strstr (svg, "inf"));
  free (svg);
  return g_string_free (text, FALSE);
}

static char *
draw (const Chart *chart, gsize *size)
{
  char *svg = NULL;
  FILE *file = open_memstream (&svg, size);
  GError *error = NULL;

  fail_unless (chart_write (chart, file, &error), "%s", error ? error->message : NULL);
  fclose (file);
  return read_text (svg, *size);
}

static char *
draw_costs (const CostChart *chart)
{
  char *svg = NULL;
  gsize size;
  FILE *file = open_memstream (&svg, &size);
  GError *error = NULL;

  fail_unless (cost_chart_write (chart, file, &error), "%s", error ? error->message : NULL);
  fclose (file);
  return read_text (svg, size);
}

GST_START_TEST (test_a_chart_names_everyone_and_what_is_drawn)
{
  static const char *const expected[] = { "A title", "A note", "of two lines", "a <b> & \"c\"",
    "packets sent", "bytes on the wire", "latency in ms (log scale)", "99.9 %", "time in s",
    "failed", "not known" };
  g_autofree Example *example = make_example (3, "a <b> & \"c\"");
  g_autofree char *text = NULL;
  gsize size;

  example->series[1].error = "refused";
  example->figures[2].values[FIGURE_WIRE_BYTES] = NAN;
  text = draw (&example->chart, &size);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    fail_unless (strstr (text, expected[i]), "'%s' is not in: %s", expected[i], text);
  fail_unless (size < 60000, "%" G_GSIZE_FORMAT " bytes", size);
}

GST_END_TEST

GST_START_TEST (test_a_chart_of_nothing_is_a_chart)
{
  g_autofree Example *example = make_example (2, "none");
  gsize size;

  memset (&example->latencies, 0, sizeof example->latencies);
  example->series[0].error = example->series[1].error = "refused";
  example->chart.arrivals = NULL;
  g_free (draw (&example->chart, &size));

  example->series[0].error = NULL;
  g_free (draw (&example->chart, &size));
}

GST_END_TEST

GST_START_TEST (test_many_contestants_with_long_names_are_drawn)
{
  static const char name[] = "einName∞ohneLeerzeichenUndVielZuLangFürJedeSpalteDieDafürDaWäre"
                             "UndDannNochEinmalSoLang mit Wörtern dahinter";
  g_autofree Example *example = make_example (MAX_SERIES, name);
  g_autofree char *text = NULL;
  gsize size;

  histogram_add (&example->latencies, 0);
  histogram_add (&example->latencies, G_MAXUINT64);
  text = draw (&example->chart, &size);
  fail_unless (strstr (text, name), "the description does not have the whole name");
}

GST_END_TEST

GST_START_TEST (test_costs_are_drawn_and_described)
{
  static const char *const expected[] = { "A title", "A note", "ours <1>", "theirs",
    "ours <1>: 100 bytes 0.15 µs, 1000000 bytes 150 µs,", "theirs: 8294400 bytes 10000 µs,", "1 MB",
    "size of a message" };
  static const CostChart chart = { "A title", "A note",
    { { "ours <1>", 2, { 100, 1e6 }, { 0.15, 150 } }, { "theirs", 1, { 8294400 }, { 10000 } } },
    2 };
  g_autofree char *text = draw_costs (&chart);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    fail_unless (strstr (text, expected[i]), "'%s' is not in: %s", expected[i], text);
}

GST_END_TEST

GST_START_TEST (test_a_chart_of_no_costs_or_one_is_a_chart)
{
  CostChart chart = { "A title", "", { { "ours", 0, { 0 }, { 0 } } }, 0 };

  g_free (draw_costs (&chart));
  chart.n_series = 1;
  g_free (draw_costs (&chart));
  chart.series[0] = (CostSeries){ "ours", 1, { 1 }, { 1e-9 } };
  g_free (draw_costs (&chart));
}

GST_END_TEST

static Suite *
chart_suite (void)
{
  Suite *suite = suite_create ("chart");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_a_chart_names_everyone_and_what_is_drawn);
  tcase_add_test (tcase, test_a_chart_of_nothing_is_a_chart);
  tcase_add_test (tcase, test_many_contestants_with_long_names_are_drawn);
  tcase_add_test (tcase, test_costs_are_drawn_and_described);
  tcase_add_test (tcase, test_a_chart_of_no_costs_or_one_is_a_chart);

  return suite;
}

GST_CHECK_MAIN (chart)
