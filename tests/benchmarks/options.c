/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "options.h"

typedef struct
{
  char *trace;
  char *speed;
  char *json;
  char *csv;
  char *chart;
  char *link_rate;
  char **contestants;
  char *conn;
  int max_gap;
  int runs;
  int timeout;
  int repeat;
  gint64 max_bytes;
  gboolean pieces;
  gboolean corked;
  gboolean model;
} Arguments;

/* A sender that is no launch fragment. */
#define SPICE_TLS "spice-tls"

#define MIN_RATE 8e3
#define MAX_RATE 100e9

static gboolean set_bad_value (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
set_bad_value (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
parse_arguments (Arguments *arguments, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "trace", 0, 0, G_OPTION_ARG_FILENAME, &arguments->trace,
        "Trace to replay: CSV, gzip where it ends in .gz; or fixed:SIZE:COUNT", "FILE" },
    { "conn", 0, 0, G_OPTION_ARG_STRING, &arguments->conn,
        "Connection of the trace to replay, or all of them at once", "N|all" },
    { "speed", 0, 0, G_OPTION_ARG_STRING, &arguments->speed,
        "real: with the trace's timing (default); max: without a pause", "real|max" },
    { "max-gap", 0, 0, G_OPTION_ARG_INT, &arguments->max_gap,
        "Shorten every silence that is longer to MS milliseconds", "MS" },
    { "max-bytes", 0, 0, G_OPTION_ARG_INT64, &arguments->max_bytes,
        "Of each connection the first N bytes only, in whole calls", "N" },
    { "pieces", 0, 0, G_OPTION_ARG_NONE, &arguments->pieces,
        "A buffer for each element of a call's vector, not for each call", NULL },
    { "corked", 0, 0, G_OPTION_ARG_NONE, &arguments->corked,
        "The program's own corking becomes cork events at their places", NULL },
    { "repeat", 0, 0, G_OPTION_ARG_INT, &arguments->repeat,
        "The trace N times, one after the other (default: 1)", "N" },
    { "contestant", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->contestants,
        "Launch fragments, with %h and %p for host and port, that connect and send, and that "
        "listen and receive (left out: a plain reading socket); %t stands for properties that turn "
        "TLS on, and then the reading socket speaks it, too; the sender spice-tls is TLS as SPICE "
        "does it, a record for each piece; give it once for each contestant",
        "NAME|SENDER|RECEIVER" },
    { "model", 0, 0, G_OPTION_ARG_NONE, &arguments->model,
        "On paper: packets and added waits of senders that are built in, from recorded times only",
        NULL },
    { "runs", 0, 0, G_OPTION_ARG_INT, &arguments->runs,
        "Let the contestants take turns N times and report medians (default: 1)", "N" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &arguments->timeout,
        "Give a contestant up after so long without progress (default: 60)", "SECONDS" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &arguments->json, "Write every run's figures to FILE",
        "FILE" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &arguments->csv,
        "Write every run's figures to FILE, as comma-separated values", "FILE" },
#ifdef HAVE_CAIRO
    { "chart", 0, 0, G_OPTION_ARG_FILENAME, &arguments->chart,
        "Draw packets, bytes, latencies and arrivals as SVG into FILE", "FILE" },
#endif
    { "link-rate", 0, 0, G_OPTION_ARG_STRING, &arguments->link_rate,
        "Let no more than RATE through, e.g. 500kbit, 8mbit or 1gbit a second", "RATE" },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- replay the writes of a program");

  g_option_context_set_summary (context,
      "Replays the writes of one connection of a trace through GStreamer sender and receiver\n"
      "pipelines in two processes, checks every byte, and counts packets, system calls and time.\n"
      "As root, or where user namespaces are allowed, it makes itself a network to count on.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    return set_bad_value (error, "unexpected argument '%s'", (*argv)[1]);

  return TRUE;
}

/* There is nothing to run, and time is the trace's. */
static gboolean
check_model (const Arguments *arguments, GError **error)
{
  const struct
  {
    const char *option;
    gboolean given;
  } strangers[] = {
    { "contestant", arguments->contestants != NULL },
    { "speed", arguments->speed != NULL },
    { "pieces", arguments->pieces },
    { "corked", arguments->corked },
    { "runs", arguments->runs != 1 },
    { "chart", arguments->chart != NULL },
    { "link-rate", arguments->link_rate != NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    if (strangers[i].given)
      return set_bad_value (error, "--%s is not for --model: it is the same senders on paper",
          strangers[i].option);

  return TRUE;
}

static gboolean
check_arguments (const Arguments *arguments, GError **error)
{
  if (arguments->trace == NULL)
    return set_bad_value (error, "--trace=FILE is missing");
  if (arguments->model && !check_model (arguments, error))
    return FALSE;
  if (!arguments->model && arguments->contestants == NULL)
    return set_bad_value (error, "--contestant='NAME|SENDER|RECEIVER' is missing");
  if (trace_is_fixed (arguments->trace) && arguments->conn)
    return set_bad_value (error, "--conn is not for %s: it has no connections", arguments->trace);
  if (!trace_is_fixed (arguments->trace) && !arguments->conn)
    return set_bad_value (error, "--conn=N or --conn=all is missing: which connection of %s?",
        arguments->trace);
  if (arguments->speed && !g_str_equal (arguments->speed, "real") &&
      !g_str_equal (arguments->speed, "max"))
    return set_bad_value (error, "--speed=%s is neither real nor max", arguments->speed);
  if (trace_is_fixed (arguments->trace) && (arguments->pieces || arguments->corked))
    return set_bad_value (error, "--%s is not for %s: it has no calls",
        arguments->pieces ? "pieces" : "corked", arguments->trace);
  if (arguments->repeat < 1 || arguments->repeat > 1000)
    return set_bad_value (error, "--repeat=%d is not from 1 to 1000", arguments->repeat);
  if (arguments->max_gap < -1)
    return set_bad_value (error, "--max-gap=%d is less than 0", arguments->max_gap);
  if (arguments->max_bytes < 0)
    return set_bad_value (error, "--max-bytes=%" G_GINT64_FORMAT " is less than 0",
        arguments->max_bytes);
  if (arguments->runs < 1 || arguments->runs > 1000)
    return set_bad_value (error, "--runs=%d is not from 1 to 1000", arguments->runs);
  if (arguments->timeout < 1)
    return set_bad_value (error, "--timeout=%d is less than 1", arguments->timeout);

  return TRUE;
}

/* "8mbit" and the like, as tc has them. */
static gboolean
parse_rate (guint64 *rate, const char *text, GError **error)
{
  static const struct
  {
    const char *name;
    double bits;
  } units[] = { { "bit", 1 }, { "kbit", 1e3 }, { "mbit", 1e6 }, { "gbit", 1e9 } };
  char *unit;
  double value = g_ascii_strtod (text, &unit);

  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    if (!g_str_equal (unit, units[i].name))
      continue;
    value *= units[i].bits;
    if (value < MIN_RATE || value > MAX_RATE)
      break;
    *rate = value;
    return TRUE;
  }

  return set_bad_value (error,
      "--link-rate=%s: expected a number and bit, kbit, mbit or gbit, from 8kbit to 100gbit", text);
}

static gboolean
parse_contestant (Contestant *contestant, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  guint n = g_strv_length (parts);
  gboolean as_spice;

  for (guint i = 0; i < n; i++)
    g_strstrip (parts[i]);
  as_spice = n >= 2 && g_str_equal (parts[1], SPICE_TLS);
  if (n < 2 || n > 3 || !*parts[0] || !*parts[1])
    return set_bad_value (error, "--contestant='%s': expected NAME|SENDER or NAME|SENDER|RECEIVER",
        text);
  if (!as_spice && !strstr (parts[1], "%p"))
    return set_bad_value (error, "--contestant='%s': the sender has no %%p to connect to", text);
  if (n == 3 && *parts[2] && !strstr (parts[2], "%p"))
    return set_bad_value (error, "--contestant='%s': the receiver has no %%p to listen on", text);

  *contestant = (Contestant){
    .name = g_strdup (parts[0]),
    .sender = g_strdup (parts[1]),
    .receiver = n == 3 && *parts[2] ? g_strdup (parts[2]) : NULL,
    .tls = as_spice || strstr (text, "%t") != NULL,
    .as_spice = as_spice,
  };
  return TRUE;
}

static gboolean
parse_conn (TraceSelection *selection, const char *text, GError **error)
{
  guint64 conn = 0;

  selection->all = g_strcmp0 (text, "all") == 0;
  if (text && !selection->all &&
      !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &conn, NULL))
    return set_bad_value (error, "--conn=%s is neither a connection, counted from 1, nor all",
        text);

  selection->conn = conn;
  return TRUE;
}

static void
arguments_clear (Arguments *arguments)
{
  g_clear_pointer (&arguments->trace, g_free);
  g_clear_pointer (&arguments->conn, g_free);
  g_clear_pointer (&arguments->speed, g_free);
  g_clear_pointer (&arguments->json, g_free);
  g_clear_pointer (&arguments->csv, g_free);
  g_clear_pointer (&arguments->chart, g_free);
  g_clear_pointer (&arguments->link_rate, g_free);
  g_clear_pointer (&arguments->contestants, g_strfreev);
}

static gboolean
take_arguments (Options *options, Arguments *arguments, GError **error)
{
  options->replay = (Replay){
    .source = g_steal_pointer (&arguments->trace),
    .selection = { .max_gap_us =
                       arguments->max_gap < 0 ? -1 : arguments->max_gap * G_GINT64_CONSTANT (1000),
        .pieces = arguments->pieces,
        .corked = arguments->corked,
        .max_bytes = arguments->max_bytes,
        .repeat = arguments->repeat },
    .real_time = !arguments->speed || g_str_equal (arguments->speed, "real"),
    .stall_seconds = arguments->timeout,
  };
  options->n_runs = arguments->runs;
  options->json = g_steal_pointer (&arguments->json);
  options->csv = g_steal_pointer (&arguments->csv);
  options->chart = g_steal_pointer (&arguments->chart);
  if (!parse_conn (&options->replay.selection, arguments->conn, error))
    return FALSE;
  if (arguments->link_rate && !parse_rate (&options->replay.link_rate, arguments->link_rate, error))
    return FALSE;

  options->model = arguments->model;
  options->n_contestants = arguments->model ? 0 : g_strv_length (arguments->contestants);
  options->contestants = g_new0 (Contestant, options->n_contestants);
  for (guint i = 0; i < options->n_contestants; i++) {
    if (!parse_contestant (&options->contestants[i], arguments->contestants[i], error))
      return FALSE;
    options->replay.tls |= options->contestants[i].tls;
  }

  return TRUE;
}

gboolean
options_parse (Options *options, int *argc, char ***argv, GError **error)
{
  Arguments arguments = { .max_gap = -1, .runs = 1, .repeat = 1, .timeout = 60 };
  gboolean ok;

  *options = (Options){ 0 };
  ok = parse_arguments (&arguments, argc, argv, error) && check_arguments (&arguments, error) &&
      take_arguments (options, &arguments, error);
  arguments_clear (&arguments);
  return ok;
}

void
options_clear (Options *options)
{
  for (guint i = 0; i < options->n_contestants; i++) {
    g_free (options->contestants[i].name);
    g_free (options->contestants[i].sender);
    g_free (options->contestants[i].receiver);
  }
  g_clear_pointer (&options->contestants, g_free);
  g_clear_pointer (&options->json, g_free);
  g_clear_pointer (&options->csv, g_free);
  g_clear_pointer (&options->chart, g_free);
  g_clear_pointer (&options->replay.source, g_free);
}
