/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "proxies.h"

#include <gst/check/gstcheck.h>

typedef GSimpleProxyResolver Proxies;
typedef GSimpleProxyResolverClass ProxiesClass;

static gboolean
proxies_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static void
proxies_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = proxies_is_supported;
}

static GType proxies_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Proxies, proxies, G_TYPE_SIMPLE_PROXY_RESOLVER,
    G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, proxies_iface_init))

static void
proxies_class_init (ProxiesClass *klass)
{
}

static void
proxies_init (Proxies *self)
{
}

/* As a module of GIO would do it. */
static void
offer_resolver (void)
{
  g_setenv ("GIO_USE_PROXY_RESOLVER", "giosocket-test", TRUE);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, proxies_get_type (),
      "giosocket-test", 100);
}

void
proxies_set (const gchar *uri)
{
  static gboolean is_offered = FALSE;
  GProxyResolver *resolver;

  if (!is_offered)
    offer_resolver ();
  is_offered = TRUE;

  resolver = g_proxy_resolver_get_default ();
  fail_unless (G_TYPE_CHECK_INSTANCE_TYPE (resolver, proxies_get_type ()), "somebody asked before");
  g_simple_proxy_resolver_set_default_proxy (G_SIMPLE_PROXY_RESOLVER (resolver), uri);
}
