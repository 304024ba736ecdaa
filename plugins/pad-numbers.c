/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "pad-numbers.h"

#define NONE G_MAXUINT

/*
 * The number that a pad has for itself stays.  What a pushing pad gives as an answer, NONE too, is
 * found once and remembered until it is unlinked.
 */
struct _PadNumbers
{
  GPatternSpec *pattern;
  PadNumbersFunc number;
  gpointer user_data;

  GQuark own;
  GQuark answer;

  GMutex lock; /* numbers are given out one by one */
};

/* Never the same twice: pads may outlive the numbers. */
static GQuark
make_quark (void)
{
  static gint last;
  g_autofree char *name = g_strdup_printf ("pad-numbers-%d", g_atomic_int_add (&last, 1));

  return g_quark_from_string (name);
}

PadNumbers *
pad_numbers_new (const char *pattern, PadNumbersFunc number, gpointer user_data)
{
  PadNumbers *numbers = g_new0 (PadNumbers, 1);

  numbers->pattern = g_pattern_spec_new (pattern);
  numbers->number = number;
  numbers->user_data = user_data;
  numbers->own = make_quark ();
  numbers->answer = make_quark ();
  g_mutex_init (&numbers->lock);

  return numbers;
}

void
pad_numbers_free (PadNumbers *numbers)
{
  g_mutex_clear (&numbers->lock);
  g_pattern_spec_free (numbers->pattern);
  g_free (numbers);
}

static guint
get (GstPad *pad, GQuark quark)
{
  return GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (pad), quark));
}

static void
set (GstPad *pad, GQuark quark, guint number)
{
  g_object_set_qdata (G_OBJECT (pad), quark, GUINT_TO_POINTER (number));
}

/* The pads inside a ghost pad belong to no element. */
static char *
make_name (GstPad *pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autofree char *element_name = NULL;
  g_autofree char *pad_name = NULL;

  if (element == NULL)
    return NULL;

  element_name = gst_object_get_name (GST_OBJECT (element));
  pad_name = gst_object_get_name (GST_OBJECT (pad));
  return g_strconcat (element_name, ":", pad_name, NULL);
}

/* NONE: not meant. */
static guint
number_pad (PadNumbers *numbers, GstPad *pad)
{
  g_autofree char *name = make_name (pad);
  guint own;

  if (name == NULL || !g_pattern_spec_match_string (numbers->pattern, name))
    return NONE;

  g_mutex_lock (&numbers->lock);
  own = get (pad, numbers->own);
  if (own == 0) {
    own = numbers->number (name, numbers->user_data);
    own = own > 0 ? own : NONE;
    set (pad, numbers->own, own);
  }
  g_mutex_unlock (&numbers->lock);

  return own;
}

static guint
find_answer (PadNumbers *numbers, GstPad *pad)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  guint answer;

  if (peer == NULL)
    return NONE;

  answer = number_pad (numbers, pad);
  if (answer == NONE)
    answer = number_pad (numbers, peer);

  /* Whoever unlinks it right now was perhaps too early to make it forget. */
  set (pad, numbers->answer, answer);
  if (GST_PAD_PEER (pad) != peer)
    set (pad, numbers->answer, 0);

  return answer;
}

guint
pad_numbers_get (PadNumbers *numbers, GstPad *pad)
{
  guint answer = get (pad, numbers->answer);

  if (answer == 0)
    answer = find_answer (numbers, pad);

  return answer == NONE ? 0 : answer;
}

void
pad_numbers_unlinked (PadNumbers *numbers, GstPad *pad)
{
  set (pad, numbers->answer, 0);
}
