/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* An application is recorded as its users do it, with GST_TRACERS: this program starts itself, with
 * the name of a play to perform. */

#include "lib/cork-event.h"

#include "tests/benchmarks/trace-summary.h"
#include "tests/benchmarks/trace.h"
#include "tests/support/recorded.h"

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#include <string.h>
#include <unistd.h>

/* --- the plays; none of them may notice that it is recorded --------------- */

static void
make_sure (gboolean condition)
{
  if (!condition)
    _exit (99);
}

static GstElement *
launch (const char *description)
{
  GstElement *pipeline = gst_parse_launch (description, NULL);

  make_sure (pipeline != NULL);
  make_sure (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_SUCCESS);
  return pipeline;
}

static GstPad *
get_pad (GstElement *pipeline, const char *element_name, const char *pad_name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), element_name);

  return gst_element_get_static_pad (element, pad_name);
}

static void
begin_stream (GstPad *pad)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  make_sure (gst_pad_push_event (pad, gst_event_new_stream_start ("stream")));
  make_sure (gst_pad_push_event (pad, gst_event_new_segment (&segment)));
}

/* "63+22+72": the sizes of the memories; "" for none. */
static GstBuffer *
make_buffer (const char *sizes)
{
  g_auto (GStrv) pieces = g_strsplit (sizes, "+", -1);
  GstBuffer *buffer = gst_buffer_new ();

  for (guint i = 0; pieces[i] != NULL; i++)
    gst_buffer_append_memory (buffer, gst_allocator_alloc (NULL, atoi (pieces[i]), NULL));

  return buffer;
}

static void
push (GstPad *pad, const char *sizes)
{
  make_sure (gst_pad_push (pad, make_buffer (sizes)) == GST_FLOW_OK);
}

static void
push_cork (GstPad *pad, gboolean corked)
{
  gst_pad_push_event (pad, gst_event_new_gio_socket_cork (corked));
}

static void
stop (GstElement *pipeline, GstPad *pad)
{
  gst_clear_object (&pad);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

#define SINK "fakesink async=false sync=false "

static void
push_everything (GstPad *pad)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, make_buffer ("10+20"));
  gst_buffer_list_add (list, make_buffer (""));
  gst_buffer_list_add (list, make_buffer ("30"));

  begin_stream (pad);
  push (pad, "100");
  push (pad, "63+22+72");
  push (pad, "");
  make_sure (gst_pad_push_list (pad, list) == GST_FLOW_OK);
  push_cork (pad, TRUE);
  push (pad, "5");
  push_cork (pad, FALSE);
  gst_pad_push_event (pad, gst_event_new_gap (0, 1));
}

#define EVERYTHING                                                                                 \
  "1,write,100, 1,writev,63+22+72, 1,writev,10+20+30, 1,cork-on,, 1,write,5, 1,cork-off,,"

static void
play_everything (void)
{
  GstElement *pipeline = launch ("identity name=feed ! " SINK "name=sink0");
  GstPad *pad = get_pad (pipeline, "feed", "src");

  push_everything (pad);
  stop (pipeline, pad);
  gst_deinit ();
}

static void
play_killed_after_eos (void)
{
  GstElement *pipeline = launch ("identity name=feed ! " SINK "name=sink0");
  GstPad *pad = get_pad (pipeline, "feed", "src");

  push_everything (pad);
  gst_pad_push_event (pad, gst_event_new_eos ());
  raise (SIGKILL);
}

static void
play_without_deinit (void)
{
  GstElement *pipeline = launch ("identity name=feed ! " SINK "name=sink0");
  GstPad *pad = get_pad (pipeline, "feed", "src");

  push_everything (pad);
  stop (pipeline, pad);
  _exit (0);
}

static void
play_bin (void)
{
  GstElement *pipeline = launch ("identity name=feed ! bin.( name=box " SINK "name=sink0 )");
  GstPad *pad = get_pad (pipeline, "feed", "src");

  push_everything (pad);
  stop (pipeline, pad);
  gst_deinit ();
}

static void
play_relinked (void)
{
  GstElement *pipeline = launch ("identity name=feed " SINK "name=sink0 " SINK "name=sink1 ");
  GstPad *pad = get_pad (pipeline, "feed", "src");
  GstPad *sinks[2] = { get_pad (pipeline, "sink0", "sink"), get_pad (pipeline, "sink1", "sink") };
  const char *const sizes[] = { "1", "2", "3", "4" };

  begin_stream (pad);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    make_sure (gst_pad_push (pad, make_buffer ("9")) == GST_FLOW_NOT_LINKED);
    make_sure (gst_pad_link (pad, sinks[i % 2]) == GST_PAD_LINK_OK);
    push (pad, sizes[i]);
    make_sure (gst_pad_unlink (pad, sinks[i % 2]));
  }
  gst_object_unref (sinks[0]);
  gst_object_unref (sinks[1]);
  stop (pipeline, pad);
  gst_deinit ();
}

#define N_MANY 5000

static gpointer
push_many (gpointer data)
{
  begin_stream (data);
  for (guint i = 0; i < N_MANY; i++) {
    push (data, "7+1");
    if (i % 100 == 0)
      push_cork (data, i % 200 == 0);
  }

  return NULL;
}

static void
play_two_threads (void)
{
  GstElement *pipeline = launch ("identity name=feed0 ! " SINK "name=sink0 "
                                 "identity name=feed1 ! " SINK "name=sink1");
  GstPad *pads[2] = { get_pad (pipeline, "feed0", "src"), get_pad (pipeline, "feed1", "src") };
  GThread *thread = g_thread_new ("second", push_many, pads[1]);

  push_many (pads[0]);
  g_thread_join (thread);
  gst_object_unref (pads[1]);
  stop (pipeline, pads[0]);
  gst_deinit ();
}

static const struct
{
  const char *name;
  void (*perform) (void);
} plays[] = {
  { "everything", play_everything },
  { "killed after EOS", play_killed_after_eos },
  { "without gst_deinit", play_without_deinit },
  { "bin", play_bin },
  { "relinked", play_relinked },
  { "two threads", play_two_threads },
};

static int
perform (const char *name)
{
  gst_init (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (plays); i++) {
    if (g_str_equal (plays[i].name, name)) {
      plays[i].perform ();
      return 0;
    }
  }

  return 98;
}

/* --- recording ----------------------------------------------------------- */

static char *dir;
static char *path;
static char *other_path;

static void
setup (void)
{
  dir = g_dir_make_tmp ("giosocketrecord-XXXXXX", NULL);
  fail_unless (dir != NULL);
  path = g_build_filename (dir, "traffic.csv", NULL);
  other_path = g_build_filename (dir, "other.csv.gz", NULL);
}

static void
teardown (void)
{
  g_unlink (path);
  g_unlink (other_path);
  g_clear_pointer (&path, g_free);
  g_clear_pointer (&other_path, g_free);
  g_rmdir (dir);
  g_clear_pointer (&dir, g_free);
}

/* Returns: what it said. */
static char *
record_with (const char *tracers, const char *play)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[] = { self, "--play", play, NULL };
  g_auto (GStrv) envp = g_environ_setenv (g_get_environ (), "GST_TRACERS", tracers, TRUE);
  gboolean killed = strstr (play, "killed") != NULL;
  char *said = NULL;
  int status;

  fail_unless (g_spawn_sync (NULL, (char **)(gpointer)argv, envp, G_SPAWN_DEFAULT, NULL, NULL, NULL,
      &said, &status, NULL));
  fail_unless (status == (killed ? SIGKILL : 0), "status %d, said: %s", status, said);
  return said;
}

static void
record (const char *pad, const char *file, const char *play)
{
  g_autofree char *tracers = g_strdup_printf ("giosocketrecord(pad=\"%s\",file=\"%s\")", pad, file);
  g_autofree char *said = record_with (tracers, play);

  fail_unless_equals_string (said, "");
}

static void
expect (const char *file, const char *rows, const char *connections)
{
  g_autofree char *recorded = recorded_rows (file, FALSE);
  g_autofree char *named = recorded_connections (file);

  fail_unless_equals_string (recorded, rows);
  fail_unless_equals_string (named, connections);
}

static const struct
{
  const char *play, *pad, *rows, *connections;
} pads[] = {
  { "everything", "sink0:sink", EVERYTHING, "1 = sink0:sink" },
  { "everything", "feed:src", EVERYTHING, "1 = feed:src" },
  { "everything", "sin?0:*", EVERYTHING, "1 = sink0:sink" },
  { "everything", "*", EVERYTHING, "1 = feed:src" },
  { "killed after EOS", "sink0:sink", EVERYTHING, "1 = sink0:sink" },
  { "without gst_deinit", "sink0:sink", EVERYTHING, "1 = sink0:sink" },
  { "bin", "box:*", EVERYTHING, "1 = box:ghost0" },
  { "bin", "sink0:sink", EVERYTHING, "1 = sink0:sink" },
  { "relinked", "sink?:sink", "1,write,1, 2,write,2, 1,write,3, 2,write,4,",
      "1 = sink0:sink; 2 = sink1:sink" },
  { "relinked", "sink1:sink", "1,write,2, 1,write,4,", "1 = sink1:sink" },
  { "relinked", "feed:*", "1,write,1, 1,write,2, 1,write,3, 1,write,4,", "1 = feed:src" },
};

GST_START_TEST (test_what_passes_is_recorded_row_for_row)
{
  record (pads[__i__].pad, path, pads[__i__].play);
  expect (path, pads[__i__].rows, pads[__i__].connections);

  record (pads[__i__].pad, other_path, pads[__i__].play);
  expect (other_path, pads[__i__].rows, pads[__i__].connections);
}

GST_END_TEST

/* The reader wants the rows in the order of time. */
GST_START_TEST (test_two_threads_share_a_file)
{
  g_autofree char *rows = NULL, *named = NULL;
  TraceSummary summary;
  guint corks = 0;

  record ("sink?:sink", path, "two threads");

  for (guint conn = 1; conn <= 2; conn++) {
    fail_unless (trace_summarize (path,
        &(TraceSelection){ .conn = conn, .max_gap_us = -1, .repeat = 1 }, &summary, NULL));
    fail_unless_equals_uint64 (summary.writes, N_MANY);
    fail_unless_equals_uint64 (summary.bytes, 8 * N_MANY);
  }
  rows = recorded_rows (path, FALSE);
  for (const char *c = rows; (c = strstr (c, ",cork-o")) != NULL; c++)
    corks++;
  fail_unless_equals_int (corks, 2 * N_MANY / 100);

  named = recorded_connections (path);
  fail_unless (g_str_equal (named, "1 = sink0:sink; 2 = sink1:sink") ||
      g_str_equal (named, "1 = sink1:sink; 2 = sink0:sink"));
}

GST_END_TEST

GST_START_TEST (test_two_recorders_do_not_disturb_each_other)
{
  g_autofree char *tracers = g_strdup_printf ("giosocketrecord(pad=\"sink1:sink\",file=\"%s\");"
                                              "giosocketrecord(pad=\"*:sink\",file=\"%s\")",
      path, other_path);
  g_autofree char *said = record_with (tracers, "relinked");

  fail_unless_equals_string (said, "");
  expect (path, "1,write,2, 1,write,4,", "1 = sink1:sink");
  expect (other_path, "1,write,1, 2,write,2, 1,write,3, 2,write,4,",
      "1 = sink0:sink; 2 = sink1:sink");
}

GST_END_TEST

/* --- what can be wrong --------------------------------------------------- */

static const struct
{
  const char *parameters, *says;
} bad[] = {
  { "", "no parameters" },
  { "()", "no pad is named" },
  { "(file=\"F\")", "no pad is named" },
  { "(pad=7,file=\"F\")", "no pad is named" },
  { "(pad=\"sink0\",file=\"F\")", "pad \"sink0\" is not ELEMENT:PAD" },
  { "(pad=\"sink0:sink\")", "no file is named" },
  { "(pad=\"sink0:sink\",file=\"\")", "no file is named" },
  { "(pad=\"1:2\")", "no file is named" },
  { "(pad=\"sink0:sink\",path=\"F\")", "unknown parameter 'path'" },
  { "(sink0:sink)", "cannot parse 'sink0:sink'" },
};

GST_START_TEST (test_bad_parameters_are_told_once)
{
  g_autofree char *tracers = g_strconcat ("giosocketrecord", bad[__i__].parameters, NULL);
  g_autofree char *said = record_with (tracers, "everything");
  g_autofree char *expected =
      g_strdup_printf ("giosocketrecord: %s; nothing is recorded: expected GST_TRACERS="
                       "'giosocketrecord(pad=\"ELEMENT:PAD\",file=\"FILE\")'\n",
          bad[__i__].says);

  fail_unless_equals_string (said, expected);
}

GST_END_TEST

static void
expect_failure (const char *pad, const char *file, const char *says)
{
  g_autofree char *tracers = g_strdup_printf ("giosocketrecord(pad=\"%s\",file=\"%s\")", pad, file);
  g_autofree char *said = record_with (tracers, "two threads");
  g_autofree char *expected = g_strdup_printf ("giosocketrecord: %s\n", says);

  fail_unless_equals_string (said, expected);
}

GST_START_TEST (test_a_pad_that_is_not_there_is_told_at_the_end)
{
  expect_failure ("sink2:sink", path,
      "nothing passed a pad with the name 'sink2:sink', and no file was made");
  fail_if (g_file_test (path, G_FILE_TEST_EXISTS));
}

GST_END_TEST

GST_START_TEST (test_a_file_that_cannot_be_made_is_told_once)
{
  g_autofree char *file = g_build_filename (dir, "none", "traffic.csv", NULL);
  g_autofree char *says = g_strdup_printf ("Could not make %s: No such file or directory", file);

  expect_failure ("sink?:sink", file, says);
}

GST_END_TEST

GST_START_TEST (test_a_full_disk_is_told_once)
{
  expect_failure ("sink?:sink", "/dev/full",
      "Could not write to /dev/full: No space left on device");
}

GST_END_TEST

static Suite *
giosocketrecord_suite (void)
{
  Suite *suite = suite_create ("giosocketrecord");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_what_passes_is_recorded_row_for_row, 0, G_N_ELEMENTS (pads));
  tcase_add_test (tcase, test_two_threads_share_a_file);
  tcase_add_test (tcase, test_two_recorders_do_not_disturb_each_other);
  tcase_add_loop_test (tcase, test_bad_parameters_are_told_once, 0, G_N_ELEMENTS (bad));
  tcase_add_test (tcase, test_a_pad_that_is_not_there_is_told_at_the_end);
  tcase_add_test (tcase, test_a_file_that_cannot_be_made_is_told_once);
  tcase_add_test (tcase, test_a_full_disk_is_told_once);

  return suite;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--play"))
    return perform (argv[2]);

  gst_check_init (&argc, &argv);
  return gst_check_run_suite (giosocketrecord_suite (), "giosocketrecord", __FILE__);
}
