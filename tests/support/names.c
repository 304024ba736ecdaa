/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "names.h"

static const gchar *const *known;
static gint n_waiting;

typedef GResolver Names;
typedef GResolverClass NamesClass;

static GType names_get_type (void);
G_DEFINE_TYPE (Names, names, G_TYPE_RESOLVER)

static void
wait_until_cancelled (GCancellable *cancellable)
{
  GPollFD fd;

  g_atomic_int_inc (&n_waiting);
  if (g_cancellable_make_pollfd (cancellable, &fd)) {
    g_poll (&fd, 1, -1);
    g_cancellable_release_fd (cancellable);
  }
}

static GList *
names_lookup_by_name (GResolver *resolver, const gchar *name, GCancellable *cancellable,
    GError **error)
{
  GList *addresses = NULL;

  if (g_str_equal (name, "silent.test"))
    wait_until_cancelled (cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  if (!g_str_equal (name, "several.test")) {
    g_set_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "%s is unknown", name);
    return NULL;
  }

  for (guint i = 0; known[i] != NULL; i++)
    addresses = g_list_append (addresses, g_inet_address_new_from_string (known[i]));

  return addresses;
}

static GList *
names_lookup_by_name_with_flags (GResolver *resolver, const gchar *name,
    GResolverNameLookupFlags flags, GCancellable *cancellable, GError **error)
{
  return names_lookup_by_name (resolver, name, cancellable, error);
}

static void
names_class_init (NamesClass *klass)
{
  klass->lookup_by_name = names_lookup_by_name;
  klass->lookup_by_name_with_flags = names_lookup_by_name_with_flags;
}

static void
names_init (Names *self)
{
}

void
names_wait (void)
{
  while (g_atomic_int_get (&n_waiting) == 0)
    g_thread_yield ();
}

void
names_set (const gchar *const *addresses)
{
  g_autoptr (GResolver) resolver = g_object_new (names_get_type (), NULL);

  known = addresses;
  g_resolver_set_default (resolver);
}
