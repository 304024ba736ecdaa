/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "leaky.h"

GType
gst_gio_socket_leaky_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_GIO_SOCKET_LEAKY_NO, "Nothing is lost, upstream waits", "no" },
    { GST_GIO_SOCKET_LEAKY_UPSTREAM, "The new buffer is lost", "upstream" },
    { GST_GIO_SOCKET_LEAKY_DOWNSTREAM, "The oldest buffers are lost", "downstream" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstGioSocketLeaky", values));

  return type;
}
