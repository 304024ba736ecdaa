/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "model.h"

#include "model-link.h"
#include "report-text.h"

#define N_COLUMNS 7

static const char *const keys[N_COLUMNS] = { "packets", "wire-bytes", "wait-p50-us", "wait-p99-us",
  "wait-max-us", "send-calls", "setsockopt-calls" };
static const char *const headings[N_COLUMNS] = { "packets", "wire B", "wait p50 us", "p99 us",
  "max us", "sends", "setsockopt" };

/* Whole numbers only, so that nothing depends on a machine's arithmetic. */
static char *
format_us (gint64 ns)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%d", ns / 1000, (int)(ns % 1000 / 100));
}

static char *
format_count (guint64 count)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, count);
}

static char *
format_value (const ModelResult *result, guint column, const char *missing)
{
  const gint64 waits[] = { result->wait_p50_ns, result->wait_p99_ns, result->wait_max_ns };

  if (column == 0)
    return format_count (result->packets);
  if (column == 1)
    return format_count (result->wire_bytes);
  if (!result->waits)
    return g_strdup (missing);
  if (column < 5)
    return format_us (waits[column - 2]);

  return format_count (column == 5 ? result->sends : result->options);
}

static void
add_rows (GPtrArray *cells, const ModelStream *stream)
{
  g_ptr_array_add (cells, g_strdup ("on paper"));
  for (guint column = 0; column < N_COLUMNS; column++)
    g_ptr_array_add (cells, g_strdup (headings[column]));

  for (guint i = 0; i < stream->results->len; i++) {
    const ModelResult *result = &g_array_index (stream->results, ModelResult, i);

    g_ptr_array_add (cells, g_strdup (result->name));
    for (guint column = 0; column < N_COLUMNS; column++)
      g_ptr_array_add (cells, format_value (result, column, "-"));
  }
}

void
model_print_table (const Model *model, FILE *file)
{
  for (guint i = 0; i < model->streams->len; i++) {
    const ModelStream *stream = &g_array_index (model->streams, ModelStream, i);
    g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

    fprintf (file, "%s%s", i > 0 ? "\n" : "", model->replay->source);
    if (stream->conn > 0)
      fprintf (file, ", connection %u", stream->conn);
    fprintf (file,
        ": %" G_GUINT64_FORMAT " calls, %" G_GUINT64_FORMAT " pieces, %" G_GUINT64_FORMAT
        " bytes\n\n",
        stream->calls, stream->pieces, stream->bytes);
    add_rows (cells, stream);
    cells_print (cells, N_COLUMNS + 1, file);
  }
}

static void
print_json_result (const ModelResult *result, gboolean more, FILE *file)
{
  fprintf (file, "%s\n        { ", more ? "," : "");
  json_print_member ("name", result->name, file);
  for (guint column = 0; column < N_COLUMNS; column++) {
    g_autofree char *value = format_value (result, column, "null");

    fprintf (file, ", \"%s\": %s", keys[column], value);
  }
  fprintf (file, " }");
}

void
model_print_json (const Model *model, FILE *file)
{
  fprintf (file, "{\n  ");
  json_print_member ("trace", model->replay->source, file);
  fprintf (file, ",\n  \"segment-bytes\": %d,\n  \"header-bytes\": %d,\n  \"connections\": [",
      MODEL_SEGMENT, MODEL_HEADERS);
  for (guint i = 0; i < model->streams->len; i++) {
    const ModelStream *stream = &g_array_index (model->streams, ModelStream, i);

    fprintf (file,
        "%s\n    {\n      \"conn\": %u,\n      \"calls\": %" G_GUINT64_FORMAT
        ",\n      \"pieces\": %" G_GUINT64_FORMAT ",\n      \"payload-bytes\": %" G_GUINT64_FORMAT
        ",\n      \"contestants\": [",
        i > 0 ? "," : "", stream->conn, stream->calls, stream->pieces, stream->bytes);
    for (guint j = 0; j < stream->results->len; j++)
      print_json_result (&g_array_index (stream->results, ModelResult, j), j > 0, file);
    fprintf (file, "\n      ]\n    }");
  }
  fprintf (file, "\n  ]\n}\n");
}

void
model_print_csv (const Model *model, FILE *file)
{
  fprintf (file, "conn,contestant");
  for (guint column = 0; column < N_COLUMNS; column++)
    fprintf (file, ",%s", keys[column]);
  fputc ('\n', file);

  for (guint i = 0; i < model->streams->len; i++) {
    const ModelStream *stream = &g_array_index (model->streams, ModelStream, i);

    for (guint j = 0; j < stream->results->len; j++) {
      const ModelResult *result = &g_array_index (stream->results, ModelResult, j);

      fprintf (file, "%u,", stream->conn);
      csv_print_text (result->name, file);
      for (guint column = 0; column < N_COLUMNS; column++) {
        g_autofree char *value = format_value (result, column, "");

        fprintf (file, ",%s", value);
      }
      fputc ('\n', file);
    }
  }
}
