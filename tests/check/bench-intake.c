/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "tests/benchmarks/intake.h"

#include <gio/gio.h>
#include <gst/check/gstcheck.h>

#define SIZE 1000
#define COUNT 3

static const Workload workload = { .name = "three messages",
  .size = SIZE,
  .count = COUNT,
  .batch = 1 };

typedef struct
{
  Load load;
  Framing framing;
  Score score;
  Match match;
  Intake intake;
} Fixture;

/* @framing: the stream comes with its headers; NULL: without */
static Fixture *
fixture_new (const char *framing)
{
  Fixture *self = g_new0 (Fixture, 1);

  fail_unless (load_init (&self->load, &workload, 1, NULL, 0, NULL));
  fail_unless (framing_init (&self->framing, framing, SIZE, NULL));
  sem_init (&self->score.ready, 0, 0);
  sem_init (&self->score.received, 0, 0);
  self->match = (Match){ .load = &self->load, .verify = TRUE, .score = &self->score };
  intake_begin (&self->intake, &self->match, framing ? &self->framing : NULL);
  return self;
}

static void
fixture_free (Fixture *self)
{
  framing_clear (&self->framing);
  load_clear (&self->load);
  g_free (self);
}

static void
take (Fixture *self, guint64 offset, gsize size)
{
  fail_unless (intake_take (&self->intake, load_get_bytes (&self->load, offset, size), size, NULL));
}

static int
get_value (sem_t *semaphore)
{
  int value;

  sem_getvalue (semaphore, &value);
  return value;
}

GST_START_TEST (test_the_sender_may_begin_at_once_and_end_with_the_last_byte)
{
  Fixture *self = fixture_new (NULL);

  fail_unless_equals_int (get_value (&self->score.ready), 1);
  take (self, 0, 2 * SIZE + 1);
  take (self, 2 * SIZE + 1, SIZE - 2);
  fail_unless_equals_int (get_value (&self->score.received), 0);
  take (self, 3 * SIZE - 1, 1);
  fail_unless_equals_int (get_value (&self->score.received), 1);
  fail_unless (intake_end (&self->intake, NULL));
  fixture_free (self);
}
GST_END_TEST

GST_START_TEST (test_an_altered_byte_is_an_error)
{
  Fixture *self = fixture_new (NULL);
  g_autofree guint8 *data = g_memdup2 (load_get_bytes (&self->load, 0, SIZE), SIZE);
  g_autoptr (GError) error = NULL;

  data[SIZE - 1] ^= 1;
  fail_if (intake_take (&self->intake, data, SIZE, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
  fixture_free (self);
}
GST_END_TEST

GST_START_TEST (test_an_early_end_is_an_error)
{
  Fixture *self = fixture_new (NULL);
  g_autoptr (GError) error = NULL;

  take (self, 0, 3 * SIZE - 1);
  fail_if (intake_end (&self->intake, &error));
  fail_unless (strstr (error->message, "after 2999 of 3000 bytes") != NULL);
  fixture_free (self);
}
GST_END_TEST

GST_START_TEST (test_more_than_was_sent_is_an_error)
{
  Fixture *self = fixture_new (NULL);
  const guint8 more = 0;

  self->match.verify = FALSE;
  take (self, 0, 3 * SIZE);
  fail_if (intake_take (&self->intake, &more, 1, NULL));
  fixture_free (self);
}
GST_END_TEST

GST_START_TEST (test_a_message_cut_in_the_wrong_place_is_an_error)
{
  Fixture *self = fixture_new (NULL);

  fail_unless (intake_take_message (&self->intake, SIZE, NULL));
  fail_if (intake_take_message (&self->intake, SIZE - 1, NULL));
  fail_unless (intake_take_message (&self->intake, SIZE, NULL));
  fail_unless (intake_take_message (&self->intake, SIZE, NULL));
  fail_if (intake_take_message (&self->intake, SIZE, NULL));
  fixture_free (self);
}
GST_END_TEST

/* The whole stream, one byte at a time, so that every border is met. */
static gboolean
take_framed (Fixture *self, guint64 wrong, GError **error)
{
  const guint8 header[] = { 0, 0, SIZE >> 8, SIZE & 0xff };
  guint64 at = 0;

  for (guint i = 0; i < COUNT; i++) {
    for (guint j = 0; j < sizeof header + SIZE; j++, at++) {
      guint8 byte = j < sizeof header
          ? header[j]
          : *load_get_bytes (&self->load, i * SIZE + j - sizeof header, 1);

      if (at == wrong)
        byte ^= 0x80;
      if (!intake_take (&self->intake, &byte, 1, error))
        return FALSE;
    }
  }

  return intake_end (&self->intake, error);
}

GST_START_TEST (test_a_stream_with_headers_is_compared_headers_and_all)
{
  const guint64 wrong[] = { 0, 4 + SIZE - 1, 4 + SIZE, 2 * (4 + SIZE) + 4 };
  Fixture *self = fixture_new ("uint32-be");

  fail_unless (take_framed (self, G_MAXUINT64, NULL));
  fixture_free (self);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    self = fixture_new ("uint32-be");
    fail_if (take_framed (self, wrong[i], NULL));
    fail_unless_equals_uint64 (self->intake.bytes, wrong[i]);
    fixture_free (self);
  }
}
GST_END_TEST

static Suite *
bench_intake_suite (void)
{
  Suite *suite = suite_create ("bench-intake");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_the_sender_may_begin_at_once_and_end_with_the_last_byte);
  tcase_add_test (tc, test_an_altered_byte_is_an_error);
  tcase_add_test (tc, test_an_early_end_is_an_error);
  tcase_add_test (tc, test_more_than_was_sent_is_an_error);
  tcase_add_test (tc, test_a_message_cut_in_the_wrong_place_is_an_error);
  tcase_add_test (tc, test_a_stream_with_headers_is_compared_headers_and_all);
  return suite;
}

GST_CHECK_MAIN (bench_intake)
