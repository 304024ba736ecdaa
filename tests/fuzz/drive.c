/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include <glib.h>
#include <string.h>

/*
 * Runs a fuzz target without a fuzzer, as a test: on each file of the folder that it is given, and on
 * changed copies of them, the same ones each time.
 */

#define MUTATIONS 200

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Exactly as many bytes as there are, so that a sanitizer sees who looks behind them. */
static void
run_copy (const GByteArray *input)
{
  g_autofree guint8 *copy = g_memdup2 (input->data, input->len);

  LLVMFuzzerTestOneInput (copy, input->len);
}

static void
mutate (GByteArray *input, GRand *random)
{
  static const guint8 edges[] = { 0, 1, 2, 4, 0x7f, 0x80, 0xff, 'P' };
  guint8 byte = g_rand_boolean (random) ? g_rand_int (random)
                                        : edges[g_rand_int_range (random, 0, G_N_ELEMENTS (edges))];
  guint at;

  if (input->len == 0)
    return;

  at = g_rand_int_range (random, 0, input->len);
  switch (g_rand_int_range (random, 0, 4)) {
    case 0:
      g_byte_array_set_size (input, at);
      break;
    case 1:
      g_byte_array_append (input, &byte, 1);
      break;
    default:
      input->data[at] = byte;
      break;
  }
}

static void
run_mutations (const gchar *contents, gsize size, GRand *random)
{
  for (guint i = 0; i < MUTATIONS; i++) {
    g_autoptr (GByteArray) input = g_byte_array_new ();
    guint n = i == 0 ? 0 : 1 + g_rand_int_range (random, 0, 8);

    g_byte_array_append (input, (const guint8 *)contents, size);
    while (n-- > 0)
      mutate (input, random);
    run_copy (input);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (argv[argc - 1], 0, &error);
  g_autoptr (GRand) random = g_rand_new_with_seed (4953);
  const gchar *name;
  guint n_files = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree gchar *path = g_build_filename (argv[argc - 1], name, NULL);
    g_autofree gchar *contents = NULL;
    gsize size;

    g_file_get_contents (path, &contents, &size, &error);
    g_assert_no_error (error);
    run_mutations (contents, size, random);
    n_files++;
  }
  g_assert_cmpuint (n_files, >, 0);
  g_print ("%u files and %u inputs made of them\n", n_files, n_files * (MUTATIONS - 1));

  return 0;
}
