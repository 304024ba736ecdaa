/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/* What holds for every property of every element of the plugin, whoever adds one. */

#include <gst/check/gstcheck.h>

#define MUTABLE (GST_PARAM_MUTABLE_READY | GST_PARAM_MUTABLE_PAUSED | GST_PARAM_MUTABLE_PLAYING)

typedef void (*Check) (GstElement *element, GParamSpec *pspec);

static void
check_properties (GstElement *element, Check check)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++) {
    if (pspecs[i]->owner_type == G_OBJECT_TYPE (element))
      check (element, pspecs[i]);
  }
}

static void
check_all (Check check)
{
  GList *features = gst_registry_get_feature_list_by_plugin (gst_registry_get (), "giosocket");
  guint n_elements = 0;

  for (GList *item = features; item != NULL; item = item->next) {
    g_autoptr (GstElement) element = NULL;

    if (!GST_IS_ELEMENT_FACTORY (item->data))
      continue;

    element = gst_element_factory_create (item->data, NULL);
    gst_object_ref_sink (element);
    check_properties (element, check);
    n_elements++;
  }
  gst_plugin_feature_list_free (features);

  fail_unless (n_elements >= 5);
}

static gboolean
is_read_only (GParamSpec *pspec)
{
  return (pspec->flags & G_PARAM_WRITABLE) == 0;
}

/* --- what gst-inspect-1.0 shows ------------------------------------------ */

static void
check_words (GstElement *element, GParamSpec *pspec)
{
  const gchar *nick = g_param_spec_get_nick (pspec);
  const gchar *blurb = g_param_spec_get_blurb (pspec);
  g_autofree gchar *where = g_strdup_printf ("%s:%s", G_OBJECT_TYPE_NAME (element), pspec->name);

  /* Without a nick, it is the name that one gets. */
  fail_unless (g_ascii_isupper (nick[0]) || strpbrk (nick, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
      "%s: nick", where);
  fail_unless (blurb != NULL && strchr (blurb, ' ') != NULL, "%s: blurb", where);
  fail_unless (g_ascii_isupper (blurb[0]) && !g_str_has_suffix (blurb, "."), "%s: style", where);
  fail_unless ((pspec->flags & G_PARAM_STATIC_STRINGS) == G_PARAM_STATIC_STRINGS, "%s: strings",
      where);
}

GST_START_TEST (test_every_property_has_words)
{
  check_all (check_words);
}
GST_END_TEST

static void
check_states (GstElement *element, GParamSpec *pspec)
{
  fail_unless (pspec->flags & G_PARAM_READABLE, "%s cannot be read", pspec->name);
  fail_unless (is_read_only (pspec) == ((pspec->flags & MUTABLE) == 0),
      "%s:%s does not say in which states it can be set", G_OBJECT_TYPE_NAME (element),
      pspec->name);
}

GST_START_TEST (test_every_property_says_in_which_states_it_can_be_set)
{
  check_all (check_states);
}
GST_END_TEST

static void
check_api (GstElement *element, GParamSpec *pspec)
{
  if (g_str_has_prefix (g_type_name (pspec->value_type), "GstGioSocket"))
    fail_unless (gst_type_is_plugin_api (pspec->value_type, NULL), "%s is not marked as plugin API",
        g_type_name (pspec->value_type));
}

GST_START_TEST (test_the_types_of_properties_are_marked_as_plugin_api)
{
  check_all (check_api);
}
GST_END_TEST

/* --- values -------------------------------------------------------------- */

static void
check_default (GstElement *element, GParamSpec *pspec)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (G_OBJECT (element), pspec->name, &value);

  /* A structure that is made when it is asked for has no default. */
  if (is_read_only (pspec) && G_IS_PARAM_SPEC_BOXED (pspec)) {
    fail_if (g_value_get_boxed (&value) == NULL, "%s is empty", pspec->name);
    return;
  }

  fail_unless (g_param_value_defaults (pspec, &value), "%s:%s is %s in a new element",
      G_OBJECT_TYPE_NAME (element), pspec->name, gst_value_serialize (&value));
}

GST_START_TEST (test_a_new_element_has_the_defaults_that_are_announced)
{
  check_all (check_default);
}
GST_END_TEST

static void
check_keeps (GstElement *element, GParamSpec *pspec, const GValue *value)
{
  g_auto (GValue) found = G_VALUE_INIT;

  g_value_init (&found, pspec->value_type);
  g_object_set_property (G_OBJECT (element), pspec->name, value);
  g_object_get_property (G_OBJECT (element), pspec->name, &found);
  fail_unless (g_param_values_cmp (pspec, value, &found) == 0, "%s:%s was set to %s and is %s",
      G_OBJECT_TYPE_NAME (element), pspec->name, gst_value_serialize (value),
      gst_value_serialize (&found));
}

/* The value nearest to one that is too small or too large for anything, which is the end of the
 * range. */
static void
check_end (GstElement *element, GParamSpec *pspec, gboolean is_upper)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  switch (G_TYPE_FUNDAMENTAL (pspec->value_type)) {
    case G_TYPE_BOOLEAN:
      g_value_set_boolean (&value, is_upper);
      break;
    case G_TYPE_INT:
      g_value_set_int (&value, is_upper ? G_MAXINT : G_MININT);
      break;
    case G_TYPE_UINT:
      g_value_set_uint (&value, is_upper ? G_MAXUINT : 0);
      break;
    case G_TYPE_INT64:
      g_value_set_int64 (&value, is_upper ? G_MAXINT64 : G_MININT64);
      break;
    case G_TYPE_UINT64:
      g_value_set_uint64 (&value, is_upper ? G_MAXUINT64 : 0);
      break;
    case G_TYPE_DOUBLE:
      g_value_set_double (&value, is_upper ? G_MAXDOUBLE : -G_MAXDOUBLE);
      break;
    case G_TYPE_FLAGS:
      g_value_set_flags (&value, is_upper ? G_MAXUINT : 0);
      break;
    default:
      fail ("What are the ends of %s?", g_type_name (pspec->value_type));
  }

  g_param_value_validate (pspec, &value);
  check_keeps (element, pspec, &value);
}

static void
check_enum (GstElement *element, GParamSpec *pspec)
{
  GEnumClass *values = G_PARAM_SPEC_ENUM (pspec)->enum_class;

  for (guint i = 0; i < values->n_values; i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    g_value_init (&value, pspec->value_type);
    g_value_set_enum (&value, values->values[i].value);
    check_keeps (element, pspec, &value);
  }
}

static void
check_range (GstElement *element, GParamSpec *pspec)
{
  if (is_read_only (pspec) || G_IS_PARAM_SPEC_STRING (pspec) || G_IS_PARAM_SPEC_BOXED (pspec) ||
      G_IS_PARAM_SPEC_OBJECT (pspec))
    return;

  if (G_IS_PARAM_SPEC_ENUM (pspec)) {
    check_enum (element, pspec);
    return;
  }

  check_end (element, pspec, FALSE);
  check_end (element, pspec, TRUE);
}

GST_START_TEST (test_every_property_takes_the_ends_of_its_range)
{
  check_all (check_range);
}
GST_END_TEST

static Suite *
properties_suite (void)
{
  Suite *suite = suite_create ("properties");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_every_property_has_words);
  tcase_add_test (tcase, test_every_property_says_in_which_states_it_can_be_set);
  tcase_add_test (tcase, test_the_types_of_properties_are_marked_as_plugin_api);
  tcase_add_test (tcase, test_a_new_element_has_the_defaults_that_are_announced);
  tcase_add_test (tcase, test_every_property_takes_the_ends_of_its_range);

  return suite;
}

GST_CHECK_MAIN (properties)
